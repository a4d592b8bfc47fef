"""The work list as a page: who sees what, that nothing asked of it fails, how little it asks of the database."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from casework.conftest import PATHS, person
from xiuhua.casework.actions.views import MOST, forget_view, keep_view
from xiuhua.casework.models import Case, SavedView
from xiuhua.casework.refusals import Refused
from xiuhua.casework.worklist_criteria import NAMES
from xiuhua.foundation import layers

pytestmark = pytest.mark.django_db
WORK = "/work/"
WORST = {"queue": "open", "unit": "clean", "category": "events@1:0101"}


def as_(user, language="en"):
    client = Client(headers={"Accept-Language": language})
    client.force_login(user)
    return client


def shown(answer) -> list[str]:
    return [row.case.number for row in answer.context["page"].rows]


def test_the_dispatcher_sees_what_waits_for_the_desk(desk):
    waits, away = desk.at_state("reported"), desk.at_state("handling")
    answer = as_(desk.people["dispatcher"]).get(WORK)
    assert answer.status_code == 200
    assert waits.number in answer.content.decode()
    assert away.number not in answer.content.decode()


def test_who_may_not_see_cases_is_told_why(desk):
    assert Client().get(WORK).status_code == 302
    answer = as_(desk.people["resident"]).get(WORK)
    assert answer.status_code == 403
    assert "See a case with its whole history" in answer.content.decode()


def test_who_works_in_another_district_is_led_there_and_sees_none_of_this_one(desks):
    first, second = desks
    foreign, own = first.at_state("reported"), second.at_state("reported")
    client = as_(second.people["dispatcher"])
    assert client.get(WORK + "?district=990001").status_code == 403
    answer = client.get(WORK, follow=True)
    assert answer.redirect_chain[0][0] == f"{WORK}?district=990002"
    assert own.number in answer.content.decode()
    assert foreign.number not in answer.content.decode()
    assert client.get(f"/work/cases.csv?district={first.district.code}").status_code == 403


@pytest.mark.parametrize("who", ["dispatcher", "lead", "handler", "town", "near", "assessor", "engineer"])
@pytest.mark.parametrize(
    "asked", [{}, {"queue": "open"}, {"queue": "ended"}, WORST, {"queue": "units", "colour": "red"}]
)
def test_a_page_asks_at_most_twelve_questions(desk, who, asked):
    for state in PATHS:
        desk.at_state(state)
    layers.bump("codes")  # as loading them does
    client = as_(desk.people[who])
    client.get(WORK)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(WORK, asked).status_code == 200
    # Inside the transaction of a test the version of a layer is asked for each time, outside once a second.
    asked_for = [query["sql"] for query in queries]
    stamps = [sql for sql in asked_for if "foundation_layerversion" in sql]
    assert len(asked_for) - len(stamps) + len(set(stamps)) <= 12, [sql[:100] for sql in asked_for]


def test_the_list_alone_is_given_to_a_partial_request(desk):
    case = desk.at_state("reported")
    client = as_(desk.people["dispatcher"])
    part = client.get(WORK, headers={"HX-Request": "true"})
    assert part.content.lstrip().startswith(b'<div id="worklist"')
    assert case.number in part.content.decode()
    assert "HX-Request" in part["Vary"]
    restored = client.get(WORK, headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert b"<html" in restored.content


words = st.text(max_size=40) | st.sampled_from(
    ["open", "todo", "1", "0", "-1", "events@1:0101", "class:", "unit_grid:x", "town:990001001", "9999-99-99",
     "2026-02-30", "0001-01-01", "2026-03-01~1", "2026-03-01T00:00:00+00:00~1", "2026-03-01T00:00:00Z~99999999999999999999",
     "%", "_", "\\", "'", '"', "\x00", "\ud800", "井盖", "<script>", "red", "handling", "🜚" * 30]
)  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example(asked={"q": "\x00"}, partial=False)
@example(asked={"after": "2026-03-01T00:00:00+00:00~1", "queue": "ended", "q": "%"}, partial=False)
@given(asked=st.dictionaries(st.sampled_from([*NAMES, "after", "before"]), words, max_size=6), partial=st.booleans())
def test_no_address_makes_the_page_fail(desk, asked, partial):
    client = as_(desk.people["dispatcher"])
    if not Case.objects.exists():
        desk.at_state("handling")
    query = QueryDict(mutable=True)
    query.update(
        {name: value.encode("utf-8", "surrogatepass").decode("utf-8", "replace") for name, value in asked.items()}
    )
    headers = {"HX-Request": "true"} if partial else {}
    assert client.get(f"{WORK}?{query.urlencode()}", headers=headers).status_code == 200
    assert b"".join(client.get(f"/work/cases.csv?{query.urlencode()}").streaming_content)


def test_a_filter_that_makes_no_sense_is_said_and_left_out(desk):
    desk.at_state("reported")
    answer = as_(desk.people["dispatcher"]).get(WORK, {"queue": "open", "unit": "nobody", "from": "yesterday"})
    assert len(shown(answer)) == 1
    assert answer.content.decode().count('class="error"') == 2


def test_pages_lead_on_and_back(desk):
    cases = [desk.case(at=timezone.now() - timedelta(minutes=60 - number)) for number in range(52)]
    client = as_(desk.people["dispatcher"])
    first = client.get(WORK)
    assert shown(first) == [case.number for case in cases[:50]]
    second = client.get(WORK + first.context["after"])
    assert shown(second) == [case.number for case in cases[50:]]
    assert shown(client.get(WORK + second.context["before"])) == shown(first)


def test_the_row_says_what_there_is_to_know(desk):
    case = desk.at_state("handling", at=timezone.now() - timedelta(days=40))
    Case.objects.filter(pk=case.pk).update(me_too=3, hard=True, reworks=1, description="<b>坑</b>")
    text = as_(desk.people["dispatcher"]).get(WORK, {"queue": "open"}).content.decode()
    for said in (
        "3 more persons",
        "Hard case",
        "Reworked",
        "&lt;b&gt;坑&lt;/b&gt;",
        "clean",
        "handler",
        "overdue",
        "over<",
    ):
        assert said in text, said


def test_without_a_calendar_the_list_says_so(desk):
    desk.at_state("handling")
    type(desk.district).objects.update(calendar="NONE")
    answer = as_(desk.people["dispatcher"]).get(WORK, {"queue": "open"})
    assert "work calendar of the district is not loaded" in answer.content.decode()
    assert as_(desk.people["dispatcher"]).get(WORK, {"queue": "units", "colour": "red"}).status_code == 200


def test_the_file_holds_what_the_list_holds_and_no_formula(desk):
    case, other = desk.at_state("handling"), desk.at_state("reported")
    Case.objects.filter(pk=case.pk).update(description='=HYPERLINK("http://x","y")', address="\t+1")
    Case.objects.filter(pk=other.pk).update(town=None, lon=-3.5)
    answer = as_(desk.people["lead"]).get("/work/cases.csv?queue=open")
    assert answer["Content-Type"].startswith("text/csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Number"] for row in rows] == [case.number]
    assert rows[0]["Description"].startswith("'=HYPERLINK")
    assert rows[0]["Address"].startswith("'")
    whole = b"".join(as_(desk.people["dispatcher"]).get("/work/cases.csv?queue=open").streaming_content).decode(
        "utf-8-sig"
    )
    assert {row["Longitude"] for row in csv.DictReader(io.StringIO(whole))} == {"120.05", "-3.5"}


def test_views_are_kept_found_again_and_deleted(desk):
    client = as_(desk.people["dispatcher"])
    client.post("/work/views/", {"name": " 我的  超期 ", "query": "queue=open&overdue=1&junk=2&district=x"})
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("我的 超期", "queue=open&overdue=1")
    answer = client.get(WORK + "?" + view.query)
    assert [(each.name, current) for each, current in answer.context["views"]] == [("我的 超期", True)]
    client.post("/work/views/", {"name": "我的 超期", "query": "queue=ended"})
    assert SavedView.objects.get().query == "queue=ended"
    client.post(f"/work/views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_views_of_others_are_neither_seen_nor_deleted(desk):
    view = keep_view(desk.people["dispatcher"], "secret", "queue=open")
    client = as_(desk.people["second"])
    assert "secret" not in client.get(WORK).content.decode()
    answer = client.post(f"/work/views/{view.pk}/delete/", follow=True)
    assert "There is no such view." in answer.content.decode()
    assert SavedView.objects.filter(pk=view.pk).exists()
    with pytest.raises(Refused):
        forget_view(desk.people["second"], view.pk)


def test_a_view_needs_a_name_and_there_is_an_end_to_them(desk):
    user = person(desk.district, "collector", "dispatcher")
    for name in ("", "   ", "x" * 81, "a\x00b"):
        with pytest.raises(Refused):
            keep_view(user, name, "queue=open")
    for number in range(MOST):
        keep_view(user, f"v{number}", "queue=open")
    with translation.override("en"), pytest.raises(Refused, match="already"):
        keep_view(user, "one more", "queue=open")
    keep_view(user, "v0", "queue=ended")
    answer = as_(user).post("/work/views/", {"name": "", "query": "queue=open"}, follow=True)
    assert "needs a name" in answer.content.decode()


def test_the_door_to_the_work_list_is_shown_to_those_who_may_enter(desk):
    def doors(user):
        text = (as_(user) if user else Client(headers={"Accept-Language": "en"})).get("/about").content.decode()
        return text.count('href="/work/')

    assert doors(None) == doors(desk.people["resident"]) == 0
    assert doors(desk.people["handler"]) == doors(desk.people["dispatcher"]) == 1


def test_the_hotline_is_offered_to_those_who_may_take_calls(desk):
    assert 'href="/hotline/"' in as_(desk.people["dispatcher"]).get(WORK).content.decode()
    assert 'href="/hotline/"' not in as_(desk.people["lead"]).get(WORK).content.decode()


def test_classes_are_named_in_the_language_of_the_page(desk):
    type(desk.category).objects.update(class_en="City appearance")
    layers.bump("codes")
    shown = {
        language: [
            option.label for option in as_(desk.people["lead"], language).get(WORK).context["filters"][1].options
        ]
        for language in ("en", "zh-hans")
    }
    assert "All of City appearance" in shown["en"]
    assert not [label for label in shown["zh-hans"] if "City appearance" in label]
