"""The form of the hotline: look, then send; one call is one report; who may not accept stays outside."""

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiuhua.casework.models import Case, Follower, Report, Service
from xiuhua.casework.pages.resident.hotline import option
from xiuhua.city.actions.load import load


@pytest.fixture
def operator(client, desk):
    client.force_login(desk.people["dispatcher"])
    for code, name, lat in (("S1", "人民路", 31.7), ("S2", "和平路", 31.71), ("S3", "和平新路", 31.72)):
        line = shapely.LineString([(120.04, lat), (120.06, lat)])
        row = {"code": code, "name_zh": name, "street_class": "main", "geometry": line}
        assert not load(desk.district, "streets", [row], actor="t", source="t").rejected
    return client


def call(desk, **more):
    return {
        "key": "5b1d0f0e-0000-4000-8000-000000000001", "text": "路边一堆垃圾", "address": "人民路5号",
        "category": option(desk.category), "phone": "13812345678", "name": "王某某", **more,
    }  # fmt: skip


def look(client, form):
    """Look, and the form as the page then holds it."""
    page = client.post("/hotline/", form)
    assert page.status_code == 200, page.context["call"].errors
    looked = page.context["call"]
    return page, {**form, "seen": looked.look, "found_for": looked.lines["address"], "place": looked.chosen}


def test_two_enters_take_a_call_and_a_third_changes_nothing(operator, desk):
    page, form = look(operator, call(desk))
    assert "有暴露垃圾" in page.text
    for _time in range(2):
        answer = operator.post("/hotline/", form)
        assert answer.status_code == 302
    report = Report.objects.get()
    assert (report.source, report.contact_phone, report.contact_name) == ("hotline", "13812345678", "王某某")
    assert (report.case.state, report.placed_by, report.address) == ("reported", "address", "人民路5号")
    said = operator.get(answer.url)
    assert report.case.number in said.text
    assert "13812345678" not in said.text


def test_a_standard_files_the_case_at_once(operator, desk):
    _page, form = look(operator, call(desk))
    operator.post("/hotline/", {**form, "standard": desk.standard.pk})
    case = Case.objects.get()
    assert (case.state, case.standard) == ("filed", desk.standard)
    assert case.steps.get(move="file").user == desk.people["dispatcher"]


def test_known_cases_are_shown_and_the_caller_counts_with_one(operator, desk):
    page, form = look(operator, call(desk))
    operator.post("/hotline/", form)
    known = Case.objects.get()
    page, form = look(operator, call(desk, key="5b1d0f0e-0000-4000-8000-000000000002", phone="13912345678"))
    assert known.number in page.text
    answer = operator.post("/hotline/", {**form, "join": known.number})
    assert answer.status_code == 302
    known.refresh_from_db()
    assert (known.me_too, Case.objects.count()) == (1, 1)
    assert Follower.objects.filter(case=known, phone="13912345678", me_too=True).exists()
    assert operator.post("/hotline/", {**form, "join": "no-such"}).status_code == 422


def test_what_was_not_seen_is_not_sent(operator, desk):
    _page, form = look(operator, call(desk))
    page = operator.post("/hotline/", {**form, "category": option(desk.other)})
    assert page.status_code == 200
    assert "有物料" in page.text
    page = operator.post("/hotline/", {**form, "address": "和平新路"})
    assert (page.status_code, page.context["call"].place == pytest.approx((120.05, 31.72))) == (200, True)
    assert Report.objects.count() == 0


def test_what_is_missing_is_said_and_nothing_typed_is_lost(operator, desk):
    page = operator.post("/hotline/", call(desk, text="", address="和平", category="垃圾堆", phone="1x"))
    assert page.status_code == 422
    assert set(page.context["call"].errors) == {"text", "address", "category", "phone"}
    assert {hit.title for hit in page.context["call"].hits} == {"和平路", "和平新路"}
    for typed in ('value="和平"', 'value="垃圾堆"', 'value="1x"', 'value="王某某"'):
        assert typed in page.text
    assert "不在" in operator.post("/hotline/", call(desk, lon="100", lat="10")).context["call"].errors["address"]


def test_the_text_suggests_a_category_and_a_part_of_a_name_is_enough(operator, desk):
    page = operator.post("/hotline/", call(desk, category=""))
    assert page.context["suggested"]
    reference, _name = page.context["suggested"][0]
    page, form = look(operator, call(desk, category="", suggested=reference))
    assert operator.post("/hotline/", {**form, "category": page.context["call"].lines["category"]}).status_code == 302
    assert operator.post("/hotline/", call(desk, category="暴露")).context["call"].category == desk.category


def test_questions_are_asked_and_checked(operator, desk):
    asked = {"properties": {"n": {"type": "integer", "title": "几堆"}}, "required": ["n"]}
    Service.objects.update_or_create(category=desk.category, defaults={"questions": asked, "public": False})
    page, form = look(operator, call(desk))
    assert "几堆" in page.text
    assert operator.post("/hotline/", form).status_code == 422
    assert operator.post("/hotline/", {**form, "answer-n": "3"}).status_code == 302
    assert Report.objects.get().answers == {"n": 3}


def test_only_who_may_accept_comes_in(client, desks):
    one, other = desks
    assert "/account/login/" in client.get("/hotline/?district=990001").url
    for name, user in one.people.items():
        client.force_login(user)
        allowed = name in {"dispatcher", "second"}
        assert client.get("/hotline/?district=990001").status_code == (200 if allowed else 403)
    client.force_login(other.people["dispatcher"])
    assert client.get("/hotline/?district=990001").status_code == 403
    assert client.post("/hotline/?district=990001", call(one)).status_code == 403


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.dictionaries(
        st.sampled_from(
            ["key", "text", "address", "category", "lon", "lat", "phone", "place", "standard", "join", "seen"]
        ),
        st.text(max_size=30) | st.sampled_from(["120.05", "31.7", "nan", "1" * 40, "120.05 31.7 x"]),
    )
)
def test_nothing_that_is_typed_fails(client, desk, values):
    client.force_login(desk.people["dispatcher"])
    assert client.post("/hotline/?district=990001", values).status_code in {200, 302, 422}
