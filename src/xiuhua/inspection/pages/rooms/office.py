"""The office's page of a living room: what the tests said, squares to look at, moves and album as forms."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from xiuhua.foundation.form_answers import Failed
from xiuhua.inspection.actions import rooms as actions
from xiuhua.inspection.models import LivingRoom, RoomLook, RoomPhoto, RoomTest
from xiuhua.inspection.pages.failing import attempt
from xiuhua.inspection.pages.rooms.asked import LARGEST, Reader, inside, reader_of, room_of, signed
from xiuhua.inspection.pages.rooms.public import page_of
from xiuhua.inspection.rooms_drawn import draws_in, waiting
from xiuhua.inspection.rooms_queries import looks_of
from xiuhua.inspection.rooms_states import ACCEPT, APPLY, MOVES, TESTED, Move, moves_from
from xiuhua.people.models import User


class MoveForm(forms.Form):
    """What moves are given."""

    level = forms.CharField(label=gettext_lazy("Level"), max_length=10, required=False)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=2000, required=False)
    expected_version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)


class PhotoForm(forms.Form):
    """A photo with its caption."""

    photo = forms.FileField(label=gettext_lazy("Photo"))
    caption_zh = forms.CharField(label=gettext_lazy("Caption in Chinese"), max_length=200, required=False)
    caption_en = forms.CharField(label=gettext_lazy("Caption in English"), max_length=200, required=False)


@dataclass(frozen=True)
class Offer:
    """A move that the reader may make now; ``failed`` is what was refused of it."""

    key: str
    move: Move
    failed: Failed | None


@require_safe
@inside
def room_office(request: HttpRequest, district_code: str, room_code: str) -> HttpResponse:
    """The page of a room for those who work with it."""
    reader = reader_of(request, district_code)
    return show(request, reader, room_of(reader, room_code))


def show(request: HttpRequest, reader: Reader, room: LivingRoom, failed: Failed | None = None) -> HttpResponse:
    """The page; what was typed into a form that was refused stands there again."""
    user = signed(request)
    test = room.tests.filter(season=reader.season).first()
    context = page_of(reader, room, names=True) | {
        "offers": _offers(reader, room, test, failed), "failed": failed, "test": test,
        "levels": LivingRoom.Level.choices,
        "drawn": list(looks_of(test, RoomLook.Way.RANDOM)) if test else [],
        "dirtiest": list(looks_of(test, RoomLook.Way.DIRTIEST)) if test else [],
        "may_draw": _may_draw(user, room, test), **_waiting(test, user),
        "may_photo": reader.accepts or reader.answers_for(room),
    }  # fmt: skip
    return render(request, "inspection/rooms/office.html", context, status=failed.status if failed else 200)


def _offers(reader: Reader, room: LivingRoom, test: RoomTest | None, failed: Failed | None) -> list[Offer]:
    """The moves that the reader may make and that can succeed now."""
    rights = {ACCEPT: reader.accepts, APPLY: reader.answers_for(room)}
    passed = test is not None and test.state == RoomTest.State.PASSED
    left_out = {"test_season"} if test is not None else set()
    if room.level == LivingRoom.Level.CITY:
        left_out.add("raise")
    if test is not None and test.state == RoomTest.State.FAILED:
        left_out.add("test")
    return [
        Offer(key, MOVES[key], failed if failed and failed.form == key else None)
        for key in moves_from(room.state)
        if rights[MOVES[key].permission] and key not in left_out and (passed or not MOVES[key].passed)
    ]


def _waiting(test: RoomTest | None, user: User) -> dict[str, object]:
    """The square that waits for the reader, and those that wait for others."""
    looks = list(waiting([test.pk])) if test is not None else []
    own = next((look for look in looks if look.drawn_by_id == user.pk), None)
    return {"waiting": own, "others": [look for look in looks if look.drawn_by_id != user.pk]}


def _may_draw(user: User, room: LivingRoom, test: RoomTest | None) -> bool:
    return draws_in(user, room) and room.state in TESTED and (test is None or test.state == RoomTest.State.RUNNING)


@require_POST
@inside
def make_move(request: HttpRequest, district_code: str, room_code: str, move: str) -> HttpResponse:
    """Make a move with what the form gives."""
    reader = reader_of(request, district_code)
    room, user, form = room_of(reader, room_code), signed(request), MoveForm(request.POST)
    if move not in MOVES or move not in _ACTS:
        raise Http404(_("There is no such move."))
    failed = attempt(form, move, lambda: _ACTS[move](room, user, form))
    if failed:
        return show(request, reader, room, failed)
    messages.success(request, _("Done: %(move)s.") % {"move": MOVES[move].name})
    return _back(reader, room)


def _with_reason(action: Callable[..., object]) -> Callable[[LivingRoom, User, forms.Form], object]:
    def act(room: LivingRoom, user: User, form: forms.Form) -> object:
        given = form.cleaned_data
        return action(room, reason=given["reason"], actor=user, expected_version=given["expected_version"])

    return act


def _begin(room: LivingRoom, user: User, form: forms.Form) -> object:
    return actions.begin_test(room, actor=user, expected_version=form.cleaned_data["expected_version"])


def _accept(room: LivingRoom, user: User, form: forms.Form) -> object:
    return actions.accept(room, actor=user, **form.cleaned_data)


_ACTS: dict[str, Callable[[LivingRoom, User, forms.Form], object]] = {
    "apply_again": _with_reason(actions.apply_again), "test": _begin, "test_season": _begin, "accept": _accept,
    "raise": _with_reason(actions.raise_level), "refuse": _with_reason(actions.refuse),
    "withdraw": _with_reason(actions.withdraw),
}  # fmt: skip


@require_POST
@inside
def draw_square(request: HttpRequest, district_code: str, room_code: str) -> HttpResponse:
    """Draw the square to look at next."""
    reader = reader_of(request, district_code)
    room, user = room_of(reader, room_code), signed(request)
    failed = attempt(forms.Form(request.POST), "draw", lambda: actions.draw(room, user=user))
    return show(request, reader, room, failed) if failed else _back(reader, room, "#squares")


@require_POST
@inside
def give_square_up(request: HttpRequest, district_code: str, room_code: str, look_id: int) -> HttpResponse:
    """Give a drawn square back, with the reason."""
    reader = reader_of(request, district_code)
    room, user, form = room_of(reader, room_code), signed(request), MoveForm(request.POST)
    look = RoomLook.objects.select_related("test__room").filter(pk=min(look_id, LARGEST), test__room=room).first()
    if look is None:
        raise Http404(_("This living room has no such square drawn."))
    failed = attempt(form, "give-up", lambda: actions.give_up(look, reason=form.cleaned_data["reason"], user=user))
    return show(request, reader, room, failed) if failed else _back(reader, room, "#squares")


@require_POST
@inside
def add_to_album(request: HttpRequest, district_code: str, room_code: str) -> HttpResponse:
    """Add a photo to the album."""
    reader = reader_of(request, district_code)
    room, user, form = room_of(reader, room_code), signed(request), PhotoForm(request.POST, request.FILES)

    def act() -> None:
        given = form.cleaned_data
        actions.add_photo(
            room, given["photo"], user=user, caption_zh=given["caption_zh"], caption_en=given["caption_en"]
        )

    failed = attempt(form, "album", act)
    if failed:
        return show(request, reader, room, failed)
    messages.success(request, _("The photo is in the album."))
    return _back(reader, room, "#album")


@require_POST
@inside
def take_from_album(request: HttpRequest, district_code: str, room_code: str, photo_id: int) -> HttpResponse:
    """Take a photo out of the album."""
    reader = reader_of(request, district_code)
    room, user = room_of(reader, room_code), signed(request)
    entry = RoomPhoto.objects.select_related("room", "photo").filter(pk=min(photo_id, LARGEST), room=room).first()
    if entry is None:
        raise Http404(_("The album has no such photo."))
    failed = attempt(forms.Form(request.POST), "album", lambda: actions.remove_photo(entry, user=user))
    return show(request, reader, room, failed) if failed else _back(reader, room, "#album")


def _back(reader: Reader, room: LivingRoom, place: str = "") -> HttpResponse:
    return HttpResponseRedirect(reverse("inspection:room-office", args=[reader.district.code, room.code]) + place)
