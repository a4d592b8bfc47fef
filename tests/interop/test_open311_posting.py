"""POST requests: what makes a report, what is refused and in which words, what is never kept twice."""

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interop.conftest import BASE, read
from plugins.open311_town import key_of
from xiuhua.casework.models import Case, Follower, Report

WASTE, HEAP = "events-1-0101", "events-1-0102"
URLENCODED = "application/x-www-form-urlencoded"
pytestmark = pytest.mark.django_db


def codes(errors):
    return [error["code"] for error in errors]


def test_a_report_becomes_a_case_with_its_answers(desk, key, here, send):
    form = {
        "api_key": key, "service_code": WASTE, **here, "description": "沙发两张\n挡住盲道", "address_string": "前程路12号",
        "attribute[amount]": "heap", "attribute[kinds][]": ["bulky", "garden"], "attribute[blocks]": "true",
        "attribute[metres]": "3", "attribute[since]": "2026-02-27T23:00:00Z", "attribute[seen]": "2026-02-28T08:00:00+0800",
        "attribute[colour]": "红色", "email": "a@example.org", "first_name": "三", "last_name": "张", "phone": "13800000000",
        "device_id": "d1", "account_id": "a1", "media_url": "",
    }  # fmt: skip
    answer = send("requests", form)
    case = Case.objects.get()
    assert answer == [{"service_request_id": case.number, "service_notice": None, "account_id": None}]
    report = case.reports.get()
    assert case.category == desk.category
    assert (case.lon, case.lat, case.source, case.address) == (120.05, 31.7, "open311", "前程路12号")
    assert report.answers == {
        "amount": "heap", "kinds": ["bulky", "garden"], "blocks": True, "metres": 3, "since": "2026-02-28",
        "seen": "2026-02-28T00:00:00+00:00", "colour": "红色",
    }  # fmt: skip
    assert (report.user, report.contact_name, report.contact_email) == (
        desk.people["resident"], "张三", "a@example.org",
    )  # fmt: skip
    assert report.description == "沙发两张\n挡住盲道"


def test_repeated_attributes_count_as_several_values(desk, key, here, client):
    body = (
        f"api_key={key}&jurisdiction_id={desk.district.code}&service_code={WASTE}&lat=31.7&long=120.05"
        "&attribute[amount]=bag&attribute[since]=2026-03-01&attribute[kinds]=food&attribute[kinds]=bulky"
    )
    answer = client.post(f"{BASE}/requests.xml", body, content_type=f"{URLENCODED}; charset=utf-8")
    assert answer.status_code == 200
    assert read(answer)[0]["service_request_id"] == Case.objects.get().number
    assert Report.objects.get().answers["kinds"] == ["food", "bulky"]


