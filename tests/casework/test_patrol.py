"""What inspectors send from the street: in pieces, late, twice at once; each is received once, nothing is lost."""

import hashlib
import io
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from casework.conftest import furnish, make_calendar
from casework.test_processes import together
from xiuhua.casework.actions import photos, uploads
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.models import Case, Check, Photo, Report, Service
from xiuhua.city.models import Code

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def picture(seed=1, side=1200):
    """A JPEG of several pieces."""
    image = Image.effect_noise((side, side), 90 + seed)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def client_of(desk, who="near"):
    client = Client()
    client.force_login(desk.people[who])
    return client


def put(client, key, data, offset, upto=None, **more):
    query = {"offset": offset, "size": len(data), "sha256": hashlib.sha256(data).hexdigest(), **more}
    address = reverse("casework:patrol-photo", args=[key])
    piece = data[offset : upto or offset + uploads.CHUNK]
    return client.put(f"{address}?{'&'.join(f'{k}={v}' for k, v in query.items())}", piece, "application/octet-stream")


def send_photo(client, data=None, key=None):
    """Send a photo whole, piece by piece. Returns its key."""
    data, key, offset = data or picture(side=200), key or uuid4(), 0
    while offset < len(data):
        answer = put(client, key, data, offset)
        assert answer.status_code == 200, answer.content
        offset = answer.json()["received"]
    return str(key)


def post(client, name, key, **body):
    return client.post(reverse(f"casework:patrol-{name}", args=[key]), json.dumps(body), "application/json")


def checking(desk, state="check_closing"):
    """A case whose check was just given to ``near``."""
    case = desk.at_state(state, at=timezone.now() - timedelta(minutes=20))
    check = case.checks.get()
    Check.objects.filter(pk=check.pk).update(inspector=desk.people["near"])
    check.refresh_from_db()
    return case, check


def finding(photos, **more):
    seen = timezone.now().replace(microsecond=0).isoformat()
    return {"passed": True, "note": "", "seen_at": seen, "photos": photos, "lon": 120.05, "lat": 31.7,
            "accuracy_m": 12, **more}  # fmt: skip


def sighting(desk, photos, **more):
    return {
        "district": desk.district.code, "category": desk.category.pk, "standard": desk.standard.pk, "lon": 120.05,
        "lat": 31.7, "seen_at": timezone.now().isoformat(), "photos": photos, "description": "一堆垃圾", **more,
    }  # fmt: skip


# Photos in pieces.


def test_a_photo_comes_in_pieces_and_goes_on_where_it_stopped(desk):
    client, data, key = client_of(desk), picture(), uuid4()
    assert len(data) > 2 * uploads.CHUNK
    address = reverse("casework:patrol-photo", args=[key])
    assert client.get(address).json() == {"received": 0, "done": False}
    assert put(client, key, data, 0).json() == {"received": uploads.CHUNK, "done": False}
    # A piece that arrived without its answer: the phone asks, and goes on from there.
    assert client.get(address).json()["received"] == uploads.CHUNK
    again = put(client, key, data, 0)
    assert (again.status_code, again.json()) == (409, {"received": uploads.CHUNK})
    ahead = put(client, key, data, 2 * uploads.CHUNK)
    assert (ahead.status_code, ahead.json()) == (409, {"received": uploads.CHUNK})
    assert send_rest(client, key, data, uploads.CHUNK) == {"received": len(data), "done": True}
    photo = Photo.objects.get(key=key)
    assert (photo.sha256, photo.user, photo.case) == (hashlib.sha256(data).hexdigest(), desk.people["near"], None)
    assert put(client, key, data, 0).json()["done"]
    assert client.get(address).json()["done"]
    assert Photo.objects.count() == 1


def send_rest(client, key, data, offset):
    answer = {}
    while not answer.get("done"):
        answer = put(client, key, data, offset).json()
        offset = answer["received"]
    return answer


def test_a_whole_that_is_not_what_was_announced_begins_anew(desk):
    client, data, key = client_of(desk), picture(side=200), uuid4()
    wrong = put(client, key, data, 0, sha256="0" * 64)
    assert (wrong.status_code, wrong.json(), Photo.objects.count()) == (409, {"received": 0}, 0)
    assert put(client, key, data, 0).json()["done"]


