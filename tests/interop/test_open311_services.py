"""Discovery, the services and their definitions, who may be spoken to, and what the framework refuses."""

import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator

from interop.conftest import BASE, read
from plugins.open311_town import QUESTIONS
from xiuhua.casework.actions.services import put_service
from xiuhua.casework.models import Service
from xiuhua.city.models import Code, District
from xiuhua.interop.open311 import endpoint as endpoints
from xiuhua.interop.open311 import service_codes
from xiuhua.interop.open311.faults import CODES
from xiuhua.interop.open311.update_states import MOVES
from xiuhua.interop.open311.urls import ENDPOINTS

pytestmark = pytest.mark.django_db
# The required fields and types of the published schemas.
SERVICE = {
    "type": "array",
    "items": {
        "required": ["service_code", "service_name", "metadata", "type"],
        "properties": {
            "service_code": {"type": "string", "pattern": r"^[A-Za-z0-9_.-]+$"},
            "service_name": {"type": "string"},
            "description": {"type": ["string", "null"]},
            "metadata": {"type": "boolean"},
            "type": {"enum": ["realtime", "batch", "blackbox"]},
            "keywords": {"type": ["string", "null"]},
            "group": {"type": ["string", "null"]},
        },
    },
}
DEFINITION = {
    "required": ["service_code", "attributes"],
    "properties": {
        "service_code": {"type": "string"},
        "attributes": {
            "type": "array",
            "items": {
                "required": ["variable", "code", "datatype", "required"],
                "properties": {
                    "variable": {"type": "boolean"},
                    "code": {"type": "string"},
                    "datatype": {"enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]},
                    "required": {"type": "boolean"},
                    "datatype_description": {"type": ["string", "null"]},
                    "order": {"type": "integer", "minimum": 1},
                    "description": {"type": ["string", "null"]},
                    "values": {
                        "type": "array",
                        "items": {
                            "required": ["key", "name"],
                            "properties": {"key": {"type": "string"}, "name": {"type": "string"}},
                        },
                    },
                },
            },
        },
    },
}


def valid(schema, body):
    Draft202012Validator(schema).validate(body)
    return body


@pytest.mark.parametrize("base", ["/open311", BASE])
def test_discovery_tells_both_endpoints_in_both_forms(desk, ask, base):
    found = ask("discovery", base=base)
    assert found.keys() == {"changeset", "contact", "key_service", "endpoints"}
    assert [one["type"] for one in found["endpoints"]] == ["production", "test"]
    for one in found["endpoints"]:
        assert one["specification"] == "http://wiki.open311.org/GeoReport_v2"
        assert one["formats"] == ["text/xml", "application/json"]
        assert one["changeset"] == found["changeset"]
        assert one["url"].startswith("http://testserver/open311/")
        assert ask("services", base=one["url"].removeprefix("http://testserver"), jurisdiction_id="990001")
    assert datetime.fromisoformat(found["changeset"]) <= timezone.now()
    assert "+" in found["changeset"]
    assert "示意1区" in found["contact"]


def test_the_contact_is_a_setting(desk, ask, settings):
    settings.XIUHUA_OPEN311_CONTACT = "open311@example.org"
    assert ask("discovery", base="/open311")["contact"] == "open311@example.org"


def test_the_changeset_moves_on_when_services_change_and_stays_otherwise(desk, ask):
    marks = [ask("discovery")["changeset"]]

    def changed():
        mark = ask("discovery")["changeset"]
        assert mark == ask("discovery")["changeset"]
        assert mark > marks[-1]
        marks.append(mark)

    put_service(desk.other, actor="t", description_zh="别的")
    changed()
    Service.objects.filter(category=desk.other).update(questions={"properties": {"a": {"type": "string"}}})
    changed()
    Code.objects.filter(pk=desk.category.pk).update(name_zh="新名")
    changed()
    Service.objects.filter(category=desk.other).update(public=False)
    changed()
    put_service(desk.other, actor="t", description_zh="别的", questions={"properties": {"a": {"type": "string"}}})
    changed()


def test_services_are_those_of_the_public(desk, ask):
    listed = valid(SERVICE, ask("services", jurisdiction_id="990001"))
    assert listed == [
        {
            "service_code": "events-1-0101", "service_name": "暴露垃圾", "description": "路边垃圾", "metadata": True,
            "type": "realtime", "keywords": "垃圾,大件,臭", "group": "市容环境",
        },
        {
            "service_code": "events-1-0102", "service_name": "乱堆物料", "description": "堆物", "metadata": False,
            "type": "realtime", "keywords": None, "group": "市容环境",
        },
    ]  # fmt: skip
    Service.objects.filter(category=desk.other).update(public=False)
    assert [one["service_code"] for one in ask("services", jurisdiction_id="990001")] == ["events-1-0101"]


def test_names_are_in_the_language_of_the_reader(desk, client):
    Code.objects.filter(pk=desk.category.pk).update(name_en="Exposed waste")
    english = client.get(f"{BASE}/services.json", {"jurisdiction_id": "990001"}, headers={"Accept-Language": "en"})
    assert json.loads(english.content)[0]["service_name"] == "Exposed waste"
    assert json.loads(english.content)[0]["description"] == "Waste at the roadside"
    assert "Accept-Language" in english["Vary"]


def test_services_of_a_place(desk, ask):
    assert len(ask("services", jurisdiction_id="990001", lat="31.7", long="120.05")) == 2
    assert ask("services", jurisdiction_id="990001", lat="31.7", long="120.25") == []
    assert ask("services", expect=400, jurisdiction_id="990001", lat="31.7")[0]["code"] == 40004


def test_services_are_not_sent_twice_to_who_has_them(desk, client):
    first = client.get(f"{BASE}/services.xml", {"jurisdiction_id": "990001"})
    assert first["Last-Modified"]
    again = client.get(f"{BASE}/services.xml", {"jurisdiction_id": "990001"}, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    since = {"If-Modified-Since": first["Last-Modified"]}
    assert client.get(f"{BASE}/services.xml", {"jurisdiction_id": "990001"}, headers=since).status_code == 304
    put_service(desk.other, actor="t", description_zh="别的")
    changed = client.get(
        f"{BASE}/services.xml", {"jurisdiction_id": "990001"}, headers={"If-None-Match": first["ETag"]}
    )
    assert changed.status_code == 200


def test_a_definition_keeps_the_rules_of_the_standard(desk, ask):
    found = valid(DEFINITION, ask("services/events-1-0101", jurisdiction_id="990001"))
    listed = {one["code"]: one for one in found["attributes"]}
    assert {code: one["datatype"] for code, one in listed.items()} == {
        "hint": "string", "amount": "singlevaluelist", "kinds": "multivaluelist", "blocks": "singlevaluelist",
        "metres": "number", "since": "datetime", "seen": "datetime", "shop": "string", "story": "text",
    }  # fmt: skip
    assert [one["order"] for one in found["attributes"]] == list(range(1, 10))
    assert {code for code, one in listed.items() if one["required"]} == {"amount", "since"}
    assert {code for code, one in listed.items() if not one["variable"]} == {"hint"}
    for one in found["attributes"]:
        keys = [value["key"] for value in one["values"]]
        assert bool(keys) == (one["datatype"] in {"singlevaluelist", "multivaluelist"})
        assert len(keys) == len(set(keys))
        assert one["variable"] or not one["required"]
    assert listed["amount"]["values"] == [{"key": "bag", "name": "几袋"}, {"key": "heap", "name": "成堆"}]
    assert listed["hint"]["description"] == "先看看是否已有人上报"
    assert "1" in listed["metres"]["datatype_description"]


def test_every_service_with_metadata_has_a_definition_and_no_other(desk, ask):
    for service in ask("services", jurisdiction_id="990001"):
        status = 200 if service["metadata"] else 404
        ask(f"services/{service['service_code']}", expect=status, jurisdiction_id="990001")


def test_a_definition_of_nothing_is_not_found(desk, ask):
    assert ask("services/events-1-0102", expect=404, jurisdiction_id="990001")[0]["code"] == 40406
    for code in ("events-1-9999", "x", "events-1-0101-", "%2e%2e", "a%00b", "events_1_0101", "é"):
        assert ask(f"services/{code}", expect=404, jurisdiction_id="990001")[0]["code"] == 40403


def test_several_jurisdictions_must_be_told_apart(desk, ask):
    for resource in (
        "services",
        "services/events-1-0101",
        "requests",
        "requests/1",
        "tokens/1",
        "servicerequestupdates",
    ):
        missing = ask(resource, expect=400)
        assert [one["code"] for one in missing] == [40001]
        assert "990001" in missing[0]["description"]
        assert ask(resource, expect=400, jurisdiction_id=" ") == missing
        assert ask(resource, expect=404, jurisdiction_id="123456")[0]["code"] == 40402
        assert ask(resource, expect=404, jurisdiction_id="9\x00")[0]["code"] == 40402
    ask("discovery")


def test_a_single_jurisdiction_need_not_be_named(desk, ask):
    other = District.objects.get(code="990002")
    from xiuhua.city.models import Area

    Area.objects.filter(district=other, parent__isnull=False).delete()
    Area.objects.filter(district=other).delete()
    other.delete()
    assert len(ask("services")) == 2
    assert ask("requests") == []
    assert len(ask("services", jurisdiction_id="990001")) == 2
    assert ask("services", expect=404, jurisdiction_id="990002")[0]["code"] == 40402


def test_nothing_is_here_before_a_district_is(db, ask):
    assert ask("services", expect=404)[0]["code"] == 40402
    assert ask("discovery")["endpoints"]


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("", "xml"), ("v2", "xml"), ("v2/", "xml"), ("v2/services", "xml"), ("v2/services.html", "xml"),
        ("v2/nothing.json", "json"), ("v2/nothing.xml", "xml"), ("v3/services.json", "json"), ("a/b/c.json", "json"),
    ],
)  # fmt: skip
def test_an_address_that_is_not_there_says_so_in_the_form_asked_for(db, client, path, form):
    for method in ("get", "post", "put", "delete"):
        answer = getattr(client, method)(f"/open311/{path}")
        assert answer.status_code == 404
        assert form in answer["Content-Type"]
        errors = read(answer)
        assert [one["code"] for one in errors] == ["40401"]
        assert "discovery" in errors[0]["description"]


