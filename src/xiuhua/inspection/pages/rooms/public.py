"""What everybody sees of living rooms: the list with its map, and the page of each."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from xiuhua.foundation.geometry import area_m2, from_wkb, length_m
from xiuhua.inspection.models import LivingRoom
from xiuhua.inspection.pages.rooms.asked import Reader, reader_of, room_of
from xiuhua.inspection.pages.rooms.showing import Shown, promises, shown_tests, story
from xiuhua.inspection.rooms_queries import rooms
from xiuhua.inspection.rooms_states import PUBLIC, STATES

# The order in which the list tells of them.
ORDER = {state: number for number, state in enumerate(("accepted", "testing", "applied", "withdrawn", "refused"))}


@require_safe
def every_room(request: HttpRequest, district_code: str) -> HttpResponse:
    """The living rooms of a district, accepted ones first, with how many there are."""
    reader = reader_of(request, district_code)
    found = listed(reader)
    accepted = [each for each in found if each.room.state == LivingRoom.State.ACCEPTED]
    context = {
        "district": reader.district, "reader": reader, "rooms": found, "accepted": len(accepted),
        "city": sum(each.room.level == LivingRoom.Level.CITY for each in accepted),
        "testing": sum(each.room.state == LivingRoom.State.TESTING for each in found),
        "withdrawn": sum(each.room.state == LivingRoom.State.WITHDRAWN for each in found),
        "points": reverse("inspection:room-points", args=[reader.district.code]),
    }  # fmt: skip
    return render(request, "inspection/rooms/list.html", context)


def listed(reader: Reader) -> list[Shown]:
    """What the reader sees in the list."""
    found = rooms(reader.district, STATES if reader.inside else PUBLIC).prefetch_related("album__photo")
    return sorted((Shown(room) for room in found), key=lambda each: (ORDER[each.room.state], each.room.code))


@require_safe
@cache_control(private=True, max_age=60)
def room_points(request: HttpRequest, district_code: str) -> JsonResponse:
    """The rooms of the list as GeoJSON points with name, state and address."""
    reader = reader_of(request, district_code)
    features = [
        {
            "type": "Feature", "geometry": {"type": "Point", "coordinates": [each.room.lon, each.room.lat]},
            "properties": {
                "name": each.room.name, "state": each.room.state, "text": str(each.room.get_state_display()),
                "url": reverse("inspection:room", args=[reader.district.code, each.room.code]),
            },
        }
        for each in listed(reader)
    ]  # fmt: skip
    answer = JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")
    answer["Vary"] = "Accept-Language, Cookie"
    return answer


@require_safe
def one_room(request: HttpRequest, district_code: str, room_code: str) -> HttpResponse:
    """The public page of a living room."""
    reader = reader_of(request, district_code)
    return render(request, "inspection/rooms/room.html", page_of(reader, room_of(reader, room_code)))


def page_of(reader: Reader, room: LivingRoom, *, names: bool = False) -> dict[str, object]:
    """What the pages of a room show; with ``names`` who made each step."""
    place = from_wkb(room.geom)
    line = "Line" in place.geom_type
    tests = shown_tests(room)
    latest = tests[0] if tests else None
    return {
        "district": reader.district, "reader": reader, "room": room, "shown": Shown(room), "line": line,
        "size": length_m(place) if line else area_m2(place), "album": list(room.album.select_related("photo")),
        "promises": promises(room), "tests": tests, "latest": latest, "picture": latest.picture() if latest else None,
        "story": story(room, names=names), "squares": room.frames.count(),
    }  # fmt: skip
