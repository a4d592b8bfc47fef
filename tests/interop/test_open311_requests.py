"""GET requests: which are told, in which order and words, and what never is."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from interop.conftest import BASE, read
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.models import Case, Photo, Report
from xiuhua.city.models import Area, District

pytestmark = pytest.mark.django_db
NULLABLE = {"type": ["string", "null"]}
REQUEST = {
    "type": "array",
    "items": {
        # Every element, as the strictest reader asks for it.
        "required": [
            "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
            "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime",
            "address", "address_id", "zipcode", "lat", "long", "media_url",
        ],
        "properties": {
            **dict.fromkeys(("status_notes", "agency_responsible", "service_notice"), NULLABLE),
            **{name: {"type": "string"} for name in
               ("service_request_id", "service_name", "service_code", "address", "address_id", "zipcode", "media_url")},
            "description": {"type": "string", "maxLength": 4000},
            "status": {"enum": ["open", "closed"]},
            **{name: {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$"} for name in
               ("requested_datetime", "updated_datetime")},
            "expected_datetime": {"type": ["string", "null"], "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$"},
            "lat": {"type": "number"}, "long": {"type": "number"},
        },
    },
}  # fmt: skip


@pytest.fixture
def now(monkeypatch):
    """It is 20 March 2026, 12:00 in Shanghai."""
    at = datetime(2026, 3, 20, 4, 0, tzinfo=UTC)
    for module in ("requests", "updates"):
        monkeypatch.setattr(f"xiuhua.interop.open311.{module}.timezone.now", lambda: at)
    return at


@pytest.fixture
def requests(ask, desk, now):
    """Ask for requests of the first district; the answer keeps the schema."""

    def asked(resource="requests", **given):
        found = ask(resource, **{"jurisdiction_id": desk.district.code, **given})
        Draft202012Validator(REQUEST).validate(found)
        return found

    return asked


def ids(found):
    return [one["service_request_id"] for one in found]


def test_a_request_tells_how_far_the_case_is(desk, requests):
    case = desk.at_state("handling")
    (found,) = requests()
    assert found == requests(f"requests/{case.number}")[0]
    town = Area.objects.get(pk=case.town_id)
    assert found == {
        "service_request_id": case.number,
        "status": "open",
        "status_notes": "处置中",
        "service_name": "暴露垃圾",
        "service_code": "events-1-0101",
        "description": found["description"],
        "agency_responsible": "clean局",
        "service_notice": "清除 · 8 工作时",
        "requested_datetime": "2026-03-02T08:00:00+08:00",
        "updated_datetime": "2026-03-02T08:03:00+08:00",
        "expected_datetime": found["expected_datetime"],
        "address": town.name_zh,
        "address_id": "",
        "zipcode": "",
        "lat": 31.7,
        "long": 120.05,
        "media_url": "",
    }
    assert datetime.fromisoformat(found["expected_datetime"]) == Case.objects.get().deadline


def test_fine_states_are_told_in_words_only(desk, requests):
    told = {}
    for state in ("reported", "suspended", "verified", "closed", "rejected", "merged"):
        case = desk.at_state(state)
        found = requests(f"requests/{case.number}")[0]
        told[state] = (found["status"], found["status_notes"])
    assert told == {
        "reported": ("open", "待受理"), "suspended": ("open", "挂账"), "verified": ("open", "核查通过待结案"),
        "closed": ("closed", "已结案 · 已解决"), "rejected": ("closed", "不予立案"),
        "merged": ("closed", f"已并案 · {Case.objects.get(state='merged').master.number}"),
    }  # fmt: skip


def test_a_closed_request_was_updated_when_it_closed(desk, requests):
    case = desk.at_state("closed")
    Case.objects.update(state_due=case.changed_at)  # an appeal waits
    perform(case, "remind", actor="timer", at=case.changed_at + timedelta(days=1))
    case.refresh_from_db()
    (found,) = requests()
    assert datetime.fromisoformat(found["updated_datetime"]) == case.closed_at.replace(microsecond=0) < case.changed_at
    at = found["updated_datetime"]
    assert ids(requests(updated_after=at)) == [case.number]
    assert requests(updated_after="2026-03-02T09:00:00+08:00") == []
    assert ids(requests(updated_before=at)) == [case.number]
    assert requests(updated_before="2026-03-02T00:01:00Z") == []


def test_public_notes_are_masked_and_internal_ones_stay_inside(desk, requests):
    case = desk.at_state("dispatched")
    perform(
        case, "note", user=desk.people["lead"], data={"reason": "内部：业主难缠", "public_note": "已联系 13812345678"}
    )
    found = requests(extensions="true")[0]
    assert found["status_notes"] == "已派遣待处置\n已联系 ***"
    assert [note["description"] for note in found["notes"]] == ["已联系 ***"]
    assert "难缠" not in json.dumps(found, ensure_ascii=False)


def test_nothing_of_the_reporter_or_the_inside_is_told(desk, client, key, here, send, now):
    secret = ["a@example.org", "13800000000", "张三", "d1", "a1", "resident", "王老五", "车牌苏B12345"]
    send("requests", {
        "api_key": key, "service_code": "events-1-0101", **here, "description": "找王小二，电话13800000000，车牌苏B12345",
        "email": "a@example.org", "phone": "13800000000", "first_name": "三", "last_name": "张", "device_id": "d1",
        "account_id": "a1", "attribute[amount]": "bag", "attribute[since]": "2026-03-01",
        "attribute[shop]": "王老五的店", "attribute[who]": "张三",
    })  # fmt: skip
    case = Case.objects.get()
    perform(case, "file", user=desk.people["dispatcher"], data={"standard": desk.standard}, at=now)
    for path in ("requests", f"requests/{case.number}", "servicerequestupdates"):
        for form in ("json", "xml"):
            given = {"jurisdiction_id": "990001", "extensions": "true"}
            text = client.get(f"{BASE}/{path}.{form}", given).content.decode()
            assert case.number in text
            assert not [word for word in secret if word in text], text
            assert Report.objects.get().token not in text


def test_answers_are_told_where_they_were_chosen(desk, requests, key, here, send):
    send("requests", {
        "api_key": key, "service_code": "events-1-0101", **here, "attribute[amount]": "heap",
        "attribute[since]": "2026-03-01", "attribute[kinds][]": ["food", "bulky"], "attribute[blocks]": "false",
        "attribute[story]": "说来话长",
    })  # fmt: skip
    Case.objects.update(reported_at=datetime(2026, 3, 19, tzinfo=UTC))
    found = requests(extensions="true")[0]
    assert found["attributes"] == [
        {"code": "amount", "value": "heap"}, {"code": "kinds", "value": "food"}, {"code": "kinds", "value": "bulky"},
        {"code": "blocks", "value": "false"}, {"code": "since", "value": "2026-03-01"},
    ]  # fmt: skip
    assert found["extended_attributes"]["state"] == "reported"
    assert "attributes" not in requests()[0]


def test_private_cases_and_photos_are_not_there(desk, ask, requests, now):
    case, other = desk.at_state("filed"), desk.case()
    for public, stage in ((False, "before"), (True, "after"), (True, "before"), (True, "before")):
        Photo.objects.create(
            case=case, stage=stage, original="o", copy="c", thumbnail="t", sha256="0", width=1, height=1,
            received_at=now, public=public,
        )  # fmt: skip
    first = Photo.objects.filter(public=True, stage="before").order_by("pk").first()
    assert requests(f"requests/{case.number}")[0]["media_url"] == f"http://testserver/photo/{first.key}/copy.jpg"
    Case.objects.filter(pk=other.pk).update(public=False)
    assert ids(requests()) == [case.number]
    assert ids(requests(service_request_id=f"{case.number},{other.number}")) == [case.number]
    missing = ask(f"requests/{other.number}", expect=404, jurisdiction_id="990001")
    assert missing[0]["code"] == 40404
    assert other.number in missing[0]["description"]


def test_districts_do_not_see_each_other(desks, desk, ask, requests):
    case = desks[1].case()
    assert requests() == []
    assert requests(service_request_id=case.number) == []
    ask(f"requests/{case.number}", expect=404, jurisdiction_id="990001")
    assert ids(requests(jurisdiction_id="990002")) == [case.number]


def test_numbers_asked_for_override_everything_else(desk, requests, now):
    old = desk.case(at=now - timedelta(days=300))
    new = desk.case(at=now - timedelta(days=1))
    assert ids(requests()) == [new.number]
    both = requests(service_request_id=f"{old.number}, {new.number},nothing,", status="x", start_date="x", page="x")
    assert ids(both) == [new.number, old.number]
    assert requests(service_request_id="nothing,\x00,é") == []
    assert ids(requests(service_request_id=" ")) == [new.number]


def test_services_and_status_narrow_the_list(desk, requests, now):
    waste, heap = desk.at_state("closed"), desk.case(category=desk.other)
    assert ids(requests(service_code="events-1-0102")) == [heap.number]
    assert set(ids(requests(service_code="events-1-0102,events-1-0101"))) == {waste.number, heap.number}
    assert requests(service_code="events-1-9999") == requests(service_code="nothing,\x00") == []
    assert ids(requests(status="closed")) == [waste.number]
    assert ids(requests(status="open")) == [heap.number]
    assert len(requests(status="open,CLOSED")) == 2


def test_what_cannot_be_read_is_refused_field_by_field(desk, client):
    wrong = {
        "status": ("pending", 40014), "start_date": ("gestern", 40012), "end_date": ("2026-13-01T00:00:00Z", 40012),
        "updated_after": ("1e9", 40012), "bbox": ("1,2,3", 40016), "page": ("-1", 40015), "page_size": ("viele", 40015),
    }  # fmt: skip
    answer = client.get(f"{BASE}/requests.json", {"jurisdiction_id": "990001"} | {k: v for k, (v, _) in wrong.items()})
    assert answer.status_code == 400
    assert sorted(one["code"] for one in json.loads(answer.content)) == sorted(code for _v, code in wrong.values())
    for name, (value, code) in wrong.items():
        answer = client.get(f"{BASE}/requests.xml", {"jurisdiction_id": "990001", name: value})
        assert [one["code"] for one in read(answer)] == [str(code)]
        assert name in read(answer)[0]["description"]


@pytest.mark.parametrize(
    ("given", "days"),
    [
        ({}, {0, 89, 90}),
        ({"start_date": "2025-12-15T00:00:00Z"}, {89, 90}),
        ({"start_date": "2025-06-01T00:00:00Z"}, {250}),
        ({"end_date": "2025-12-21T00:00:00Z"}, {90, 100}),
        ({"start_date": "2026-03-20T04:00:00Z", "end_date": "2026-03-20T04:00:00Z"}, {0}),
        ({"start_date": "2026-03-20T12:00:00 08:00", "end_date": "2026-03-20T12:00:00+0800"}, {0}),
        ({"start_date": "2026-03-20T12:00:00"}, {0}),
        ({"start_date": "2026-03-20T12:00:01"}, set()),
        ({"start_date": "2026-03-20T12:00:00.999Z"}, set()),
        ({"start_date": "2026-03-20", "end_date": "2026-03-20"}, {0}),
        ({"start_date": "2027-01-01T00:00:00Z"}, set()),
        ({"start_date": "", "end_date": ""}, {0, 89, 90}),
    ],
)  # fmt: skip
def test_the_time_of_the_report_bounds_the_list(desk, requests, now, given, days):
    cases = {day: desk.case(at=now - timedelta(days=day)).number for day in (0, 89, 90, 100, 250)}
    assert set(ids(requests(**given))) == {cases[day] for day in days}


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-01T00:00:01Z"}, 40013, "90"),
        ({"start_date": "2026-03-02T00:00:00Z", "end_date": "2026-03-01T00:00:00Z"}, 40013, "start_date"),
        ({"start_date": "0001-01-01T00:00:00+14:00"}, 40012, "start_date"),
        ({"end_date": "0001-01-01T00:00:00Z"}, 40012, "end_date"),
        ({"start_date": "9999-12-31T23:59:59Z"}, 40012, "start_date"),
        ({"end_date": "2026-02-30"}, 40012, "end_date"),
        ({"end_date": "2026-02-20T00:00:00+25:00"}, 40012, "end_date"),
    ],
)  # fmt: skip
def test_spans_that_cannot_be(ask, desk, now, given, code, words):
    errors = ask("requests", expect=400, jurisdiction_id="990001", **given)
    assert [one["code"] for one in errors] == [code]
    assert words in errors[0]["description"]


def test_ninety_days_to_the_second_are_allowed(desk, requests, now):
    assert requests(start_date="2026-01-01T00:00:00Z", end_date="2026-04-01T00:00:00Z") == []


def test_a_clock_that_was_put_back_takes_nothing_from_ninety_days(desk, ask):
    District.objects.filter(pk=desk.district.pk).update(time_zone="America/New_York")
    asked = {"jurisdiction_id": "990001", "start_date": "2016-09-29T00:00:00", "end_date": "2016-12-28T00:00:00"}
    assert ask("requests", **asked) == []
    assert ask("requests", expect=400, **{**asked, "end_date": "2016-12-28T00:00:01"})[0]["code"] == 40013


def test_the_newest_come_first_and_pages_never_overlap(desk, requests, now):
    for _each in range(7):
        desk.case(at=now - timedelta(days=1))
    everything = ids(requests())
    assert everything == [case.number for case in Case.objects.order_by("-reported_at", "-id")]
    pages = [ids(requests(page=str(page), page_size="3")) for page in (1, 2, 3, 4)]
    assert pages == [everything[:3], everything[3:6], everything[6:], []]
    assert ids(requests(page="0", page_size="3")) == pages[0]
    assert ids(requests(page_size="5000")) == everything
    assert requests(page="999999999") == []


def test_a_box_on_the_map(desk, requests):
    case, other = desk.case(), desk.case(lon=120.15, lat=31.75)
    assert ids(requests(bbox="120.0,31.6,120.1,31.72")) == [case.number]
    assert len(requests(bbox="120.05,31.7,120.15,31.75")) == 2
    assert ids(requests(bbox="120.1,31.7,120.2,31.8")) == [other.number]


def test_what_xml_cannot_tell_is_left_out_in_both_forms(desk, requests, client):
    told = "<b>&amp; \"q\" ]]> 'a'\u0001\u000b\ufffe 😀\r尾 <!ENTITY x>"
    case = desk.case(description=told, public_text=told, address="<路>&\u0007号")
    found = requests()[0]
    assert found["description"] == "<b>&amp; \"q\" ]]> 'a' 😀\r尾 <!ENTITY x>"
    assert found["address"].endswith("<路>&号")
    xml = client.get(f"{BASE}/requests/{case.number}.xml", {"jurisdiction_id": "990001"}).content.decode()
    assert "&lt;b&gt;" in xml
    assert "<b>" not in xml
    assert "&#13;" in xml


def test_a_thousand_requests_cost_a_handful_of_queries(desk, client, now):
    case = desk.at_state("handling")
    row = Case.objects.values().get(pk=case.pk)
    copies = [Case(**(row | {"id": None, "number": f"{case.number}-{n}"})) for n in range(1050)]
    Case.objects.bulk_create(copies)
    given = {"jurisdiction_id": "990001", "page_size": "9999", "extensions": "true"}
    with CaptureQueriesContext(connection) as queries:
        found = json.loads(client.get(f"{BASE}/requests.json", given).content)
    assert len(found) == 1000
    assert len(queries) <= 12


# Whatever is asked: an answer, or a refusal with words.
TEXTS = st.one_of(
    st.text(max_size=30), st.sampled_from(["1", "0", "open", "closed", "true", "990001", "events-1-0101", "2026-03-01T00:00:00Z",
    "2026-03-01", "120,31,121,32", "nan,nan,nan,nan", "9" * 30, "1e308", "-0", "２"]), st.integers().map(str), st.floats().map(str),
    st.datetimes().map(lambda at: at.isoformat() + "Z"),
)  # fmt: skip
NAMES = ["service_request_id", "service_code", "start_date", "end_date", "status", "page", "page_size", "updated_after",
         "updated_before", "bbox", "extensions", "lat", "long"]  # fmt: skip


@settings(max_examples=60, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    resource=st.sampled_from(["requests", "services", "servicerequestupdates", "discovery"]),
    given_=st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=5),
    form=st.sampled_from(["json", "xml"]),
)  # fmt: skip
def test_no_question_breaks_it(desk, client, resource, given_, form):
    answer = client.get(f"{BASE}/{resource}.{form}", {"jurisdiction_id": "990001", **given_})
    assert answer.status_code in {200, 400}, answer.content
    body = read(answer)
    assert answer.status_code == 200 or all(one["description"] for one in body)


@settings(max_examples=60, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    resource=st.sampled_from(["services/{}", "requests/{}", "tokens/{}"]),
    named=st.text(st.characters(codec="utf-8", exclude_characters="/?#"), min_size=1, max_size=40),
)  # fmt: skip
def test_no_address_breaks_it(desk, client, resource, named):
    from urllib.parse import quote

    answer = client.get(f"{BASE}/{resource.format(quote(named, safe=''))}.json", {"jurisdiction_id": "990001"})
    assert answer.status_code in {200, 404}, answer.content
