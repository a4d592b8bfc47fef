"""A book is loaded whole or not at all, by its keys; an issued one only as a new version with a reason."""

import copy

import pytest
import yaml
from click.testing import CliRunner

from taskbook.small_book import BOOK, NOW, furnish, person
from xiuhua.foundation import indicators
from xiuhua.foundation.models import Event
from xiuhua.taskbook.actions import commitments, plan, projects
from xiuhua.taskbook.actions.books import issue_book
from xiuhua.taskbook.actions.load import load_book
from xiuhua.taskbook.book_file.reading import read_file
from xiuhua.taskbook.book_file.tables import nested
from xiuhua.taskbook.book_file.yaml_in import read_yaml
from xiuhua.taskbook.commands import taskbook
from xiuhua.taskbook.models import Book, Commitment, Goal, Milestone, Project, Target
from xiuhua.taskbook.refusals import BookRefused, Conflict, Forbidden, Refused
from xiuhua.taskbook.stored import tables_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
MODELS = (Book, Goal, Target, Commitment, Project, Milestone)


@pytest.fixture
def district(two_districts):
    furnish(two_districts[0])
    return two_districts[0]


def load(district, text=BOOK, **more):
    return load_book(read_yaml(text.encode()), district, actor="t", at=NOW, **more)


def refused(district, old, new, **more):
    """The faults of the book with ``old`` replaced; nothing may have been written."""
    assert old in BOOK
    before = [model.objects.count() for model in MODELS] + [Event.objects.count()]
    with pytest.raises(BookRefused) as answer:
        load(district, BOOK.replace(old, new), **more)
    assert [model.objects.count() for model in MODELS] + [Event.objects.count()] == before
    return answer.value.faults


def test_a_book_is_loaded_with_everything_in_it(district):
    report = load(district)
    book = report.book
    assert (book.state, book.version, book.first_year, book.last_year) == ("draft", 1, 2022, 2024)
    goal = Goal.objects.get(book=book, key="closing")
    assert goal.lead.code == "urban"
    assert {unit.code for unit in goal.support.all()} == {"crew", "water"}
    assert goal.score == {
        "full_at": 95,
        "step": 1,
        "deduct": 0.5,
        "weight": 10,
        "source": "示意规则",
        "version": "2024",
    }
    assert [(target.year, target.value) for target in goal.targets.all()] == [(2023, 92.0), (2024, 95.0)]
    commitment = Commitment.objects.get()
    assert (commitment.key, commitment.state, commitment.unit.code) == ("night", "open", "crew")
    assert commitment.due == commitment.first_due
    assert [milestone.key for milestone in Project.objects.get().milestones.all()] == ["plan", "open"]
    event = Event.objects.get(chain="book:990001:needlework")
    assert (event.verb, event.actor) == ("book.loaded", "t")
    assert event.after["goals"]["closing"]["lead"] == "urban"


def test_the_same_file_twice_changes_nothing(district):
    load(district)
    rows, events = [list(model.objects.values()) for model in MODELS], Event.objects.count()
    assert load(district).unchanged
    assert [list(model.objects.values()) for model in MODELS] == rows
    assert Event.objects.count() == events


def test_a_changed_draft_is_updated_by_key_and_the_event_holds_what_differs(district):
    first = load(district)
    kept = Goal.objects.get(key="closing").pk
    text = BOOK.replace("lead: urban", "lead: water").replace("        value: 92", "        value: 93")
    text = text.replace("      - key: open\n        name_zh: 开放\n        due: 2024-09-30\n", "")
    report = load(district, text)
    assert (dict(report.new), dict(report.changed), dict(report.gone)) == (
        {}, {"goals": 1, "targets": 1}, {"milestones": 1},
    )  # fmt: skip
    assert Goal.objects.get(key="closing").pk == kept
    assert Goal.objects.get(key="closing").lead.code == "water"
    assert report.book.version == first.book.version + 1
    event = Event.objects.filter(verb="book.changed").get()
    assert event.before["goals"] == {"closing": {"lead": "urban"}}
    assert event.after["goals"] == {"closing": {"lead": "water"}}
    assert event.before["milestones"]["lr-1/open"]["name_zh"] == "开放"


