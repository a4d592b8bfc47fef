"""CSV for spreadsheets: read back as it was, Chinese and all, and nothing in it runs."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.foundation.spreadsheets import MARK, csv_lines, harmless


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "  =1", "\n=1"])
def test_a_text_that_would_run_is_written_as_text(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", [-1, 2.5, None, True, "", "a=1", "镜湖-1", '{"a": -1}'])
def test_what_does_not_run_stays(value):
    assert harmless(value) == value


@given(st.lists(st.tuples(st.text(st.characters(blacklist_categories=["Cs"]), max_size=8), st.integers()), max_size=5))
def test_the_table_reads_back(rows):
    text = "".join(csv_lines(["名称", "n"], rows))
    assert text.startswith(MARK)
    read = list(csv.reader(io.StringIO(text.removeprefix(MARK), newline="")))
    assert read == [["名称", "n"], *([str(harmless(name)), str(number)] for name, number in rows)]
