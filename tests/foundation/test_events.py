import pytest

from xiuhua.foundation.events import GENESIS, record

pytestmark = pytest.mark.django_db


def test_events_of_a_chain_are_linked_by_digest():
    first = record(chain="c", verb="made", actor="a", subject="s", after={"n": 1})
    second = record(chain="c", verb="changed", actor="a", subject="s", before={"n": 1}, after={"n": 2})
    assert (first.sequence, first.previous) == (1, GENESIS)
    assert (second.sequence, second.previous) == (2, first.digest)
