"""How every move of a site is made: held, checked against the lifecycle, written down as a step and an event."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.inspection.actions.campaign_door import allow, first, person, photos_of, tell
from xiuhua.inspection.campaign_states import MOVES, STATES, is_doer
from xiuhua.inspection.models import CampaignSite, SitePhoto, SiteStep
from xiuhua.people.actors import Actor
from xiuhua.people.models import User
from xiuhua.people.queries import unit_chain


def hold(site: CampaignSite, move: str, actor: Actor, expected_version: int | None) -> CampaignSite:
    """The site, locked until the transaction ends, when ``actor`` may make ``move`` with it now.

    Raises ``Forbidden``, ``Conflict`` when it changed since the caller read it, ``Refused`` when the move does not
    start from its state or its campaign is closed.
    """
    rows = CampaignSite.objects.select_for_update(of=("self",))
    row = rows.select_related("campaign__district", "unit", "site").get(pk=site.pk)
    rule = MOVES[move]
    allow(actor, rule.permission, row.campaign.district, row.unit)
    last = row.steps.select_related("user").last()
    if expected_version is not None and row.version != expected_version and last is not None:
        raise first(last.user, last.move, MOVES[last.move].name, last.at)
    if row.campaign.closed_at is not None:
        raise Refused(
            _("The campaign “%(campaign)s” is closed: nothing in it changes any more.") % {"campaign": row.campaign},
            _("List the site in another campaign."),
        )
    if row.state not in rule.start:
        raise Refused(
            _("“%(move)s” cannot be done with a site that is: %(state)s.")
            % {"move": rule.name, "state": STATES[row.state].name},
            _("It can be done when the site is: %(states)s.")
            % {"states": ", ".join(STATES[key].name for key in rule.start)},
        )
    if rule.not_doer:
        _not_doer(row, actor)
    return row


def did_it(site: CampaignSite, user: User) -> bool:
    """Whether this person did the work of the site: belongs to its unit, or reported it done."""
    last = site.steps.filter(move="report").select_related("user").last()
    codes = [each.code for each in unit_chain(user.organisation)]
    return is_doer(site.unit.code, codes, user.username, last.user.username if last and last.user else "")


def _not_doer(site: CampaignSite, actor: Actor) -> None:
    if isinstance(actor, User) and did_it(site, actor):
        raise Forbidden(
            _("Whoever did the work does not judge it: you reported this site done, or belong to %(unit)s.")
            % {"unit": site.unit},
            _("Somebody else who signs off has to look at it."),
        )


def attach(site: CampaignSite, stage: str, keys: Sequence[UUID | str], actor: Actor) -> int:
    """Give stored photos to the site. Returns how many."""
    photos = photos_of(keys, person(actor))
    SitePhoto.objects.bulk_create([SitePhoto(site=site, stage=stage, photo=photo) for photo in photos])
    return len(photos)


def next_version(site: CampaignSite, *columns: str) -> None:
    """Keep these columns, and that the site changed."""
    site.version += 1
    site.save(update_fields=[*columns, "version"])


def step(
    site: CampaignSite, move: str, actor: Actor, reason: str, at: datetime, *, before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
) -> SiteStep:  # fmt: skip
    """Append the step and its event."""
    number = (site.steps.aggregate(last=Max("number"))["last"] or 0) + 1
    made = SiteStep.objects.create(site=site, number=number, at=at, move=move, user=person(actor), reason=reason)
    kept = {"number": site.number, **after} | ({"reason": reason} if reason else {})
    tell(site.campaign, site, f"site.{move}", actor, before=before, after=kept, at=at)
    return made
