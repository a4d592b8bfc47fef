"""Formulas: what they may hold, what they come to, and what is said of those that cannot be read."""

from math import isclose

import pytest
from click.testing import CliRunner
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from xiuhua.taskbook.commands import taskbook
from xiuhua.taskbook.formula import LONGEST, FormulaError, read

SYSTEM = "(in_time*100 + overdue_closing*40)*0.8 + (1-extension)*10 + (1-rework)*10"
VALUES = {"in_time": 0.95, "overdue_closing": 0.04, "extension": 0.02, "rework": 0.001}


def test_the_system_score_of_a_city_term_by_term():
    formula = read(SYSTEM)
    assert formula.names == ("in_time", "overdue_closing", "extension", "rework")
    assert formula.evaluate(VALUES) == pytest.approx((95 + 1.6) * 0.8 + 9.8 + 9.99)
    terms = formula.terms(VALUES)
    assert [term.text for term in terms] == [
        "(in_time * 100 + overdue_closing * 40) * 0.8", "(1 - extension) * 10", "(1 - rework) * 10",
    ]  # fmt: skip
    assert [round(term.value, 6) for term in terms] == [77.28, 9.8, 9.99]


def test_a_formula_as_it_is_printed_in_chinese():
    printed = "（按期结案率×100＋超期结案率×40）×80％＋（1－延期率）×10＋（1－返工率）×10"
    values = dict(zip(("按期结案率", "超期结案率", "延期率", "返工率"), VALUES.values(), strict=True))
    assert read(printed).evaluate(values) == pytest.approx(read(SYSTEM).evaluate(VALUES))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-a + 2", 1),
        ("min(a, 2, 0.5)", 0.5),
        ("max(a, 2) / 4", 0.5),
        ("a - (2 - 3)", 2),
        ("+a*1e2", 100),
        ("50%*a", 0.5),
    ],
)
def test_what_a_formula_may_hold(text, expected):
    assert read(text).evaluate({"a": 1}) == expected


def test_the_terms_carry_their_signs():
    assert [(term.text, term.value) for term in read("10 - (a - 2) + -a").terms({"a": 1})] == [
        ("10", 10.0), ("-a", -1.0), ("2", 2.0), ("-a", -1.0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "a ** 2", "a // 2", "a if b else c", "__import__('os')", "a.b", "a[0]", "'a'", "True", "abs(a)", "min()",
        "min(a, key=b)", "lambda: 1", "[a]", "1e999", "a % b", "a == b", "1j", "min", "min(*a)", "f'{a}'", "(a := 1)",
    ],
)  # fmt: skip
def test_what_it_may_not(text):
    with pytest.raises(FormulaError, match=r"cannot hold|cannot be read"):
        read(text)


@pytest.mark.parametrize("text", ["", "  ", "a" * (LONGEST + 1), "a\x00"])
def test_too_short_and_too_long(text):
    with pytest.raises(FormulaError, match="1 to 1000 characters"):
        read(text)


def test_where_it_cannot_be_read():
    with pytest.raises(FormulaError, match="at character"):
        read("(a + 2")
    with pytest.raises(FormulaError, match=r"too deeply|cannot be read"):
        read("(" * 400 + "a" + ")" * 400)


def test_a_name_without_a_value_is_told_with_the_nearest():
    with pytest.raises(FormulaError, match=r"no value in_tme. Did you mean in_time"):
        read("in_tme * 2").evaluate(VALUES)
    with pytest.raises(FormulaError, match=r"no value x. There are: in_time"):
        read("x * 2").evaluate(VALUES)
    with pytest.raises(FormulaError, match="in_time / x divides by zero"):
        read("in_time / x").evaluate({"in_time": 1, "x": 0})


NAMED = st.sampled_from(["a", "b", "c"])
TEXTS = st.recursive(
    NAMED | st.integers(0, 99).map(str) | st.floats(0, 99).map(repr),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda part: f"({part[0]} {part[1]} {part[2]})"),
        inner.map(lambda part: f"-{part}"),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda part: f"{part[0]}({part[1]}, {part[2]})"),
    ),
    max_leaves=8,
)


@given(TEXTS, st.fixed_dictionaries({name: st.floats(-100, 100) for name in "abc"}))
def test_the_terms_add_up_and_the_result_is_that_of_arithmetic(text, values):
    formula = read(text)
    found = formula.evaluate(values)
    expected = eval(text, {"min": min, "max": max}, dict(values))
    assert found == expected
    total = sum(term.value for term in formula.terms(values))
    assert isclose(total, found, rel_tol=1e-9, abs_tol=1e-6)


ROWS = [("unit", "system", "team", "street", "total"), ("A", 100, 100, 100, 100), ("B", 99.9, 99, 100, 99.78)]
OPTIONS = ["--printed", "system*50%+team*20%+street*30%", "--real", "system*70%+team*15%+street*15%"]
COLUMNS = ["--published", "total", "--name", "unit"]


def told(*arguments):
    with translation.override("en"):
        return CliRunner().invoke(taskbook, ["compare-formula", *map(str, arguments)])


@pytest.mark.parametrize("kind", ["csv", "gb18030", "xlsx"])
def test_the_command_says_which_formula_gives_the_published_table(kind, tmp_path):
    path = tmp_path / ("table.xlsx" if kind == "xlsx" else "table.csv")
    if kind == "xlsx":
        book = Workbook()
        for row in ROWS:
            book.active.append(row)
        book.save(path)
    else:
        text = "\n".join(",".join(map(str, row)) for row in ROWS).replace("A", "东城")
        path.write_bytes(text.encode("utf-8-sig" if kind == "csv" else kind))
    done = told(path, *OPTIONS, *COLUMNS)
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[1].split("\t")[1:] == ["100.000", "100.000", "=", "100.000", "="]
    assert lines[2].split("\t") == ["B", "99.780", "99.750", "-0.030", "99.780", "="]
    assert "1 of 2 rows" in lines[3]
    assert "2 of 2 rows" in lines[4]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("unit,system,team,street,total\nA,100,x,100,100\n", "Row 1, column team: “x” is no number"),
        ("unit,system,team,street,total\nA,100,,100,100\n", "Row 1, column team: “” is no number"),
        ("unit,system,team,total\nA,100,1,100\n", "no value street"),
        ("unit,system,team,street,sum\nA,1,1,1,1\n", "no column total. It has: unit, system, team, street, sum"),
        ("unit,system,team,team,total\nA,1,1,1,1\n", "Two columns are called team"),
        ("unit,system,team,street,total\n", "no rows below"),
        ("", "no rows below"),
    ],
)
def test_the_command_says_what_is_wrong_with_a_table(text, words, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    assert words in told(path, *OPTIONS, *COLUMNS).output


def test_a_file_that_is_no_table(tmp_path):
    path = tmp_path / "table.xlsx"
    path.write_bytes(b"no workbook")
    done = told(path, *OPTIONS, *COLUMNS)
    assert done.exit_code == 1
    assert "cannot be read" in done.output


def test_a_rate_may_be_written_with_a_percent_sign(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('unit,rate,total\nA,95.5%,"1,095.5"\n', encoding="utf-8")
    done = told(path, "--printed", "rate*100+1000", "--real", "rate", *COLUMNS)
    assert "1 of 1 rows" in done.output
