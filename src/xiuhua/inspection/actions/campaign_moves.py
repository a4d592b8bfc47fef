"""What happens to a listed site: photographed, reported done, signed off or sent back, taken up as a case, dropped."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.actions.intake import Submission, submit
from xiuhua.casework.models import Case, Report
from xiuhua.casework.refusals import Refused
from xiuhua.city.models import Code
from xiuhua.inspection.actions.campaign_door import person, text_of
from xiuhua.inspection.actions.campaign_steps import attach, hold, next_version, step
from xiuhua.inspection.models import CampaignSite
from xiuhua.people.actors import Actor


@transaction.atomic
def photograph(
    site: CampaignSite, photos: Sequence[UUID | str], *, actor: Actor, expected_version: int | None = None,
    at: datetime | None = None,
) -> CampaignSite:  # fmt: skip
    """Add photos of how it is before anything was done. Raises, as all moves, what ``campaign_steps.hold`` raises."""
    now = at or timezone.now()
    row = hold(site, "photograph", actor, expected_version)
    count = _some(attach(row, "before", photos, actor))
    next_version(row)
    step(row, "photograph", actor, "", now, before=None, after={"photos": count})
    return row


@transaction.atomic
def report_done(
    site: CampaignSite, photos: Sequence[UUID | str], *, actor: Actor, note: str = "",
    expected_version: int | None = None, at: datetime | None = None,
) -> CampaignSite:  # fmt: skip
    """The unit reports the site in order, with photos that show it. It then waits for whoever signs off."""
    now = at or timezone.now()
    row = hold(site, "report", actor, expected_version)
    text = text_of(note, _("the note"), empty=True)
    count = _some(attach(row, "after", photos, actor))
    before, row.state, row.done_at = row.state, "done", now
    next_version(row, "state", "done_at")
    step(row, "report", actor, text, now, before={"state": before}, after={"state": row.state, "photos": count})
    return row


@transaction.atomic
def sign_off(
    site: CampaignSite, *, actor: Actor, note: str = "", expected_version: int | None = None, at: datetime | None = None
) -> CampaignSite:
    """Sign that the site is in order. Raises ``Forbidden`` for whoever did the work."""
    now = at or timezone.now()
    row = hold(site, "sign", actor, expected_version)
    text = text_of(note, _("the note"), empty=True)
    row.state, row.signed_at, row.signed_by = "signed", now, person(actor)
    next_version(row, "state", "signed_at", "signed_by")
    step(row, "sign", actor, text, now, before={"state": "done"}, after={"state": row.state})
    return row


@transaction.atomic
def send_back(
    site: CampaignSite, *, reason: str, actor: Actor, expected_version: int | None = None, at: datetime | None = None
) -> CampaignSite:
    """Send a site back that was reported done and is not. Its day stays."""
    return _back(site, "send_back", reason, actor, expected_version, at)


@transaction.atomic
def reopen_site(
    site: CampaignSite, *, reason: str, actor: Actor, expected_version: int | None = None, at: datetime | None = None
) -> CampaignSite:
    """Take a sign-off back, for a reason; the site is with its unit again."""
    return _back(site, "reopen", reason, actor, expected_version, at)


@transaction.atomic
def drop_site(
    site: CampaignSite, *, reason: str, actor: Actor, expected_version: int | None = None, at: datetime | None = None
) -> CampaignSite:
    """Take a site out of the campaign, for a reason; its history stays."""
    now = at or timezone.now()
    row = hold(site, "drop", actor, expected_version)
    text = text_of(reason, _("a reason"))
    before, row.state, row.dropped_at = row.state, "dropped", now
    next_version(row, "state", "dropped_at")
    step(row, "drop", actor, text, now, before={"state": before}, after={"state": row.state})
    return row


@transaction.atomic
def link_case(
    site: CampaignSite, number: str, *, actor: Actor, expected_version: int | None = None, at: datetime | None = None
) -> CampaignSite:
    """Say which case the problem of the site is handled as."""
    row = hold(site, "link_case", actor, expected_version)
    case = Case.objects.filter(number=number.strip()[:24], district=row.campaign.district).first()
    if case is None or "\x00" in number:
        raise Refused(
            _("There is no case %(number)s in this district.") % {"number": number.strip()[:24]},
            _("Give the number as it stands on the page of the case."),
        )
    return _with_case(row, case, actor, at or timezone.now())


@transaction.atomic
def open_case(
    site: CampaignSite, category: Code, *, actor: Actor, expected_version: int | None = None,
    at: datetime | None = None,
) -> CampaignSite:  # fmt: skip
    """Report the problem of the site to casework, which takes it as any other report, and link the case."""
    now = at or timezone.now()
    row = hold(site, "link_case", actor, expected_version)
    if row.case_id is not None:
        raise Refused(
            _("The site has the case %(number)s already.") % {"number": row.case},
            _("Follow that one, or link another."),
        )
    told = Submission(
        idempotency_key=f"campaign-site:{row.pk}:{row.version}", district=row.campaign.district,
        source=Report.Source.INSPECTOR, lon=row.lon, lat=row.lat, category=category, description=row.problem,
        address=row.name_zh, placed_by="map",
    )  # fmt: skip
    return _with_case(row, submit(told, user=person(actor), at=now).case, actor, now)


def _with_case(row: CampaignSite, case: Case, actor: Actor, now: datetime) -> CampaignSite:
    before = row.case.number if row.case else None
    row.case = case
    next_version(row, "case")
    step(row, "link_case", actor, "", now, before={"case": before}, after={"case": case.number})
    return row


def _back(
    site: CampaignSite, move: str, reason: str, actor: Actor, expected_version: int | None, at: datetime | None
) -> CampaignSite:
    now = at or timezone.now()
    row = hold(site, move, actor, expected_version)
    text = text_of(reason, _("a reason"))
    before, row.state, row.signed_at, row.signed_by = row.state, "returned", None, None
    next_version(row, "state", "signed_at", "signed_by")
    step(row, move, actor, text, now, before={"state": before}, after={"state": row.state})
    return row


def _some(count: int) -> int:
    if not count:
        raise Refused(_("This needs a photo: it shows what words only say."), _("Add at least one and send again."))
    return count
