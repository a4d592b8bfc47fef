import pytest
from django.db import IntegrityError, connection, transaction

from xiuhua.foundation.append_only import GUARDED
from xiuhua.foundation.events import record
from xiuhua.foundation.models import Event


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE foundation_event SET actor = 'somebody else'",
        "DELETE FROM foundation_event",
    ],
)
def test_the_database_refuses_to_rewrite_history(statement):
    record(chain="c", verb="made", actor="a", subject="s")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Event.objects.get().actor == "a"


@pytest.mark.django_db
def test_an_insert_cannot_replace_an_event():
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite knows INSERT OR REPLACE")
    record(chain="c", verb="made", actor="a", subject="s")
    copy = (
        "INSERT OR REPLACE INTO foundation_event (chain, sequence, at, actor, verb, subject, previous, digest) "
        "SELECT chain, sequence, at, 'somebody else', verb, subject, previous, digest FROM foundation_event"
    )
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(copy)
    assert Event.objects.get().actor == "a"


@pytest.mark.django_db
def test_the_guarded_keys_are_the_unique_ones():
    with connection.cursor() as cursor:
        for table, keys in GUARDED.items():
            found = connection.introspection.get_constraints(cursor, table).values()
            assert {("id",), *(tuple(c["columns"]) for c in found if c["unique"])} == set(keys)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_transactional_tests_start_empty_and_guarded(turn):
    assert not Event.objects.exists()
    record(chain="c", verb="made", actor="a", subject="s")
    with pytest.raises(IntegrityError, match="append-only"):
        Event.objects.update(actor="somebody else")