def test_what_is_no_photo_is_refused_in_words(desk):
    answer = put(client_of(desk), uuid4(), b"<svg onload=alert(1)>" * 9, 0)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert answer.json()["remedy"]
    assert Photo.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "status"),
    [({"size": 10**8}, 422), ({"size": 0}, 422), ({"offset": "x"}, 400), ({"offset": -1}, 400), ({"size": "9" * 30}, 400),
     ({"sha256": "ab"}, 400), ({"size": 5}, 422)],
)  # fmt: skip
def test_sizes_that_make_no_sense_are_refused(desk, change, status):
    data = picture(side=200)
    query = {"offset": 0, "size": len(data), "sha256": "0" * 64} | change
    address = reverse("casework:patrol-photo", args=[uuid4()])
    answer = client_of(desk).put(address + "?" + "&".join(f"{k}={v}" for k, v in query.items()), data, "image/jpeg")
    assert (answer.status_code, "remedy" in answer.json()) == (status, True)


def test_a_piece_that_is_too_long_is_not_read(desk):
    answer = put(client_of(desk), uuid4(), b"x" * 2 * uploads.LARGEST_PIECE, 0, upto=uploads.LARGEST_PIECE + 1)
    assert answer.status_code == 413


def test_nobody_touches_the_photo_of_somebody_else(desk):
    key = send_photo(client_of(desk))
    other = client_of(desk, "far")
    assert other.get(reverse("casework:patrol-photo", args=[key])).status_code == 403
    _case, check = checking(desk)
    Check.objects.filter(pk=check.pk).update(inspector=desk.people["far"])
    assert post(other, "check", check.key, **finding([key])).status_code == 424
    assert post(other, "report", uuid4(), **sighting(desk, [key])).status_code == 424


def test_pieces_that_nobody_went_on_with_are_dropped(desk, media):
    client, data = client_of(desk), picture()
    old, new = uuid4(), uuid4()
    put(client, old, data, 0)
    put(client, new, data, 0)
    later = timezone.now() + uploads.KEPT + timedelta(minutes=1)
    import os

    os.utime(media / "partial" / str(desk.people["near"].pk) / str(new), (later.timestamp(), later.timestamp()))
    assert uploads.sweep(later) == 1
    assert client.get(reverse("casework:patrol-photo", args=[old])).json()["received"] == 0
    assert client.get(reverse("casework:patrol-photo", args=[new])).json()["received"] == uploads.CHUNK
    send_rest(client, old, data, 0)


# Checks.


@pytest.mark.parametrize(
    ("state", "passed", "then"),
    [("check_closing", True, "verified"), ("check_closing", False, "dispatched"), ("check_filing", True, "reported"),
     ("check_filing", False, "reported")],
)  # fmt: skip
def test_a_check_is_received_once_however_often_it_is_sent(desk, state, passed, then):
    client = client_of(desk)
    case, check = checking(desk, state)
    body = finding([send_photo(client)], passed=passed, note="看过了")
    first, again = (post(client, "check", check.key, **body) for _time in range(2))
    assert (first.status_code, again.status_code) == (200, 200), first.content
    assert first.json() == again.json()
    assert first.json()["number"] == case.number
    case.refresh_from_db()
    check.refresh_from_db()
    assert (case.state, check.passed, check.note, check.accuracy_m) == (then, passed, "看过了", 12)
    assert check.seen_at.isoformat() == body["seen_at"]
    photo = check.photos.get()
    assert (photo.case, photo.stage) == (case, "check")
    assert case.steps.filter(data__check=check.pk, move__in=["pass", "fail", "confirm", "deny"]).count() == 1


def test_another_result_for_a_check_that_was_received_is_a_conflict(desk):
    client = client_of(desk)
    _case, check = checking(desk)
    body = finding([send_photo(client)])
    assert post(client, "check", check.key, **body).status_code == 200
    for other in ({"passed": False, "note": "没有"}, {"note": "别的"}, {"photos": [send_photo(client)]}):
        answer = post(client, "check", check.key, **body | other)
        assert answer.status_code == 409
        assert answer.json()["detail"]
    check.refresh_from_db()
    assert check.passed


def test_how_far_a_check_was_made_is_kept_and_marked(desk):
    client = client_of(desk)
    for lon, accuracy, far in ((120.051, 10, False), (120.053, 10, True), (120.053, 200, False)):
        case, check = checking(desk)
        body = finding([send_photo(client)], lon=lon, accuracy_m=accuracy)
        answer = post(client, "check", check.key, **body).json()
        assert answer["far"] is far
        step = case.steps.get(move="pass")
        assert (step.data["distance_m"], step.data["far"]) == (answer["distance_m"], far)
        assert 90 < answer["distance_m"] < 300


def test_a_check_without_a_position_is_taken_and_says_nothing_of_a_distance(desk):
    client = client_of(desk)
    case, check = checking(desk)
    answer = post(client, "check", check.key, **finding([send_photo(client)], lon=None, lat=None, accuracy_m=None))
    assert (answer.status_code, answer.json()["distance_m"]) == (200, None)
    assert "distance_m" not in case.steps.get(move="pass").data


