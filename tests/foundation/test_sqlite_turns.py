"""The queue of those who write to SQLite, and the log that is moved beside them."""

import sqlite3
import threading
from contextlib import closing

import pytest
from django.db import OperationalError

from xiuhua.foundation.checkpoints import WORTH_BYTES, checkpoint
from xiuhua.foundation.sqlite.base import DatabaseWrapper, Turns


def test_turns_come_in_the_order_in_which_they_were_asked_for():
    turns, order, threads = Turns(), [], []
    assert turns.take(1)

    def write(number):
        assert turns.take(20)
        order.append(number)
        turns.give()

    for number in range(6):
        thread = threading.Thread(target=write, args=(number,))
        thread.start()
        threads.append(thread)
        while len(turns._waiting) <= number:  # asked for before the next one begins
            pass
    turns.give()
    for thread in threads:
        thread.join()
    assert order == list(range(6))
    assert turns.take(0)


def test_who_loses_patience_takes_no_turn_from_others():
    turns = Turns()
    assert turns.take(1)
    assert not turns.take(0)
    turns.give()
    assert turns.take(0)


def _connection(path, timeout=0.05):
    options = {"transaction_mode": "IMMEDIATE", "timeout": timeout, "check_same_thread": False}
    settings = {
        "NAME": str(path), "ENGINE": "xiuhua.foundation.sqlite", "OPTIONS": options, "TIME_ZONE": None, "USER": "",
        "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False, "AUTOCOMMIT": True, "ATOMIC_REQUESTS": False, "TEST": {},
    }  # fmt: skip
    wrapper = DatabaseWrapper(settings, alias=f"turns-{id(options)}")
    wrapper.inc_thread_sharing()
    return wrapper


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_the_turn_ends_with_the_transaction(tmp_path, end):
    first, second = _connection(tmp_path / "a.sqlite3"), _connection(tmp_path / "a.sqlite3")
    first.ensure_connection()
    first._start_transaction_under_autocommit()
    assert first._has_turn
    getattr(first, f"_{end}")()
    assert not first._has_turn
    first.close()
    second.ensure_connection()
    second._start_transaction_under_autocommit()
    assert second._gate is not None
    second._commit()
    assert second._gate is None
    second.close()


@pytest.mark.django_db
def test_a_beginning_that_fails_gives_the_turn_back(tmp_path):
    path = tmp_path / "b.sqlite3"
    wrapper = _connection(path)
    wrapper.ensure_connection()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"):
            wrapper._start_transaction_under_autocommit()
        assert not wrapper._has_turn
    wrapper._start_transaction_under_autocommit()
    wrapper._rollback()
    wrapper.close()


@pytest.mark.django_db
def test_the_lock_of_another_process_is_waited_for(tmp_path):
    path = tmp_path / "e.sqlite3"
    wrapper = _connection(path, timeout=20)
    wrapper.ensure_connection()
    tried = threading.Event()
    wrapper.connection.set_trace_callback(lambda said: tried.set() if said.startswith("BEGIN") else None)
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = threading.Thread(target=wrapper._start_transaction_under_autocommit)
        waiting.start()
        assert tried.wait(20)
        other.execute("ROLLBACK")
        waiting.join()
    assert wrapper._has_turn
    assert wrapper.connection.in_transaction
    assert wrapper.connection.execute("PRAGMA busy_timeout").fetchone() == (20_000,)
    wrapper._rollback()
    wrapper.close()


@pytest.mark.django_db
def test_threads_that_write_at_once_all_write(tmp_path):
    path, failed = tmp_path / "c.sqlite3", []
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE t (n INTEGER)")

    def write():
        wrapper = _connection(path)
        try:
            for number in range(20):
                wrapper.ensure_connection()
                wrapper._start_transaction_under_autocommit()
                wrapper.connection.execute("INSERT INTO t VALUES (?)", [number])
                wrapper._commit()
        except OperationalError as error:
            failed.append(error)
        finally:
            wrapper.close()

    threads = [threading.Thread(target=write) for _number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with closing(sqlite3.connect(path)) as read:
        assert not failed
        assert read.execute("SELECT count(*) FROM t").fetchone() == (100,)


def test_a_long_log_is_moved_and_a_short_one_left(tmp_path):
    path = tmp_path / "d.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("PRAGMA wal_autocheckpoint=0")
        writer.execute("CREATE TABLE t (x BLOB)")
        assert not checkpoint(writer, path)
        writer.execute("INSERT INTO t VALUES (zeroblob(?))", [2 * WORTH_BYTES])
        before = path.stat().st_size
        assert checkpoint(writer, path)
        assert path.stat().st_size > before + WORTH_BYTES