def test_a_method_that_an_address_does_not_know(desk, client):
    answer = client.delete(f"{BASE}/requests.json")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert read(answer)[0]["code"] == "40501"
    assert read(client.post(f"{BASE}/services.xml"))[0]["code"] == "40501"
    options = client.options(f"{BASE}/services.xml")
    assert (options.status_code, options["Access-Control-Allow-Origin"]) == (204, "*")
    assert client.head(f"{BASE}/services.xml?jurisdiction_id=990001").status_code == 200


def test_a_body_that_is_no_form(desk, client):
    answer = client.post(f"{BASE}/requests.json", "{}", content_type="application/json")
    assert (answer.status_code, read(answer)[0]["code"]) == (415, "41501")
    bomb = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    answer = client.post(f"{BASE}/requests.xml", bomb, content_type="text/xml")
    assert (answer.status_code, read(answer)[0]["code"]) == (415, "41501")
    broken = client.post(f"{BASE}/requests.json", "x", content_type="multipart/form-data; boundary=")
    assert (broken.status_code, read(broken)[0]["code"]) == (400, "40090")
    empty = client.post(f"{BASE}/requests.json")
    assert (empty.status_code, read(empty)[0]["code"]) == (403, "40301")


def test_a_body_that_is_too_large(desk, client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = client.post(
        f"{BASE}/requests.json", "description=" + "x" * 2000, content_type="application/x-www-form-urlencoded"
    )
    assert (answer.status_code, read(answer)[0]["code"]) == (413, "41301")


def test_too_many_fields(desk, client):
    answer = client.get(f"{BASE}/requests.xml?" + "&".join(["a=1"] * 2000))
    assert (answer.status_code, read(answer)[0]["code"]) == (400, "40090")


@pytest.mark.parametrize("form", ["json", "xml"])
def test_an_accident_is_told_like_any_other_refusal(rf, form, caplog):
    def broken(_request):
        raise ZeroDivisionError

    answer = endpoints.endpoint(get=broken)(rf.get("/open311/v2/x"), form=form)
    assert (answer.status_code, read(answer)[0]["code"]) == (500, "50001")
    assert "ZeroDivisionError" in caplog.text
    assert "Zero" not in answer.content.decode()


def test_writing_is_not_opened_to_pages_of_other_sites(desk, client):
    assert "Access-Control-Allow-Origin" not in client.post(f"{BASE}/requests.json")


def test_service_codes_lead_back_and_never_meet():
    named = [("events", "1", "0101"), ("a-b", "c", "d"), ("a", "b-c", "d"), ("a", "b", "c-d"), ("中文", "2013.1", "A_1"),
             ("cases-990009", "1", "0001"), ("a_62", "1", "1"), ("ab", "1", "1")]  # fmt: skip
    coded = [service_codes.coded(*one) for one in named]
    assert len(set(coded)) == len(named)
    assert [service_codes.parts(one) for one in coded] == named
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", one) for one in coded)
    assert service_codes.coded("city-events", "2013", "0103") == "city-events-2013-0103"
    assert service_codes.parts("a-b-_ff") is None
    assert service_codes.parts("a-b-_62") is None


def test_the_questions_of_the_tests_are_a_schema():
    Draft202012Validator.check_schema(QUESTIONS)


DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "interfaces" / "open311.md"


def test_every_address_parameter_and_error_is_described():
    text = DOCUMENT.read_text(encoding="utf-8")
    resources = {
        re.sub(r"\(\?P<\w+>[^)]*\)|/\?", "", path).strip("/")
        for _kind, paths in ENDPOINTS.items()
        for path, _view in paths
    }
    assert resources == {"discovery", "services", "requests", "tokens", "servicerequestupdates"}
    for resource in resources - {"discovery"}:
        assert f"/open311/v2/{resource}" in text
    assert not [code for code in CODES.values() if f"| {code} |" not in text]
    words = {*MOVES, "batch", "blackbox", "page_size", "updated_after", "updated_before", "bbox", "extensions=true",
             "Idempotency-Key", "open311_type", "/open311/test/v2", "/open311/discovery"}  # fmt: skip
    assert not [word for word in words if word not in text]