def test_the_check_of_somebody_else_is_refused(desk):
    _case, check = checking(desk)
    client = client_of(desk, "far")
    answer = post(client, "check", check.key, **finding([send_photo(client)]))
    assert answer.status_code == 403
    check.refresh_from_db()
    assert check.received_at is None


def taken_back(desk):
    """A check that was taken from ``near`` a minute ago because nothing was heard, and its case."""
    case, check = checking(desk)
    at = timezone.now() - timedelta(minutes=1)
    perform(case.number, "redraw", actor="timer", at=at)
    check.refresh_from_db()
    assert check.cancelled_at == at
    return case, check


def test_a_check_that_was_given_to_another_says_so_and_keeps_nothing(desk):
    client = client_of(desk)
    _case, check = taken_back(desk)
    photo = send_photo(client)
    answer = post(client, "check", check.key, **finding([photo]))
    assert answer.status_code == 409
    assert answer.json()["remedy"]
    assert Photo.objects.get(key=photo).case is None
    assert post(client, "report", uuid4(), **sighting(desk, [photo])).status_code == 200


def test_a_check_made_in_time_counts_though_the_network_was_late(desk):
    client = client_of(desk)
    case, check = taken_back(desk)
    instead = case.checks.get(received_at=None, cancelled_at=None)
    body = finding([send_photo(client)], seen_at=(check.cancelled_at - timedelta(seconds=5)).isoformat())
    first, again = (post(client, "check", check.key, **body) for _time in range(2))
    assert (first.status_code, again.status_code) == (200, 200), first.content
    check.refresh_from_db()
    instead.refresh_from_db()
    assert (check.passed, check.cancelled_at) == (True, None)
    assert instead.cancelled_at is not None
    assert case.steps.get(move="pass").data["sent_late"] is True
    assert Case.objects.get(pk=case.pk).state == "verified"


def test_a_check_made_in_time_is_too_late_when_the_case_has_moved_on(desk):
    client = client_of(desk)
    case, check = taken_back(desk)
    desk.make(case, "give_up_check", "dispatcher", at=timezone.now())
    body = finding([send_photo(client)], seen_at=(check.cancelled_at - timedelta(seconds=5)).isoformat())
    assert post(client, "check", check.key, **body).status_code == 409
    desk.make(case, "ask_check", at=timezone.now())
    assert post(client, "check", check.key, **body).status_code == 409
    assert Case.objects.get(pk=case.pk).state == "check_closing"


@pytest.mark.parametrize(
    ("change", "status"),
    [({"photos": []}, 422), ({"photos": [str(uuid4())]}, 424), ({"passed": False}, 422), ({"lon": 500}, 400),
     ({"seen_at": "2026-03-02T08:00:00"}, 400), ({"seen_at": "1999-03-02T08:00:00Z"}, 400), ({"note": "x\x00"}, 422),
     ({"seen_at": "2126-03-02T08:00:00Z"}, 422), ({"passed": "perhaps"}, 400), ({"more": 1}, 400)],
)  # fmt: skip
def test_a_finding_that_lacks_something_is_refused_and_changes_nothing(desk, change, status):
    client = client_of(desk)
    case, check = checking(desk)
    photo = send_photo(client)
    answer = post(client, "check", check.key, **finding([photo]) | change)
    assert answer.status_code == status, answer.content
    assert answer.json()["remedy"]
    after = Case.objects.get(pk=case.pk)
    assert (after.version, Photo.objects.get(key=photo).case) == (case.version, None)


def test_photos_that_are_missing_are_named(desk):
    client = client_of(desk)
    _case, check = checking(desk)
    missing = str(uuid4())
    answer = post(client, "check", check.key, **finding([send_photo(client), missing]))
    assert [each["field"] for each in answer.json()["errors"]] == [missing]


def test_a_photo_serves_one_thing_only(desk):
    client = client_of(desk)
    photo = send_photo(client)
    assert post(client, "report", uuid4(), **sighting(desk, [photo])).status_code == 200
    case, check = checking(desk)
    assert post(client, "check", check.key, **finding([photo])).status_code == 422
    assert Case.objects.get(pk=case.pk).version == case.version


# Reports.


