"""Updates of requests: what a site of mySociety's reads, and what it may do with what it sends."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from interop.conftest import BASE
from plugins.open311_town import key_of
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.models import Case, Photo, Step
from xiuhua.foundation.events import verify
from xiuhua.interop.open311.update_states import MOVES, named

pytestmark = pytest.mark.django_db
MARCH = {"jurisdiction_id": "990001", "start_date": "2026-03-01T00:00:00Z", "end_date": "2026-03-31T00:00:00Z"}


@pytest.fixture
def update(desk, send):
    """Send an update as a person: ``update("handler", case, "FIXED")``."""

    def sent(who, case, status, *, number="u1", base=BASE, expect=200, **more):
        form = {
            "api_key": key_of(desk, who), "jurisdiction_id": "990001", "service_request_id": case.number,
            "update_id": number, "status": status, "updated_datetime": "2026-03-02T10:00:00+08:00",
            "description": "已清运，电话13812345678",
        }  # fmt: skip
        return send("servicerequestupdates", {**form, **more}, status=expect, base=base)

    return sent


def test_what_became_of_a_request_is_told_in_order(desk, ask):
    case = desk.at_state("closed")
    Case.objects.update(state_due=case.changed_at)  # an appeal waits
    perform(case, "remind", actor="timer", at=case.changed_at + timedelta(minutes=1), data={"reason": "内部"})
    found = ask("servicerequestupdates", api_key="whatever", **MARCH)
    assert [(one["status"], one["external_status_code"]) for one in found] == [
        ("FOR_TRIAGE", "filed"), ("ACTION_SCHEDULED", "dispatched"), ("IN_PROGRESS", "handling"),
        ("IN_PROGRESS", "handed_back"), ("IN_PROGRESS", "check_closing"), ("FIXED", "verified"), ("FIXED", "closed"),
    ]  # fmt: skip
    assert len({one["update_id"] for one in found}) == len(found)
    assert {one["service_request_id"] for one in found} == {case.number}
    assert [one["updated_datetime"] for one in found] == sorted(one["updated_datetime"] for one in found)
    assert "clean局" in found[1]["description"]
    assert found[0].keys() == {
        "update_id", "service_request_id", "status", "description", "updated_datetime", "media_url",
        "external_status_code", "customer_reference",
    }  # fmt: skip
    assert "内部" not in json.dumps(found, ensure_ascii=False)


def test_notes_are_told_only_where_they_are_public(desk, ask):
    case = desk.at_state("dispatched")
    perform(case, "note", user=desk.people["lead"], data={"reason": "难缠"}, at=case.changed_at + timedelta(minutes=1))
    perform(
        Case.objects.get(), "note", user=desk.people["lead"], at=case.changed_at + timedelta(minutes=5),
        data={"reason": "难缠", "public_note": "明日到场 13812345678"},
    )  # fmt: skip
    found = ask("servicerequestupdates", **MARCH)
    assert [one["description"] for one in found][-1] == "明日到场 ***"
    assert len(found) == 3
    assert "难缠" not in json.dumps(found, ensure_ascii=False)
    Case.objects.update(public=False)
    assert ask("servicerequestupdates", **MARCH) == []


def test_the_photo_after_the_work_comes_with_the_handing_back(desk, ask):
    case = desk.at_state("handed_back")
    photo = Photo.objects.create(
        case=case, stage="after", original="o", copy="c", thumbnail="t", sha256="0", width=1, height=1,
        received_at=case.changed_at,
    )  # fmt: skip
    found = ask("servicerequestupdates", **MARCH)
    assert [one["media_url"] for one in found if one["media_url"]] == [f"http://testserver/photo/{photo.key}/copy.jpg"]
    assert found[-1]["media_url"]


def test_dates_come_together_and_no_further_apart_than_ninety_days(desk, ask):
    assert (
        ask("servicerequestupdates", expect=400, jurisdiction_id="990001", start_date="2026-03-01")[0]["code"] == 40013
    )
    assert ask("servicerequestupdates", expect=400, **{**MARCH, "end_date": "2026-02-01"})[0]["code"] == 40013
    assert ask("servicerequestupdates", expect=400, **{**MARCH, "end_date": "2026-08-01"})[0]["code"] == 40013
    assert ask("servicerequestupdates", expect=400, **{**MARCH, "end_date": "x"})[0]["code"] == 40012
    desk.case(at=timezone.now() - timedelta(days=1))
    case = Case.objects.get()
    perform(case, "file", user=desk.people["dispatcher"], data={"standard": desk.standard})
    assert len(ask("servicerequestupdates", jurisdiction_id="990001")) == 1


def test_fixed_is_a_handing_back_and_never_a_close(desk, update, ask):
    case = desk.at_state("handling")
    answer = update("handler", case, "FIXED")
    case.refresh_from_db()
    assert case.state == "handed_back"
    step = case.steps.last()
    assert answer == [{"update_id": f"{case.number}-{step.number}"}]
    assert (step.move, step.user, step.reason) == ("hand_back", desk.people["handler"], "已清运，电话13812345678")
    assert step.public_note == "已清运，电话***"
    told = ask("servicerequestupdates", jurisdiction_id="990001")
    assert told[-1]["update_id"] == answer[0]["update_id"]


def test_an_update_is_made_once(desk, update):
    case = desk.at_state("dispatched")
    first = update("lead", case, "IN_PROGRESS")
    steps = Step.objects.count()
    assert update("lead", case, "IN_PROGRESS") == first
    assert Step.objects.count() == steps
    assert update("lead", case, "IN_PROGRESS", number="u2") != first
    assert update("handler", desk.at_state("handling"), "IN_PROGRESS") != first
    assert not verify().breaks


@pytest.mark.parametrize(
    ("state", "who", "status", "move", "after"),
    [
        ("dispatched", "lead", "NOT_COUNCILS_RESPONSIBILITY", "refuse", "filed"),
        ("reported", "dispatcher", "NO_FURTHER_ACTION", "reject", "rejected"),
        ("filed", "dispatcher", "NOT_COUNCILS_RESPONSIBILITY", "close_unfixed", "closed"),
        ("handling", "handler", "CLOSED", "hand_back", "handed_back"),
        ("suspended", "lead", "action_scheduled", "note", "suspended"),
        ("handed_back", "dispatcher", "REOPEN", "rework", "dispatched"),
    ],
)
def test_states_become_the_moves_that_the_account_may_make(desk, update, state, who, status, move, after):
    case = desk.at_state(state)
    update(who, case, status)
    case.refresh_from_db()
    assert (case.steps.last().move, case.state) == (move, after)
    if move == "close_unfixed":
        assert case.closing_reason == "not_ours"


def test_who_reported_may_object_to_the_end(desk, update, send, key, here):
    send("requests", {"api_key": key, "service_code": "events-1-0102", **here})
    reported = Case.objects.get()
    case = desk.at_state("closed")
    reported.reports.update(case=case)
    update("resident", case, "REOPEN")
    case.refresh_from_db()
    assert case.state == "dispatched"
    assert case.reopenings == 1


def test_rights_decide_and_nothing_changes_without_them(desk, update, send):
    case = desk.at_state("handling")
    for who in ("resident", "water", "near"):
        errors = update(who, case, "FIXED", expect=403)
        assert [one["code"] for one in errors] == [40303]
        assert errors[0]["description"]
    reported = desk.case()
    assert update("lead", reported, "IN_PROGRESS", expect=400)[0]["code"] == 40020
    assert send("servicerequestupdates", {}, status=403)[0]["code"] == 40301
    assert send("servicerequestupdates", {"api_key": "x"}, status=403)[0]["code"] == 40302
    assert Case.objects.get(pk=case.pk).version == case.version


def test_what_an_update_lacks_is_named(desk, update):
    case = desk.at_state("handling")
    errors = update("handler", case, "", number="", description="", expect=400)
    assert [one["code"] for one in errors] == [40018] * 3
    assert update("handler", case, "DONE", expect=400)[0]["code"] == 40014
    assert update("handler", case, "FIXED", updated_datetime="x", expect=400)[0]["code"] == 40012
    assert update("handler", case, "FIXED", updated_datetime="2999-01-01T00:00:00Z", expect=400)[0]["code"] == 40012
    assert update("handler", case, "FIXED", description="长" * 4001, expect=400)[0]["code"] == 40007
    assert update("handler", case, "FIXED", number="1" * 61, expect=400)[0]["code"] == 40018
    assert update("handler", case, "FIXED", description="\x00", expect=400)[0]["code"] == 40020
    assert update("handler", case, "FIXED", number="a\x00b", expect=400)[0]["code"] == 40018


def test_requests_that_are_not_there_take_no_update(desk, desks, update):
    case = desk.at_state("handling")
    assert update("handler", case, "FIXED", service_request_id="nothing", expect=404)[0]["code"] == 40404
    assert update("handler", case, "FIXED", service_request_id="\x00", expect=404)[0]["code"] == 40404
    other = desks[1].case()
    assert update("dispatcher", other, "NO_FURTHER_ACTION", expect=404)[0]["code"] == 40404
    Case.objects.update(public=False)
    assert update("handler", case, "FIXED", expect=404)[0]["code"] == 40404


def test_the_test_endpoint_tries_and_keeps_nothing(desk, update):
    case = desk.at_state("handling")
    answer = update("handler", case, "FIXED", base="/open311/test/v2")
    assert answer[0]["update_id"].startswith("test-")
    case.refresh_from_db()
    assert case.state == "handling"
    assert update("water", case, "FIXED", base="/open311/test/v2", expect=403)[0]["code"] == 40303
    update("handler", case, "FIXED")
    case.refresh_from_db()
    assert case.state == "handed_back"


def test_every_state_of_a_case_and_every_word_of_the_extension_is_known():
    from xiuhua.casework.states import CLOSING_REASONS, STATES

    told = {named("x", state, reason) for state in STATES for reason in CLOSING_REASONS}
    assert told <= MOVES.keys()
    assert named("reopen", "dispatched", "") == "REOPEN"
    assert {
        "OPEN", "CLOSED", "FIXED", "IN_PROGRESS", "ACTION_SCHEDULED", "INVESTIGATING", "DUPLICATE",
        "NOT_COUNCILS_RESPONSIBILITY", "NO_FURTHER_ACTION", "INTERNAL_REFERRAL", "FOR_TRIAGE", "CANCELLED", "REOPEN",
    } == MOVES.keys()  # fmt: skip
