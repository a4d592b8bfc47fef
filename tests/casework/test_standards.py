"""Loading filing standards: row by row, refused with remedies; what changes never changes a case that was filed."""

import csv

import pytest
from click.testing import CliRunner

from casework.conftest import MONDAY
from xiuhua.casework.actions.standards import load_standards
from xiuhua.casework.commands import casework
from xiuhua.casework.models import Case, Standard
from xiuhua.city.actions.codes import load_codes
from xiuhua.city.models import CodeSet
from xiuhua.foundation import events

ROW = {"category": "E0101", "condition": "成堆", "limit": "4", "unit": "work_hour", "close_action": "清除"}


@pytest.fixture
def sets(db):
    """An event set and a component set that share the code 0101."""
    made = []
    for key, kind in (("events", "event"), ("parts", "component")):
        rows = [{"code": code, "class_zh": "类", "name_zh": f"{key}{code}"} for code in ("0101", "0102")]
        made.append(load_codes(key, "1", kind=kind, name_zh=key, rows=rows, actor="t")[0])
    return made


def load(sets, *rows, **more):
    return load_standards(sets, rows, actor="t", source="示意", **more)


def test_the_letter_of_a_category_names_the_kind_of_its_set(sets):
    report = load(sets, ROW, {**ROW, "category": "C0101", "limit": "2", "unit": "urgent_day"})
    assert (report.inserted, report.rejected) == (2, [])
    event, part = Standard.objects.order_by("category__code_set__key")
    assert (event.category.code_set.kind, event.limit, event.unit, event.closing, event.source) == (
        "event", 4, "work_hour", "清除", "示意",
    )  # fmt: skip
    assert (part.category.code_set.kind, part.unit) == ("component", "natural_day")


def test_a_bare_code_belongs_to_the_only_set_or_to_the_kind_that_the_row_names(sets):
    assert load(sets[:1], {**ROW, "category": "0102"}).inserted == 1
    assert load(sets, {**ROW, "category": "0102", "kind": "component"}).inserted == 1
    assert load(sets, {**ROW, "category": "0102"}).rejected[0].field == "category"


@pytest.mark.parametrize(("column", "value"), [
    ("category", "E9999"), ("category", ""), ("category", "X0101"), ("unit", "fortnight"), ("unit", ""),
    ("limit", "0"), ("limit", "-1"), ("limit", "1.5"), ("limit", "many"), ("limit", "1000"), ("limit", ""),
    ("limit", "²"), ("condition", ""), ("condition", "长" * 301), ("close_action", "长" * 301),
])  # fmt: skip
def test_a_row_is_refused_with_what_to_do(sets, column, value):
    report = load(sets, ROW, {**ROW, "condition": "第二条", column: value})
    assert report.inserted == 1
    (refused,) = report.rejected
    assert (refused.row, refused.field) == (2, column)
    assert refused.rule
    assert refused.remedy


def test_the_same_condition_twice_is_refused(sets):
    report = load(sets, ROW, {**ROW, "limit": "5"})
    assert (report.inserted, [r.field for r in report.rejected]) == (1, ["condition"])


def test_loading_again_changes_nothing(sets):
    load(sets, ROW)
    report = load(sets, ROW)
    assert (report.inserted, report.replaced, report.unchanged) == (0, 0, 1)
    assert not events.verify().breaks


def test_a_changed_standard_is_ended_and_made_anew_so_that_a_case_keeps_its_rule(desk):
    codes = CodeSet.objects.get(key="events")
    case = desk.at_state("dispatched")
    row = {**ROW, "condition": "有暴露垃圾", "limit": "2"}
    assert load([codes], row).replaced == 1
    old = Standard.objects.get(pk=desk.standard.pk)
    assert not old.active
    new = Standard.objects.get(category=desk.category, active=True)
    assert (new.number, new.limit) == (2, 2)
    assert Case.objects.get(pk=case.pk).standard == old
    # An extension adds the limit that the case was filed by.
    case = desk.make(case, "ask_extension", "lead", reason="量大")
    assert desk.make(case, "grant_extension", "dispatcher").clock_amount == 16
    later = desk.case(MONDAY)
    assert desk.make(later, "file", "dispatcher", standard=new.pk).standard == new


def test_pruning_ends_what_the_file_does_not_name(sets):
    load(sets, ROW, {**ROW, "condition": "零星"})
    report = load(sets, ROW, prune=True)
    assert report.ended == 1
    assert Standard.objects.get(active=True).condition == "成堆"


def test_the_command_loads_a_file_and_says_what_it_refused(sets, tmp_path):
    path = tmp_path / "limits.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, list(ROW))
        writer.writeheader()
        writer.writerows([ROW, {**ROW, "category": "C0101"}])
    run = CliRunner().invoke(casework, ["standards", str(path), "--codes", "events@1"])
    assert run.exit_code == 0, run.output
    assert "C0101" in run.stderr
    assert Standard.objects.count() == 1
    again = CliRunner().invoke(casework, ["standards", str(path), "--codes", "events@1", "--codes", "parts@1"])
    assert again.exit_code == 0
    assert Standard.objects.count() == 2


def test_the_command_refuses_what_is_no_file_of_standards(sets, tmp_path):
    path = tmp_path / "limits.csv"
    path.write_bytes(b"category,limit\n\xff\xfe,1\n")
    assert CliRunner().invoke(casework, ["standards", str(path), "--codes", "events@1"]).exit_code == 1
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    run = CliRunner().invoke(casework, ["standards", str(path), "--codes", "events@1"])
    assert run.exit_code == 1
    assert "1 " in run.stderr
    unknown = CliRunner().invoke(casework, ["standards", str(path), "--codes", "nothing@1"])
    assert "events@1" in unknown.output


def test_the_timer_command_rings(desk):
    desk.at_state("filed")
    run = CliRunner().invoke(casework, ["ring"])
    assert run.exit_code == 0, run.output
    assert Case.objects.get().state == "dispatched"
