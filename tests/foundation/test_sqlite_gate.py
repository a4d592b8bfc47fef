"""The gate at which processes that write to one SQLite file stand in line."""

import subprocess
import sys
import time

import pytest

from xiuhua.foundation.sqlite import gate
from xiuhua.foundation.sqlite.gate import Gate

PATIENCE_S = 60
# Enters when it may, says so, and leaves when it is told to.
OTHER = f"""
import sys, time
from xiuhua.foundation.sqlite.gate import Gate
mine = Gate(sys.argv[1])
assert mine.enter(time.monotonic() + {PATIENCE_S})
print("in", flush=True)
sys.stdin.readline()
mine.leave()
print("out", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "city.sqlite3")


@pytest.fixture
def other(path):
    """Starts the other process, and ends it."""
    started = []

    def start():
        made = subprocess.Popen(
            [sys.executable, "-c", OTHER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(made)
        return made

    yield start
    for each in started:
        each.kill()
        each.communicate()


def _tell(process):
    process.stdin.write("\n")
    process.stdin.flush()


def test_who_waits_comes_before_who_has_written(path, other):
    mine = Gate(path)
    assert mine.enter(time.monotonic())
    waiting = other()
    # It has the place to wait as soon as nobody else can have it.
    until = time.monotonic() + PATIENCE_S
    while mine._take(gate._WAITING, 0):
        mine._give(gate._WAITING)
        assert time.monotonic() < until
    mine.leave()
    assert waiting.stdout.readline() == "in\n"
    assert not mine.enter(time.monotonic()), "two write at once"
    _tell(waiting)
    assert waiting.stdout.readline() == "out\n"
    assert mine.enter(time.monotonic() + PATIENCE_S)
    mine.leave()


def test_the_place_of_a_process_that_is_killed_is_free(path, other):
    killed = other()
    assert killed.stdout.readline() == "in\n"
    mine = Gate(path)
    assert not mine.enter(time.monotonic())
    killed.kill()
    killed.wait()
    assert mine.enter(time.monotonic())
    mine.leave()


def test_who_gives_up_leaves_the_place_to_wait_to_others(path, other):
    mine = Gate(path)
    holding = other()
    assert holding.stdout.readline() == "in\n"
    assert not mine.enter(time.monotonic())
    assert mine._take(gate._WAITING, 0)
    mine._give(gate._WAITING)
