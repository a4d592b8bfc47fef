"""Make and close campaigns; list, change and drop their sites."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from xiuhua.casework.refusals import Refused
from xiuhua.city.area_index import local_day
from xiuhua.city.models import District, Site
from xiuhua.inspection.actions.campaign_door import FieldRefused, allow, tell, text_of, town_at
from xiuhua.inspection.actions.campaign_steps import attach, hold, next_version, step
from xiuhua.inspection.campaign_states import OPEN
from xiuhua.inspection.models import Campaign, CampaignSite
from xiuhua.people.actors import Actor
from xiuhua.people.models import Organisation

KEY_LENGTH, NAME_LENGTH = 60, 200
# Columns of a site that a change may touch; who moves the day or the unit says why.
COLUMNS = ("name_zh", "name_en", "site", "lon", "lat", "problem", "unit", "due")
_WITH_REASON = ("due", "unit")


@dataclass(frozen=True)
class SiteGiven:
    """A site as it is to be: place in degrees WGS-84, what is wrong there, who answers, the day by which it is mended.

    ``number`` is its number in the campaign; None takes the next one.
    """

    name_zh: str
    lon: float
    lat: float
    problem: str
    unit: Organisation
    due: date
    name_en: str = ""
    site: Site | None = None
    number: int | None = None


@transaction.atomic
def make_campaign(
    district: District, *, key: str, name_zh: str, lead: Organisation, begins: date, ends: date, actor: Actor,
    name_en: str = "", kind: str = "", about_zh: str = "", about_en: str = "", at: datetime | None = None,
) -> Campaign:  # fmt: skip
    """Begin a campaign. Raises ``Refused`` (a key that is taken, days in the wrong order), ``Forbidden``."""
    now = at or timezone.now()
    allow(actor, "campaigns.edit", district)
    key = checked_key(key)
    in_order(begins, ends)
    existing_unit(lead, district, local_day(district, now))
    if Campaign.objects.filter(district=district, key=key).exists():
        raise FieldRefused(
            "key",
            _("There is a campaign “%(key)s” already.") % {"key": key},
            _("Choose another key, for instance with the year."),
        )
    campaign = Campaign.objects.create(
        district=district, key=key, lead=lead, begins=begins, ends=ends,
        name_zh=text_of(name_zh, _("a name"), longest=NAME_LENGTH),
        name_en=text_of(name_en, _("the English name"), longest=NAME_LENGTH, empty=True),
        kind=text_of(kind, _("the kind of places"), longest=40, empty=True),
        about_zh=text_of(about_zh, _("the text about it"), empty=True),
        about_en=text_of(about_en, _("the English text about it"), empty=True),
    )  # fmt: skip
    after = {"name": campaign.name_zh, "kind": campaign.kind, "lead": lead.code, "begins": begins, "ends": ends}
    tell(campaign, campaign, "campaign.made", actor, after=after, at=now)
    return campaign


@transaction.atomic
def close_campaign(campaign: Campaign, *, actor: Actor, at: datetime | None = None) -> Campaign:
    """End a campaign: nothing in it changes any more.

    Raises ``Refused`` while a site is neither signed off nor dropped: a campaign does not end by being forgotten.
    """
    now = at or timezone.now()
    row = held_campaign(campaign)
    allow(actor, "campaigns.edit", row.district)
    if left := row.sites.filter(state__in=OPEN).count():
        raise Refused(
            _("%(count)s sites are neither signed off nor dropped.") % {"count": left},
            _("Sign each off, or drop it and say why."),
        )
    row.closed_at = now
    row.save(update_fields=["closed_at"])
    tell(row, row, "campaign.closed", actor, before={"closed_at": None}, after={"closed_at": now}, at=now)
    return row


@transaction.atomic
def add_site(
    campaign: Campaign, given: SiteGiven, *, actor: Actor, photos: Sequence[UUID | str] = (), at: datetime | None = None
) -> CampaignSite:
    """List a site; ``photos`` are keys of stored photos from before. Raises ``Refused``, ``Forbidden``."""
    now = at or timezone.now()
    owner = held_campaign(campaign)
    allow(actor, "campaigns.edit", owner.district)
    columns = checked_site(owner, given, now)
    number = given.number
    if number is None:
        number = (owner.sites.aggregate(last=Max("number"))["last"] or 0) + 1
    elif owner.sites.filter(number=number).exists():
        raise FieldRefused(
            "number",
            _("The campaign has a site number %(number)s already.") % {"number": number},
            _("Leave the number out."),
        )
    site = CampaignSite.objects.create(campaign=owner, number=number, first_due=given.due, listed_at=now, **columns)
    attach(site, "before", photos, actor)
    step(site, "list", actor, "", now, before=None, after=told(columns))
    return site


@transaction.atomic
def change_site(
    site: CampaignSite, given: SiteGiven, *, actor: Actor, reason: str = "", expected_version: int | None = None,
    at: datetime | None = None,
) -> CampaignSite:  # fmt: skip
    """Change what is said of a site; nothing happens where nothing differs.

    Moving the day or the unit needs a reason. The share that was signed off goes by the first day all the same.
    Raises ``Refused``, ``Forbidden``, ``Conflict`` where somebody else was first.
    """
    now = at or timezone.now()
    row = hold(site, "change", actor, expected_version)
    columns = checked_site(row.campaign, given, now)
    changed = [name for name in (*COLUMNS, "town_id") if getattr(row, name) != columns[name]]
    if not changed:
        return row
    moved = next((name for name in _WITH_REASON if name in changed), "")
    text = text_of(reason, _("a reason: the day or the unit changes"), empty=not moved, field=moved)
    old = {name: getattr(row, name) for name in columns}
    for name in changed:
        setattr(row, name, columns[name])
    next_version(row, *changed)
    before, after = told(old), told(columns)
    kept = [name for name in after if before[name] != after[name]]
    step(
        row, "change", actor, text, now,
        before={name: before[name] for name in kept}, after={name: after[name] for name in kept},
    )  # fmt: skip
    return row


def held_campaign(campaign: Campaign) -> Campaign:
    """The campaign with its district, locked until the transaction ends. Raises ``Refused`` when it is closed."""
    row = Campaign.objects.select_for_update(of=("self",)).select_related("district", "lead").get(pk=campaign.pk)
    if row.closed_at is not None:
        raise Refused(
            _("The campaign “%(campaign)s” is closed: nothing in it changes any more.") % {"campaign": row},
            _("List the site in another campaign."),
        )
    return row


def checked_site(campaign: Campaign, given: SiteGiven, now: datetime) -> dict[str, Any]:
    """The columns of a site. Raises ``Refused`` with what is wrong."""
    if not campaign.begins <= given.due <= campaign.ends:
        raise FieldRefused(
            "due",
            _("%(day)s lies outside the campaign, which lasts from %(begins)s to %(ends)s.")
            % {"day": given.due, "begins": campaign.begins, "ends": campaign.ends},
            _("Give a day within it."),
        )
    if given.number is not None and not 0 < given.number < 2**31:
        raise FieldRefused(
            "number",
            _("%(number)s is no number of a site.") % {"number": given.number},
            _("Give a whole number from 1 on."),
        )
    existing_unit(given.unit, campaign.district, local_day(campaign.district, now))
    return {
        "name_zh": text_of(given.name_zh, _("a name"), longest=NAME_LENGTH, field="name_zh"),
        "name_en": text_of(given.name_en, _("the English name"), longest=NAME_LENGTH, empty=True, field="name_en"),
        "site": given.site, "lon": given.lon, "lat": given.lat, "unit": given.unit, "due": given.due,
        "problem": text_of(given.problem, _("what is wrong there"), field="problem"),
        "town_id": town_at(campaign.district, given.lon, given.lat, now),
    }  # fmt: skip


def told(columns: dict[str, Any]) -> dict[str, Any]:
    """Columns of a site as events keep them: codes for what they refer to."""
    more = {
        name: columns[name].code if columns[name] is not None else None for name in ("site", "unit") if name in columns
    }
    return {name: value for name, value in columns.items() if name != "town_id"} | more


def checked_key(key: str) -> str:
    """A key for addresses. Raises ``Refused`` for one with other signs than letters, digits and hyphens."""
    text = key.strip()
    if not text or text != slugify(text) or len(text) > KEY_LENGTH:
        raise FieldRefused(
            "key",
            _("“%(key)s” is no key.") % {"key": text[:80]},
            _("Use small Latin letters, digits and hyphens, at most %(most)s, such as walls-2026.")
            % {"most": KEY_LENGTH},
        )
    return text


def in_order(begins: date, ends: date) -> None:
    """Raise ``Refused`` where the end lies before the beginning."""
    if ends < begins:
        raise FieldRefused(
            "ends",
            _("It ends on %(ends)s, before it begins on %(begins)s.") % {"ends": ends, "begins": begins},
            _("Exchange or correct the two days."),
        )


def existing_unit(unit: Organisation, district: District, day: date) -> None:
    """Raise ``Refused`` for a unit of another district, or one that does not exist on ``day``."""
    if unit.district_code != district.code:
        raise FieldRefused(
            "unit",
            _("%(unit)s belongs to another district.") % {"unit": unit},
            _("Choose a unit of %(name)s.") % {"name": district},
        )
    if not unit.exists_on(day):
        others = ", ".join(unit.successor_codes)
        raise FieldRefused(
            "unit",
            _("%(unit)s (%(code)s) does not exist on %(day)s.") % {"unit": unit, "code": unit.code, "day": day},
            _("Name the unit that took over: %(units)s.") % {"units": others}
            if others
            else _("Name a unit that exists."),
        )
