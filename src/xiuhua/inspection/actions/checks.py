"""Take a check in, perhaps hours late and more than once: with findings, photos, flags and cases in one transaction."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.actions.patrol import PhotosMissing
from xiuhua.casework.models import Photo
from xiuhua.casework.refusals import Conflict, Forbidden, Refused
from xiuhua.city.area_index import area_index, local_day
from xiuhua.foundation import events
from xiuhua.foundation.models import Event
from xiuhua.foundation.single import find_every_same, find_one, find_values, find_with
from xiuhua.foundation.together import Update, write
from xiuhua.inspection import oddities
from xiuhua.inspection.actions import heard
from xiuhua.inspection.actions.failures import cases_of
from xiuhua.inspection.actions.pictures import keep_bands
from xiuhua.inspection.conditions import unmet
from xiuhua.inspection.models import Check, CheckPhoto, Finding, Item, Part, Plan, Standard, Visit
from xiuhua.inspection.outline import distance_m
from xiuhua.inspection.scoring import Scored, scored
from xiuhua.inspection.sent import CheckSent, checked
from xiuhua.people.models import User
from xiuhua.people.permissions import may, refusal

__all__ = ["CheckSent", "submit_check"]

PERMISSION = "inspection.check"
# What a check without a visit may be for: the panel and its repeats are drawn, never chosen.
FREE_PARTS = (Part.COMPLAINT, Part.SEQUENTIAL)
_MADE = "key = %s OR visit_id = %s"
_USED = "EXISTS (SELECT 1 FROM inspection_checkphoto p WHERE p.photo_id = casework_photo.id)"


def submit_check(sent: CheckSent, *, at: datetime | None = None) -> Check:
    """Keep a check and everything that follows from it; the same key gives back the first answer.

    Raises ``Refused`` (``Forbidden`` for rights, ``Conflict`` where the visit is done or the key stands for another
    check, ``PhotosMissing`` for photos that were not sent yet); then nothing is kept.
    """
    now = at or timezone.now()
    # A visit that is not done has no check yet; who makes it meanwhile is found below.
    if (sent.visit is None or sent.visit.state == Visit.State.DONE) and (known := _known(sent)):
        return known
    items = sorted(find_every_same(Item, standard_id=sent.standard.pk), key=lambda item: (item.order, item.pk))
    sent = checked(sent, items, now)
    _check_rights(sent)
    part = _part(sent, now)
    try:
        with transaction.atomic():
            # Who sends the same at the same time waits here, and so does who would make a second case of one failure.
            # The photos are held until the check is kept: one that is drawn meanwhile finds its check afterwards, and
            # two checks cannot take one photo.
            events.lock(
                f"inspection:check:{sent.key}", f"inspection:frame:{sent.frame.pk}",
                *sorted(f"photo:{key}" for key, _item in sent.photos),
            )  # fmt: skip
            if find_values(Check, ("id",), _MADE, ("key", sent.key), ("visit_id", sent.visit and sent.visit.pk)):
                if known := _known(sent):
                    return known
                _check_open(sent.visit)
            return _take(sent, items, part, _photos(sent), now)
    except IntegrityError:
        if known := _known(sent):
            return known
        raise


def _known(sent: CheckSent) -> Check | None:
    """The check of this key. Raises ``Conflict`` or ``Forbidden`` when the key stands for another one."""
    made = find_one(Check, "frame", "standard", "district", "inspector", key=sent.key)
    if made is None:
        return None
    if made.inspector_id != sent.inspector.pk:
        raise Forbidden(_("This key belongs to the check of somebody else."), _("Make a new key for each check."))
    if (made.frame_id, made.seen_at) != (sent.frame.pk, sent.seen_at):
        raise Conflict(
            _("This key was used for another check."), _("Make a new key for each check and send it again."),
            by=str(made.inspector), move="check", at=made.received_at,
        )  # fmt: skip
    return made


def _check_rights(sent: CheckSent) -> None:
    district, user = sent.frame.district, sent.inspector
    if why := refusal(user, PERMISSION, district.code, partly=True):
        raise Forbidden(why, _("Ask the district for this right."))
    if sent.visit is not None:
        return
    areas = [place.code for place in area_index(district, sent.seen_at).at(sent.frame.lon, sent.frame.lat)]
    if not may(user, PERMISSION, district_code=district.code, area_codes=areas):
        raise Forbidden(_("Your account checks in other areas, not here."), _("Choose an object of your own area."))


def _part(sent: CheckSent, now: datetime) -> str:
    """Why the check is made. Raises ``Refused`` where its visit is not this inspector's to make now."""
    visit = sent.visit
    if visit is None:
        if sent.part not in FREE_PARTS:
            raise Refused(
                _("A check without a visit cannot belong to this part: %(part)s.") % {"part": sent.part[:20] or "-"},
                _("Give one of: %(parts)s. The random panel is drawn, never chosen.")
                % {"parts": ", ".join(FREE_PARTS)},
            )
        if sent.standard.kind != sent.frame.kind or sent.standard.state == Standard.State.DRAFT:
            raise Refused(
                _("The standard %(standard)s is not for this object.") % {"standard": sent.standard.ref},
                _("Choose a standard in force for objects of the kind %(kind)s.") % {"kind": sent.frame.kind},
            )
        return sent.part
    if visit.inspector_id != sent.inspector.pk:
        raise Forbidden(_("This visit was given to somebody else."), _("Make the visits of your own list."))
    if visit.frame_id != sent.frame.pk or visit.standard_id != sent.standard.pk:
        raise Refused(
            _("The visit is to another object, or by another standard."), _("Load your list again and check anew.")
        )
    if visit.plan.state not in {Plan.State.COMMITTED, Plan.State.REVEALED}:
        raise Refused(
            _("The plan of this visit is not in force: %(state)s.") % {"state": Plan.State(visit.plan.state).label},
            _("Load your list again."),
        )
    if visit.day > local_day(sent.frame.district, min(sent.seen_at, now)):
        raise Refused(_("This visit is for a later day."), _("Make the visits of today."))
    return visit.part