def test_two_districts_have_books_of_the_same_key(two_districts):
    for district in two_districts:
        furnish(district)
    load(two_districts[0])
    load(two_districts[1], BOOK.replace("990001001", "990002001").replace("lon: 120.05", "lon: 120.25"))
    assert Book.objects.filter(key="needlework").count() == 2
    assert {goal.lead.district_code for goal in Goal.objects.filter(book__district=two_districts[1])} == {"990002"}


def test_a_unit_that_does_not_exist_is_named_with_the_nearest(district):
    (fault,) = refused(district, "lead: urban", "lead: urbann")
    assert (fault.place, fault.field, fault.value) == ("line 18", "lead", "urbann")
    assert "urban (城管局)" in fault.remedy


def test_a_unit_that_was_split_is_answered_with_those_that_took_over(district):
    (fault,) = refused(district, "lead: urban", "lead: old")
    assert "2023-07-01" in fault.rule
    assert "split" in fault.remedy
    assert "城管局 (urban)" in fault.remedy
    assert "水利局 (water)" in fault.remedy
    (fault,) = refused(district, "support: [crew, water]", "support: [crew, gone]")
    assert (fault.field, fault.value) == ("support", "gone")
    (fault,) = refused(district, "unit: crew", "unit: later")
    assert "exists only from 2025-01-01" in fault.rule


def test_a_unit_may_lead_a_programme_that_ended_before_the_unit_did(district):
    text = BOOK.replace("last_year: 2024", "last_year: 2022").replace("lead: urban", "lead: old")
    for old, new in (
        ("year: 2023", "year: 2022"),
        ("      - year: 2024\n        value: 95\n        meaning_zh: 达到 95 %\n", ""),
    ):
        text = text.replace(old, new, 1)
    text = text.replace("      - year: 2024\n        value: 2", "      - year: 2022\n        value: 2")
    assert load(district, text).book.pk


def test_an_indicator_that_is_not_registered_or_of_another_unit(district):
    (fault,) = refused(district, "closing_on_time", "closing_on_tyme")
    assert fault.place == "line 16"
    assert "closing_on_time" in fault.rule
    (fault,) = refused(district, 'unit: "%"', "unit: h")
    assert "measured in %" in fault.rule
    assert indicators.indicators()["closing_on_time"].unit == "%"


def test_a_target_that_the_indicator_can_never_reach(district):
    text = BOOK.replace("closing_on_time", "satisfaction").replace('unit: "%"', "unit: score")
    text = text.replace("full_at: 95", "full_at: 4.5").replace("value: 92", "value: 4")
    with pytest.raises(BookRefused) as answer:
        load(district, text)
    (fault,) = answer.value.faults
    assert (fault.field, fault.value) == ("value", "95")
    assert "between 1 and 5" in fault.rule


@pytest.mark.parametrize(
    ("new", "field", "word"),
    [
        ("cap: 12", "score.cap", "never reached"),
        ("floor: 10", "score.floor", "not below"),
        ("tiers: [{at: 95, points: 10}]", "score.full_at", "either tiers or full_at"),
        ("direction: down", "score.direction", "the indicator up"),
    ],
)
def test_a_score_rule_that_contradicts_itself_is_told_where(district, new, field, word):
    (fault,) = refused(district, "weight: 10", f"weight: 10\n      {new}")
    assert fault.field == field
    assert word in fault.rule
    assert fault.place.startswith("line ")


def test_full_points_that_the_indicator_can_never_reach(district):
    (fault,) = refused(district, "full_at: 95", "full_at: 950")
    assert fault.field == "score.full_at"
    assert "lies outside what the indicator can be, 0 to 100" in fault.rule


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("area: town:990001001", "area: town:x", "no such area"),
        ("area: town:990001001", "area: town:990001002", "but in"),
        ("lon: 120.05", "lon: 130.05", "outside the district"),
    ],
)
def test_a_project_lies_in_its_area(district, old, new, word):
    (fault,) = refused(district, old, new)
    assert word in fault.rule
    assert fault.place.startswith("line ")