@pytest.mark.parametrize(
    ("change", "status", "code", "named"),
    [
        ({"api_key": ""}, 403, 40301, "api_key"),
        ({"api_key": "xh_wrong"}, 403, 40302, "api_key"),
        ({"service_code": ""}, 400, 40002, "service_code"),
        ({"service_code": "events-1-9999"}, 404, 40403, "events-1-9999"),
        ({"service_code": "%00"}, 404, 40403, ""),
        ({"lat": "", "long": ""}, 400, 40003, "address_string"),
        ({"lat": ""}, 400, 40004, "lat"),
        ({"long": "", "address_string": "前程路"}, 400, 40004, "long"),
        ({"lat": "95"}, 400, 40004, "lat"),
        ({"long": "nan"}, 400, 40004, "long"),
        ({"lat": "-31.7"}, 400, 40005, "-31.70000"),
        ({"lat": "", "long": "", "address_string": "无名之处"}, 400, 40006, "无名之处"),
        ({"lat": "", "long": "", "address_id": "x1"}, 400, 40006, "x1"),
        ({"description": "长" * 4001}, 400, 40007, "4001"),
        ({"attribute[amount]": ""}, 400, 40008, "attribute[amount]"),
        ({"attribute[amount]": "ton"}, 400, 40008, "attribute[amount]"),
        ({"attribute[kinds][]": ["food", "gold"]}, 400, 40008, "attribute[kinds]"),
        ({"attribute[metres]": "drei"}, 400, 40008, "attribute[metres]"),
        ({"attribute[since]": "gestern"}, 400, 40008, "attribute[since]"),
        ({"email": "nobody"}, 400, 40009, "nobody"),
        ({"phone": "call me"}, 400, 40010, "call me"),
        ({"media_url": "ftp://example.org/a.jpg"}, 400, 40011, "ftp://"),
        ({"media_url": "file:///etc/passwd"}, 400, 40011, "file:"),
        ({"jurisdiction_id": ""}, 400, 40001, "990001"),
        ({"jurisdiction_id": "000000"}, 404, 40402, "000000"),
        ({"description": "nul \x00"}, 400, 40020, ""),
        ({"first_name": "n" * 81}, 400, 40019, "first_name"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("base", [BASE, "/open311/test/v2"])
def test_what_is_wrong_is_named_and_nothing_is_kept(desk, key, here, send, change, status, code, named, base):
    form = {"api_key": key, "service_code": WASTE, **here, "attribute[amount]": "bag", "attribute[since]": "2026-03-01"}
    errors = send("requests", {**form, **change}, status=status, base=base)
    assert codes(errors) == [code]
    assert named in errors[0]["description"]
    assert not Case.objects.exists()


def test_every_bad_field_has_an_entry_of_its_own(desk, key, here, send):
    form = {
        "api_key": key,
        "service_code": WASTE,
        **here,
        "lat": "x",
        "email": "x",
        "phone": "x",
        "attribute[metres]": "0",
    }
    errors = send("requests", form, status=400)
    assert sorted(codes(errors)) == [40004, 40008, 40008, 40008, 40009, 40010]
    xml = send("requests", form, status=400, kind="xml")
    assert [int(error["code"]) for error in xml] == codes(errors)
    assert all(re.search("[一-鿿]", error["description"]) for error in errors)


def test_four_thousand_characters_are_taken_and_lines_kept(desk, key, here, send, ask):
    told = "第一行\r\n" + "垃" * 3996
    answer = send("requests", {"api_key": key, "service_code": HEAP, **here, "description": told})
    found = ask(f"requests/{answer[0]['service_request_id']}", jurisdiction_id=desk.district.code)
    assert found[0]["description"] == told.replace("\r\n", "\n")
    assert len(found[0]["description"]) == 4000


def test_the_same_key_of_the_sender_gives_the_same_number(desk, key, here, send):
    form = {"api_key": key, "service_code": HEAP, **here, "description": "一次"}
    first = send("requests", form, headers={"Idempotency-Key": "a1"})
    assert send("requests", form, headers={"Idempotency-Key": "a1"}) == first
    assert Case.objects.count() == 1
    assert codes(send("requests", {**form, "description": "别的"}, status=400, headers={"Idempotency-Key": "a1"})) == [
        40020
    ]
    other = send("requests", {**form, "api_key": key_of(desk, "near")}, headers={"Idempotency-Key": "a1"})
    assert other != first
    assert send("requests", form) != first
    assert Case.objects.count() == 3


def test_a_key_that_is_used_too_often_is_told_when_to_go_on(key, here, client, settings):
    settings.XIUHUA_LIMIT_KEY = "2/d"
    form = {"api_key": key, "service_code": HEAP, "jurisdiction_id": "990001", **here}
    answers = [client.post(f"{BASE}/requests.{kind}", form) for kind in ("json", "xml", "json", "xml")]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert answers[2].json()[0]["code"] == 42901
    assert b"<code>42901</code>" in answers[3].content
    assert all(int(answer["Retry-After"]) > 60 for answer in answers[2:])
    assert Case.objects.count() == 2


def test_the_key_may_stand_in_the_address_and_the_form_may_have_parts(desk, key, here, client):
    answer = client.post(f"{BASE}/requests.json?api_key={key}&jurisdiction_id=990001", {"service_code": HEAP, **here})
    assert answer.status_code == 200
    assert answer.wsgi_request.content_type == "multipart/form-data"
    assert Case.objects.count() == 1


def test_a_service_that_answers_with_a_token_names_the_number_when_the_desk_has_decided(desk, key, here, send, ask):
    from xiuhua.casework.actions.services import put_service

    put_service(desk.other, actor="t", questions={"open311_type": "batch"})
    answer = send("requests", {"api_key": key, "service_code": HEAP, **here})
    assert answer[0].keys() == {"token", "service_notice", "account_id"}
    token = answer[0]["token"]
    assert ask(f"tokens/{token}", **here) == [{"token": token}]
    case = Case.objects.get()
    from xiuhua.casework.actions.engine import perform

    perform(case, "file", user=desk.people["dispatcher"], data={"standard": desk.other.standards.get()})
    assert ask(f"tokens/{token}", **here) == [{"service_request_id": case.number, "token": token}]
    assert codes(ask("tokens/3f0d7d52-0000-4000-8000-000000000000", expect=404, **here)) == [40405]
    assert codes(ask("tokens/x%00y", expect=404, **here)) == [40405]
    assert codes(ask("tokens/", expect=400, **here)) == [40017]
    assert codes(ask("tokens", expect=400, **here)) == [40017]
    put_service(desk.other, actor="t", questions={"open311_type": "blackbox"})
    assert send("requests", {"api_key": key, "service_code": HEAP, **here})[0].keys() == {
        "service_notice",
        "account_id",
    }


def test_a_token_leads_only_to_what_came_this_way_and_is_public(desk, key, here, send, ask):
    send("requests", {"api_key": key, "service_code": HEAP, **here})
    report = Report.objects.get()
    assert ask(f"tokens/{report.key}", **here)[0]["service_request_id"] == report.case.number
    assert report.token not in json.dumps(ask(f"tokens/{report.key}", **here))
    ask(f"tokens/{report.token}", expect=404, **here)
    Case.objects.update(public=False)
    ask(f"tokens/{report.key}", expect=404, **here)


def test_the_test_endpoint_checks_and_keeps_nothing(desk, key, here, send, ask):
    form = {"api_key": key, "service_code": HEAP, **here, "description": "试"}
    answer = send("requests", form, base="/open311/test/v2")
    assert answer[0]["service_request_id"].startswith("test-")
    assert not Case.objects.exists()
    ask(f"requests/{answer[0]['service_request_id']}", base="/open311/test/v2", expect=404, **here)


def test_the_reporter_and_the_program_hear_of_the_case(desk, key, here, send):
    send("requests", {"api_key": key, "service_code": HEAP, **here, "email": "a@example.org"})
    follower = Follower.objects.get()
    assert (follower.user, follower.email) == (desk.people["resident"], "a@example.org")


FIELDS = ["service_code", "lat", "long", "address_string", "address_id", "description", "email", "phone", "media_url",
          "first_name", "attribute[amount]", "attribute[since]", "attribute[kinds][]", "attribute[x]", "attribute[",
          "status", "update_id", "service_request_id", "updated_datetime", "jurisdiction_id"]  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["events-1-0101", "events-1-0102", "31.7", "120.05", "FIXED", "2026-03-01", "http://[", "1e400"]),
)


@settings(max_examples=60, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    resource=st.sampled_from(["requests", "servicerequestupdates"]),
    fields=st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=8),
    base=st.sampled_from([BASE, "/open311/test/v2"]),
)
def test_no_form_breaks_it(desk, key, client, resource, fields, base):
    form = {"api_key": key, "jurisdiction_id": "990001", **fields}
    answer = client.post(f"{base}/{resource}.json", form)
    assert answer.status_code in {200, 400, 404}, answer.content
    assert all(error["description"] for error in json.loads(answer.content) if "code" in error)
