"""Red and black lists: a round is opened, places are proposed and looked at twice, decided, published, corrected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.city.area_index import local_day
from xiuhua.city.models import District, Site
from xiuhua.inspection.actions.campaign_door import (
    FieldRefused,
    allow,
    person,
    photos_of,
    tell,
    text_of,
    town_at,
)
from xiuhua.inspection.actions.campaigns import NAME_LENGTH, checked_key, existing_unit, in_order
from xiuhua.inspection.list_rules import HIGHEST, KINDS, LOWEST, SECRET, lacking, other_kind, scored, seal
from xiuhua.inspection.models import ListCorrection, ListLook, ListPlace, ListRound, LookPhoto
from xiuhua.people.actors import Actor, name_of
from xiuhua.people.models import Organisation, User
from xiuhua.people.queries import unit_chain

COLOURS = tuple(ListPlace.Colour.values)


@dataclass(frozen=True)
class PlaceGiven:
    """A place as it is proposed: its name, what it is in the city, who answers for it, where it lies (WGS-84)."""

    name_zh: str
    proposed: str
    name_en: str = ""
    site: Site | None = None
    unit: Organisation | None = None
    lon: float | None = None
    lat: float | None = None


@transaction.atomic
def open_round(
    district: District, *, key: str, name_zh: str, kind: str, begins: date, ends: date, actor: Actor,
    name_en: str = "", rule: str = "", at: datetime | None = None,
) -> ListRound:  # fmt: skip
    """Open a round: one kind of places is judged in one period, by a rule that is printed beside the lists."""
    now = at or timezone.now()
    allow(actor, "lists.publish", district)
    key = checked_key(key)
    in_order(begins, ends)
    if ListRound.objects.filter(district=district, key=key).exists():
        raise FieldRefused(
            "key",
            _("There is a round “%(key)s” already.") % {"key": key},
            _("Choose another key, with the period in it."),
        )
    made = ListRound.objects.create(
        district=district, key=key, begins=begins, ends=ends,
        name_zh=text_of(name_zh, _("a name"), longest=NAME_LENGTH, field="name_zh"),
        name_en=text_of(name_en, _("the English name"), longest=NAME_LENGTH, empty=True, field="name_en"),
        kind=text_of(kind, _("the kind of places that is judged"), longest=40, field="kind"),
        rule=text_of(rule, _("the rule: how places are judged"), field="rule"),
    )  # fmt: skip
    after = {"name": made.name_zh, "kind": made.kind, "begins": begins, "ends": ends, "rule": made.rule}
    tell(made, made, "list.opened", actor, after=after, at=now)
    return made


@transaction.atomic
def propose(round_: ListRound, given: PlaceGiven, *, actor: Actor, at: datetime | None = None) -> ListPlace:
    """Propose a place for red or black. To be proposed is not to be named."""
    now = at or timezone.now()
    owner = _held(round_)
    allow(actor, "lists.edit", owner.district)
    _colour(given.proposed, empty=False)
    if given.unit is not None:
        existing_unit(given.unit, owner.district, local_day(owner.district, now))
    if given.lon is not None and given.lat is not None:
        town_at(owner.district, given.lon, given.lat, now)
    elif given.lon is not None or given.lat is not None:
        raise FieldRefused("lon", _("Half a place is none."), _("Give longitude and latitude, or neither."))
    name = text_of(given.name_zh, _("a name"), longest=NAME_LENGTH, field="name_zh")
    if owner.places.filter(name_zh=name).exists():
        raise FieldRefused("name_zh", _("“%(name)s” is proposed already.") % {"name": name}, _("Look for it below."))
    place = ListPlace.objects.create(
        round=owner, name_zh=name, proposed=given.proposed, site=given.site, unit=given.unit,
        lon=given.lon, lat=given.lat,
        name_en=text_of(given.name_en, _("the English name"), longest=NAME_LENGTH, empty=True, field="name_en"),
    )  # fmt: skip
    after = {"place": name, "proposed": given.proposed, "unit": given.unit.code if given.unit else None}
    tell(owner, place, "list.proposed", actor, after=after, at=now)
    return place


@transaction.atomic
def look_at(
    place: ListPlace, kind: str, *, score: float, actor: User, note: str = "", photos: Sequence[UUID | str] = (),
    at: datetime | None = None,
) -> ListLook:  # fmt: skip
    """Keep an expert visit or a secret re-check, with a score from 0 to 100, a note and photos.

    Each place is looked at in secret by others than those who visited it as experts, and by nobody of its own unit.
    Of a secret look the record keeps a seal alone until the round is published. Raises ``Forbidden``, ``Refused``.
    """
    now = at or timezone.now()
    row, owner = _held_place(place)
    allow(actor, "lists.look", owner.district)
    if kind not in KINDS:
        raise FieldRefused(
            "kind", _("There is no such kind of look."), _("Choose the expert visit or the secret re-check.")
        )
    if not scored(score):
        raise FieldRefused(
            "score", _("%(score)s is no score.") % {"score": score},
            _("Give a number from %(low)d to %(high)d.") % {"low": LOWEST, "high": HIGHEST},
        )  # fmt: skip
    _independent(row, kind, actor)
    made = ListLook.objects.create(
        place=row, kind=kind, by=actor, at=now, score=score, note=text_of(note, _("the note"), empty=True, field="note")
    )
    kept = photos_of(photos, actor)
    LookPhoto.objects.bulk_create([LookPhoto(look=made, photo=photo) for photo in kept])
    if kind == SECRET:
        # Which place it was would tell it to whoever reads the record before publication.
        tell(owner, owner, "list.secret_look", actor, after={"sealed": seal(said(made))}, at=now)
    else:
        tell(owner, row, "list.expert_visit", actor, after=said(made), at=now)
    return made


@transaction.atomic
def decide(place: ListPlace, colour: str, *, reason: str, actor: Actor, at: datetime | None = None) -> ListPlace:
    """Put a place on the red or the black list, or (``colour`` empty) on none, and say why.

    Raises ``Refused`` for a colour without an expert visit and a secret re-check. May be done anew until publication.
    """
    now = at or timezone.now()
    row, owner = _held_place(place)
    allow(actor, "lists.publish", owner.district)
    allow(actor, "lists.secret", owner.district)
    _colour(colour, empty=True)
    text = text_of(reason, _("a reason"), field="reason")
    missing = lacking(set(row.looks.values_list("kind", flat=True))) if colour else []
    if missing:
        names = ", ".join(str(ListLook.Kind(kind).label) for kind in missing)
        raise Refused(
            _("“%(place)s” cannot be named: there is no %(looks)s.") % {"place": row, "looks": names},
            _("A place is named after both looks; without them it stands on no list."),
        )
    before = {"decided": row.decided, "reason": row.reason}
    row.decided, row.reason, row.decided_at = colour, text, now
    row.save(update_fields=["decided", "reason", "decided_at"])
    # The decision gives away what the looks said; it is told with the publication.
    sealed = seal({"place": row.pk, "decided": colour, "reason": text, "at": now.isoformat(), "before": before})
    tell(owner, owner, "list.decided", actor, after={"sealed": sealed}, at=now)
    return row


@transaction.atomic
def publish_round(round_: ListRound, *, actor: Actor, at: datetime | None = None) -> ListRound:
    """Publish the lists of a round. From then on nothing in it changes; later truth is a correction.

    The event holds every place with its decision and both looks, which opens the seals. Raises ``Refused`` before
    the period is over.
    """
    now = at or timezone.now()
    owner = _held(round_)
    allow(actor, "lists.publish", owner.district)
    if local_day(owner.district, now) < owner.ends:
        raise Refused(
            _("The period that is judged lasts until %(day)s.") % {"day": owner.ends},
            _("Publish on that day or later."),
        )
    places = list(owner.places.prefetch_related("looks__by"))
    if waiting := [place for place in places if lacking_none(place) and place.decided_at is None]:
        raise Refused(
            # Not which: whoever publishes need not know where secret looks were.
            _("%(count)s places were looked at twice and are not decided.") % {"count": len(waiting)},
            _("Let the assessor decide each: red, black, or on no list."),
        )
    owner.state, owner.published_at = ListRound.State.PUBLISHED, now
    owner.save(update_fields=["state", "published_at"])
    told = [
        {"place": place.pk, "name": place.name_zh, "proposed": place.proposed, "decided": place.decided,
         "reason": place.reason, "looks": [said(look) for look in place.looks.all()]}
        for place in places
    ]  # fmt: skip
    tell(owner, owner, "list.published", actor, before={"state": "open"}, after={"places": told}, at=now)
    return owner


@transaction.atomic
def correct(place: ListPlace, colour: str, *, reason: str, actor: Actor, at: datetime | None = None) -> ListCorrection:
    """Say of a published place that it should stand elsewhere (``colour`` empty: on no list), and why.

    What was published stays as it was printed, with the correction beside it.
    """
    now = at or timezone.now()
    row = ListPlace.objects.select_related("round__district").get(pk=place.pk)
    owner = ListRound.objects.select_for_update(of=("self",)).select_related("district").get(pk=row.round_id)
    allow(actor, "lists.publish", owner.district)
    if owner.state != ListRound.State.PUBLISHED:
        raise Refused(_("The round is not published yet."), _("Decide the place anew instead."))
    _colour(colour, empty=True)
    last = row.corrections.last()
    if colour == (last.colour if last else row.decided):
        raise FieldRefused("colour", _("The place stands there already."), _("Choose where it should stand instead."))
    text = text_of(reason, _("a reason"), field="reason")
    made = ListCorrection.objects.create(place=row, at=now, user=person(actor), colour=colour, reason=text)
    before = {"colour": last.colour if last else row.decided}
    tell(owner, row, "list.corrected", actor, before=before, after={"colour": colour, "reason": text}, at=now)
    return made


def lacking_none(place: ListPlace) -> bool:
    """Whether a place has both looks."""
    return not lacking({look.kind for look in place.looks.all()})


def said(look: ListLook) -> dict[str, Any]:
    """A look as events keep it."""
    return {
        "place": look.place_id, "kind": look.kind, "by": name_of(look.by) if look.by else "",
        "at": look.at.isoformat(), "score": look.score, "note": look.note,
    }  # fmt: skip


def _independent(place: ListPlace, kind: str, user: User) -> None:
    """Raise ``Forbidden`` for somebody of the place's unit, or who made the other kind of look at it."""
    if place.unit is not None and place.unit in unit_chain(user.organisation):
        raise Forbidden(
            _("You belong to %(unit)s, which answers for this place.") % {"unit": place.unit},
            _("Somebody from elsewhere has to look at it."),
        )
    looks = place.looks.filter(by=user)
    if looks.filter(kind=other_kind(kind)).exists():
        raise Forbidden(
            _("You visited this place as an expert; the secret re-check is made by somebody else.")
            if kind == SECRET
            else _("You re-checked this place in secret; the expert visit is made by somebody else."),
            _("Leave it to another person."),
        )
    if looks.exists():
        raise Refused(_("You have looked at this place already."), _("What was kept stays; write to the assessor."))


def _held(round_: ListRound) -> ListRound:
    """The round with its district, locked. Raises ``Refused`` when it is published."""
    row = ListRound.objects.select_for_update(of=("self",)).select_related("district").get(pk=round_.pk)
    if row.state == ListRound.State.PUBLISHED:
        raise Refused(
            _("“%(round)s” is published: nothing in it changes any more.") % {"round": row},
            _("Write a correction with its reason, or open another round."),
        )
    return row


def _held_place(place: ListPlace) -> tuple[ListPlace, ListRound]:
    row = ListPlace.objects.select_related("unit").get(pk=place.pk)
    return row, _held(ListRound(pk=row.round_id))


def _colour(colour: str, *, empty: bool) -> None:
    if colour not in COLOURS and not (empty and not colour):
        raise FieldRefused("colour", _("There is no such list."), _("Choose the red or the black list."))
