"""Standards: loaded whole or not at all, drafts that change, versions in force that never do."""

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.utils import translation

from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.foundation.events import verify
from xiuhua.foundation.models import Event
from xiuhua.inspection.actions.standard_drafts import (
    change_draft,
    copy_version,
    create_draft,
    drop_draft,
    put_item,
    remove_item,
)
from xiuhua.inspection.actions.standards import (
    EXAMPLE,
    load_standards,
    put_in_force,
    retire,
    try_standards,
    unready,
)
from xiuhua.inspection.models import Standard
from xiuhua.inspection.standard_files.faults import StandardsRefused
from xiuhua.inspection.standard_files.reading import read_bytes
from xiuhua.inspection.standard_files.schema import SHEETS
from xiuhua.inspection.standard_files.writing import nested
from xiuhua.inspection.standard_files.xlsx_out import write_xlsx
from xiuhua.inspection.standard_files.yaml_out import write_yaml
from xiuhua.inspection.standard_queries import every, named
from xiuhua.people.models import User

pytestmark = pytest.mark.django_db
SMALL = """\
standards:
  - key: lane
    version: 2024
    kind: road_section
    name_zh: 小巷
    rule: {score: weighted, pass: items}
    conditions: {dry: true, wind_max: 3}
    items:
      - key: overall
        name_zh: 整体
        scale: grade
        bound: 4
        words: {"5": {zh: 干净}}
      - {key: dust, name_zh: 尘土, scale: grams, bound: 5, category: "events@1:0101", filing: 1}
"""
KINDS = {
    "carriageway": "road_section", "sidewalk": "road_section", "water": "bank_reach", "green": "green_plot",
    "sit_path": "path", "sit_square": "square", "market": "farmers_market", "compound": "old_compound",
    "elevated": "elevated_corridor", "complex": "commercial_complex", "shop_front": "shop_front",
    "institution": "public_institution", "waste_point": "waste_point",
}  # fmt: skip


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def load(text, name="standards.yaml", actor="t"):
    content = text.encode() if isinstance(text, str) else text
    return load_standards(read_bytes(name, content), actor=actor)


def faults(text, name="standards.yaml"):
    with pytest.raises(StandardsRefused) as refused:
        load(text, name)
    return [str(fault) for fault in refused.value.faults]


def test_the_example_set_is_in_force_and_loads_once():
    report = load_standards(EXAMPLE, actor="t")
    assert len(report.new) == len(report.put_in_force) == 13
    rows = {row.key: row for row in every()}
    assert {key: row.kind for key, row in rows.items()} == KINDS
    assert {row.version for key, row in rows.items() if key != "carriageway"} == {"1"}
    assert all(row.state == Standard.State.IN_FORCE and row.source and row.source_en for row in rows.values())
    road = rows["carriageway"]
    assert (road.version, road.conditions) == ("2022", {"dry": True, "wind_max": 3, "humidity_max": 80})
    assert [item.weight for item in road.items.all()] == [6, 6, 4, 4]
    assert not any(unready(row) for row in rows.values())
    assert all(item.name_en for row in rows.values() for item in row.items.all())
    before = Event.objects.count()
    again = load_standards(EXAMPLE, actor="t")
    assert (len(again.unchanged), again.new, again.changed) == (13, [], [])
    assert Event.objects.count() == before
    assert not verify().breaks


def test_the_grades_of_road_and_water_have_drawn_pictures(media):
    load_standards(EXAMPLE, actor="t")
    shown = {(row.key, item.key): [p.grade for p in item.pictures.all()] for row in every() for item in row.items.all()}
    with_pictures = {place for place, grades in shown.items() if grades}
    assert with_pictures == {("carriageway", key) for key in ("overall", "colour", "edges", "grates")} | {
        ("water", "floating"), ("water", "bank")
    }  # fmt: skip
    assert all(shown[place] == [0, 1, 2, 3, 4, 5] for place in with_pictures)
    picture = every().get(key="water").items.get(key="bank").pictures.get(grade=0)
    assert "not a photograph" in picture.caption_en
    assert (Path(media) / picture.file).read_bytes()[:2] == b"\xff\xd8"


@pytest.mark.parametrize("form", ["yaml", "xlsx"])
def test_what_is_exported_loads_as_no_change_and_elsewhere_as_the_same(form):
    load_standards(EXAMPLE, actor="t")
    data = nested(every())
    content = write_yaml(data) if form == "yaml" else write_xlsx(data)
    name = f"standards.{form}"
    again = load(content, name)
    assert (len(again.unchanged), again.new, again.changed) == (13, [], [])
    Standard.objects.all().delete()
    assert len(load(content, name).put_in_force) == 13
    assert nested(every()) == data


def test_a_workbook_takes_chinese_english_and_keys_as_headings():
    load(SMALL)
    book = openpyxl.load_workbook(BytesIO(write_xlsx(nested(every()))))
    for title, place in (("标准", 1), ("项目", 2)):
        sheet = book[title]
        columns = SHEETS["standards" if title == "标准" else "items"].columns
        for number, column in enumerate(columns, start=1):
            sheet.cell(1, number).value = column.headings[place]
    out = BytesIO()
    book.save(out)
    assert load(out.getvalue(), "a.xlsx").unchanged == ["lane@2024"]


