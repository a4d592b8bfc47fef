"""A report that comes under a key that is known: the same once more, or another one under a used key."""

from uuid import UUID, uuid5

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiuhua.casework.models import Photo, Report, Step
from xiuhua.casework.refusals import Refused
from xiuhua.casework.submission import Submission
from xiuhua.people.models import User


def fetched_key(report: UUID, url: str) -> UUID:
    """The key of the photo that is fetched from ``url`` for the report of this key: one address, one photo."""
    return uuid5(report, url)


def check_same(report: Report, given: Submission, user: User | None) -> None:
    """Raise ``Refused`` when ``given``, checked, is not ``report``; says what the key was used for and what differs.

    Who sends under the key of somebody else hears neither. What retention has let go of is not compared.
    """
    if (report.district_id, report.source, report.user_id) != (given.district.pk, given.source, user and user.pk):
        raise Refused(
            _("This key was used for another report."), _("Make a new key for each report and send it again.")
        )
    if not (differs := _different(report, given)):
        return
    told = {"when": date_format(timezone.localtime(report.received_at), "Y-m-d H:i"), "case": report.case.number}
    reason = _("This key was used at %(when)s for the report that became case %(case)s.") % told
    # Anybody may try a key of nobody: they learn that it is used, not how near their guess at the content was.
    if user is not None:
        between = "、" if (get_language() or "").startswith("zh") else ", "
        reason += " " + _("What is sent now differs in: %(parts)s.") % {"parts": between.join(differs)}
    raise Refused(reason, _("Send the same once more to hear of that report, or make a new key for another one."))


def _different(report: Report, given: Submission) -> list[str]:
    """What of the content differs, in words."""
    category = given.category.pk if given.category else None
    pairs: list[tuple[str, object, object]] = [(_("place"), (report.lon, report.lat), (given.lon, given.lat))]
    pairs.append((_("category"), report.category_id, category))
    if report.anonymised_at is None:
        contact = (report.contact_name, report.contact_phone, report.contact_email)
        pairs += [
            (_("description"), report.description, given.description),
            (_("address"), report.address, given.address),
            (_("answers"), report.answers, dict(given.answers)),
            (_("ways to reach the reporter"), contact, (given.contact_name, given.contact_phone, given.contact_email)),
        ]
    pairs.append((_("photos"), *_photos(report, given)))
    return [name for name, kept, sent in pairs if kept != sent]


def _photos(report: Report, given: Submission) -> tuple[set[UUID], set[UUID]]:
    """The photos that the report came with, and those that are sent now; with those still to be fetched."""
    kept = set(Photo.objects.filter(report=report).order_by().values_list("key", flat=True))
    sent = {UUID(str(key)) for key in given.photos}
    if report.source != Report.Source.OPEN311:
        return kept, sent
    first = Step.objects.filter(case=report.case_id, number=1).values_list("data", flat=True).first() or {}
    named = {UUID(key) for key in first.get("media", ())}
    return kept | named, sent | {fetched_key(report.key, url) for url in given.media}
