"""Books, commitments, meetings and projects change by their actions alone: checked, once, with an event."""

from datetime import date, timedelta

import pytest

from taskbook.small_book import BOOK, NOW, furnish, person
from xiuhua.foundation.events import verify
from xiuhua.foundation.models import Event
from xiuhua.taskbook.actions.books import close_book, create_book, issue_book
from xiuhua.taskbook.actions.commitments import drop, finish, promise
from xiuhua.taskbook.actions.load import load_book
from xiuhua.taskbook.actions.meetings import close_meeting, open_meeting, review, write_minutes
from xiuhua.taskbook.actions.projects import accept_project, finish_milestone, reopen_milestone
from xiuhua.taskbook.book_file.yaml_in import read_yaml
from xiuhua.taskbook.models import Commitment, Goal, Project, Review
from xiuhua.taskbook.refusals import BookRefused, Conflict, Forbidden, Refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TODAY = NOW.date()


@pytest.fixture
def units(district):
    return furnish(district)


@pytest.fixture
def book(district, units):
    return issue_book(load_book(read_yaml(BOOK.encode()), district, actor="t", at=NOW).book, actor="t", at=NOW)


@pytest.fixture
def night(book):
    return Commitment.objects.get(key="night")


@pytest.fixture
def meeting(book):
    return open_meeting(book, held_on=TODAY, title="三月调度会", actor="t", at=NOW)


def verbs(book):
    return list(Event.objects.filter(chain=f"book:{book.district.code}:{book.key}").values_list("verb", flat=True))


def test_a_book_is_made_issued_and_closed(district, units):
    book = create_book(district, "next", name_zh="下一本", first_year=2025, last_year=2027, actor="t")
    assert (book.state, book.version) == ("draft", 1)
    with pytest.raises(BookRefused) as answer:
        issue_book(book, actor="t")
    assert "no goal" in answer.value.faults[0].rule
    assert verbs(book) == ["book.created"]


@pytest.mark.parametrize(
    ("key", "first", "last", "word"),
    [("needlework", 2022, 2024, "already"), ("Bad Key", 2022, 2024, "no key"), ("k", 2024, 2022, "no span")],
)
def test_a_book_that_makes_no_sense_is_refused(book, district, key, first, last, word):
    with pytest.raises(Refused, match=word):
        create_book(district, key, name_zh="x", first_year=first, last_year=last, actor="t")


def test_a_goal_without_owner_or_target_cannot_bind(district, units):
    book = load_book(read_yaml(BOOK.encode()), district, actor="t", at=NOW).book
    goal = Goal.objects.get(key="rooms")
    goal.lead = None
    goal.save()
    goal.targets.all().delete()
    with pytest.raises(BookRefused) as answer:
        issue_book(book, actor="t", at=NOW)
    assert {fault.field for fault in answer.value.faults} == {"goals.rooms.lead", "goals.rooms.targets"}
    assert all(fault.remedy for fault in answer.value.faults)


def test_a_unit_that_ended_since_the_draft_cannot_lead(district, units):
    book = load_book(read_yaml(BOOK.encode()), district, actor="t", at=NOW).book
    units["urban"].valid_to, units["urban"].successors = TODAY, "water"
    units["urban"].save()
    with pytest.raises(BookRefused) as answer:
        issue_book(book, actor="t", at=NOW)
    assert "水利局 (water)" in answer.value.faults[0].remedy


def test_a_commitment_is_promised_and_done_with_proof(book, units):
    goal = Goal.objects.get(key="closing")
    row = promise(goal, measure=" 加派人手 ", unit=units["crew"], due=date(2024, 5, 1), actor="t", at=NOW)
    assert (row.key, row.measure, row.first_due, row.state) == ("1", "加派人手", date(2024, 5, 1), "open")
    with pytest.raises(Refused, match="proof"):
        finish(row, proof="  ", actor="t", at=NOW)
    with pytest.raises(Refused, match="has not come"):
        finish(row, proof="照片", done_on=TODAY + timedelta(days=1), actor="t", at=NOW)
    done = finish(row, proof="照片", actor="t", expected_version=1, at=NOW)
    assert (done.state, done.done_on, done.version) == ("done", TODAY, 2)
    event = Event.objects.get(verb="commitment.done")
    assert event.before["state"] == "open"
    assert (event.after["state"], event.after["done_on"]) == ("done", TODAY.isoformat())


