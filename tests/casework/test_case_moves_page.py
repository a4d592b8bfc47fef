"""Every move by the forms of the case page: made, refused with words, and for nobody else."""

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from casework.conftest import MONDAY, PATHS, hours
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.models import Case, Check, Photo, Step
from xiuhua.casework.offers import INTERNAL, entitled
from xiuhua.casework.refusals import CaseworkError
from xiuhua.casework.states import MOVES, STATES

NOW = MONDAY + hours(2)
ROLES = ("dispatcher", "lead", "handler", "water", "town", "near", "own", "assessor", "leader", "engineer", "resident")
DOABLE = [key for key, rule in MOVES.items() if rule.start and key not in INTERNAL]


@pytest.fixture(autouse=True)
def now(monkeypatch, desk):
    """Two hours into the first working day of the cases, whatever day it is."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def client_of(desk, who):
    client = Client()
    client.force_login(desk.people[who])
    return client


def petitioned(state, *moves):
    def prepare(desk):
        case = desk.at_state(state)
        for move, who, data in moves:
            case = desk.make(case, move, who, **desk.fill(case, data))
        return case

    return prepare


def at(state):
    return petitioned(state)


def late_and_closed(desk):
    case = desk.at_state("handling", at=MONDAY - timedelta(days=10))
    case = desk.make(case, "hand_back", "handler", at=case.deadline + hours(1), reason="已清")
    case = desk.make(case, "ask_check", at=case.changed_at)
    case = desk.make(case, "pass", "near", at=case.changed_at, check=case.checks.get().pk)
    return desk.make(case, "close", at=case.changed_at)


def reviewed(desk):
    case = desk.make(late_and_closed(desk), "appeal", "lead", reason="封路")
    return desk.make(case, "review_appeal", "dispatcher", granted=True)


def own_report(desk):
    case = desk.at_state("closed")
    from xiuhua.casework.models import Report

    Report.objects.create(
        idempotency_key="own", token="own", district=desk.district, case=case, source="web", received_at=MONDAY,
        lon=case.lon, lat=case.lat, user=desk.people["dispatcher"],
    )  # fmt: skip
    return case


def open_check(case):
    return {"check": str(case.checks.get(received_at=None, cancelled_at=None).key)}


LATER = (NOW + timedelta(days=30)).astimezone(timezone.get_default_timezone()).strftime("%Y-%m-%dT%H:%M")
SAID = {"reason": "说明理由"}
# What brings a case to where the move can be made, who makes it, what is typed, the state afterwards.
SCENES = {
    "check_filing": (at("reported"), "dispatcher", {}, "check_filing"),
    "confirm": (at("check_filing"), "CHECKER", open_check, "reported"),
    "deny": (at("check_filing"), "CHECKER", lambda case: open_check(case) | SAID, "reported"),
    "give_up_filing_check": (at("check_filing"), "dispatcher", {}, "reported"),
    "file": (at("reported"), "dispatcher", lambda case: {"standard": str(case.category.standards.first().pk)}, "filed"),
    "reject": (at("reported"), "dispatcher", SAID | {"public_note": "不属实"}, "rejected"),
    "merge": (at("reported"), "dispatcher", {"master": "MASTER"}, "merged"),
    "recategorise": (at("reported"), "dispatcher", {"category": "OTHER"}, "reported"),
    "dispatch": (at("filed"), "dispatcher", {"unit": "-", "unit_other": "water"}, "dispatched"),
    "redispatch": (at("dispatched"), "dispatcher", SAID | {"unit": "-", "unit_other": "water"}, "dispatched"),
    "join": (at("dispatched"), "dispatcher", {"unit": "-", "unit_other": "water", "task": "抽水", "limit": "4", "limit_unit": "work_hour"}, "dispatched"),
    "refuse": (at("dispatched"), "lead", SAID | {"suggested_unit": "water"}, "filed"),
    "assign": (at("dispatched"), "lead", {"handler": "HANDLER"}, "handling"),
    "unassign": (at("handling"), "lead", {}, "dispatched"),
    "note": (at("handling"), "handler", SAID, "handling"),
    "party_done": (petitioned("dispatched", ("join", "dispatcher", {"unit": "water"})), "water", SAID, "dispatched"),
    "hand_back": (at("handling"), "handler", SAID, "handed_back"),
    "ask_extension": (at("handling"), "handler", SAID, "handling"),
    "grant_extension": (petitioned("handling", ("ask_extension", "lead", SAID)), "dispatcher", {}, "handling"),
    "refuse_extension": (petitioned("handling", ("ask_extension", "lead", SAID)), "dispatcher", SAID, "handling"),
    "ask_suspension": (at("handling"), "lead", SAID | {"until": LATER}, "handling"),
    "suspend": (at("handling"), "dispatcher", SAID | {"until": LATER}, "suspended"),
    "refuse_suspension": (petitioned("handling", ("ask_suspension", "lead", SAID | {"until": "LATER"})), "dispatcher", SAID, "handling"),
    "resume": (at("suspended"), "dispatcher", {}, "dispatched"),
    "mark_hard": (at("handling"), "dispatcher", SAID, "handling"),
    "unmark_hard": (petitioned("handling", ("mark_hard", "dispatcher", SAID)), "dispatcher", SAID, "handling"),
    "ask_check": (at("handed_back"), "dispatcher", {}, "check_closing"),
    "pass": (at("check_closing"), "CHECKER", lambda case: open_check(case) | {"lon": "120.05", "lat": "31.7", "accuracy_m": "8"}, "verified"),
    "fail": (at("check_closing"), "CHECKER", lambda case: open_check(case) | SAID, "dispatched"),
    "redraw": (at("check_closing"), "dispatcher", {}, "check_closing"),
    "give_up_check": (at("check_closing"), "dispatcher", {}, "handed_back"),
    "rework": (at("handed_back"), "dispatcher", SAID, "dispatched"),
    "close": (at("verified"), "dispatcher", {"public_note": "已解决"}, "closed"),
    "close_unfixed": (at("handed_back"), "dispatcher", SAID | {"closing_reason": "long_term"}, "closed"),
    "reopen": (own_report, "dispatcher", SAID, "dispatched"),
    "appeal": (late_and_closed, "lead", SAID, "closed"),
    "review_appeal": (petitioned("closed"), "dispatcher", {"granted": "no"}, "closed"),
    "decide_appeal": (reviewed, "assessor", {"granted": "yes"}, "closed"),
    "remind": (at("handling"), "dispatcher", SAID, "handling"),
}  # fmt: skip
SCENES["review_appeal"] = (
    lambda desk: desk.make(late_and_closed(desk), "appeal", "lead", reason="封路"),
    *SCENES["review_appeal"][1:],
)


def scene(desk, move):
    """The case ready for the move, the client of who makes it, and the form as the browser sends it."""
    prepare, who, data, after = SCENES[move]
    case = prepare(desk)
    if who == "CHECKER":
        # The inspector who was drawn: any of those whose area holds the place.
        inspector = case.checks.get(received_at=None, cancelled_at=None).inspector
        who = next(name for name, user in desk.people.items() if user == inspector)
    typed = data(case) if callable(data) else dict(data)
    known = {
        "MASTER": lambda: desk.case(MONDAY).number,
        "OTHER": lambda: desk.other.pk,
        "HANDLER": lambda: desk.people["handler"].pk,
    }
    typed = {name: known[value]() if value in known else value for name, value in typed.items()}
    return case, client_of(desk, who), typed | {"expected_version": case.version}, after


def test_every_move_has_a_scene():
    assert set(SCENES) == set(DOABLE)


@pytest.mark.parametrize("move", DOABLE)
def test_each_move_is_offered_by_the_page_and_made_by_its_form(desk, move):
    case, client, typed, after = scene(desk, move)
    page = client.get(f"/cases/{case.number}/?move={move}")
    assert page.status_code == 200
    assert f'action="/cases/{case.number}/{move}/"' in page.content.decode()
    names = set(page.context["form"].fields)
    assert set(typed) <= names
    answer = client.post(f"/cases/{case.number}/{move}/", typed)
    assert answer.status_code == 302, answer.context and (answer.context["form"].errors, answer.context["problem"])
    now = Case.objects.get(pk=case.pk)
    assert (now.state, now.version > case.version) == (after, True)
    assert Step.objects.filter(case=case, move=move, number__gt=case.version).exists()
    for name in ("reason", "public_note"):
        if name in typed:
            assert getattr(Step.objects.get(case=case, move=move, number=case.version + 1), name) == typed[name]


@pytest.mark.parametrize("move", DOABLE)
def test_each_move_refused_keeps_what_was_typed_and_changes_nothing(desk, move):
    """Somebody was first: the page says who and what, as it now is, with the text that was typed."""
    case, client, typed, _after = scene(desk, move)
    other = "second" if MOVES["remind"].permission else ""
    if not STATES[case.state].open:  # reminded is whoever is to decide an appeal
        Case.objects.filter(pk=case.pk).update(state_due=case.changed_at + timedelta(days=1))
    desk.make(case, "remind", other, reason="先到一步")
    version = Case.objects.get(pk=case.pk).version
    if "reason" in MOVES[move].requires + MOVES[move].takes:
        typed["reason"] = "这段话不能丢 <b>"
    answer = client.post(f"/cases/{case.number}/{move}/", typed)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert Case.objects.get(pk=case.pk).version == version
    assert "second 已先行操作" in shown or "second" in answer.context["problem"].reason
    assert MOVES["remind"].zh in answer.context["problem"].reason
    if "reason" in typed:
        assert "这段话不能丢 &lt;b&gt;" in shown
    # Sent again as the page now is, it is made.
    again = {**typed, "expected_version": answer.context["form"]["expected_version"].value()}
    assert client.post(f"/cases/{case.number}/{move}/", again).status_code == 302


@pytest.mark.parametrize("move", [key for key in DOABLE if MOVES[key].requires])
def test_what_is_missing_is_said_at_its_field(desk, move):
    case, client, typed, _after = scene(desk, move)
    answer = client.post(f"/cases/{case.number}/{move}/", {"expected_version": typed["expected_version"]})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert {name for name in MOVES[move].requires if name in form.fields} <= set(form.errors)
    assert Case.objects.get(pk=case.pk).version == case.version
    assert 'class="errorlist"' in answer.content.decode() or 'class="error"' in answer.content.decode()


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("state", PATHS)
def test_the_page_offers_and_refuses_what_the_engine_does(desk, state, who):
    """Each role, each state, each move: sent without anything, it is answered as ``perform`` would."""
    case, user, client = desk.at_state(state), desk.people[who], client_of(desk, who)
    case = Case.objects.select_related("district").get(pk=case.pk)
    standing = entitled(case, user)
    page = client.get(f"/cases/{case.number}/")
    assert page.status_code == (200 if standing.sees else 403)
    if standing.sees:
        listed = {key for key, *_rest in page.context["moves"]} | {page.context["move"]} - {""}
        assert listed == set(standing.moves)
    # Those of the state, and one that it does not know.
    elsewhere = next(key for key in DOABLE if state not in MOVES[key].start)
    for move in [key for key in DOABLE if state in MOVES[key].start] + [elsewhere]:
        if standing.sees and move in standing.moves:
            continue
        answer = client.post(f"/cases/{case.number}/{move}/", {"expected_version": case.version})
        if not standing.sees:
            assert answer.status_code == 403
            continue
        with pytest.raises(CaseworkError) as refused:
            perform(case, move, user=user, expected_version=case.version)
        assert answer.status_code in {403, 422}
        assert str(answer.context["problem"].reason) == refused.value.reason
    assert Case.objects.get(pk=case.pk).version == case.version


def test_nobody_without_an_account(desk):
    case = desk.at_state("filed")
    for answer in (Client().get(f"/cases/{case.number}/"), Client().post(f"/cases/{case.number}/dispatch/", {})):
        assert answer.status_code == 302
        assert "/account/login/" in answer["Location"]
    assert Client(enforce_csrf_checks=True).post(f"/cases/{case.number}/dispatch/", {}).status_code == 403


def test_there_is_no_form_for_what_the_platform_does_itself(desk):
    case, client = desk.at_state("handling"), client_of(desk, "dispatcher")
    for move in (*INTERNAL, "report", "invented"):
        assert client.post(f"/cases/{case.number}/{move}/", {"expected_version": case.version}).status_code == 404
    assert client.get(f"/cases/{case.number}/dispatch/").status_code == 405
    assert client.post("/cases/990001-none/dispatch/", {}).status_code == 404


def test_two_dispatchers_on_one_case(desk):
    """Both opened the page; the second is told who was first and what they did, and keeps the text."""
    case = desk.at_state("reported")
    first, second = client_of(desk, "dispatcher"), client_of(desk, "second")
    for client in (first, second):
        assert client.get(f"/cases/{case.number}/").status_code == 200
    done = first.post(f"/cases/{case.number}/file/", {"standard": desk.standard.pk, "expected_version": case.version})
    assert done.status_code == 302
    typed = {"reason": "查无此事，已电话核实", "expected_version": case.version}
    late = second.post(f"/cases/{case.number}/reject/", typed)
    assert late.status_code == 409
    problem = late.context["problem"]
    assert "dispatcher" in problem.reason
    assert MOVES["file"].zh in problem.reason
    assert STATES["filed"].zh in problem.reason
    # Not filing is offered no more; the words can be copied.
    assert late.context["form"] is None
    assert "查无此事，已电话核实" in late.content.decode()
    assert Case.objects.get(pk=case.pk).state == "filed"


def test_a_form_sent_twice_is_one_move(desk):
    case, client, typed, _after = scene(desk, "note")
    assert client.post(f"/cases/{case.number}/note/", typed).status_code == 302
    assert client.post(f"/cases/{case.number}/note/", typed).status_code == 409
    assert Step.objects.filter(case=case, move="note").count() == 1


def jpeg(colour="green"):
    file = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(file, "JPEG")
    return file.getvalue()


def upload(name, content):
    file = io.BytesIO(content)
    file.name = name
    return file


def test_photos_come_with_handing_back(desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    case, client, typed, _after = scene(desk, "hand_back")
    typed["photos"] = [upload("a.jpg", jpeg()), upload("b.jpg", jpeg("red"))]
    assert client.post(f"/cases/{case.number}/hand_back/", typed).status_code == 302
    photos = Photo.objects.filter(case=case)
    assert [(photo.stage, photo.user.display_name) for photo in photos] == [("after", "handler")] * 2
    page = client.get(f"/cases/{case.number}/").content.decode()
    assert page.count(f"/photo/{photos[0].key}/thumb.jpg") == 1


def test_photos_of_a_check_stay_with_the_check(desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    case, client, typed, _after = scene(desk, "pass")
    check = Check.objects.get(case=case)
    typed["photos"] = [upload("a.jpg", jpeg())]
    assert client.post(f"/cases/{case.number}/pass/", typed).status_code == 302
    assert Photo.objects.get(case=case).check_made == check


def test_a_file_that_is_no_photo_undoes_the_whole_move(desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    case, client, typed, _after = scene(desk, "hand_back")
    typed["photos"] = [upload("a.jpg", jpeg()), upload("b.jpg", b"<svg onload=alert(1)>")]
    answer = client.post(f"/cases/{case.number}/hand_back/", typed)
    assert answer.status_code == 422
    assert answer.context["problem"].remedy in answer.content.decode()
    assert typed["reason"] in answer.content.decode()
    assert Case.objects.get(pk=case.pk).state == "handling"
    assert not Photo.objects.exists()


def test_who_gives_a_case_away_is_led_on(desk):
    """After refusing, the unit no longer has the case: its page would be closed to it."""
    case, client, typed, _after = scene(desk, "refuse")
    answer = client.post(f"/cases/{case.number}/refuse/", typed)
    assert answer.status_code == 302
    assert f"/cases/{case.number}/" not in answer["Location"]
    assert client.get(answer["Location"]).status_code == 200
