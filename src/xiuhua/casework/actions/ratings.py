"""How satisfied a reporter is with the end of a case: one to five, with words, once a report."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.models import Case, Rating, Report
from xiuhua.casework.refusals import Refused
from xiuhua.foundation import events

LEAST, MOST = 1, 5
LONGEST = 1000
# So long after the end a rating may be given, and changed.
WITHIN = timedelta(days=30)


def may_rate(case: Case, at: datetime | None = None) -> bool:
    """Whether the end of the case can be rated now."""
    now = at or timezone.now()
    return case.state == "closed" and case.closed_at is not None and now <= case.closed_at + WITHIN


def rate(report: Report, score: int, text: str = "", *, at: datetime | None = None) -> Rating:
    """Rate the end of the case that the report led to; again within the time changes the rating.

    Raises ``Refused`` for a case that is not closed, or was too long ago, a score that is none, a text too long.
    """
    now, text = at or timezone.now(), text.replace("\x00", "").strip()
    if not LEAST <= score <= MOST:
        raise Refused(_("Choose one to five."), _("Five is the best."))
    if len(text) > LONGEST:
        raise Refused(
            _("The text has %(length)s characters.") % {"length": len(text)},
            _("Shorten it to at most %(longest)s.") % {"longest": LONGEST},
        )
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=report.case.master_id or report.case_id)
        if not may_rate(case, now):
            raise Refused(
                _("The case cannot be rated now."),
                _("A rating is given within %(days)s days after the end of a case.") % {"days": WITHIN.days},
            )
        before = Rating.objects.filter(report=report).values_list("score", flat=True).first()
        row, _made = Rating.objects.update_or_create(report=report, defaults={"score": score, "text": text, "at": now})
        # The words stay out of the record: they may tell of persons, and the record is for ever.
        events.record(
            chain=f"case:{case.number}", verb="case.rated", actor="public", subject=f"casework.case:{case.number}",
            before={"score": before} if before else None, after={"score": score, "report": str(report.key)}, at=now,
        )  # fmt: skip
    return row