@pytest.mark.parametrize(
    ("unit", "due", "measure", "word"),
    [
        ("crew", date(2024, 2, 1), "x", "has passed"),
        ("gone", date(2024, 5, 1), "x", "no more"),
        ("old", date(2024, 5, 1), "x", "no more"),
        ("crew", date(2024, 5, 1), "", "what is promised"),
        ("crew", date(2024, 5, 1), "x" * 401, "longer"),
    ],
)
def test_a_promise_that_nobody_could_keep_is_refused(book, units, unit, due, measure, word):
    with pytest.raises(Refused, match=word):
        promise(Goal.objects.get(key="closing"), measure=measure, unit=units[unit], due=due, actor="t", at=NOW)


def test_the_second_of_two_is_told_who_was_first(book, night, district, units):
    first = person(district, "first", "unit_lead", units["urban"])
    finish(night, proof="照片", actor=first, expected_version=1, at=NOW)
    with pytest.raises(Conflict) as told:
        drop(night, reason="不做了", actor="t", expected_version=1, at=NOW)
    assert (told.value.by, told.value.verb) == ("first", "commitment.done")
    with pytest.raises(Conflict):
        finish(night, proof="又一张", actor="t", at=NOW)


def test_a_date_moves_only_in_a_meeting_with_a_reason(book, night, meeting):
    with pytest.raises(Refused, match="why"):
        review(meeting, night, state="open", due=date(2024, 8, 31), actor="t", at=NOW)
    with pytest.raises(Refused, match="before the meeting"):
        review(meeting, night, state="open", due=date(2024, 2, 1), note="x", actor="t", at=NOW)
    said = review(meeting, night, state="open", due=date(2024, 8, 31), note="设备未到", actor="t", at=NOW)
    night.refresh_from_db()
    assert (night.first_due, night.due) == (date(2024, 6, 30), date(2024, 8, 31))
    assert (said.due_before, said.due_after, said.note) == (date(2024, 6, 30), date(2024, 8, 31), "设备未到")
    assert Event.objects.get(verb="commitment.reviewed").after == {"due": "2024-08-31", "note": "设备未到"}


def test_a_meeting_may_take_up_again_what_was_reported_done(book, night, meeting):
    finish(night, proof="照片", actor="t", at=NOW)
    with pytest.raises(Refused, match="why"):
        review(meeting, night, state="open", actor="t", at=NOW)
    review(meeting, night, state="open", note="现场仍无人", actor="t", at=NOW)
    night.refresh_from_db()
    assert (night.state, night.done_on, night.proof) == ("open", None, "照片")


def test_a_meeting_ends_when_what_was_due_has_been_gone_through(book, night, district):
    late = open_meeting(book, held_on=date(2024, 7, 15), title="七月调度会", actor="t", at=NOW)
    with pytest.raises(Refused, match="minutes"):
        close_meeting(late, actor="t", at=NOW)
    write_minutes(late, "逐项过。", actor="t", expected_version=1, at=NOW)
    with pytest.raises(Conflict, match="wrote the minutes"):
        write_minutes(late, "另一份", actor="t", expected_version=1, at=NOW)
    with pytest.raises(Refused, match="1 commitments were due"):
        close_meeting(late, actor="t", at=NOW)
    review(late, night, state="done", proof="值班表", actor="t", at=NOW)
    done = close_meeting(late, actor="t", at=NOW)
    assert (done.minutes, done.closed_at) == ("逐项过。", NOW)
    with pytest.raises(Conflict, match="closed the meeting"):
        review(late, night, state="open", note="x", actor="t", at=NOW)
    assert Review.objects.count() == 1


@pytest.mark.parametrize("state", ["nowhere", "", "DONE"])
def test_a_state_that_there_is_not_is_refused(book, night, meeting, state):
    with pytest.raises(Refused, match="no state"):
        review(meeting, night, state=state, actor="t", at=NOW)


