"""What every write of a living room goes through: rights, who was first, the step and its event."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from xiuhua.casework.refusals import Conflict, Forbidden, Refused
from xiuhua.city.area_index import local_day
from xiuhua.city.models import District
from xiuhua.foundation import events
from xiuhua.foundation.plain import keepable
from xiuhua.inspection.models import LivingRoom, RoomStep
from xiuhua.inspection.rooms_states import MOVES
from xiuhua.people.actors import Actor, name_of
from xiuhua.people.models import Organisation, User
from xiuhua.people.permissions import may, refusal
from xiuhua.people.queries import unit_chain

LONGEST = 2000


def allow(actor: Actor, permission: str, district: District, unit: Organisation | None = None) -> None:
    """Raise ``Forbidden`` when the person may not do this in the district, or to what belongs to ``unit``."""
    if not isinstance(actor, User):
        return
    codes = [each.code for each in unit_chain(unit)]
    if may(actor, permission, district_code=district.code, unit_codes=codes):
        return
    raise Forbidden(
        refusal(actor, permission, district.code, partly=True)
        or _("Your account may do this only for its own unit and those below it."),
        _("Ask somebody of that unit."),
    )


def held(room: LivingRoom, expected_version: int | None = None) -> LivingRoom:
    """The room with its district and unit, locked until the transaction ends.

    Raises ``Conflict`` when it changed since the version that was read.
    """
    rows = LivingRoom.objects.select_for_update(of=("self",)).select_related("district", "unit", "standard")
    row = rows.get(pk=room.pk)
    if expected_version is not None and row.version != expected_version:
        raise conflict(row)
    return row


def conflict(room: LivingRoom) -> Conflict:
    """The conflict with whoever made the last step."""
    last = room.steps.select_related("user").order_by("-number").first()
    by = str(last.user) if last and last.user else _("the platform")
    at = last.at if last else timezone.now()
    move = MOVES[last.move].name if last and last.move in MOVES else ""
    return Conflict(
        _("%(by)s was first: “%(verb)s” at %(at)s.")
        % {"by": by, "verb": move, "at": date_format(timezone.localtime(at), "Y-m-d H:i:s")},
        _("Look at it as it is now, then decide again."),
        by=by, move=move, at=at,
    )  # fmt: skip


def startable(room: LivingRoom, move: str) -> None:
    """Raise ``Refused`` where ``move`` does not start from the state of the room."""
    if room.state not in MOVES[move].start:
        raise Refused(
            _("“%(move)s” is not possible while the living room is “%(state)s”.")
            % {"move": MOVES[move].name, "state": room.get_state_display()},
            _("Look at what its page offers now."),
        )


def step(
    room: LivingRoom, move: str, actor: Actor, *, reason: str = "", data: Mapping[str, Any] | None = None,
    columns: Mapping[str, object] | None = None, at: datetime | None = None,
) -> RoomStep:  # fmt: skip
    """Bring the room to where ``move`` leads, with ``columns``; append the step and write the event.

    The room is locked and ``move`` starts from its state.
    """
    now, kept, before = at or timezone.now(), dict(data or {}), room.state
    room.state = MOVES[move].to or room.state
    for column, value in (columns or {}).items():
        setattr(room, column, value)
    room.version += 1
    room.save(update_fields=["state", "version", *(columns or {})])
    last = room.steps.order_by("-number").values_list("number", flat=True).first() or 0
    made = RoomStep.objects.create(
        room=room, number=last + 1, at=now, move=move, to_state=room.state, reason=reason, data=kept,
        user=actor if isinstance(actor, User) else None,
    )  # fmt: skip
    after = {"state": room.state, "step": made.number, "reason": reason, **kept}
    tell(room, f"room.{move}", actor, before={"state": before}, after=after, at=now)
    return made


def tell(
    room: LivingRoom, verb: str, actor: Actor, *, before: Mapping[str, Any] | None, after: Mapping[str, Any],
    at: datetime | None = None,
) -> None:  # fmt: skip
    """Write an event of the room into the chain of the room."""
    events.record(
        chain=chain(room), verb=verb, actor=name_of(actor), subject=f"inspection.{chain(room)}",
        before=dict(before) if before is not None else None, after=dict(after), at=at,
    )  # fmt: skip


def chain(room: LivingRoom) -> str:
    """The event chain of a room."""
    return f"room:{room.district.code}:{room.code}"


def text_of(value: str, what: str, *, longest: int = LONGEST) -> str:
    """``value`` without spaces around it. Raises ``Refused`` for nothing, too much, or signs that cannot be kept."""
    text = value.strip()
    if not text:
        raise Refused(_("This needs %(what)s.") % {"what": what}, _("Write it and try again."))
    return optional_text(text, longest=longest)


def optional_text(value: str, *, longest: int = LONGEST) -> str:
    """As ``text_of``; nothing is allowed."""
    text = value.strip()
    if len(text) > longest or not keepable(text):
        raise Refused(
            _("The text is longer than %(limit)s characters or holds signs that cannot be kept.") % {"limit": longest},
            _("Shorten it and write it without control characters."),
        )
    return text


def today(room: LivingRoom, at: datetime | None) -> date:
    """The day of ``at`` (now when not given) on the clock of the district."""
    return local_day(room.district, at or timezone.now())
