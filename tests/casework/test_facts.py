"""Facts of cases: complete, by changed range, the same again, without data of persons."""

from datetime import timedelta

import pyarrow as pa
import pytest

from casework.conftest import MONDAY
from xiuhua.casework import facts as casework_facts
from xiuhua.casework.actions.intake import submit
from xiuhua.casework.models import Case, Check, Party, Rating, Report, Step
from xiuhua.casework.submission import Submission
from xiuhua.foundation.facts import facts


def read(name, since=None, until=None) -> pa.Table:
    fact = facts()[name]
    table = pa.Table.from_batches(fact.read(since, until), schema=fact.schema)
    table.validate(full=True)
    for field in fact.schema:
        assert field.nullable or not table[field.name].null_count, field.name
    keys = list(zip(*(table[key].to_pylist() for key in fact.key), strict=True))
    assert len(set(keys)) == len(keys)
    return table


def test_every_row_of_both_districts_is_a_fact_once(desks):
    for desk in desks:
        for state in ("reported", "suspended", "closed", "merged"):
            desk.at_state(state)
        joint = desk.at_state("dispatched")
        desk.make(joint, "join", "dispatcher", unit="water", limit=4)
    assert len(read("case")) == Case.objects.count()
    assert len(read("step")) == Step.objects.count()
    assert len(read("check")) == Check.objects.count()
    assert len(read("party")) == Party.objects.count() == 2
    cases = read("case")
    assert set(cases["district"].to_pylist()) == {desk.district.code for desk in desks}
    assert cases["day"].to_pylist()[0] == MONDAY.date()


def test_a_case_tells_its_first_answer_dispatch_and_score(desk):
    case = desk.at_state("closed")
    desk.make(case, "reopen", reason="还在")
    report = Report.objects.create(
        case=case, district=desk.district, idempotency_key="k", token="t", source="web", received_at=MONDAY,
        lon=case.lon, lat=case.lat,
    )  # fmt: skip
    Rating.objects.create(report=report, score=4, at=MONDAY)
    row = read("case").to_pylist()[0]
    steps = {step.move: step.at for step in Step.objects.order_by("-number")}
    assert row["answered_at"] == row["decided_at"] == row["filed_at"] == steps["file"]
    assert row["dispatched_at"] == steps["dispatch"] < Case.objects.get().dispatched_at
    assert (row["score"], row["reopenings"], row["state"], row["open"], row["clock"]) == (
        4,
        1,
        "dispatched",
        True,
        True,
    )
    assert (row["limit"], row["limit_unit"], row["urgent"]) == (8, "work_hour", False)
    assert (row["category"], row["kind"], row["unit"]) == ("events@1:0101", "event", "clean")


def test_what_changed_is_read_again_with_all_that_belongs_to_it_and_nothing_else(desk):
    old, new = desk.at_state("closed"), desk.at_state("closed", MONDAY + timedelta(days=2))
    since = MONDAY + timedelta(days=1)
    assert read("case", since)["case"].to_pylist() == [new.number]
    assert set(read("step", since)["case"].to_pylist()) == {new.number}
    assert set(read("check", None, since)["case"].to_pylist()) == {old.number}
    assert len(read("case", new.changed_at)) == 1
    assert len(read("case", None, old.changed_at)) == 0
    assert read("case", since).equals(read("case", since))
    before = read("case", None, since)["day"].to_pylist()
    desk.make(old, "reopen", reason="还在", at=MONDAY + timedelta(days=3))
    again = read("case", since)
    assert set(again["case"].to_pylist()) == {old.number, new.number}
    assert before[0] in again["day"].to_pylist()  # the day of a case never changes


def test_steps_tell_how_long_was_waited_and_checks_how_far_off(desk):
    case = desk.at_state("check_closing")
    check = case.checks.get()
    desk.make(case, "pass", "near", check=check.pk, lon=case.lon, lat=case.lat + 0.001)
    steps = read("step").to_pylist()
    assert [step["waited_s"] for step in steps[:3]] == [None, 60, 60]
    assert [step["automatic"] for step in steps if step["move"] == "ask_check"] == [True]
    row = read("check").to_pylist()[0]
    assert row["off_m"] == pytest.approx(110.9, abs=0.3)
    assert (row["passed"], row["cancelled"], row["candidates"], row["unit"]) == (True, False, 1, "clean")


def test_facts_hold_nothing_of_persons(desk):
    report = submit(
        Submission(
            "k", desk.district, "web", 120.05, 31.7, desk.category, "张三电话 13812345678 门口有垃圾", "map", "张三家门口",
            contact_name="张三", contact_phone="13812345678", contact_email="zhang@example.org",
        ),
        at=MONDAY,
    )  # fmt: skip
    desk.make(report.case, "file", "dispatcher", standard=desk.standard.pk, reason="张三已联系")
    told = " ".join(str(read(name).to_pylist()) for name in facts())
    for word in ("张三", "13812345678", "example.org", "dispatcher", report.token):
        assert word not in told
    assert "user" not in {name for fact in facts().values() for name in fact.schema.names}


def test_batches_are_bounded(desk, monkeypatch):
    monkeypatch.setattr(casework_facts, "BATCH", 3)
    for _ in range(7):
        desk.case()
    assert [len(batch) for batch in facts()["case"].read(None, None)] == [3, 3, 1]
