"""A book as YAML and XLSX: what is wrong is told with its place, all at once; what is written is read again."""

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from taskbook.small_book import BOOK
from xiuhua.foundation.placed.reading import tidy, unkept
from xiuhua.taskbook.book_file.checking import checked
from xiuhua.taskbook.book_file.comparing import compare, merged
from xiuhua.taskbook.book_file.reading import read_file
from xiuhua.taskbook.book_file.schema import SHEETS
from xiuhua.taskbook.book_file.tables import flat, nested
from xiuhua.taskbook.book_file.xlsx_in import read_xlsx
from xiuhua.taskbook.book_file.xlsx_out import write_xlsx
from xiuhua.taskbook.book_file.yaml_in import read_yaml
from xiuhua.taskbook.book_file.yaml_out import write_yaml
from xiuhua.taskbook.refusals import BookRefused

pytestmark = pytest.mark.usefixtures("english")


def good(text=BOOK):
    read = read_yaml(text.encode())
    assert not checked(read), [str(fault) for fault in checked(read)]
    return read.data


def faults(text):
    return checked(read_yaml(text.encode()))


def line_of(part, text=BOOK):
    """The number of the line that holds ``part``."""
    return f"line {text[: text.index(part)].count(chr(10)) + 1}"


def test_an_unknown_key_is_named_with_its_line_and_the_nearest_one():
    text = BOOK.replace("    evidence_zh: 系统计算", "    evidense_zh: 系统计算")
    (fault,) = faults(text)
    assert (fault.place, fault.field) == (line_of("evidense_zh", text), "evidense_zh")
    assert "evidence_zh" in fault.rule
    assert "Correct the key" in fault.remedy


def test_a_key_that_resembles_none_is_answered_with_those_that_there_are():
    (fault,) = faults(BOOK.replace("source: 示意\n", "source: 示意\nqqq: 1\n"))
    assert "first_year" in fault.rule


def test_everything_wrong_is_listed_at_once_each_with_its_line():
    text = (
        BOOK.replace("    lead: urban\n", "")
        .replace("value: 92", "value: viel")
        .replace("year: 2024\n        value: 95", "year: 2031\n        value: 950")
        .replace("due: 2024-06-30", "due: 30.6.2024")
        .replace("- key: rooms", "- key: closing")
        .replace("    lat: 31.7\n", "")
        .replace("first_year: 2022", "first_year: twenty")
    )
    found = {(fault.place, fault.field) for fault in faults(text)}
    assert found >= {
        (line_of("twenty", text), "first_year"),
        (line_of("- key: closing", text), "lead"),
        (line_of("viel", text), "value"),
        (line_of("950", text), "value"),
        (line_of("30.6.2024", text), "due"),
        (line_of("- key: lr-1", text), "lat"),
    }
    twice = [fault for fault in faults(text) if "twice" in fault.rule]
    assert [fault.value for fault in twice] == ["closing"]
    assert line_of("- key: closing", text) in twice[0].rule  # where the first of the two stands


@pytest.mark.parametrize(
    ("old", "new", "field", "word"),
    [
        ("    lead: town\n", "", "lead", "owner"),
        ("year: 2023", "year: 2021", "year", "outside the book"),
        ("year: 2023", "year: 2024", "year", "twice"),
        ("first_year: 2022", "first_year: 2025", "first_year", "after the last"),
        ("    baseline: 88\n", "", "baseline", "baseline"),
        ("      step: 1\n", "", "score.step", "deducts"),
        ("    group: clean\n", "    group: order\n", "group", "no such group"),
        ("    group: clean\n", "", "groups", "No goal"),
        ("    project_kind: living-room\n", "    project_kind: x\n    indicator: y\n", "project_kind", "not both"),
        ("        due: 2024-06-30", "        due: 2024-06-30\n        done_on: 2024-06-01", "proof", "proof"),
        ("        due: 2024-06-30", "        due: 2024-02-30", "due", "no day"),
        ("        due: 2024-06-30", "        due: 1024-02-10", "due", "no day"),
        ("    lon: 120.05\n", "    lon: 420\n", "lon", "above"),
        ("full_at: 95", "full_at: .nan", "full_at", "no number"),
        ("      step: 1", "      step: 0", "step", "above 0"),
        ("key: needlework", "key: Needle Work", "key", "small letters"),
        ("- key: lr-1", "- key: lr-1\n    accepted_by: moon\n    done_on: 2024-01-01", "accepted_by", "choices"),
        ("support: [crew, water]", "support: [crew, crew]", "support", "twice"),
        ("name_en: Needlework", 'name_en: "a\\x01b"', "name_en", "signs"),
        ("name_en: Needlework", f"name_en: {'x' * 201}", "name_en", "longer than 200"),
        ("    unit: 个\n", "    unit: 个\n    unit: 座\n", "unit", "twice"),
    ],
)
def test_each_fault_has_its_own_answer(old, new, field, word):
    assert old in BOOK
    found = [fault for fault in faults(BOOK.replace(old, new, 1)) if fault.field == field]
    assert any(word in fault.rule for fault in found), [str(fault) for fault in faults(BOOK.replace(old, new, 1))]
    assert all(fault.remedy and fault.place.startswith("line ") for fault in found)


