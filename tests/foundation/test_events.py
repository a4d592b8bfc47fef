from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from xiuhua.foundation.append_only import GUARDED, guard, release
from xiuhua.foundation.events import GENESIS, Break, digest, heads, lock, record, verify
from xiuhua.foundation.models import CalendarDay, Event
from xiuhua.foundation.plain import plain

pytestmark = pytest.mark.django_db

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**25), 10**25)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
MOMENTS = st.timedeltas(timedelta(), timedelta(days=9000)).map(
    lambda passed: (datetime(2010, 1, 1, tzinfo=UTC) + passed).astimezone(timezone(timedelta(hours=8)))
)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def write(chain: str, times: int = 1) -> None:
    for number in range(times):
        record(chain=chain, verb="changed", actor="a", subject="s", after={"n": number})


@pytest.fixture
def forger():
    """Runs a statement against the events with the triggers lifted, as somebody with the file in hand would."""

    def forge(statement: str) -> None:
        table = "foundation_event"
        with transaction.atomic(), connection.cursor() as cursor:
            for lifted in release(connection.vendor, table, GUARDED[table]):
                cursor.execute(lifted)
            cursor.execute(statement)
            for put_back in guard(connection.vendor, table, GUARDED[table]):
                cursor.execute(put_back)

    return forge


def test_events_of_a_chain_are_linked_by_digest():
    first = record(chain="c", verb="made", actor="a", subject="s", after={"n": 1})
    second = record(chain="c", verb="changed", actor="a", subject="s", before={"n": 1}, after={"n": 2})
    other = record(chain="d", verb="made", actor="a", subject="s")
    assert (first.sequence, first.previous) == (1, GENESIS)
    assert (second.sequence, second.previous) == (2, first.digest)
    assert (other.sequence, other.previous) == (1, GENESIS)
    assert list(heads()) == [("c", 2, second.digest), ("d", 1, other.digest)]


@given(st.dictionaries(TEXT, JSON, max_size=5), MOMENTS)
@settings(max_examples=60)
def test_the_digest_holds_after_a_round_trip_through_the_database(value, at):
    event = record(chain="c", verb="changed", actor="甲", subject="s", before=value, after=value, at=at)
    kept = Event.objects.get(pk=event.pk)
    assert kept.digest == digest(kept) == event.digest
    assert kept.at == at


def test_what_python_knows_and_json_does_not_is_written_as_text():
    value = {
        "day": date(2026, 3, 2),
        "at": datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8))),
        "amount": Decimal("1.10"),
        "id": UUID(int=1),
        "kind": CalendarDay.Kind.HOLIDAY,
        "label": CalendarDay.Kind.HOLIDAY.label,
        "took": timedelta(minutes=1.5),
        "many": (1, 2),
    }
    event = Event.objects.get(pk=record(chain="c", verb="v", actor="a", subject="s", after=value).pk)
    assert event.after == {
        "day": "2026-03-02",
        "at": "2026-03-02T01:00:00.123456+00:00",
        "amount": "1.10",
        "id": "00000000-0000-0000-0000-000000000001",
        "kind": "holiday",
        "label": str(CalendarDay.Kind.HOLIDAY.label),
        "took": 90.0,
        "many": [1, 2],
    }
    assert event.digest == digest(event)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        ("a\x00b", "NUL"),
        ("\ud800", "surrogate"),
        ({1: "a"}, "keys"),
        ({1, 2}, "a set has no JSON form"),
        (datetime.fromisoformat("2026-03-02T09:00"), "no zone"),
    ],
)
def test_what_cannot_be_kept_is_refused(value, words):
    with pytest.raises(ValueError, match=words):
        plain({"deep": [value]})


@pytest.mark.parametrize("field", ["chain", "actor", "verb", "subject"])
def test_names_too_long_for_the_table_are_refused_on_both_databases(field):
    with pytest.raises(ValueError, match=f"the {field} of an event has at most"):
        record(**{"chain": "c", "verb": "v", "actor": "a", "subject": "s", field: "x" * 200})
    assert not Event.objects.exists()


def test_whole_chains_verify():
    write("one", 3)
    write("two", 2)
    seen = verify()
    assert (seen.chains, seen.events, seen.breaks) == (2, 5, [])
    assert (verify("two").chains, verify("two").events) == (1, 2)


@pytest.mark.parametrize(
    ("statement", "sequence", "words"),
    [
        ("UPDATE foundation_event SET actor = 'b' WHERE chain = 'one' AND sequence = 2", 2, "was changed"),
        ("DELETE FROM foundation_event WHERE chain = 'one' AND sequence = 2", 3, "missing"),
        ("DELETE FROM foundation_event WHERE chain = 'one' AND sequence = 1", 2, "missing"),
        ("UPDATE foundation_event SET previous = digest WHERE chain = 'one' AND sequence = 2", 2, "does not point"),
    ],
)
def test_the_first_broken_event_of_a_chain_is_named(forger, statement, sequence, words):
    write("one", 4)
    write("two", 2)
    forger(statement)
    (found,) = verify().breaks
    assert found == Break("one", sequence, found.why)
    assert words in found.why
    assert not verify("two").breaks


def test_an_event_and_what_it_tells_of_are_undone_together():
    with transaction.atomic():
        write("c")
        transaction.set_rollback(True)
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_lock_needs_a_transaction():
    with pytest.raises(TransactionManagementError, match="needs a transaction"):
        lock("c")


@pytest.mark.django_db(transaction=True)
def test_many_writers_of_one_new_chain_wait_for_one_another():
    if connection.vendor != "postgresql":
        pytest.skip("the test database of SQLite lies in memory, where writers cannot wait; it has one writer anyway")
    start = Barrier(8)

    def writer(number: int) -> None:
        try:
            start.wait(timeout=10)
            for _ in range(5):
                with transaction.atomic():
                    record(chain="new", verb="made", actor=str(number), subject="s")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(writer, range(8)))
    assert list(Event.objects.values_list("sequence", flat=True)) == list(range(1, 41))
    assert verify().breaks == []
