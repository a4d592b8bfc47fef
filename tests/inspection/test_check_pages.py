"""Checks on the phone, at the desk and over JSON: who sees what, and that a repeat is blind."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from inspection.check_street import NINE, make_frame, make_street
from xiuhua.casework.models import Case
from xiuhua.city.area_index import local_day
from xiuhua.inspection.models import Check, Plan, Visit

DIRTY = {"whole": 2.0, "edges": 5.0, "pieces": 1.0}


@pytest.fixture
def street(two_districts):
    with translation.override("en"):
        yield make_street(two_districts)


@pytest.fixture
def phone(street, client):
    """The phone of the inspector, on the day of the visit."""
    Visit.objects.update(day=local_day(street.desk.district, timezone.now()))
    client.force_login(street.inspector)
    return client


def day(client):
    return client.get("/patrol/api/day", headers={"Accept-Language": "en"}).json()["parts"]["inspection"]


def send(client, key, **body):
    return client.post(
        f"/patrol/api/inspections/{key}", json.dumps(body), "application/json", headers={"Accept-Language": "en"}
    )


def body_of(street, **more):
    now = timezone.now()
    given = {
        "visit": str(street.visit.key), "began_at": (now - timedelta(minutes=5)).isoformat(), "seen_at": now.isoformat(),
        "lon": 120.051, "lat": 31.7, "accuracy_m": 9, "weather": {"dry": True, "wind": 1},
        "values": {"whole": 5, "edges": 5, "pieces": 0},
    }  # fmt: skip
    return given | more


def test_the_phone_gets_the_visits_of_the_day_and_nothing_that_tells_a_repeat(street, phone):
    tomorrow = Visit.objects.get().day + timedelta(days=1)
    later = street.visit_to(make_frame(street.desk.district, "F2"), day=tomorrow)
    street.visit_to(make_frame(street.desk.district, "F3"), day=Visit.objects.first().day, part="repeat", order=2,
                    repeats=street.visit)  # fmt: skip
    found = day(phone)
    assert [visit["code"] for visit in found["visits"]] == ["F1", "F3"]
    assert str(later.key) not in json.dumps(found)
    first, second = found["visits"]
    assert first.keys() == second.keys()
    assert not {"part", "repeats", "stratum"} & first.keys()
    assert first["lines"] == [[[120.05, 31.7], [120.05316, 31.7]]]
    assert (first["kind"], first["size"], first["begins"], first["planned_at"]) == (
        "Road section",
        "300 m",
        "08:00",
        "09:00",
    )
    standard = found["standards"]["road@1"]
    assert [item["key"] for item in standard["items"]] == ["whole", "edges", "pieces"]
    assert standard["items"][0]["words"] == {"2": "Litter in many places"}
    assert "dry ground" in standard["asks"]


def test_nobody_gets_the_visits_of_a_draft_or_of_somebody_else(street, phone):
    Plan.objects.update(state="draft")
    assert day(phone)["visits"] == []
    Plan.objects.update(state="committed")
    phone.force_login(street.desk.people["far"])
    assert day(phone)["visits"] == []


def test_a_check_from_the_phone_is_received_once(street, phone):
    key, body = uuid4(), body_of(street, values=DIRTY)
    first = send(phone, key, **body)
    assert first.status_code == 200, first.content
    assert (first.json()["passed"], first.json()["valid"]) == (False, True)
    assert first.json()["cases"] == [Case.objects.get().number]
    assert send(phone, key, **body).json() == first.json()
    assert Check.objects.count() == 1
    assert day(phone)["visits"][0]["done"]
    refused = send(phone, uuid4(), **body)
    assert refused.status_code == 409
    assert "already" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"visit": str(uuid4())}, 422),
        ({"photos": [str(uuid4())]}, 424),
        ({"values": {}}, 422),
        ({"values": {"whole": "5"}, "surprise": 1}, 400),
        ({"lon": 500}, 400),
        ({"seen_at": "2026-03-02T09:00:00"}, 400),
    ],
)
def test_what_the_phone_cannot_send_is_answered_in_words(street, phone, change, status):
    answer = send(phone, uuid4(), **body_of(street, **change))
    assert answer.status_code == status
    assert answer.json()["detail"]
    assert answer.json()["remedy"]
    assert not Check.objects.exists()


def test_who_does_not_check_may_not_send(street, client):
    assert send(client, uuid4(), **body_of(street)).status_code == 401
    client.force_login(street.desk.people["dispatcher"])
    assert send(client, uuid4(), **body_of(street)).status_code == 403


def page(client, user, path):
    client.force_login(user)
    return client.get(path, headers={"Accept-Language": "en"})


def test_the_page_of_a_check_tells_everything_and_its_case_leads_back(street, client):
    made = street.check(values=DIRTY, lon=120.06, notes={"whole": "paper"}, note="windy corner")
    case = Case.objects.get()
    people = street.desk.people
    text = page(client, people["assessor"], f"/inspection/checks/{made.key}/").content.decode()
    for part in (
        "grade 2 of 5",
        "Litter in many places",
        "paper",
        "windy corner",
        case.number,
        "Off the object",
        "dry",
    ):
        assert part in text
    back = page(client, people["dispatcher"], reverse("casework:case", args=[case.number])).content.decode()
    assert f"/inspection/checks/{made.key}/" in back


@pytest.mark.parametrize("who", ["dispatcher", "near", "town", "assessor"])
def test_the_page_of_a_case_born_from_a_check_asks_at_most_twelve_questions(street, client, who):
    street.check(values=DIRTY)
    address = reverse("casework:case", args=[Case.objects.get().number])
    page(client, street.desk.people[who], address)  # duties and units are held in memory from here on
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    assert len([each for each in queries if "layerversion" not in each["sql"]]) <= 12


@pytest.mark.parametrize(("who", "status"), [("assessor", 200), ("town", 200), ("far", 403), ("resident", 403)])
def test_who_sees_a_check(street, client, who, status):
    made = street.check()
    assert page(client, street.desk.people[who], f"/inspection/checks/{made.key}/").status_code == status
    assert page(client, street.desk.people[who], f"/api/inspection/checks/{made.key}").status_code == status


def test_its_inspector_sees_a_check_but_not_why_it_was_made(street, client):
    made = street.check(values=DIRTY)
    Check.objects.update(part="repeat")
    found = page(client, street.inspector, f"/inspection/checks/{made.key}/")
    assert found.status_code == 200
    assert "grade 2 of 5" in found.content.decode()
    assert "Blind repeat" not in found.content.decode()
    assert "/inspection/checks/?" not in found.content.decode()
    assert (
        "Blind repeat"
        in page(client, street.desk.people["assessor"], f"/inspection/checks/{made.key}/").content.decode()
    )
    assert page(client, street.inspector, f"/api/inspection/checks/{made.key}").status_code == 403


def test_a_town_sees_its_own_checks_alone(street, client):
    street.check()
    far = make_frame(street.desk.district, "F2", west=120.15)
    street.check(frame=far, visit=street.visit_to(far), lon=120.151, seen_at=NINE + timedelta(minutes=40))
    assert len(listed(client, street.desk.people["assessor"])) == 2
    assert [row["frame"] for row in listed(client, street.desk.people["town"])] == ["F1"]
    text = page(client, street.desk.people["town"], "/inspection/checks/").content.decode()
    assert "F1" in text
    assert "F2" not in text


def listed(client, user, **asked):
    query = "&".join(f"{name}={value}" for name, value in {"district": "990001", **asked}.items())
    answer = page(client, user, f"/api/inspection/checks?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()["checks"]


def test_the_list_is_narrowed_by_every_filter_and_pages_meet_without_a_gap(street, client):
    for number in range(5):
        frame = make_frame(street.desk.district, f"G{number}")
        street.check(frame=frame, visit=street.visit_to(frame), seen_at=NINE + timedelta(minutes=12 * number),
                     values=DIRTY if number == 3 else {"whole": 5.0, "edges": 5.0, "pieces": 0.0},
                     lon=120.06 if number == 2 else 120.051)  # fmt: skip
    reader = street.desk.people["assessor"]
    assert [row["frame"] for row in listed(client, reader)] == ["G4", "G3", "G2", "G1", "G0"]
    assert [row["frame"] for row in listed(client, reader, failed="true")] == ["G3"]
    assert [row["frame"] for row in listed(client, reader, flagged="true")] == ["G2"]
    assert len(listed(client, reader, month="2026-03", kind="road_section", part="panel")) == 5
    assert listed(client, reader, month="2026-02") == listed(client, reader, kind="bank_reach") == []
    seen, after = [], ""
    while True:
        answer = page(client, reader, f"/api/inspection/checks?district=990001&limit=2&after={after}").json()
        seen += [row["frame"] for row in answer["checks"]]
        after = answer["next"]
        if not after:
            break
    assert seen == ["G4", "G3", "G2", "G1", "G0"]
    for bad in ("month=March", "part=else", "kind=%00"):
        assert page(client, reader, f"/api/inspection/checks?district=990001&{bad}").status_code in {400, 422}


def test_an_empty_list_says_so(street, client):
    assert (
        "No check has been made yet"
        in page(client, street.desk.people["assessor"], "/inspection/checks/").content.decode()
    )
    narrowed = page(client, street.desk.people["assessor"], "/inspection/checks/?failed=1&month=x").content.decode()
    assert "No check fits" in narrowed
    assert "Write the month like" in narrowed


def test_a_check_is_sent_over_json_without_a_visit(street, client):
    client.force_login(street.inspector)
    now = timezone.now()
    body = {
        "key": str(uuid4()), "district": "990001", "frame": "F1", "standard": "road@1", "part": "complaint",
        "began_at": (now - timedelta(minutes=3)).isoformat(), "seen_at": now.isoformat(), "values": DIRTY,
        "weather": {"dry": True, "wind": 0},
    }  # fmt: skip
    answer = client.post("/api/inspection/checks", json.dumps(body), "application/json")
    assert answer.status_code == 200, answer.content
    assert [flag["flag"] for flag in answer.json()["flags"]] == ["no_position"]
    assert answer.json()["findings"][0]["case"]
    for change in ({"frame": "none"}, {"standard": "none@1"}):
        again = client.post(
            "/api/inspection/checks", json.dumps(body | change | {"key": str(uuid4())}), "application/json"
        )
        assert again.status_code == 404


def test_an_expert_makes_visits_on_the_phone_page_and_is_led_to_no_page_that_refuses(street, client):
    expert = street.desk.people["expert"]
    Visit.objects.update(inspector=expert, day=local_day(street.desk.district, timezone.now()))
    shown = page(client, expert, "/patrol/").content.decode()
    assert 'href="#inspection"' in shown
    assert 'href="#report"' not in shown
    assert 'href="#checks"' not in shown
    whole = page(client, expert, "/patrol/api/day").json()
    assert (whole["checks"], whole["categories"], whole["districts"]) == ([], [], [])
    assert [visit["code"] for visit in whole["parts"]["inspection"]["visits"]] == ["F1"]
    assert send(client, uuid4(), **body_of(street)).status_code == 200
    for path in ("/", "/inspection/990001/my-visits/", "/inspection/quality/990001/"):
        found = page(client, expert, path)
        assert found.status_code == 200
        for link in set(re.findall(r'href="(/(?!static)[^"#?]*)', found.content.decode())):
            assert client.get(link).status_code in {200, 302}, f"{link} on {path}"
    assert "/inspection/990001/my-visits/" in page(client, expert, "/").content.decode()


def test_who_has_nothing_to_do_in_the_field_does_not_open_the_phone_page(street, client):
    assert page(client, street.desk.people["dispatcher"], "/patrol/").status_code == 403
    assert page(client, street.desk.people["dispatcher"], "/patrol/api/day").status_code == 403
    assert 'href="#report"' in page(client, street.inspector, "/patrol/").content.decode()
