"""Pages of living rooms: what everybody sees, the application, the office's moves; nothing typed is lost."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from casework.pictures import encoded
from inspection.rooms_desk import Desk, fresh
from xiuhua.city.models import Site
from xiuhua.foundation.geometry import to_row
from xiuhua.inspection.actions import rooms
from xiuhua.inspection.models import LivingRoom

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
HERE = "990001"
EN = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def desk(two_districts):
    return Desk(two_districts[0])


def now():
    return timezone.now() - timedelta(hours=3)


def page(client, name, *args, who=None, desk=None, status=200):
    if who:
        client.force_login(desk.people[who])
    found = client.get(reverse(f"inspection:{name}", args=[HERE, *args]), headers=EN)
    assert found.status_code == status
    return found.content.decode()


def send(client, name, *args, **data):
    return client.post(reverse(f"inspection:{name}", args=[HERE, *args]), data, headers=EN)


def given(**more):
    return {
        "name_zh": "水秀街广场", "name_en": "Shuixiu Square", "type": "square", "level": "city", "unit": "990001-001",
        "about_zh": "", "about_en": "", "address": "", "corners": "", "do": "send", **more,
    }  # fmt: skip


CORNERS = "120.05, 31.70\n120.0505，31.70\n120.0505 31.7004\n120.05, 31.7004"


def test_an_empty_district_says_so(client, desk):
    assert "Nobody has applied for a living room" in page(client, "rooms")
    assert "Apply for a living room" not in page(client, "rooms")
    assert "Apply for a living room" in page(client, "rooms", who="town", desk=desk)


def test_everybody_sees_what_was_promised_and_what_the_tests_said(client, desk):
    room = desk.accepted(now(), about_en="A square with old trees")
    desk.look(fresh(room), False, at=timezone.now(), square=room.frames.first())
    listed = page(client, "rooms")
    assert "Shuixiu Square" in listed
    assert "accepted by the district" in listed
    found = page(client, "room", room.code)
    for words in (
        "A square with old trees",
        "at most 5 g a square metre",
        "none",
        "passed after 35 squares, 0 failed",
        "<polyline",
    ):
        assert words in found
    assert "since " in found
    assert f"&amp;lon={room.lon}&amp;lat={room.lat}" in found
    assert "assessor" not in found  # names of accounts are nobody's business
    assert "Work with it" not in found
    points = client.get(reverse("inspection:room-points", args=[HERE])).json()
    assert points["features"][0]["properties"]["state"] == "accepted"


def test_a_refused_application_is_no_business_of_the_public(client, desk):
    room = desk.room(now())
    rooms.refuse(room, reason="太小", actor=desk.people["leader"])
    assert "Shuixiu" not in page(client, "rooms")
    page(client, "room", room.code, status=404)
    assert "太小" in page(client, "room", room.code, who="assessor", desk=desk)


def test_a_town_applies_by_corners_with_photos(client, desk):
    client.force_login(desk.people["town"])
    photo = SimpleUploadedFile("a.jpg", encoded(), "image/jpeg")
    answer = send(client, "room-apply", **given(place="drawn", corners=CORNERS, photos=photo))
    room = LivingRoom.objects.get()
    assert answer.headers["Location"] == f"/inspection/rooms/{HERE}/R001/office/"
    assert (room.name_zh, room.asked_level, room.album.count()) == ("水秀街广场", "city", 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"corners": "120.05\n120.06, 31.7"}, "Line 1 of the corners"),
        ({"corners": "120.05, 31.70\n120.06, 95"}, "Line 2 of the corners"),
        ({"corners": "120.05, 31.70\n120.06, nan"}, "Line 2 of the corners"),
        ({"corners": "120.05, 31.70\n120.06, 31.7"}, "has 2 corners"),
        ({"corners": ""}, "names no place"),
        ({"place": "sites:77", "corners": ""}, "not there any more"),
        ({"place": "sites:x", "corners": ""}, "not there any more"),
        ({"name_zh": ""}, "Name in Chinese"),
        ({"unit": "990001-002"}, "cannot apply for the unit"),
        ({"type": "pool"}, "Type"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, desk, change, words):
    client.force_login(desk.people["town"])
    photo = SimpleUploadedFile("a.jpg", encoded(), "image/jpeg")
    typed = given(place="drawn", corners=CORNERS, about_zh="老树下有长椅", photos=photo)
    answer = send(client, "room-apply", **typed | change)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert words in shown
    assert "老树下有长椅" in shown
    assert 'name="photo" value="' in shown
    assert not LivingRoom.objects.exists()


def test_a_site_of_the_city_is_chosen(client, desk):
    site = Site.objects.create(
        district=desk.district, code="S1", kind="demonstration_area", name_zh="长广溪席地而坐示范区",
        **to_row(desk.asked().place),
    )  # fmt: skip
    assert "长广溪席地而坐示范区" in page(client, "room-apply", who="town", desk=desk)
    send(client, "room-apply", **given(place=f"sites:{site.pk}"))
    assert LivingRoom.objects.get().site == site


def test_the_office_moves_a_room_from_application_to_acceptance(client, desk):
    room = desk.room(now())
    client.force_login(desk.people["assessor"])
    send(client, "room-move", room.code, "test", expected_version=room.version)
    desk.looks(fresh(room), [True] * 23, now())
    assert "go on: 23 squares, 0 failed; at least 12 more" in page(client, "room-office", room.code)
    assert "/moves/accept/" not in page(client, "room-office", room.code)
    desk.looks(fresh(room), [True] * 12, now() + timedelta(hours=1))
    assert "/moves/accept/" in page(client, "room-office", room.code)
    stale = send(client, "room-move", room.code, "accept", level="city", expected_version=1, reason="随机 35 格")
    assert stale.status_code == 409
    assert "was first" in stale.content.decode()
    assert "随机 35 格" in stale.content.decode()
    send(client, "room-move", room.code, "accept", level="city", expected_version=fresh(room).version)
    assert (fresh(room).state, fresh(room).level) == ("accepted", "city")
    refused = send(client, "room-move", room.code, "withdraw", reason="  ", expected_version=fresh(room).version)
    assert refused.status_code == 422
    assert send(client, "room-move", room.code, "pass").status_code == 404


def test_an_inspector_draws_and_gives_back(client, desk):
    room = desk.testing(now())
    client.force_login(desk.people["inspector"])
    assert "Draw the next square" in page(client, "room-office", room.code)
    send(client, "room-draw", room.code)
    shown = page(client, "room-office", room.code)
    assert "look at square R001-" in shown
    look = room.tests.get().looks.get()
    assert send(client, "room-give-up", room.code, look.pk, reason="").status_code == 422
    send(client, "room-give-up", room.code, look.pk, reason="围挡")
    assert "Draw the next square" in page(client, "room-office", room.code)
    assert send(client, "room-give-up", room.code, 2**63, reason="x").status_code == 404


def test_the_album_takes_photos_and_gives_them_back(client, desk):
    room = desk.room(now())
    client.force_login(desk.people["town"])
    no_photo = SimpleUploadedFile("a.jpg", b"no photo", "image/jpeg")
    refused = send(client, "room-album", room.code, photo=no_photo, caption_zh="秋天")
    assert refused.status_code == 422
    assert "秋天" in refused.content.decode()
    photo = SimpleUploadedFile("a.jpg", encoded(), "image/jpeg")
    send(client, "room-album", room.code, photo=photo, caption_zh="秋天", caption_en="Autumn")
    assert "Autumn" in page(client, "room", room.code)
    key = room.album.get().photo.key
    client.logout()
    assert client.get(reverse("casework:photo", args=[key, "thumb"])).status_code == 200
    LivingRoom.objects.update(state="refused")
    assert client.get(reverse("casework:photo", args=[key, "thumb"])).status_code == 404
    client.force_login(desk.people["assessor"])
    assert client.get(reverse("casework:photo", args=[key, "thumb"])).status_code == 200
    LivingRoom.objects.update(state="applied")
    client.force_login(desk.people["other"])
    assert send(client, "room-album-remove", room.code, room.album.get().pk).status_code == 403
    client.force_login(desk.people["town"])
    send(client, "room-album-remove", room.code, room.album.get().pk)
    assert not room.album.exists()


def test_the_season_says_what_is_left(client, desk):
    desk.accepted(now())
    testing = desk.testing(now(), name_zh="另一处", name_en="Other place")
    desk.looks(testing, [True] * 30, now())
    shown = page(client, "room-seasons", who="assessor", desk=desk)
    assert shown.index("Other place") < shown.index("Shuixiu Square")
    assert "go on: 30 squares, 0 failed; at least 5 more" in shown
    assert "nothing is to be looked at" not in shown
    assert client.get(reverse("inspection:room-seasons", args=[HERE]) + "?season=x").status_code == 200
    assert send(client, "room-seasons-begin").status_code == 302


@pytest.mark.parametrize("name", ["room-office", "room-seasons"])
def test_the_office_side_is_for_those_who_work_with_it(client, desk, name):
    room = desk.room(now())
    args = [room.code] if name == "room-office" else []
    assert "/login" in client.get(reverse(f"inspection:{name}", args=[HERE, *args])).headers["Location"]
    page(client, name, *args, who="resident", desk=desk, status=403)
