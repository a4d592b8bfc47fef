"""Squares of living rooms on the phone: drawn by a button, looked at, sent; the test goes on."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from casework.pictures import encoded
from inspection.rooms_desk import Desk, fresh
from xiuhua.inspection.actions import rooms
from xiuhua.inspection.models import Check, RoomLook, Standard
from xiuhua.people.models import Assignment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
EN = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def desk(two_districts):
    return Desk(two_districts[0])


@pytest.fixture
def room(desk):
    Standard.objects.update(rule={"pass": "items"})
    return desk.testing(timezone.now() - timedelta(hours=3))


def day(client):
    return client.get("/patrol/api/day", headers=EN).json()["parts"]["inspection"]


def draw(client, room):
    return client.post(reverse("inspection:patrol-draw", args=["990001", room.code]), headers=EN)


def send(client, look, key=None, now=None, **more):
    now = now or timezone.now()
    body = {
        "look": look, "began_at": (now - timedelta(minutes=5)).isoformat(), "seen_at": now.isoformat(),
        "lon": 120.0502, "lat": 31.7001, "accuracy_m": 6, "weather": {"dry": True}, "values": {"dust": 3, "litter": 0},
    }  # fmt: skip
    answer = client.post(
        f"/patrol/api/inspections/{key or uuid4()}", json.dumps(body | more), "application/json", headers=EN
    )
    return answer.status_code, answer.json()


@pytest.mark.parametrize("who", ["inspector", "expert"])
def test_a_square_is_drawn_looked_at_and_the_test_goes_on(client, desk, room, who):
    client.force_login(desk.people[who])
    (there,) = day(client)["rooms"]
    assert (there["name"], there["square"], there["others"]) == ("Shuixiu Square", "", 0)
    assert day(client)["squares"] == []
    drawn = draw(client, room).json()["square"]
    assert draw(client, room).json()["square"] == drawn, "one square waits; another press draws no other"
    found = day(client)
    (square,) = found["squares"]
    assert (square["key"], found["rooms"][0]["square"]) == (drawn, drawn)
    assert square["lines"][0][0] == square["lines"][0][-1], "the outline of the square"
    items = found["standards"][square["standard"]]["items"]
    assert [(item["key"], item["scale"]) for item in items] == [("dust", "grams"), ("litter", "count")]
    key, now = uuid4(), timezone.now()
    status, answer = send(client, square["look"], key, now)
    assert (status, answer["passed"]) == (200, True), answer
    assert send(client, square["look"], key, now)[1] == answer
    made = Check.objects.get()
    assert (made.part, made.frame.code) == ("sequential", square["code"])
    assert (room.tests.get().checks, RoomLook.objects.get().way) == (1, "random")
    assert day(client)["squares"] == []
    assert day(client)["rooms"][0]["stands"].startswith("go on: 1 square, 0 failed")


def test_a_square_is_looked_at_once_by_whom_it_was_drawn_for_and_not_when_given_back(client, desk, room):
    inspector, expert = desk.people["inspector"], desk.people["expert"]
    look = rooms.draw(room, user=inspector)
    client.force_login(expert)
    assert day(client)["rooms"][0]["others"] == 1
    assert send(client, look.pk)[0] == 403
    client.force_login(inspector)
    assert send(client, 2**62)[0] == 422
    assert send(client, look.pk)[0] == 200
    status, answer = send(client, look.pk)
    assert (status, answer["detail"]) == (409, "This square has been looked at already.")
    other = rooms.draw(room, user=inspector)
    rooms.give_up(other, reason="fenced off", user=inspector)
    status, answer = send(client, other.pk)
    assert status == 422
    assert "fenced off" in answer["detail"]
    assert Check.objects.count() == 1


def test_a_check_that_does_not_count_leaves_the_square_waiting(client, desk, room):
    room.standard.conditions = {"dry": True}
    room.standard.save()
    client.force_login(desk.people["inspector"])
    look = rooms.draw(room, user=desk.people["inspector"])
    status, answer = send(client, look.pk, weather={"dry": False})
    assert (status, answer["valid"]) == (200, False)
    assert [each["look"] for each in day(client)["squares"]] == [look.pk]
    assert send(client, look.pk)[0] == 200
    assert room.tests.get().checks == 1


def test_only_rooms_being_tested_in_the_own_area_are_shown(client, desk, room):
    client.force_login(desk.people["inspector"])
    Assignment.objects.filter(user=desk.people["inspector"]).update(area_code="990001002")
    assert day(client)["rooms"] == []
    assert draw(client, room).status_code == 403
    Assignment.objects.filter(user=desk.people["inspector"]).update(area_code="990001001")
    assert len(day(client)["rooms"]) == 1
    rooms.refuse(fresh(room), reason="x", actor=desk.people["leader"])
    assert day(client)["rooms"] == []
    assert draw(client, room).status_code == 422


def test_who_does_not_check_draws_nothing(client, desk, room):
    assert draw(client, room).status_code == 401
    client.force_login(desk.people["town"])
    assert draw(client, room).status_code == 403
    client.force_login(desk.people["inspector"])
    assert client.post("/patrol/api/rooms/990001/R9/draw", headers=EN).status_code == 422
    assert client.get(reverse("inspection:patrol-draw", args=["990001", room.code])).status_code == 405


def form(client, room, look):
    address = reverse("inspection:room-look", args=["990001", room.code, look.pk])
    text = client.get(address, headers=EN).content.decode()
    return address, {name: re.search(f'name="{name}" value="([^"]*)"', text)[1] for name in ("key", "opened")}


def test_the_same_square_is_looked_at_by_a_form_without_javascript(client, desk, room):
    inspector = desk.people["inspector"]
    client.force_login(inspector)
    look = rooms.draw(room, user=inspector)
    office = reverse("inspection:room-office", args=["990001", room.code])
    address, typed = form(client, room, look)
    assert f'href="{address}"' in client.get(office, headers=EN).content.decode()
    typed |= {"dry": "yes", "value-dust": "3,5", "note": "老树下"}
    photo = SimpleUploadedFile("a.jpg", encoded(), "image/jpeg")
    refused = client.post(address, typed | {"photos": photo}, headers=EN)
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "Nothing is said of" in text
    assert 'value="3,5"' in text
    kept = re.search('name="photo" value="([^"]*)"', text)[1]
    for wrong in ({"value-litter": "none"}, {"value-litter": "0", "seen": "yesterday"}):
        assert client.post(address, typed | wrong, headers=EN).status_code == 422
    typed |= {"value-litter": "0", "photo": kept}
    assert client.post(address, typed, headers=EN)["Location"] == f"{office}#squares"
    made = Check.objects.get()
    assert (made.part, made.passed, made.note) == ("sequential", True, "老树下")
    assert [str(row.photo.key) for row in made.photos.all()] == [kept]
    assert room.tests.get().checks == 1
    assert client.post(address, typed, headers=EN).status_code in {302, 409}
    assert Check.objects.count() == 1


def test_more_photos_than_the_form_takes_are_said_and_the_others_kept(client, desk, room, monkeypatch):
    monkeypatch.setattr("xiuhua.inspection.pages.rooms.looking.MOST_PHOTOS", 1)
    inspector = desk.people["inspector"]
    client.force_login(inspector)
    address, typed = form(client, room, rooms.draw(room, user=inspector))
    typed |= {"dry": "yes", "value-dust": "3", "value-litter": "0"}
    photos = [SimpleUploadedFile(name, encoded(), "image/jpeg") for name in ("a.jpg", "b.jpg")]
    refused = client.post(address, typed | {"photos": photos}, headers=EN)
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "The others were left out." in text
    kept = re.findall('name="photo" value="([^"]*)"', text)
    assert len(kept) == 1
    assert client.post(address, typed | {"photo": kept[0]}, headers=EN).status_code == 302
    assert [str(row.photo.key) for row in Check.objects.get().photos.all()] == kept


def test_the_form_is_for_whom_the_square_was_drawn(client, desk, room):
    look = rooms.draw(room, user=desk.people["inspector"])
    address = reverse("inspection:room-look", args=["990001", room.code, look.pk])
    office = reverse("inspection:room-office", args=["990001", room.code])
    client.force_login(desk.people["expert"])
    assert client.get(address).status_code == 404
    assert "is not looked at yet" in client.get(office, headers=EN).content.decode()
    client.force_login(desk.people["assessor"])
    assert "Draw the next square" not in client.get(office, headers=EN).content.decode(), "who may not check draws none"