def test_every_fault_of_a_workbook_has_sheet_row_and_column():
    load(SMALL)
    book = openpyxl.load_workbook(BytesIO(write_xlsx(nested(every()))))
    items = book["项目"]
    heads = {cell.value: cell.column for cell in items[1]}
    items.cell(2, heads["合格界限*"]).value = 9
    items.cell(3, heads["量纲*"]).value = "stones"
    items.cell(4, 1).value, items.cell(4, 2).value = "road", "1"
    out = BytesIO()
    book.save(out)
    found = faults(out.getvalue(), "a.xlsx")
    assert any(
        "sheet 项目, row 3, column 量纲" in one and "scale=stones" in one and "Use one of: grade" in one
        for one in found
    )
    assert any("row 4" in one and "There is no standard road@1" in one for one in found)
    items.cell(3, heads["量纲*"]).value = "grams"
    items.delete_rows(4)
    out = BytesIO()
    book.save(out)
    found = faults(out.getvalue(), "a.xlsx")
    assert len(found) == 1
    assert "row 2, column 合格界限" in found[0]
    assert "bound=9" in found[0]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("scale: grams", "scale: stones", "line 14, scale=stones: This is not one of the choices. Use one of: grade, count"),
        ("    kind: road_section\n", "", "kind: This key is missing."),
        ("pass: items}", "pass: items, bonus: 1}", "line 6, bonus: There is no such key here; known are: "),
        ("pass: items}", "pass: score}", "line 6, at: at is missing: score needs it."),
        ("bound: 4", "bound: 7", "line 12, bound=7: No value of this scale can be there"),
        ("bound: 4", "bound: many", "line 12, bound=many: Here stands a number."),
        ("wind_max: 3", "wind_max: 13", "line 7, wind_max=13: The number is above 12."),
        ("key: dust", "key: overall", "line 14, key=overall: This item stands twice"),
        ('category: "events@1:0101", ', "", "line 14, filing=1: A filing standard needs its category."),
        ("events@1:0101", "0101", "line 14, category=0101: A category is set@version:code."),
        ("score: weighted", "score: loss, scale: minutes, per_unit: 2", "line 6, scale=minutes: No item is measured in"),
        ("    kind: road_section\n", "    kind: road_section\n    kind: path\n", "line 5, kind: The key stands twice"),
        ("name_zh: 尘土, scale: grams", "name_zh: 尘土, words: {'5': {en: x}}, scale: grams", "words: Only grades have words."),
        ("name_zh: 小巷", "name_zh: '小\\u0000巷'", "name_zh: "),
        ("version: 2024", "version: 2024\n    valid_from: 2024-02-30", "line 4, valid_from=2024-02-30: This is no day."),
    ],
)  # fmt: skip
def test_every_fault_has_line_field_value_rule_and_what_to_do(old, new, says):
    assert old in SMALL
    new = new.replace("'小\\u0000巷'", '"小\\x01巷"')
    found = faults(SMALL.replace(old, new, 1))
    assert any(says in one for one in found), found
    assert not Standard.objects.exists()


def test_one_fault_and_nothing_is_loaded_all_faults_are_told():
    wrong = SMALL + SMALL.partition("\n")[2].replace("lane", "yard").replace("bound: 4", "bound: 6").replace("小巷", "")
    found = faults(wrong)
    assert [one.partition(":")[0] for one in found] == ["line 18, name_zh"]
    found = faults(wrong.replace("name_zh: \n", "name_zh: 院子\n"))
    assert [one.partition(":")[0] for one in found] == ["line 25, bound=6"]
    assert not Standard.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [("a.csv", b"x", "neither .yaml nor .xlsx"), ("a.xlsx", b"PK\x03\x04", "not a workbook"),
     ("a.yaml", b"\xff\xfe", "not UTF-8"), ("a.yaml", b"a: [1", "not YAML"), ("a.yaml", b"- 1", "begins with the key"),
     ("a.yaml", b"standards: []", "may not be empty"), ("a.yaml", b"a: &a [*a]", "unfolds to too much")],
)  # fmt: skip
def test_what_is_no_file_of_standards_is_refused_in_words(name, content, says):
    assert any(says in one for one in faults(content, name))


