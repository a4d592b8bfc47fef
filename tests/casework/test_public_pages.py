"""What everybody sees of a case: only what is public; the list of the district; "me too"."""

import io
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from casework.conftest import MONDAY
from xiuhua.casework.actions.intake import Submission, submit
from xiuhua.casework.actions.photos import store
from xiuhua.casework.models import Case, Follower
from xiuhua.casework.pages.resident.catalogue import reference
from xiuhua.casework.pages.resident.problems import ROWS

IDENTITY = "11010519491231002X"
SECRETS = ("13812345678", "reporter@example.org", IDENTITY, "苏B12345", "王某某", "内部理由", "只给受理台看")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (30, 20)).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def told(desk):
    """A case of which much must stay inside: contact, numbers in the text, reasons, a photo that is not public."""
    report = submit(
        Submission(
            idempotency_key="k", district=desk.district, source="web", lon=120.05, lat=31.7, category=desk.category,
            description=f"一堆垃圾，电话13812345678，身份证{IDENTITY}，车牌苏B12345", contact_name="王某某",
            contact_phone="13812345678", contact_email="reporter@example.org",
        ),
        at=MONDAY,
    )  # fmt: skip
    case = desk.make(report.case, "file", "dispatcher", standard=desk.standard.pk)
    case = desk.make(case, "dispatch", "dispatcher", unit="clean", reason="内部理由")
    case = desk.make(case, "note", "lead", reason="只给受理台看", public_note="明天清运，问13812345678")
    case.hidden = store(picture(), stage="before", case=case, public=False).key
    case.shown = store(picture(), stage="before", case=case).key
    return case


def test_only_what_is_public_is_shown_anywhere(client, desk, told):
    addresses = (
        f"/c/{told.number}/",
        "/problems/?district=990001",
        "/feeds/990001/cases.atom",
        "/problems/990001/points.json",
    )
    for address in addresses:
        page = client.get(address)
        assert page.status_code == 200
        for secret in SECRETS:
            assert secret not in page.text, (address, secret)
        assert str(told.hidden) not in page.text
    page = client.get(f"/c/{told.number}/")
    for words in ("明天清运，问***", "身份证***", "clean局", str(told.shown)):
        assert words in page.text


def test_a_case_that_is_not_public_is_not_there(client, told):
    Case.objects.filter(pk=told.pk).update(public=False)
    assert client.get(f"/c/{told.number}/").status_code == 404
    assert client.post(f"/c/{told.number}/me-too/").status_code == 404
    assert told.number not in client.get("/problems/?district=990001").text
    assert told.number not in client.get("/feeds/990001/cases.atom").text


def test_a_merged_case_leads_to_its_master_and_to_nothing_where_that_is_not_public(client, desk, told):
    other = desk.make(desk.case(), "merge", "dispatcher", master=told.number)
    assert client.get(f"/c/{other.number}/").url == f"/c/{told.number}/"
    assert client.post(f"/c/{other.number}/me-too/").url == f"/follow/{Follower.objects.get(me_too=True).token}/"
    Case.objects.filter(pk=told.pk).update(public=False)
    assert client.get(f"/c/{other.number}/").status_code == 404


def test_every_state_has_a_page_in_words(client, desks):
    from casework.conftest import PATHS

    for desk in desks:
        for state in PATHS:
            case = desk.at_state(state)
            page = client.get(f"/c/{case.number}/", follow=True)
            assert page.status_code == 200
            assert page.context["standing"].words
            assert ("/me-too/" in page.text) == page.context["open"]


def test_it_says_whether_it_was_on_time(client, desk):
    case = desk.at_state("closed")
    assert "按时解决" in client.get(f"/c/{case.number}/").text
    late = desk.at_state("dispatched", MONDAY + timedelta(hours=1))
    assert "超期" in client.get(f"/c/{late.number}/").text  # the limit of eight work hours passed long ago
    Case.objects.filter(pk=case.pk).update(overdue=True)
    assert "超过了期限" in client.get(f"/c/{case.number}/").text


def test_me_too_counts_once_a_session_and_an_account_once(client, desk):
    case = desk.at_state("dispatched")
    first = client.post(f"/c/{case.number}/me-too/").url
    assert client.post(f"/c/{case.number}/me-too/").url == first
    user = desk.people["resident"]
    for _time in range(2):
        other = Client()
        other.force_login(user)
        other.post(f"/c/{case.number}/me-too/")
    case.refresh_from_db()
    assert case.me_too == 2
    assert Follower.objects.filter(case=case, user=user).count() == 1
    assert client.get(f"/c/{case.number}/me-too/").status_code == 405