@pytest.mark.parametrize(
    ("content", "place", "word"),
    [
        (b"key: a\nname_zh: [\n", "line 3", "not YAML"),
        ("key: a\nname_zh: 名".encode("gb18030"), "line 2", "UTF-8"),
        (b"- a\n", "line 1", "begins with its keys"),
        (b"", "line 1", "begins with its keys"),
        (b"a: &a [x, x, x, x, x, x, x, x, x, x]\n" + b"".join(
            f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n".encode() for old, new in zip("abcde", "bcdef", strict=True)
        ), "", "unfolds"),
        (b"a: &a [*a]\n", "", "unfolds"),
        (b"a: " + b"[" * 5_000, "", "unfolds"),
    ],
)  # fmt: skip
def test_what_is_no_book_is_refused_where_it_breaks(content, place, word):
    with pytest.raises(BookRefused) as refused:
        read_yaml(content)
    (fault,) = refused.value.faults
    assert fault.place == place
    assert word in fault.rule
    assert fault.remedy


def test_a_file_of_another_format_or_too_large_is_refused(tmp_path):
    (tmp_path / "book.csv").write_text("x")
    (tmp_path / "book.yaml").write_bytes(b"#" * 8_000_001)
    for name, word in (("book.csv", "ending"), ("book.yaml", "larger")):
        with pytest.raises(BookRefused, match=word):
            read_file(tmp_path / name)


def test_a_code_of_digits_stays_a_text():
    text = BOOK.replace("lead: urban", "lead: 007")
    assert good(text)["goals"][0]["lead"] == "007"


def workbook(change=None, text=BOOK):
    book = openpyxl.load_workbook(BytesIO(write_xlsx(nested(flat(good(text))))))
    if change:
        change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_headings_are_chinese_and_a_sheet_explains_each():
    book = openpyxl.load_workbook(BytesIO(write_xlsx(nested(flat(good())))))
    assert book.sheetnames == ["说明", *(sheet.zh for sheet in SHEETS.values())]
    assert {"目标", "年度目标", "承诺", "项目", "里程碑"} <= set(book.sheetnames)
    explained = {(row[0], row[1]) for row in book["说明"].iter_rows(values_only=True)}
    for sheet in SHEETS.values():
        for column in sheet.columns:
            assert column.about_zh
            assert column.about_en
            assert (sheet.zh, column.zh) in explained
    assert [cell.value for cell in book["年度目标"][1]][:3] == ["目标编号*", "年份*", "目标值*"]


def test_every_key_is_described():
    page = (Path(__file__).parents[2] / "docs" / "interfaces" / "task-book-file.md").read_text(encoding="utf-8")
    for sheet in SHEETS.values():
        section = page.split(f"### {sheet.zh} / {sheet.en}", 1)[1].split("\n### ", 1)[0]
        for column in sheet.columns:
            required = "required" if column.required else ""
            assert f"| `{column.name}` | {column.zh} | {required} |" in section
            assert all(f"`{choice}`" in section or choice in section for choice in column.choices)


def test_the_example_of_the_description_is_a_book():
    page = (Path(__file__).parents[2] / "docs" / "interfaces" / "task-book-file.md").read_text(encoding="utf-8")
    assert good(page.split("```yaml\n", 1)[1].split("```", 1)[0])["key"] == "needlework-2022-2024"


def test_a_fault_in_a_workbook_names_sheet_row_and_column():
    def damage(book):
        book["年度目标"]["C3"] = "viel"
        book["目标"]["H2"] = None
        book["目标"]["A3"] = "closing"
        book["里程碑"]["A2"] = "lr-9"
        book["承诺"]["E2"] = "#REF!"
        book["项目"]["Z1"] = "经纬"

    read = read_xlsx(workbook(damage))
    found = {(fault.place, fault.field): fault for fault in checked(read)}
    heads = [cell.value for cell in openpyxl.load_workbook(BytesIO(workbook()))["目标"][1]]
    assert heads[7] == "牵头单位*"
    assert "目标, row 2, column 牵头单位 (H)" in next(place for place, field in found if field == "lead")
    assert ("sheet 年度目标, row 3, column 目标值 (C)", "value") in found
    homeless = found["sheet 里程碑, row 2, column 项目编号 (A)", "project"]
    assert "lr-1" in homeless.rule
    assert any(fault.value == "#REF!" for fault in found.values())
    assert any("经纬" in fault.field or "经纬" in fault.value for fault in found.values())


def test_missing_and_strange_sheets_are_told():
    def damage(book):
        del book["里程碑"]
        book.create_sheet("预算")

    rules = [fault.rule for fault in read_xlsx(workbook(damage)).faults]
    assert any("里程碑" in rule and "missing" in rule for rule in rules)
    assert any("no such sheet" in rule for rule in rules)


