"""Lets transactional tests empty the database although history only grows.

After a transactional test Django empties every table: with TRUNCATE on PostgreSQL, which the triggers let pass,
but with DELETE on SQLite, which they refuse. Here, in tests only, the triggers are lifted for the length of that
one flush and put back in the same transaction, so that every test still runs with them in place.
"""

import pytest


@pytest.fixture(autouse=True, scope="session")
def _flush_lifts_the_triggers():
    from django.db.backends.sqlite3.base import DatabaseOperations  # the plugin loads before Django is set up

    from xiuhua.foundation.append_only import GUARDED, guard, release

    plain = DatabaseOperations.execute_sql_flush

    def flush(self, sql_list):
        lifted = [s for table, keys in GUARDED.items() for s in release("sqlite", table, keys)]
        put_back = [s for table, keys in GUARDED.items() for s in guard("sqlite", table, keys)]
        plain(self, [*lifted, *sql_list, *put_back])

    DatabaseOperations.execute_sql_flush = flush
    yield
    DatabaseOperations.execute_sql_flush = plain