def test_me_too_never_leads_to_the_page_of_another(client, desk, told):
    """Whoever writes the address of the reporter does not come to the page of the reporter."""
    token = Follower.objects.get(case=told).token
    answer = client.post(f"/c/{told.number}/me-too/", {"email": "reporter@example.org", "phone": "13812345678"})
    assert token not in answer.url


def test_me_too_is_not_for_what_is_over_and_not_without_measure(client, desk, settings):
    case = desk.at_state("closed")
    answer = client.post(f"/c/{case.number}/me-too/", follow=True)
    assert "已结案" in answer.text
    case.refresh_from_db()
    assert case.me_too == 0
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "casework-join": "1/h/ip"}
    found = [client.post(f"/c/{desk.case().number}/me-too/").status_code for _time in range(2)]
    assert found == [302, 429]


def test_the_list_is_narrowed_by_area_kind_and_state(client, desks):
    for desk in desks:
        code = desk.district.code
        open_one, done = desk.at_state("dispatched"), desk.at_state("closed")
        other = desk.case(category=desk.other, town=None)
        for query, wanted in (
            ("", {open_one, done, other}),
            ("&state=open", {open_one, other}),
            ("&state=fixed", {done}),
            ("&state=unfixed", set()),
            (f"&category={reference(desk.other)}", {other}),
            (f"&area=town:{code}001", {open_one, done}),
            (f"&area=town:{code}002", set()),
            ("&area=town:unknown", set()),
            ("&category=none", set()),
        ):
            page = client.get(f"/problems/?district={code}{query}")
            assert page.status_code == 200
            assert {case for case, _photo in page.context["cases"]} == wanted
            assert page.context["count"] == str(len(wanted))


def test_the_map_holds_the_points_of_the_list(client, desk):
    case, done = desk.at_state("dispatched"), desk.at_state("closed")
    for query, wanted in (("", {case: "open", done: "fixed"}), ("?state=fixed", {done: "fixed"}), ("?area=town:x", {})):
        points = client.get(f"/problems/990001/points.json{query}").json()["features"]
        found = {point["properties"]["url"]: point["properties"]["group"] for point in points}
        assert found == {f"/c/{each.number}/": group for each, group in wanted.items()}
    assert points == []
    assert client.get("/problems/000000/points.json").status_code == 404


def test_pages_follow_one_another_without_gaps_though_new_cases_come(client, desk):
    numbers = {desk.case(MONDAY).number for _each in range(ROWS * 2 + 3)}
    url, seen = "/problems/?district=990001", []
    for _page in range(3):
        page = client.get(url)
        seen += [case.number for case, _photo in page.context["cases"]]
        desk.case(MONDAY + timedelta(hours=1))
        url = f"/problems/{page.context['next']}"
    assert sorted(seen) == sorted(numbers)
    assert page.context["next"] == ""


def test_queries_do_not_grow_with_the_list(client, desk, django_assert_max_num_queries):
    for _each in range(ROWS):
        desk.case()
    client.get("/problems/?district=990001")
    with django_assert_max_num_queries(14):
        client.get("/problems/?district=990001")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.dictionaries(
        st.sampled_from(["district", "area", "category", "state", "before", "lon", "lat", "page", "language", "draft"]),
        st.text(max_size=40)
        | st.sampled_from(["2026-03-02T00:00:00+00:00_1", "9999-99-99T00:00:00_1", "town:\x00", "nan"]),
    ),
    number=st.text(min_size=1, max_size=30),
)
def test_whatever_is_asked_nothing_fails(client, desk, values, number):
    query = "&".join(f"{name}={quote(value)}" for name, value in values.items())
    for address in (
        "/problems/",
        "/problems/990001/points.json",
        "/report/",
        "/feeds/990001/cases.atom",
        f"/feeds/{quote(number, safe='')}/cases.atom",
    ):
        assert client.get(f"{address}?{query}").status_code in {200, 404}
    assert client.get(f"/c/{quote(number, safe='')}/").status_code in {200, 301, 404}


def test_who_works_on_the_case_finds_the_way_to_it(client, desk, told):
    way = f'href="/cases/{told.number}/"'
    assert way not in client.get(f"/c/{told.number}/").content.decode()
    for who, found in (("dispatcher", True), ("resident", False)):
        client.force_login(desk.people[who])
        assert (way in client.get(f"/c/{told.number}/").content.decode()) is found
