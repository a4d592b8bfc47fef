"""A living room looked at by the shipped standard with checks as inspectors send them: heard, counted, kept apart."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

import xiuhua.inspection
from casework.pictures import encoded
from inspection.rooms_desk import Desk, fresh
from xiuhua.casework.actions.photos import store
from xiuhua.inspection.actions import rooms
from xiuhua.inspection.actions.checks import submit_check
from xiuhua.inspection.actions.standards import load_standards
from xiuhua.inspection.models import Standard
from xiuhua.inspection.sent import CheckSent

pytestmark = pytest.mark.django_db
EXAMPLE = Path(xiuhua.inspection.__file__).with_name("standards.yaml")
CLEAN = {"grade": 5, "count": 0, "grams": 1, "minutes": 1, "yes_no": 1}
DRY = {"dry": True, "wind": 1, "humidity": 50}


def send(desk, room, square, *, clean, weather=DRY):
    seen = timezone.now()
    values = {item.key: float(CLEAN[item.scale]) for item in room.standard.items.all()}
    if not clean:
        values |= {item.key: 200.0 for item in room.standard.items.filter(scale="grams")}
    photos = [
        (store(encoded(), stage="check", user=desk.people["inspector"]).key, item.key)
        for item in room.standard.items.filter(photo_needed=True)
    ]
    return submit_check(
        CheckSent(
            key=uuid.uuid4(), inspector=desk.people["inspector"], frame=square.frame, standard=room.standard,
            began_at=seen - timedelta(minutes=1), seen_at=seen, values=values, part="sequential", weather=weather,
            lon=square.frame.lon, lat=square.frame.lat, accuracy_m=5.0, photos=photos,
        )
    )  # fmt: skip


def test_checks_as_they_are_sent_feed_the_test_of_the_season(two_districts, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    desk = Desk(two_districts[0])
    Standard.objects.all().delete()
    load_standards(EXAMPLE, actor="t")
    room = desk.testing(timezone.now())
    assert (room.standard.key, room.standard.items.count() > 3) == ("sit_square", True)
    inspector = desk.people["inspector"]
    assert send(desk, room, rooms.draw(room, user=inspector).square, clean=True).passed is True
    assert send(desk, room, rooms.draw(room, user=inspector).square, clean=False).passed is False
    wet = rooms.draw(room, user=inspector)
    assert send(desk, room, wet.square, clean=False, weather={**DRY, "dry": False}).valid is False
    assert rooms.draw(room, user=inspector).pk == wet.pk  # it waits to be looked at in dry weather
    other = room.frames.exclude(pk=wet.square_id).first()
    send(desk, room, other, clean=False)
    test = room.tests.get()
    assert (test.checks, test.failures, test.state) == (2, 1, "running")
    assert list(test.looks.values_list("way", flat=True)) == ["random", "random", "random", "dirtiest"]
    assert fresh(room).state == "testing"
