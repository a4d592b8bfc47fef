"""Cases of today made through the engine: every role finds work, photos show what is wrong and what was done."""

import copy
import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from demo.test_cases import NOW, peopled
from xiuhua.casework.models import Case, Check, Petition, Photo, Step
from xiuhua.casework.offers import offered
from xiuhua.casework.states import OPEN
from xiuhua.demo.cases import today as today_cases
from xiuhua.demo.cases.album import add_photos
from xiuhua.demo.cases.pictures import HEIGHT, WIDTH, picture
from xiuhua.demo.cases.today import make_today
from xiuhua.demo.plan import read_yaml
from xiuhua.foundation import events
from xiuhua.people.models import User


@pytest.fixture
def district(db, drawing, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return peopled(drawing, 60)


def test_every_role_finds_work_and_a_second_start_adds_nothing(district, drawing):
    entries = read_yaml("today.yaml")
    assert make_today(district, drawing, 1, NOW) == len(entries)
    today = Case.objects.filter(reports__idempotency_key__startswith="demo:today")
    assert today.count() == len(entries)
    assert set(OPEN) <= set(today.values_list("state", flat=True))
    waiting = Check.objects.filter(inspector__username="inspector", received_at=None, cancelled_at=None)
    assert waiting.filter(kind="before_closing").count() >= 3
    assert waiting.filter(kind="before_filing").exists()
    assert Case.objects.filter(handler__username="handler", state="handling").count() >= 2
    assert {p.kind for p in Petition.objects.filter(decided_at=None)} == {"extension", "suspension", "appeal"}
    wanted = {
        "dispatcher": {"file", "dispatch", "grant_extension", "suspend", "ask_check", "close", "review_appeal", "merge"},
        "handler": {"hand_back", "refuse"}, "unit_lead": {"assign", "hand_back"}, "town": {"assign"},
        "assessor": {"decide_appeal"}, "inspector": {"pass", "fail", "confirm"}, "resident": {"reopen"},
    }  # fmt: skip
    for name, moves in wanted.items():
        user = User.objects.get(username=name)
        found = {move for case in today.select_related("district") for move in offered(case, user)}
        assert moves <= found, name
    assert events.verify().breaks == []
    before = (Case.objects.count(), Step.objects.count(), Photo.objects.count())
    make_today(district, drawing, 1, NOW + timedelta(hours=1))
    assert (Case.objects.count(), Step.objects.count(), Photo.objects.count()) == before


def test_it_works_on_days_off_and_at_night_too(db, drawing, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    entries = [
        {key: value for key, value in entry.items() if key != "photo"}
        for entry in copy.deepcopy(read_yaml("today.yaml"))
    ]
    for entry in entries:
        for step in entry.get("steps", ()):
            step[3:] = [{key: value for key, value in given.items() if key != "photo"} for given in step[3:]]
    monkeypatch.setattr(today_cases, "read_yaml", lambda _name: entries)
    night = datetime(2025, 10, 6, 19, 30, tzinfo=UTC)  # half past three in the night, in the week of National Day
    district = peopled(drawing, 40, night)
    assert make_today(district, drawing, 1, night) == len(entries)
    assert set(OPEN) <= set(Case.objects.values_list("state", flat=True))


def test_the_newest_closed_cases_get_photos_before_and_after_once(district):
    assert add_photos(district, 3) == 3
    assert add_photos(district, 3) == 3
    assert Photo.objects.count() == 6
    for case in Case.objects.filter(photos__isnull=False).distinct():
        before, after = case.photos.order_by("received_at")
        assert (before.stage, after.stage) == ("before", "after")
        assert before.report == case.reports.get()
        assert (before.received_at, after.received_at) == (case.reported_at, case.handed_back_at)
        assert before.lon == pytest.approx(case.lon, abs=1e-5)


def test_a_picture_shows_the_problem_and_then_the_same_street_without_it():
    drawn = [
        picture("0103", events=True, fixed=fixed, seed=5, at=NOW, lon=120.2, lat=31.6) for fixed in (False, True, True)
    ]
    wrong, fixed, again = (Image.open(io.BytesIO(data)) for data in drawn)
    assert wrong.size == (WIDTH, HEIGHT)
    assert drawn[1] == drawn[2]
    sky = (0, 0, WIDTH, 120)
    assert wrong.crop(sky).tobytes() == fixed.crop(sky).tobytes()
    assert wrong.tobytes() != fixed.tobytes() == again.tobytes()
    assert wrong.getexif()[0x0110] == "synthetic"
