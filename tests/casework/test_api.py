"""Cases over JSON: who sees what, moves with their refusals, reports that are never taken twice."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from casework.conftest import MONDAY
from xiuhua.casework.models import Case, Follower, Photo, Rating, Report, Service, Step
from xiuhua.people.actions.api_keys import issue
from xiuhua.people.models import ApiKey

CATEGORY = "events@1:0101"


class Caller:
    """A program with the key of an account, or with none."""

    def __init__(self, user=None, language="zh-hans"):
        self.client = Client(enforce_csrf_checks=True)
        self.headers = {"Accept-Language": language}
        if user is not None:
            self.headers["Authorization"] = f"Bearer {issue(user, 'test', actor='test')}"

    def get(self, path, **query):
        return self.client.get(f"/api/cases{path}", query, headers=self.headers)

    def post(self, path, body=None, **headers):
        return self.client.post(
            f"/api/cases{path}", json.dumps(body or {}), content_type="application/json",
            headers={**self.headers, **headers},
        )  # fmt: skip

    def report(self, key="k1", **more):
        body = {"district": "990001", "lon": 120.05, "lat": 31.7, "category": CATEGORY, "description": "路口有垃圾"}
        return self.post("/reports", {**body, **more}, **{"Idempotency-Key": key})

    def move(self, case, move, version=None, **data):
        return self.post(f"/{case.number}/moves/{move}", {"expected_version": version, "data": data})


@pytest.fixture
def caller(desk):
    """A caller by the name of a person of the desk; without a name nobody."""
    return lambda name=None, **more: Caller(desk.people[name] if name else None, **more)


def problem(response, status):
    assert response.status_code == status, response.content.decode()
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["detail"]
    assert body["remedy"]
    return body


def test_a_case_lives_through_the_interface(desk, caller):
    dispatcher, lead = caller("dispatcher"), caller("lead")
    taken = caller("resident").report()
    assert taken.status_code == 201
    number = taken.json()["number"]
    case = Case.objects.get(number=number)
    assert dispatcher.move(case, "file", 1, standard=desk.standard.pk).json()["state"] == "filed"
    given = dispatcher.move(case, "dispatch", 2, unit="clean").json()
    assert (given["state"], given["unit"]) == ("dispatched", "clean")
    assert given["deadline"] == given["step"]["deadline"].replace("+00:00", "Z")
    assert lead.move(case, "hand_back", 3, reason="已清运").status_code == 200
    asked = dispatcher.move(case, "ask_check", 4).json()
    inspector = next(name for name, user in desk.people.items() if user.pk == asked["step"]["inspector"])
    waiting = caller(inspector).get("/checks").json()
    assert [check["number"] for check in waiting] == [number]
    assert caller(inspector).move(case, "pass", 5, check=waiting[0]["key"]).json()["state"] == "verified"
    closed = dispatcher.move(case, "close", 6).json()
    assert (closed["state"], closed["version"]) == ("closed", 7)
    case.refresh_from_db()
    assert case.closing_reason == "fixed"
    assert [step.actor for step in case.steps.all()] == [step.user.username for step in case.steps.all()]


def test_who_was_first_is_told_to_the_second(desk, caller):
    case = desk.at_state("filed")
    assert caller("dispatcher").move(case, "dispatch", case.version, unit="clean").status_code == 200
    body = problem(caller("second").move(case, "dispatch", case.version, unit="water"), 409)
    assert desk.people["dispatcher"].display_name in body["detail"]
    case.refresh_from_db()
    assert case.unit == desk.units["clean"]


@pytest.mark.parametrize(
    ("who", "move", "data", "status"),
    [
        (None, "file", {}, 401), ("resident", "file", {"standard": 1}, 403), ("dispatcher", "file", {}, 422),
        ("dispatcher", "absorb", {"duplicate": "x"}, 422), ("dispatcher", "recompute", {}, 422),
        ("dispatcher", "report", {}, 422), ("dispatcher", "dance", {}, 422),
        ("dispatcher", "reject", {"reason": "x", "retry": True}, 422), ("dispatcher", "close", {}, 422),
        ("dispatcher", "reject", {"reason": "\x00"}, 422), ("dispatcher", "reject", {"reason": ["x"]}, 422),
    ],
)  # fmt: skip
def test_a_move_that_cannot_be_says_why_and_changes_nothing(desk, caller, who, move, data, status):
    case = desk.case()
    problem(caller(who).move(case, move, **data), status)
    case.refresh_from_db()
    assert (case.state, case.version) == ("reported", 1)


def test_a_case_that_is_not_there(desk, caller):
    for path in ("/nothing", "/nothing/history", "/nothing/moves"):
        problem(caller("dispatcher").get(path), 404)
    problem(caller("dispatcher").post("/nothing/moves/remind"), 404)
    assert problem(caller(language="en").get("/nothing"), 404)["detail"] == "There is no case nothing."


def test_a_key_that_opens_nothing_is_told(desk, caller):
    mine = caller("dispatcher")
    ApiKey.objects.update(revoked_at=timezone.now())
    assert "API" in problem(mine.get("", district="990001"), 401)["detail"]
    assert mine.client.get("/api/city/districts", headers=mine.headers).status_code == 401


def test_a_session_writes_only_with_its_token(desk):
    case = desk.case()
    client = Client(enforce_csrf_checks=True)
    client.force_login(desk.people["dispatcher"])
    path, body = f"/api/cases/{case.number}/moves/reject", json.dumps({"data": {"reason": "查无此事"}})
    assert client.post(path, body, content_type="application/json").status_code == 403
    client.get("/account/login/")
    client.get("/people/account/keys/")
    token = client.cookies["csrftoken"].value
    made = client.post(path, body, content_type="application/json", headers={"X-CSRFToken": token})
    assert made.status_code == 200
    assert client.get(f"/api/cases/{case.number}").json()["staff"]["moves"] == []


def test_the_public_sees_the_public_part_and_staff_everything(desk, caller):
    case = desk.at_state("handed_back")
    Case.objects.filter(pk=case.pk).update(description="电话 13800138000", public_text="电话 ***")
    public, staff = caller().get(f"/{case.number}"), caller("dispatcher").get(f"/{case.number}")
    assert public.json()["text"] == "电话 ***"
    assert "staff" not in public.json() or public.json()["staff"] is None
    assert "13800138000" not in public.content.decode()
    assert staff.json()["staff"]["description"] == "电话 13800138000"
    assert staff.json()["version"] == case.version
    assert "ask_check" in staff.json()["staff"]["moves"]
    assert staff.json()["staff"]["clock"]
    assert all("reason" not in line for line in public.json()["history"])
    problem(caller().get(f"/{case.number}/history"), 401)
    problem(caller("resident").get(f"/{case.number}/history"), 403)
    steps = caller("dispatcher").get(f"/{case.number}/history").json()
    assert [step["move"] for step in steps] == ["report", "file", "dispatch", "assign", "hand_back"]


def test_a_case_that_is_not_public_is_not_there_for_the_public(desk, caller):
    case = desk.case(public=False)
    problem(caller().get(f"/{case.number}"), 404)
    problem(caller("resident").get(f"/{case.number}"), 404)
    assert caller("dispatcher").get(f"/{case.number}").status_code == 200


def test_contacts_are_for_who_accepts(desk, caller):
    number = caller().report(contact_phone="0510-12345678", contact_name="某").json()["number"]
    contact = caller("dispatcher").get(f"/{number}").json()["staff"]["reports"][0]["contact"]
    assert contact["phone"] == "0510-12345678"
    assert caller("leader").get(f"/{number}").json()["staff"]["reports"][0]["contact"] is None
    assert "12345678" not in caller().get(f"/{number}").content.decode()


def test_offers_are_moves_that_can_be_made(desk, caller):
    case = desk.at_state("dispatched")
    offers = {offer["move"]: offer for offer in caller("lead").get(f"/{case.number}/moves").json()}
    assert {"hand_back", "refuse", "assign"} <= set(offers)
    assert offers["hand_back"]["requires"] == ["reason"]
    assert "dispatch" not in offers
    assert caller("water").get(f"/{case.number}/moves").json() == []


def test_the_same_report_is_taken_once(desk, caller):
    mine = caller("resident")
    first, again = mine.report(), mine.report()
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Report.objects.count() == 1
    assert first.json()["number"] in problem(mine.report(description="别的"), 422)["detail"]
    assert "联系方式" in problem(mine.report(contact_email="a@example.org"), 422)["detail"]
    assert caller("town").report().status_code == 201
    problem(mine.post("/reports", {"district": "990001", "lon": 120.05, "lat": 31.7}), 422)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"district": "1"}, 404), ({"category": "0101"}, 400), ({"category": "events@1:9999"}, 404), ({"lon": 0}, 422),
        ({"lat": 91}, 422), ({"photos": ["00000000-0000-0000-0000-000000000000"]}, 422), ({"source": "hotline"}, 422),
        ({"standard": 99999}, 422), ({"seen_at": "2001-01-01T00:00:00+08:00"}, 422), ({"contact_email": "x"}, 422),
        ({"answers": {"colour": "red"}}, 422), ({"placed_by": "magic"}, 422), ({"description": "x" * 5000}, 422),
    ],
)  # fmt: skip
def test_a_report_that_cannot_be_taken_says_why(caller, more, status):
    problem(caller().report(**more), status)
    assert not Report.objects.exists()


def test_what_is_not_offered_to_the_public_is_reported_by_accounts_alone(desk, caller):
    Service.objects.create(category=desk.category, public=False)
    problem(caller().report(), 422)
    assert caller("town").report().status_code == 201
    assert caller().get("/services").json() == []
    assert [row["category"]["code"] for row in caller("town").get("/services").json()] == [CATEGORY]


def test_an_account_names_the_door_and_is_trusted_as_rights_go(desk, caller):
    taken = caller("near").report(source="inspector", standard=desk.standard.pk, lon=120.02)
    assert taken.json()["state"] in {"dispatched", "filed", "reported"}
    assert Report.objects.get().source == "inspector"
    other = caller("resident").report(key="k2", source="inspector", standard=desk.standard.pk, lon=120.02)
    assert other.json()["state"] == "reported"


def test_anonymous_reports_are_limited_by_address(caller, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "casework-report": "2/m/ip"}
    assert [caller().report(key=f"k{n}").status_code for n in range(3)] == [201, 201, 429]
    late = caller().report(key="k3")
    problem(late, 429)
    assert late.headers["Retry-After"] == "60"
    assert caller("resident").report(key="k4").status_code == 201


def test_objections_and_ratings_are_limited_by_address(desk, caller, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "casework-join": "1/m/ip"}
    token = caller().report().json()["token"]
    problem(caller().post(f"/reports/{token}/rating", {"score": 5}), 422)
    problem(caller().post(f"/reports/{token}/objection", {"reason": "还在"}), 429)
    problem(caller().post(f"/reports/{token}/rating", {"score": 5}), 429)


def test_a_key_is_limited_by_its_requests_and_told_how_long_to_wait(caller, settings):
    settings.XIUHUA_LIMIT_KEY = "3/d"
    one, other = caller("dispatcher"), caller("dispatcher")
    assert [one.get("/services").status_code for _time in range(4)] == [200, 200, 200, 429]
    late = one.report()
    assert "3/d" in problem(late, 429)["detail"]
    assert int(late.headers["Retry-After"]) > 60
    assert other.get("/services").status_code == 200  # each key for itself
    assert caller().get("/services").status_code == 200
    settings.XIUHUA_LIMIT_KEY = ""
    assert one.get("/services").status_code == 200


def test_me_too_counts_each_person_once(desk, caller):
    case = desk.case()
    assert caller("resident").post(f"/{case.number}/me-too").json()["me_too"] == 1
    assert caller("resident").post(f"/{case.number}/me-too").json()["me_too"] == 1
    assert caller().post(f"/{case.number}/me-too", {"email": "a@example.org"}).json()["me_too"] == 2
    problem(caller().post(f"/{case.number}/me-too"), 422)
    problem(caller().post(f"/{desk.at_state('closed').number}/me-too", {"email": "a@example.org"}), 422)
    assert Follower.objects.filter(case=case).count() == 2


def test_a_reporter_follows_rates_and_objects(desk, caller):
    token = caller().report().json()["token"]
    report = Report.objects.get()
    assert caller().get(f"/reports/{token}").json()["state"] == "reported"
    problem(caller().post(f"/reports/{token}/rating", {"score": 5}), 422)
    problem(caller().get("/reports/none"), 404)
    closed = desk.at_state("closed", at=timezone.now() - timedelta(hours=1))
    Report.objects.filter(pk=report.pk).update(case=closed)
    assert caller().get(f"/reports/{token}").json()["may_rate"] is True
    assert caller().post(f"/reports/{token}/rating", {"score": 2, "text": "还在"}).json()["score"] == 2
    assert Rating.objects.get().score == 2
    problem(caller().post(f"/reports/{token}/rating", {"score": 6}), 422)
    opened = caller().post(f"/reports/{token}/objection", {"reason": "没有清干净"})
    assert opened.json()["state"] == "dispatched"
    assert Step.objects.filter(case=closed, move="reopen").exists()


def test_lists_show_what_rights_reach(desk, caller):
    mine = desk.at_state("dispatched")
    hidden = desk.case(public=False)
    numbers = lambda name: {row["number"] for row in caller(name).get("", district="990001").json()["cases"]}  # noqa: E731
    assert numbers("dispatcher") == {mine.number, hidden.number}
    assert numbers(None) == {mine.number}
    assert numbers("lead") == {mine.number}
    assert numbers("water") == set()
    assert caller().get("", district="990001").json()["scope"] == "public"
    assert caller("town").get("", district="990001").json()["scope"] == "all"
    assert numbers("town") == {mine.number, hidden.number}
    assert numbers("elsewhere") == set()


def test_pages_go_on_where_the_last_one_ended(desk, caller):
    made = [desk.case(MONDAY + timedelta(minutes=n // 2)).number for n in range(7)]
    for order, wanted in (("newest", made[::-1]), ("oldest", made)):
        found, after = [], ""
        while True:
            page = caller("dispatcher").get("", district="990001", order=order, limit=3, after=after).json()
            found += [row["number"] for row in page["cases"]]
            after = page["next"]
            if not after:
                break
        assert found == wanted


def test_filters_and_facets(desk, caller):
    desk.at_state("dispatched")
    closed = desk.at_state("closed")
    ask = caller("dispatcher").get
    one = ask("", district="990001", state="closed", category=CATEGORY, unit="clean", facets="state,category,unit,town")
    assert [row["number"] for row in one.json()["cases"]] == [closed.number]
    counts = ask("", district="990001", facets="state,category,unit,town,source").json()["facets"]
    assert {row["value"]: row["count"] for row in counts["state"]} == {"dispatched": 1, "closed": 1}
    assert counts["category"] == [{"value": CATEGORY, "name": "暴露垃圾", "count": 2}]
    assert counts["unit"] == [{"value": "clean", "name": "clean局", "count": 2}]
    assert counts["town"][0]["value"] == "990001001"
    assert [row["state"] for row in ask("", district="990001", state="open").json()["cases"]] == ["dispatched"]
    assert len(ask("", district="990001", area="990001001").json()["cases"]) == 2
    assert ask("", district="990001", area="990001002").json()["cases"] == []
    assert len(ask("", district="990001", q="垃圾").json()["cases"]) == 2
    left = ask("", district="990001", state="open").json()["cases"][0]["left"]
    assert left["unit"] == "work_hour"


@pytest.mark.parametrize(
    "odd",
    [{"state": "x"}, {"order": "x"}, {"facets": "x"}, {"after": "x"}, {"after": "W10="}, {"since": "x"},
     {"since": "2026-01-01T00:00:00"}, {"category": "1"}, {"limit": 0}, {"limit": 1000}],
)  # fmt: skip
def test_filters_that_cannot_be_read_are_told(desk, caller, odd):
    response = caller("dispatcher").get("", district="990001", **odd)
    problem(response, 422 if "limit" in odd else 400)


def test_lookups_before_a_report(desk, caller):
    case = desk.case()
    Service.objects.create(
        category=desk.category, questions={"properties": {"size": {"type": "number"}}}, keywords="垃圾,箱"
    )
    assert caller().get("/services").json()[0]["keywords"] == ["垃圾", "箱"]
    standards = caller().get("/standards", category=CATEGORY).json()
    assert [row["id"] for row in standards] == [desk.standard.pk]
    near = caller().get("/nearby", district="990001", lon=case.lon, lat=case.lat).json()
    assert [row["number"] for row in near] == [case.number]
    assert caller().get("/nearby", district="990001", lon=case.lon, lat=case.lat, category="events@1:0102").json() == []
    assert caller().get("/suggest", text="暴露垃圾").json()[0]["category"]["code"] == CATEGORY
    assert (
        caller(language="en").get("/nearby", district="990001", lon=case.lon, lat=case.lat).json()[0]["state_name"]
        == "Reported"
    )


def test_a_list_and_a_case_take_few_queries(desk, caller, django_assert_max_num_queries):
    for _n in range(3):
        desk.at_state("handed_back")
    mine, number = caller("dispatcher"), Case.objects.first().number
    mine.get("", district="990001")
    with django_assert_max_num_queries(12):
        mine.get("", district="990001", facets="state,unit")
    with django_assert_max_num_queries(14):
        mine.get(f"/{number}")


@pytest.fixture
def picture():
    """A small JPEG."""
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (64, 48), "green").save(out, "JPEG")
    return out.getvalue()


def send(caller, path, data, name="p.jpg", **fields):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile(name, data, content_type="image/jpeg")
    return caller.client.post(f"/api/cases{path}", {"photo": file, **fields}, headers=caller.headers)


def test_photos_come_before_the_report(desk, caller, picture, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    stored = send(caller(), "/photos", picture)
    assert stored.status_code == 201
    number = caller().report(photos=[stored.json()["key"]]).json()["number"]
    problem(caller().report(), 422)
    other = send(caller(), "/photos", picture).json()["key"]
    problem(caller().report(photos=[other]), 422)
    assert caller().report(photos=[stored.json()["key"]]).json()["number"] == number
    assert caller().get(f"/{number}").json()["photos"] == []  # nobody has looked at it yet
    Case.objects.update(state="filed")
    shown = caller().get(f"/{number}").json()["photos"]
    assert [photo["key"] for photo in shown] == [stored.json()["key"]]
    problem(send(caller(), "/photos", b"no picture"), 422)
    problem(caller().post("/photos"), 422)


def test_photos_of_a_case_are_for_who_works_on_it(desk, caller, picture, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    case = desk.at_state("handling")
    assert send(caller("handler"), f"/{case.number}/photos", picture, stage="after").status_code == 201
    assert send(caller("dispatcher"), f"/{case.number}/photos", picture, stage="before").status_code == 201
    problem(send(caller("handler"), f"/{case.number}/photos", picture, stage="before"), 403)
    problem(send(caller("water"), f"/{case.number}/photos", picture, stage="after"), 403)
    problem(send(caller("near"), f"/{case.number}/photos", picture, stage="check"), 403)
    problem(send(caller("handler"), f"/{case.number}/photos", picture, stage="odd"), 422)
    problem(send(caller(), f"/{case.number}/photos", picture, stage="after"), 401)
    checked = desk.at_state("check_closing")
    inspector = next(n for n, u in desk.people.items() if u == checked.checks.get().inspector)
    assert send(caller(inspector), f"/{checked.number}/photos", picture, stage="check").status_code == 201
    assert Photo.objects.get(stage="check").check_made == checked.checks.get()
    closed = desk.at_state("closed")
    problem(send(caller("lead"), f"/{closed.number}/photos", picture, stage="after"), 422)