def test_a_report_is_filed_and_dispatched_once_however_often_it_is_sent(desk):
    client, key = client_of(desk), uuid4()
    body = sighting(desk, [send_photo(client)])
    first, again = (post(client, "report", key, **body) for _time in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (200, first.json())
    report = Report.objects.get()
    assert (report.source, report.case.standard, report.user) == ("inspector", desk.standard, desk.people["near"])
    assert report.case.state in {"filed", "dispatched"}
    assert report.photos.get().stage == "before"
    other = post(client, "report", key, **body | {"description": "别的"})
    assert other.status_code == 422
    other = post(client, "report", key, **sighting(desk, [send_photo(client)]))
    assert (other.status_code, report.photos.count()) == (422, 1)
    assert report.case.number in other.json()["detail"]
    assert "照片" in other.json()["detail"]


def test_a_report_without_a_standard_waits_at_the_desk(desk):
    client = client_of(desk)
    assert post(client, "report", uuid4(), **sighting(desk, [send_photo(client)], standard=None)).status_code == 200
    assert Case.objects.get().state == "reported"


def test_the_questions_of_the_category_are_asked(desk):
    asked = {"type": "object", "properties": {"bags": {"type": "integer", "maximum": 9}}, "required": ["bags"]}
    Service.objects.create(category=desk.category, questions=asked)
    client = client_of(desk)
    photo = send_photo(client)
    assert post(client, "report", uuid4(), **sighting(desk, [photo])).status_code == 422
    assert post(client, "report", uuid4(), **sighting(desk, [photo], answers={"bags": "3"})).status_code == 200
    assert Report.objects.get().answers == {"bags": 3}


@pytest.mark.parametrize(
    ("change", "status"),
    [({"district": "nowhere"}, 403), ({"category": 10**9}, 422), ({"standard": 10**9}, 422), ({"category": 10**30}, 400),
     ({"lon": 0}, 422), ({"photos": []}, 422), ({"photos": ["x"]}, 400), ({"answers": {"a": [{}]}}, 422),
     ({"description": "a" * 5000}, 400), ({"placed_by": "magic"}, 422)],
)  # fmt: skip
def test_a_report_that_makes_no_sense_is_refused(desk, change, status):
    client = client_of(desk)
    answer = post(client, "report", uuid4(), **sighting(desk, [send_photo(client)]) | change)
    assert answer.status_code == status, answer.content
    assert answer.json()["remedy"]
    assert Case.objects.count() == 0


def test_an_inspector_reports_only_in_their_district(desks):
    one, two = desks
    client = client_of(one)
    answer = post(client, "report", uuid4(), **sighting(two, [send_photo(client)], lon=120.25))
    assert (answer.status_code, Case.objects.count()) == (403, 0)


# Twice at the same moment.


@pytest.fixture
def busy(transactional_db, two_districts):
    make_calendar()
    return furnish(two_districts[0])


@pytest.fixture
def real_database(busy, tmp_path):
    from casework.test_processes import real_database as made

    yield from made.__wrapped__(busy, tmp_path)


def test_a_finding_sent_twice_at_the_same_moment_is_received_once(busy, real_database):
    case, check = checking(busy)
    photo = send_photo(client_of(busy))
    body = finding([photo])
    clients = [client_of(busy) for _one in range(3)]
    answers = together(*(lambda client=client: post(client, "check", check.key, **body) for client in clients))
    assert [answer.status_code for answer in answers] == [200, 200, 200], [answer.content for answer in answers]
    assert case.steps.filter(move="pass").count() == 1


def test_a_report_sent_twice_at_the_same_moment_is_received_once(busy, real_database):
    key = uuid4()
    body = sighting(busy, [send_photo(client_of(busy))])
    clients = [client_of(busy) for _one in range(3)]
    answers = together(*(lambda client=client: post(client, "report", key, **body) for client in clients))
    assert [answer.status_code for answer in answers] == [200, 200, 200], [answer.content for answer in answers]
    assert (Report.objects.count(), Case.objects.count()) == (1, 1)


def test_the_last_piece_sent_twice_at_the_same_moment_makes_one_photo(busy, real_database):
    data, key = picture(side=200), uuid4()
    clients = [client_of(busy) for _one in range(3)]
    answers = together(*(lambda client=client: put(client, key, data, 0) for client in clients))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert 200 in {answer.status_code for answer in answers}
    assert Photo.objects.filter(key=key).count() == 1


def test_what_another_writer_began_is_not_dropped_by_the_one_who_ends(desk, media, monkeypatch):
    data, key, store = picture(side=200), uuid4(), photos.store_arrived

    def store_while_another_begins(path, *rest, **more):
        store(path, *rest, **more)
        path.touch()

    monkeypatch.setattr(photos, "store_arrived", store_while_another_begins)
    assert put(client_of(desk), key, data, 0).status_code == 200
    assert [path.name for path in media.glob("partial/*/*")] == [str(key)]
    assert put(client_of(desk), key, data, 0).json()["done"]


# Who may, what else is asked, nonsense.


def test_the_day_holds_what_is_needed_without_network(desk):
    case, check = checking(desk)
    _other, asked = checking(desk, "check_filing")
    done = Check.objects.create(case=case, kind="before_closing", inspector=desk.people["near"], drawn_at=NOW, due=NOW,
                                received_at=NOW)  # fmt: skip
    day = client_of(desk).get(reverse("casework:patrol-day")).json()
    assert day["username"] == desk.people["near"].username
    checks = {each["key"]: each for each in day["checks"]}
    assert str(done.key) not in checks
    assert checks[str(check.key)]["look_at"] == ["清除"]
    assert checks[str(asked.key)]["look_at"] == ["有暴露垃圾"]
    assert (checks[str(check.key)]["number"], checks[str(check.key)]["lon"]) == (case.number, case.lon)
    assert [district["code"] for district in day["districts"]] == [desk.district.code]
    waste = next(each for each in day["categories"] if each["id"] == desk.category.pk)
    assert waste["standards"][0]["id"] == desk.standard.pk
    assert client_of(desk, "far").get(reverse("casework:patrol-day")).json()["checks"] == []


def test_what_is_reported_near_by_can_be_joined_instead(desk):
    case = desk.case(at=timezone.now())
    client = client_of(desk)
    asked = {"lon": 120.0501, "lat": 31.7, "category": desk.category.pk, "district": desk.district.code}
    found = client.get(reverse("casework:patrol-nearby"), asked).json()["cases"]
    assert [each["number"] for each in found] == [case.number]
    for _time in range(2):
        assert client.post(reverse("casework:patrol-join", args=[case.number])).status_code == 200
    assert Case.objects.get().me_too == 1
    assert client.post(reverse("casework:patrol-join", args=["nothing"])).status_code == 422
    for wrong in ({"lon": "nan"}, {"lat": ""}, {"category": "9" * 40}, {"district": "x"}, {"lon": 1e9}):
        assert client.get(reverse("casework:patrol-nearby"), asked | wrong).status_code == 400


@pytest.mark.parametrize("who", ["", "resident", "dispatcher", "handler"])
def test_only_inspectors_are_answered(desk, who):
    client = client_of(desk, who) if who else Client()
    status = 403 if who else 401
    for name in ("session", "day", "nearby"):
        answer = client.get(reverse(f"casework:patrol-{name}"))
        assert (answer.status_code, "remedy" in answer.json()) == (status, True)
    for name in ("check", "report"):
        assert post(client, name, uuid4()).status_code == status
    assert put(client, uuid4(), b"x", 0).status_code == status
    page = client.get(reverse("casework:checks"))
    assert page.status_code == (403 if who else 302)


def test_the_page_its_worker_and_its_manifest(desk):
    page = client_of(desk).get(reverse("casework:checks"))
    assert page.status_code == 200
    assert page.headers["Cache-Control"].startswith("max-age=0")
    worker, manifest = (Client().get(reverse(f"casework:patrol-{name}")) for name in ("worker", "manifest"))
    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert worker.headers["Cache-Control"] == manifest.headers["Cache-Control"] == "no-cache"
    assert {icon["sizes"] for icon in manifest.json()["icons"]} == {"192x192", "512x512"}
    assert manifest.json()["start_url"] == manifest.json()["scope"] == "/patrol/"


def test_the_token_of_the_session_is_asked_for(desk):
    client = Client(enforce_csrf_checks=True)
    client.force_login(desk.people["near"])
    assert put(client, uuid4(), b"x", 0).status_code == 403
    token = client.get(reverse("casework:patrol-session")).json()["csrf"]
    key = uuid4()
    address = reverse("casework:patrol-photo", args=[key])
    data = picture(side=200)
    query = f"?offset=0&size={len(data)}&sha256={hashlib.sha256(data).hexdigest()}"
    assert client.put(address + query, data, "image/jpeg", headers={"X-CSRFToken": token}).status_code == 200


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["passed", "note", "seen_at", "photos", "lon", "district", "category", "answers"]), inner),
    max_leaves=9).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_nonsense_is_answered_in_words(desk, body):
    client = client_of(desk)
    key = uuid4()
    for name in ("check", "report"):
        answer = client.post(reverse(f"casework:patrol-{name}", args=[key]), body, "application/json")
        assert 400 <= answer.status_code < 500
        assert answer.json()["remedy"]
    assert Code.objects.exists()