def _check_open(visit: Visit | None) -> None:
    done = find_one(Check, "inspector", visit_id=visit.pk) if visit else None
    if done is not None:
        raise Conflict(
            _("This visit has been made already."), _("Delete this entry, or ask the planner."),
            by=str(done.inspector), move="check", at=done.received_at,
        )  # fmt: skip


def _photos(sent: CheckSent) -> list[Photo]:
    """The photos as they were sent, in order. Raises ``PhotosMissing``, or ``Refused`` for one that is used already."""
    asked = {key: find_with(Photo, (), _USED, key=key, user_id=sent.inspector.pk) for key, _item in sent.photos}
    if missing := [key for key, (photo, _used) in asked.items() if photo is None]:
        raise PhotosMissing(missing)
    photos = [(photo, used) for photo, used in asked.values() if photo is not None]
    for photo, used in photos:
        if photo.case_id or photo.report_id or photo.check_made_id or used:
            raise Refused(_("A photo belongs to something that was sent before."), _("Take the photo again."))
    return [photo for photo, _used in photos]


def _take(sent: CheckSent, items: Sequence[Item], part: str, kept: Sequence[Photo], now: datetime) -> Check:
    # Empty where a photo is still to be drawn: then its picture is looked at afterwards (pictures.py).
    photos = [(photo, oddities.digest_of(photo)) for photo in kept]
    result = scored(sent.standard.rule, items, sent.values)
    missing = unmet(sent.standard.conditions, sent.weather)
    distance = None
    if sent.lon is not None and sent.lat is not None:
        distance = round(distance_m(sent.frame.geom, sent.lon, sent.lat), 1)
    odd = oddities.of_check(sent, photos, distance, missing)
    made = Check(
        key=sent.key, district=sent.frame.district, visit=sent.visit, frame=sent.frame, standard=sent.standard,
        part=part, inspector=sent.inspector, began_at=sent.began_at, seen_at=sent.seen_at, received_at=now,
        lon=sent.lon, lat=sent.lat, accuracy_m=sent.accuracy_m, distance_m=distance, weather=dict(sent.weather),
        valid=not missing, score=result.score, passed=result.passed, flags=odd, note=sent.note,
    )  # fmt: skip
    # What the weather did is nobody's failure.
    failed = [item for item in items if item.key in result.failed] if made.valid else []
    cases, refused = cases_of(made, sent, failed)
    found = [
        Finding(
            made=made, item=item, value=(value := sent.values[item.key]),
            passed=None if value is None else item.key not in result.failed, note=sent.notes.get(item.key, ""),
            case=cases.get(item.key),
        )
        for item in items
    ]  # fmt: skip
    made.flags = [*odd, *refused]
    made.led_to = list(dict.fromkeys(case.number for case in cases.values()))
    shown = _shown(made, items, sent, photos)
    done = [Update(Visit, sent.visit.pk, {"state": Visit.State.DONE, "reason": ""})] if sent.visit else []
    event = _told(made, sent.inspector, result, sorted(case.number for case in cases.values()), now)
    write(done, [made, *shown], event, many=found)
    keep_bands(shown)
    heard.tell(made)
    return made


def _shown(
    made: Check, items: Sequence[Item], sent: CheckSent, photos: Sequence[tuple[Photo, str]]
) -> list[CheckPhoto]:
    shows: dict[UUID, str | None] = dict(sent.photos)
    by_key = {item.key: item for item in items}
    return [
        CheckPhoto(made=made, photo=photo, item=by_key.get(shows[photo.key] or ""), phash=digest)
        for photo, digest in photos
    ]


def _told(made: Check, user: User, result: Scored, cases: list[str], now: datetime) -> Event:
    chain = f"inspection:check:{made.key}"
    return events.drawn_up(
        chain=chain, verb="check.made", actor=user.username, subject=f"inspection.check:{made.key}", at=now,
        after={
            "frame": made.frame.code, "standard": made.standard.ref, "part": made.part,
            "visit": made.visit.key if made.visit else None, "seen_at": made.seen_at, "valid": made.valid,
            **asdict(result), "flags": sorted({flag["flag"] for flag in made.flags}), "cases": cases,
        },
    )  # fmt: skip