def test_a_version_in_force_never_changes_and_a_new_one_retires_it():
    load(SMALL)
    first = every().get()
    put_in_force(first, actor="t")
    assert "lane@2024 is in force or was, and the file says something else." in faults(SMALL.replace("小巷", "大巷"))[0]
    assert load(SMALL).unchanged == ["lane@2024"]
    with pytest.raises(Refused, match="never changes"):
        change_draft(first, {"kind": "path", "name_zh": "x"}, actor="t")
    with pytest.raises(Refused, match="never changes"):
        remove_item(first, first.items.first(), actor="t")
    with pytest.raises(Refused, match="never changes"):
        drop_draft(first, actor="t")
    second = copy_version(first, "2025", actor="t")
    with pytest.raises(Refused, match="a version 2025"):
        copy_version(first, "2025", actor="t")
    assert nested([second])["standards"][0]["items"] == nested([first])["standards"][0]["items"]
    put_in_force(second, actor="t")
    first.refresh_from_db()
    assert first.state == Standard.State.RETIRED
    with pytest.raises(Refused, match="is no draft"):
        put_in_force(first, actor="t")
    retire(second, actor="t")
    with pytest.raises(Refused, match="is not in force"):
        retire(second, actor="t")
    verbs = [event.verb for event in Event.objects.filter(chain="inspection-standard:lane").order_by("sequence")]
    assert verbs == ["standard.loaded", "standard.put_in_force", "standard.copied", "standard.retired",
                     "standard.put_in_force", "standard.retired"]  # fmt: skip


def test_a_file_that_puts_a_version_in_force_says_which_it_retires():
    load(SMALL)
    put_in_force(every().get(), actor="t")
    newer = read_bytes("a.yaml", SMALL.replace("version: 2024", "version: 2025\n    state: in_force").encode())
    report = try_standards(newer)
    assert (report.new, report.put_in_force, report.retired) == (["lane@2025"], ["lane@2025"], ["lane@2024"])
    assert Standard.objects.count() == 1
    load_standards(newer, actor="t")
    assert dict(Standard.objects.values_list("version", "state")) == {"2024": "retired", "2025": "in_force"}


def test_a_draft_is_made_item_by_item():
    draft = create_draft({"key": "yard", "version": "1", "kind": "old_compound", "name_zh": "院子"}, actor="t")
    assert [str(one) for one in unready(draft)] == ["items: It has no items. Add what is looked at."]
    item = put_item(draft, {"key": "bins", "name_zh": "桶", "scale": "yes_no", "bound": 1}, actor="t")
    with pytest.raises(Refused, match="has an item “bins” already"):
        put_item(draft, {"key": "bins", "name_zh": "桶", "scale": "yes_no", "bound": 1}, actor="t")
    with pytest.raises(StandardsRefused, match="No value of this scale"):
        put_item(draft, {"key": "odd", "name_zh": "桶", "scale": "yes_no", "bound": 2}, actor="t")
    changed = {"key": "bins", "name_zh": "垃圾桶", "scale": "yes_no", "bound": 1}
    put_item(draft, changed, actor="t", old=item)
    with pytest.raises(StandardsRefused, match="Nothing says when a check passes"):
        put_in_force(draft, actor="t")
    head = {"kind": "old_compound", "name_zh": "院子"}
    with pytest.raises(StandardsRefused, match="This is not one of the choices"):
        change_draft(draft, {**head, "rule": {"pass": "luck"}}, actor="t")
    change_draft(draft, {**head, "rule": {"pass": "score", "at": 80}}, actor="t")
    with pytest.raises(StandardsRefused, match="the rule makes none"):
        put_in_force(draft, actor="t")
    change_draft(draft, {**head, "rule": {"score": "share", "pass": "score", "at": 80}}, actor="t")
    put_in_force(draft, actor="t")
    assert every().get().items.get().name_zh == "垃圾桶"


def test_a_draft_can_be_thrown_away_with_its_items():
    draft = create_draft({"key": "yard", "version": "1", "kind": "square", "name_zh": "院子"}, actor="t")
    item = put_item(draft, {"key": "bins", "name_zh": "桶", "scale": "yes_no", "bound": 1}, actor="t")
    remove_item(draft, item, actor="t")
    with pytest.raises(Refused, match="somebody removed it"):
        remove_item(draft, item, actor="t")
    drop_draft(draft, actor="t")
    with pytest.raises(Refused, match="somebody removed the draft"):
        drop_draft(draft, actor="t")
    assert not Standard.objects.exists()


def test_only_who_maintains_standards_may_write():
    user = User.objects.create(username="nobody")
    with pytest.raises(Forbidden):
        load(SMALL, actor=user)
    with pytest.raises(Forbidden):
        create_draft({"key": "yard", "version": "1", "kind": "square", "name_zh": "院子"}, actor=user)
    assert not Standard.objects.exists()


def test_standards_are_named_by_key_and_version():
    load(SMALL)
    found, missing = named(["lane@2024", "lane", "lane@1"])
    assert [row.ref for row in found] == ["lane@2024"]
    assert missing == ["lane", "lane@1"]


def test_every_key_of_the_file_is_documented():
    page = (Path(__file__).parents[2] / "docs/interfaces/inspection-standards.md").read_text(encoding="utf-8")
    keys = {part for sheet in SHEETS.values() for column in sheet.columns for part in column.path}
    words = {choice for sheet in SHEETS.values() for column in sheet.columns for choice in column.choices}
    assert not {key for key in (keys | words | {"items"}) - {"standard", *"1234"} if f"`{key}`" not in page}
