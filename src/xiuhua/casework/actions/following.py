"""Follow a case or leave it: who hears of each step, in which language. What is recorded names nobody."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.models import Case, Follower, Report
from xiuhua.casework.refusals import Refused
from xiuhua.casework.submission import check_contact
from xiuhua.foundation import events


def follow(
    token: str, *, email: str = "", phone: str = "", language: str = "zh-hans", at: datetime | None = None
) -> Follower:
    """Let who holds ``token`` hear of the case: at the addresses given, at the account where there is one.

    The token is that of a report, or of somebody who said "me too". Raises ``Refused``.
    """
    check_contact(email, phone)
    row = Follower.objects.filter(token=token).select_related("case").first()
    report = Report.objects.filter(token=token).select_related("case__master").first()
    user = row.user if row else report.user if report else None
    if (row is None and report is None) or not (email or phone or user):
        raise Refused(_("There is nowhere to send messages to."), _("Write an e-mail address or a telephone number."))
    wanted = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    now = at or timezone.now()
    case = row.case if row else report.case.master or report.case  # type: ignore[union-attr]
    with transaction.atomic():
        told = {"email": email, "phone": phone, "language": wanted}
        row, _made = Follower.objects.update_or_create(
            token=token, defaults=told, create_defaults={**told, "case": case, "user": user, "since": now}
        )
        _tell(row.case, "case.followed", now)
    return row


def leave(follower: Follower, *, at: datetime | None = None) -> None:
    """Send no more messages. A "me too" still counts where no account stands behind it, and its page stays."""
    now = at or timezone.now()
    with transaction.atomic():
        case = follower.case
        if follower.me_too and follower.user_id is None:
            Follower.objects.filter(pk=follower.pk).update(email="", phone="")
        else:
            deleted, _rows = Follower.objects.filter(pk=follower.pk).delete()
            if follower.me_too and deleted:
                # Else an account could say "me too" and leave, over and over.
                Case.objects.filter(pk=case.pk, me_too__gt=0).update(me_too=F("me_too") - 1)
        _tell(case, "case.left", now)


def speak(follower: Follower, language: str) -> None:
    """Send messages in another language."""
    if language not in dict(settings.LANGUAGES):
        raise Refused(_("There are no messages in this language."), _("Choose one of the list."))
    with transaction.atomic():
        Follower.objects.filter(pk=follower.pk).update(language=language)
        _tell(follower.case, "case.follower_language", timezone.now())


def _tell(case: Case, verb: str, at: datetime) -> None:
    events.record(chain=f"case:{case.number}", verb=verb, actor="public", subject=f"casework.case:{case.number}", at=at)
