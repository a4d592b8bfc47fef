"""What every write of the task book goes through: rights, who was first, the event."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from xiuhua.city.area_index import local_day
from xiuhua.foundation.events import record
from xiuhua.foundation.models import Event
from xiuhua.foundation.plain import keepable
from xiuhua.people.actors import Actor, name_of
from xiuhua.people.models import Organisation, User
from xiuhua.people.permissions import may, refusal
from xiuhua.people.queries import unit_chain
from xiuhua.taskbook.models import Book, Commitment, Meeting, Project
from xiuhua.taskbook.refusals import Conflict, Forbidden, Refused
from xiuhua.taskbook.wording import verb_name

type Versioned = Book | Commitment | Meeting | Project

# The longest text of minutes, a proof, a reason.
LONGEST = 20_000


def allow(actor: Actor, permission: str, book: Book, *units: Organisation | None) -> None:
    """Raise ``Forbidden`` when the person may not do this to the book, or to what belongs to one of ``units``."""
    if not isinstance(actor, User):
        return
    codes = [each.code for unit in units for each in unit_chain(unit)]
    if may(actor, permission, district_code=book.district.code, unit_codes=codes):
        return
    why = refusal(actor, permission, book.district.code)
    raise Forbidden(
        why or _("Your account may do this only for its own unit and those below it."),
        _("Ask somebody of that unit, or who keeps the book."),
    )


def held_book(book: Book | int, expected_version: int | None = None, *, writable: bool = True) -> Book:
    """The book with its district, locked until the transaction ends.

    Raises ``Conflict`` when its version is another than the one that was read, ``Refused`` when it is closed.
    """
    pk = book if isinstance(book, int) else book.pk
    row = Book.objects.select_for_update(of=("self",)).select_related("district").get(pk=pk)
    same_version(row, row, expected_version)
    if writable:
        not_closed(row)
    return row


def not_closed(book: Book) -> None:
    """Raise ``Refused`` for a closed book."""
    if book.state == Book.State.CLOSED:
        raise Refused(
            _("The book “%(book)s” is closed: nothing in it changes any more.") % {"book": book},
            _("Write it into the book that follows."),
        )


def same_version(item: Versioned, book: Book, expected_version: int | None) -> None:
    """Raise ``Conflict`` when ``item`` changed since the caller read it."""
    if expected_version is not None and item.version != expected_version:
        raise conflict(item, book)


def conflict(item: Versioned, book: Book) -> Conflict:
    """The conflict with whoever changed ``item`` last."""
    # What came with a file has no event of its own: then it was whoever changed the book.
    told = Event.objects.filter(chain=chain(book)).order_by("-sequence")
    last = told.filter(subject=subject(item)).first() or told.filter(subject=subject(book)).first()
    at = last.at if last else timezone.now()
    user = User.objects.filter(username=last.actor).first() if last else None
    by, verb = str(user or (last.actor if last else "")), last.verb if last else ""
    return Conflict(
        _("%(by)s was first: “%(verb)s” at %(at)s.")
        % {"by": by, "verb": verb_name(verb), "at": date_format(timezone.localtime(at), "Y-m-d H:i:s")},
        _("Look at it as it is now, then decide again."),
        by=by, verb=verb, at=at,
    )  # fmt: skip


def chain(book: Book) -> str:
    """The event chain of a book: everything about it is in one order."""
    return f"book:{book.district.code}:{book.key}"


def subject(item: Versioned) -> str:
    """How events name a thing."""
    if isinstance(item, Book):
        return f"taskbook.book:{item.district.code}:{item.key}"
    return f"taskbook.{item._meta.model_name}:{item.pk}"


def tell(
    item: Versioned, book: Book, verb: str, actor: Actor, *, before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None, at: datetime | None = None,
) -> None:  # fmt: skip
    """Write the event of a change."""
    record(
        chain=chain(book), verb=verb, actor=name_of(actor), subject=subject(item),
        before=dict(before) if before is not None else None, after=dict(after) if after is not None else None, at=at,
    )  # fmt: skip


def text_of(value: str, what: str, *, longest: int = LONGEST) -> str:
    """``value`` without spaces around it. Raises ``Refused`` for nothing, too much, or signs that cannot be kept."""
    text = value.strip()
    if not text:
        raise Refused(_("This needs %(what)s.") % {"what": what}, _("Write it and try again."))
    if len(text) > longest or not keepable(text):
        raise Refused(
            _("The text is longer than %(limit)s characters or holds signs that cannot be kept.") % {"limit": longest},
            _("Shorten it and write it without control characters."),
        )
    return text


def day_of(book: Book, at: datetime | None) -> date:
    """The day of ``at`` (now when not given) in the district of the book."""
    return local_day(book.district, at or timezone.now())


def past_day(day: date | None, today: date) -> date:
    """``day`` (today when not given). Raises ``Refused`` for a day that has not come."""
    if day and day > today:
        raise Refused(
            _("%(day)s has not come yet: what is done was done today or before.") % {"day": day},
            _("Give the day on which it was done."),
        )
    return day or today


def living(unit: Organisation, day: date) -> Organisation:
    """``unit``. Raises ``Refused``, naming those that took over, when it does not exist on ``day``."""
    if not unit.exists_on(day):
        raise Refused(*ended(unit, day))
    return unit


def ended(unit: Organisation, day: date) -> tuple[str, str]:
    """What to say of a unit that does not exist on ``day``: the rule and what to do."""
    if unit.valid_from and day < unit.valid_from:
        return (
            _("%(unit)s (%(code)s) exists only from %(day)s.")
            % {"unit": unit, "code": unit.code, "day": unit.valid_from},
            _("Name the unit that was there before it."),
        )
    codes = unit.successor_codes
    names = Organisation.objects.filter(district_code=unit.district_code, code__in=codes).order_by("code")
    others = ", ".join(f"{each} ({each.code})" for each in names)
    rule = _("%(unit)s (%(code)s) is no more since %(day)s.") % {"unit": unit, "code": unit.code, "day": unit.valid_to}
    if len(codes) > 1:
        return rule, _("It was split: choose which of these answers now: %(units)s.") % {"units": others}
    if codes:
        return rule, _("Name the unit that took over: %(units)s.") % {"units": others}
    return rule, _("Name a unit that exists, or load which one took over with the organisations.")