def test_faults_of_every_kind_come_together(district):
    text = (
        BOOK.replace("lead: urban", "leed: urban")
        .replace("unit: crew", "unit: nobody")
        .replace("lon: 120.05", "lon: 10")
    )
    with pytest.raises(BookRefused) as answer:
        load(district, text)
    assert {fault.field for fault in answer.value.faults} == {"leed", "lead", "unit", "lon"}
    assert len(str(answer.value).splitlines()) == 5


def test_an_issued_book_changes_only_with_a_reason(district):
    book = issue_book(load(district).book, actor="t", at=NOW)
    assert load(district).unchanged
    faults = refused(district, "        value: 95\n", "        value: 80\n")
    assert [fault.field for fault in faults] == ["targets closing/2024"]
    assert "95.0 -> 80.0" in faults[0].rule
    report = load(district, BOOK.replace("        value: 95\n", "        value: 94\n"), reason="区委会议纪要第3号")
    assert (report.book.version, report.book.state) == (book.version + 1, "issued")
    event = Event.objects.filter(verb="book.changed").get()
    assert event.after["reason"] == "区委会议纪要第3号"


@pytest.mark.parametrize(
    "new",
    [
        "        due: 2024-09-30",
        "        due: 2024-06-30\n        moved_to: 2024-09-30",
        "        due: 2024-06-30\n        state: dropped\n        proof: 不做了",
    ],
)
def test_no_file_moves_or_drops_a_commitment_of_an_issued_book(district, new):
    issue_book(load(district).book, actor="t", at=NOW)
    faults = refused(district, "        due: 2024-06-30", new, reason="改期")
    assert [fault.field for fault in faults] == ["commitments closing/night"]
    assert "meeting" in faults[0].remedy


def test_what_a_file_says_is_done_is_told_with_who_loaded_it(district):
    issue_book(load(district).book, actor="t", at=NOW)
    text = BOOK.replace(
        "        due: 2024-06-30", "        due: 2024-06-30\n        done_on: 2024-02-01\n        proof: 值班表"
    )
    load_book(read_yaml(text.encode()), district, actor="clerk", at=NOW, reason="补录")
    with pytest.raises(Conflict, match="clerk was first"):
        commitments.finish(Commitment.objects.get(), proof="又一次", actor="t", at=NOW)


def test_what_was_done_since_stays_when_the_file_comes_again(district):
    load(district)
    commitment, milestone = Commitment.objects.get(), Milestone.objects.get(key="plan")
    commitments.finish(commitment, proof="值班表", actor="t", at=NOW)
    projects.finish_milestone(milestone, proof="批复", actor="t", at=NOW)
    assert load(district).unchanged
    assert Commitment.objects.get().state == "done"
    assert Milestone.objects.get(key="plan").proof == "批复"


def test_what_has_a_history_cannot_be_left_out(district):
    load(district)
    projects.finish_milestone(Milestone.objects.get(key="plan"), proof="批复", actor="t", at=NOW)
    with pytest.raises(BookRefused) as answer:
        load(district, BOOK[: BOOK.index("projects:")])
    assert {fault.field for fault in answer.value.faults} == {"projects", "milestones"}
    commitments.finish(Commitment.objects.get(), proof="值班表", actor="t", at=NOW)
    text = BOOK[: BOOK.index("    commitments:")] + BOOK[BOOK.index("  - key: rooms") :]
    with pytest.raises(BookRefused, match="history"):
        load(district, text)
    assert Commitment.objects.count() == 1