def test_words_and_days_of_a_spreadsheet_are_understood():
    def write(book):
        book["承诺"]["E2"] = "2024年6月30日"
        book["目标"]["I2"] = "crew；water"
        book["年度目标"]["C3"] = "95%"
        book["目标"].append([])

    read = read_xlsx(workbook(write))
    assert not checked(read)
    assert flat(read.data) == flat(good())


def test_what_is_no_workbook_is_refused():
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.txt", "x")
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", b" " * 210_000_000)
    for content in (b"PK\x03\x04nothing", b"text", out.getvalue(), bomb.getvalue()):
        with pytest.raises(BookRefused) as refused:
            read_xlsx(content)
        assert refused.value.faults[0].remedy


def words(most, *, least=0):
    signs = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff")
    return (
        st.text(signs | st.sampled_from("\n\t=:#&*!|>'\"%@`-_{}[],"), max_size=most)
        .map(tidy)
        .filter(lambda text: len(text) >= least and not unkept(text) and "x005F_" not in text)
    )


KEYS = st.from_regex(r"[a-z0-9][a-z0-9-]{0,6}", fullmatch=True)
NUMBERS = st.integers(-(10**9), 10**9).map(lambda number: round(number / 997, 6))
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31)).map(str)


def thing(required, optional):
    return st.fixed_dictionaries(required, optional=optional).map(
        lambda made: {name: value for name, value in made.items() if value not in ("", None, [])}
    )


NAMES = {"key": KEYS, "name_zh": words(20, least=1)}
TARGET = thing({"year": st.integers(2022, 2024), "value": NUMBERS}, {"meaning_zh": words(30), "meaning_en": words(30)})
COMMITMENT = thing(
    {"key": KEYS, "measure": words(30, least=1), "unit": words(10, least=1), "due": DAYS},
    {"moved_to": DAYS, "proof": words(20)},
)
SAID = {"source": words(20, least=1), "version": words(10, least=1)}
TIER = st.fixed_dictionaries({"at": NUMBERS, "points": NUMBERS})
SCORE = thing({"full_at": NUMBERS, "weight": st.integers(1, 100), **SAID}, {"floor": NUMBERS, "cap": NUMBERS}) | thing(
    {"full_at": st.lists(NUMBERS, min_size=2, max_size=2), "direction": st.just("band"), **SAID}, {}
) | thing({"tiers": st.lists(TIER, min_size=1, max_size=3), **SAID}, {})  # fmt: skip
UNIT = words(10, least=1).filter(lambda text: not set(text) & set(";；,，、\n"))
GOAL = thing(
    {**NAMES, "lead": words(10, least=1)},
    {
        "name_en": words(20), "unit": words(10).filter(lambda text: text != "%"), "support": st.lists(UNIT, max_size=3, unique=True),
        "evidence_zh": words(60), "statement": st.sampled_from(["no_failure", "level", "restored"]), "score": SCORE,
        "indicator": words(10), "targets": st.lists(TARGET, max_size=3, unique_by=lambda each: each["year"]),
        "commitments": st.lists(COMMITMENT, max_size=2, unique_by=lambda each: each["key"]),
    },
)  # fmt: skip
MILESTONE = thing({**NAMES, "due": DAYS}, {"name_en": words(20), "proof": words(20)})
PROJECT = thing(
    {**NAMES, "kind": words(10, least=1), "unit": words(10, least=1)},
    {
        "note": words(40),
        "started_on": DAYS,
        "milestones": st.lists(MILESTONE, max_size=2, unique_by=lambda each: each["key"]),
    },
)
BOOKS = st.fixed_dictionaries(
    {**NAMES, "first_year": st.just(2022), "last_year": st.just(2024),
     "goals": st.lists(GOAL, min_size=1, max_size=3, unique_by=lambda each: each["key"])},
    optional={"source": words(20, least=1), "projects": st.lists(PROJECT, min_size=1, max_size=2, unique_by=lambda each: each["key"])},
)  # fmt: skip


@settings(max_examples=20)
@given(BOOKS)
def test_what_is_written_is_read_again_in_both_formats(data):
    wanted = merged(None, flat(data))
    for write, read_again in ((write_yaml, read_yaml), (write_xlsx, read_xlsx)):
        read = read_again(write(nested(wanted)))
        assert not checked(read), [str(fault) for fault in checked(read)]
        assert compare(wanted, merged(None, flat(read.data))) == []


@settings(max_examples=20)
@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | st.just(BOOK.encode()).flatmap(
        lambda whole: st.tuples(st.integers(0, len(whole)), st.integers(0, len(whole)), st.binary(max_size=6)).map(
            lambda cut: whole[: cut[0]] + cut[2] + whole[cut[1] :]
        )
    )
)
def test_any_bytes_are_a_book_or_are_refused_with_reasons(content):
    try:
        found = checked(read_yaml(content))
    except BookRefused as refused:
        found = refused.faults
        assert found
    assert all(fault.rule and fault.remedy for fault in found)
