"""A series from elsewhere: what is read, what is refused, what the command prints."""

import gzip
from datetime import date

import numpy as np
import pytest
from click.testing import CliRunner

from xiuhua.conf.cli import build
from xiuhua.foundation.wording import in_words
from xiuhua.taskbook.outside import OutsideError, read_series

HEAD = "area,month,value,n\n"


def series(text, **more):
    return read_series(text.splitlines(keepends=True), **more)


def test_rows_become_a_table_without_gaps_in_time():
    found = series(HEAD + "B,2026-03,90,50\nA,2026/01,80,\nA,2026 / 03,,40\nB,2026-01-01,70,10\n")
    assert found.areas == ("A", "B")
    assert found.months == (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
    assert found.values == pytest.approx(np.array([[80, np.nan, np.nan], [70, np.nan, 90]]), nan_ok=True)
    assert found.n == pytest.approx(np.array([[np.nan, np.nan, np.nan], [10, np.nan, 50]]), nan_ok=True)


def test_parts_are_joined_by_their_number():
    text = HEAD + "A,2026-01,100,10\nA,2026-01,0,90\nB,2026-01,100,\nB,2026-01,0,90\nC,2026-01,,\nC,2026-01,7,\n"
    found = series(text, join=True)
    assert found.values[:, 0].tolist() == [10, 50, 7]
    assert found.n[:, 0] == pytest.approx([100, np.nan, np.nan], nan_ok=True)


def test_columns_of_other_names():
    found = series(
        "District,When,Clean %\nX,2014-12,97.5\n", names={"area": "District", "month": "When", "value": "Clean %"}
    )
    assert (found.areas, found.values[0, 0]) == (("X",), 97.5)


def test_doubt_comes_from_n_or_from_the_scatter():
    months = [f"2025-{month:02}" for month in range(1, 13)]
    rows = [f"A,{month},{90 + 2 * (at % 2)},\nB,{month},100,400" for at, month in enumerate(months)]
    found = series(HEAD + "\n".join([*rows, "C,2025-12,50,"]) + "\n").errors()
    assert found[0] == pytest.approx(np.std([90, 92] * 6, ddof=1))
    assert 0 < found[1] < 1
    assert np.isnan(found[2])


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("area,month,n\nA,2026-01,3\n", 1, "value"),
        ("", 1, "value|area"),
        (HEAD, 0, "no row"),
        (HEAD + "A,2026-01,90,\n,2026-01,90,\n", 3, "area is empty"),
        (HEAD + "A,2026-13,90,\n", 2, "2026-13"),
        (HEAD + "A,January,90,\n", 2, "January"),
        (HEAD + "A,,90,\n", 2, "no month"),
        (HEAD + "A,2026-01,90 %,\n", 2, "90 %"),
        (HEAD + "A,2026-01,nan,\n", 2, "nan"),
        (HEAD + "A,2026-01,90,-4\n", 2, "negative"),
        (HEAD + "A,2026-01,90,\nA,2026-02,91,\nA,2026-01,92,\n", 4, "second row"),
    ],
)
def test_bad_rows_are_named_with_their_line(text, line, words):
    with pytest.raises(OutsideError, match=words) as error:
        series(text)
    assert error.value.line == line
    if line:
        assert str(line) in in_words(error.value)


def run(path, *arguments):
    return CliRunner().invoke(build(), ["taskbook", "outside", str(path), *arguments])


@pytest.fixture
def rated(tmp_path):
    """Three areas over 15 months to March: one good, one bad, one in between and of few checks."""
    rng = np.random.default_rng(1)
    rows = []
    for at in range(15):
        month = f"{2025 + at // 12}-{at % 12 + 1:02}"
        for area, share, n in (("North", 0.99, 900), ("South", 0.80, 900), ("Mid", 0.90, 20)):
            rows.append(f"{area},{month},{100 * rng.binomial(n, share) / n:.2f},{n}")
    path = tmp_path / "rated.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_the_command_ranks_and_forecasts(rated):
    done = run(rated)
    assert done.exit_code == 0, done.output
    head, *lines = done.output.splitlines()
    assert "2026-03" in head
    assert "2026-12" in head
    told = {line.split()[0]: line for line in lines}
    assert set(told) == {"North", "South", "Mid"}
    assert "mean12" in told["North"]
    assert lines[0].startswith("North")
    turned = run(rated, "--direction", "down", "--area", "South")
    assert turned.exit_code == 0
    assert [line.split()[0] for line in turned.output.splitlines()[1:]] == ["South"]


def test_the_command_reads_what_is_packed_and_short(tmp_path):
    path = tmp_path / "short.csv.gz"
    path.write_bytes(gzip.compress(("﻿" + HEAD + "A,2026-12,90,100\nB,2026-12,,\n").encode()))
    done = run(path)
    assert done.exit_code == 0, done.output
    assert "2027-12" in done.output
    assert done.output.count("- (") == 2


def test_the_command_names_what_is_wrong(tmp_path, rated):
    bad = tmp_path / "bad.csv"
    bad.write_text(HEAD + "A,2026-01,x,\n", encoding="utf-8")
    assert "2" in (done := run(bad)).output
    assert done.exit_code == 1
    assert "East" in (done := run(rated, "--area", "East")).output
    assert done.exit_code == 1
    broken = tmp_path / "broken.csv"
    broken.write_bytes(b"\xff\xfe\x00bad")
    assert run(broken).exit_code == 1
    packed = tmp_path / "broken.csv.gz"
    packed.write_bytes(b"not packed")
    assert run(packed).exit_code == 1
