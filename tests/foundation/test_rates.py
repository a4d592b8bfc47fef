"""How often somebody may do something: exact over threads and processes, sliding, forgetful."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.foundation.rates import PROBED, SLOTS, Counts, Rate

NOON = 1_772_424_000.0  # a whole minute


@pytest.mark.parametrize("text", ["6000", "x/m", "-1/m", "1/w", "1.5/s", "9999999999/s", "/m"])
def test_what_is_no_rate_is_refused_in_words(text):
    with pytest.raises(ValueError, match="6000/m"):
        Rate.read(text)


def test_rates_are_read():
    assert (Rate.read(" 30/h "), Rate.read(""), Rate.read("0")) == (Rate(30, 3600), None, None)


def test_the_window_slides_and_the_wait_is_just_enough(tmp_path):
    counts, rate = Counts(tmp_path / "rates"), Rate(10, 60)
    assert [counts.spend("a", rate, NOON + 30) for _ in range(10)] == [0] * 10
    wait = counts.spend("a", rate, NOON + 30)
    assert wait == 30 + 6  # one of ten has slid away after a tenth of the next minute
    assert counts.spend("a", rate, NOON + 30 + wait - 1) > 0
    assert counts.spend("a", rate, NOON + 30 + wait) == 0
    assert counts.spend("a", rate, NOON + 30 + wait) == 6
    assert counts.spend("b", rate, NOON + 30) == 0
    assert [counts.spend("a", rate, NOON + 600) for _ in range(11)][-2:] == [0, 66]


@given(st.lists(st.floats(0, 300), min_size=1, max_size=200), st.integers(1, 20))
def test_never_more_than_twice_in_any_period_and_a_wait_that_is_kept_is_allowed(tmp_path_factory, moments, amount):
    counts, rate = Counts(tmp_path_factory.mktemp("rates") / "rates"), Rate(amount, 60)
    taken = []
    for moment in sorted(moments):
        wait = counts.spend("a", rate, NOON + moment)
        if not wait:
            taken.append(moment)
    assert all(sum(start <= each < start + 60 for each in taken) <= 2 * amount for start in taken)
    last = NOON + max(moments)
    wait = counts.spend("a", rate, last)
    assert not wait or counts.spend("a", rate, last + wait) == 0


def test_threads_and_processes_count_together(tmp_path):
    path, rate = tmp_path / "rates", Rate(1000, 86_400)
    code = (
        "import sys; from pathlib import Path; from xiuhua.foundation.rates import *\n"
        f"counts = Counts(Path(sys.argv[1])); print(sum(not counts.spend('a', Rate(1000, 86400), {NOON}) for _ in range(600)))"
    )
    others = [subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE) for _ in range(2)]
    counts = Counts(path)
    with ThreadPoolExecutor(4) as pool:
        mine = sum(pool.map(lambda _n: not counts.spend("a", rate, NOON), range(600)))
    assert mine + sum(int(other.communicate(timeout=60)[0]) for other in others) == 1000


def test_more_than_there_is_room_for_are_let_in(tmp_path):
    counts, rate = Counts(tmp_path / "rates"), Rate(1, 60)
    refused = sum(counts.spend(f"{n}", rate, NOON) > 0 for n in range(SLOTS // 8))
    assert refused == 0
    assert PROBED > 1
    (tmp_path / "rates").write_bytes(b"")
    assert Counts(tmp_path / "rates").spend("0", rate, NOON) == 0
