"""The registry of facts: what contradicts itself is refused, and modules declare theirs when asked."""

import pyarrow as pa
import pytest

from xiuhua.foundation import facts
from xiuhua.foundation.facts import Fact, FactError, column, register

DAY = column("day", pa.date32(), "the day")
KEY = column("id", pa.string(), "what it is called")


@pytest.fixture(autouse=True)
def own_registry(monkeypatch):
    monkeypatch.setattr(facts, "_facts", {})
    monkeypatch.setattr(facts, "_modules", [])


def fact(*columns, key=("id",), partition="day"):
    return Fact("thing", "one thing", key, partition, pa.schema(columns), lambda _since, _until: iter(()))


def test_a_fact_is_known_by_its_name_once():
    one = fact(KEY, DAY)
    register(one)
    register(one)
    assert facts.facts() == {"thing": one}
    assert one.schema.field("id").metadata == {b"doc": b"what it is called", b"unit": b""}
    with pytest.raises(FactError, match="twice"):
        register(fact(KEY, DAY))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (lambda: fact(DAY), "no column id"),
        (lambda: fact(KEY, DAY, partition="month"), "no column month"),
        (lambda: fact(KEY, column("day", pa.string(), "the day")), "must be a day"),
        (lambda: fact(KEY, DAY, pa.field("x", pa.int32())), "does not say"),
    ],
)
def test_a_fact_that_contradicts_itself_is_refused(wrong, why):
    with pytest.raises(FactError, match=why):
        register(wrong())


def test_modules_are_imported_when_somebody_asks():
    facts.offer("xiuhua.no_such_room.facts")
    with pytest.raises(ModuleNotFoundError):
        facts.facts()