def test_a_project_is_accepted_when_its_milestones_are_done(book):
    project = Project.objects.get()
    plan, opening = project.milestones.all()
    finish_milestone(plan, proof="批复", actor="t", expected_version=1, at=NOW)
    with pytest.raises(Conflict, match="milestone done"):
        finish_milestone(opening, proof="照片", actor="t", expected_version=1, at=NOW)
    with pytest.raises(Refused, match="1 milestones"):
        accept_project(project, accepted_by="district", actor="t", at=NOW)
    finish_milestone(opening, proof="照片", actor="t", at=NOW)
    with pytest.raises(Refused, match="no level"):
        accept_project(project, accepted_by="moon", actor="t", at=NOW)
    accepted = accept_project(project, accepted_by="district", actor="t", at=NOW)
    assert (accepted.accepted_by, accepted.done_on, accepted.started_on) == ("district", TODAY, TODAY)
    higher = accept_project(project, accepted_by="city", done_on=TODAY - timedelta(days=1), actor="t", at=NOW)
    assert (higher.accepted_by, higher.done_on) == ("city", TODAY)
    with pytest.raises(Conflict):
        accept_project(project, accepted_by="district", actor="t", at=NOW)
    reopen_milestone(opening, reason="设施损坏", actor="t", at=NOW)
    project.refresh_from_db()
    assert (project.accepted_by, project.done_on) == ("", None)


def test_a_closed_book_changes_no_more(book, night, district):
    with pytest.raises(Refused, match="1 commitments"):
        close_book(book, note="完成", actor="t", at=NOW)
    drop(night, reason="并入其他措施", actor="t", at=NOW)
    meeting = open_meeting(book, held_on=TODAY, title="末次会", actor="t", at=NOW)
    with pytest.raises(Refused, match="is open"):
        close_book(book, note="完成", actor="t", at=NOW)
    close_meeting(meeting, minutes="结束", actor="t", at=NOW)
    assert close_book(book, note="完成", actor="t", at=NOW).state == "closed"
    milestone = Project.objects.get().milestones.first()
    acts = (
        lambda: finish_milestone(milestone, proof="x", actor="t", at=NOW),
        lambda: open_meeting(book, held_on=TODAY, title="x", actor="t", at=NOW),
        lambda: promise(night.goal, measure="x", unit=night.unit, due=date(2024, 9, 1), actor="t", at=NOW),
        lambda: load_book(read_yaml(BOOK.replace("88", "87").encode()), district, actor="t", reason="x", at=NOW),
    )
    for act in acts:
        with pytest.raises(Refused, match="closed"):
            act()


def test_who_may_do_what(book, night, district, units):
    people = {
        "own": person(district, "own", "unit_lead", units["urban"]),  # above the crew that promised
        "other": person(district, "other", "unit_lead", units["water"]),
        "assessor": person(district, "assessor", "assessor"),
        "engineer": person(district, "engineer", "engineer"),
        "resident": person(district, "resident", "resident"),
    }
    goal = Goal.objects.get(key="closing")
    meeting = open_meeting(book, held_on=TODAY, title="会", actor=people["assessor"], at=NOW)
    acts = {
        "promise": lambda who: promise(goal, measure="x", unit=units["crew"], due=date(2024, 9, 1), actor=who, at=NOW),
        "review": lambda who: review(meeting, night, state="open", actor=who, at=NOW),
        "close": lambda who: close_book(book, note="x", actor=who, at=NOW),
    }
    allowed = {"promise": {"own", "assessor"}, "review": {"assessor"}, "close": {"assessor"}}
    for name, act in acts.items():
        for who, user in people.items():
            try:
                act(user)
                let_in = True
            except Forbidden:
                let_in = False
            except Refused:
                let_in = True  # past the door, stopped by the state
            assert let_in == (who in allowed[name]), (name, who)


def test_the_chain_of_a_book_holds(book, night, meeting):
    review(meeting, night, state="done", proof="值班表", actor="t", at=NOW)
    close_meeting(meeting, minutes="完", actor="t", at=NOW)
    assert verbs(book) == ["book.loaded", "book.issued", "meeting.opened", "commitment.reviewed", "meeting.closed"]
    assert not verify(f"book:{book.district.code}:{book.key}").breaks