@pytest.mark.parametrize("form", ["yaml", "xlsx"])
def test_export_and_load_are_the_identity(two_districts, tmp_path, form):
    for district in two_districts:
        furnish(district)
    book = load(two_districts[0], BOOK.replace("    area: town:990001001\n    lon: 120.05\n    lat: 31.7\n", "")).book
    commitments.finish(Commitment.objects.get(), proof="值班表", actor="t", at=NOW)
    commitments.promise(
        Goal.objects.get(key="rooms"), measure="选址", unit=Goal.objects.get(key="rooms").lead,
        due=NOW.date(), actor="t", at=NOW,
    )  # fmt: skip
    out = tmp_path / f"book.{form}"
    runner = CliRunner()
    done = runner.invoke(
        taskbook, ["export", "needlework", "--district", "990001", "--format", form, "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    assert load_book(read_file(out), two_districts[0], actor="t", at=NOW).unchanged
    other = load_book(read_file(out), two_districts[1], actor="t", at=NOW).book
    assert tables_of(other) == tables_of(book)


def test_the_commands_load_issue_and_close(district, tmp_path):
    path, runner = tmp_path / "book.yaml", CliRunner()
    path.write_text(BOOK.replace("lead: urban", "lead: nobody"), encoding="utf-8")
    failed = runner.invoke(taskbook, ["load", str(path), "--district", "990001"])
    assert failed.exit_code == 1
    assert "line 18, lead=nobody" in failed.output
    assert not Book.objects.exists()
    path.write_text(BOOK, encoding="utf-8")
    assert "new" in runner.invoke(taskbook, ["load", str(path), "--district", "990001"]).output
    assert "already" in runner.invoke(taskbook, ["load", str(path), "--district", "990001"]).output
    assert "issued" in runner.invoke(taskbook, ["issue", "needlework", "--district", "990001"]).output
    early = runner.invoke(taskbook, ["close", "needlework", "--district", "990001", "--note", "完成"])
    assert early.exit_code == 1
    assert "1 commitments are open" in early.output
    for arguments in (["issue", "x", "--district", "990001"], ["issue", "needlework", "--district", "1"]):
        assert "Known:" in runner.invoke(taskbook, arguments).output


def test_a_page_changes_one_thing_and_is_held_to_the_same_rules(district):
    book = load(district).book
    plan.put(book, "targets", {"goal": "closing", "year": 2022, "value": 90}, actor="t", expected_version=1)
    plan.put(
        book,
        "goals",
        {"key": "green", "name_zh": "绿地", "lead": "water", "group": "tidy", "group_zh": "有序"},
        actor="t",
    )
    assert Target.objects.filter(goal__key="closing").count() == 3
    assert Goal.objects.get(key="green").group_zh == "有序"
    plan.remove(book, "goals", {"key": "green"}, actor="t")
    assert not Goal.objects.filter(key="green").exists()
    plan.describe(book, {"source": "新文件"}, actor="t")
    assert Book.objects.get().source == "新文件"
    for values, field in (
        ({"goal": "closing", "year": 2030, "value": 90}, "year"), ({"goal": "closing", "year": 2024, "value": 190}, "value"),
    ):  # fmt: skip
        with pytest.raises(BookRefused) as answer:
            plan.put(book, "targets", values, actor="t")
        assert answer.value.faults[0].field == field
    with pytest.raises(Refused, match="could belong"):
        plan.put(book, "targets", {"goal": "x", "year": 2024, "value": 1}, actor="t")
    with pytest.raises(Conflict, match="changed the book"):
        plan.describe(book, {"source": "x"}, actor="t", expected_version=1)


def test_only_who_keeps_the_book_may_load_it(district):
    for role, allowed in (("assessor", True), ("leader", True), ("unit_lead", False), ("dispatcher", False)):
        user = person(district, role, role)
        text = BOOK.replace("key: needlework", f"key: {role.replace('_', '-')}", 1)
        if allowed:
            assert load_book(read_yaml(text.encode()), district, actor=user, at=NOW).book.pk
            continue
        with pytest.raises(Forbidden) as answer:
            load_book(read_yaml(text.encode()), district, actor=user, at=NOW)
        assert answer.value.remedy


def test_what_is_exported_says_nothing_that_is_empty(district):
    book = load(district).book
    assert nested(tables_of(book)) == _typed(yaml.safe_load(BOOK))


def _typed(data):
    """The book as YAML reads it, with days as text and the list of supporting units in order."""
    found = copy.deepcopy(data)
    for goal in found["goals"]:
        for commitment in goal.get("commitments", ()):
            commitment["due"] = commitment["due"].isoformat()
    for project in found["projects"]:
        for milestone in project["milestones"]:
            milestone["due"] = milestone["due"].isoformat()
    return found
