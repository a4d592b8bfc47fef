"""Tables that only grow: database triggers that refuse UPDATE and DELETE on SQLite and on PostgreSQL.

A refused statement raises ``django.db.IntegrityError``. Not guarded: ``TRUNCATE`` on PostgreSQL, dropping the
trigger or the table, and editing the file; the digests of the event chain are there to show those.
"""

from collections.abc import Sequence

MESSAGE = "is append-only: nothing in it may be changed or removed"

POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION xiuhua_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% {MESSAGE}', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""


def guard(vendor: str, table: str, keys: Sequence[Sequence[str]] = ()) -> list[str]:
    """The statements that make ``table`` append-only.

    ``keys`` are its unique column groups. SQLite needs them: ``INSERT OR REPLACE`` removes the row with the same
    key without firing a DELETE trigger, so an insert over an existing key is refused before it comes to that.
    """
    if vendor == "postgresql":
        trigger = f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE ON "{table}"'
        return [POSTGRESQL_FUNCTION, f"{trigger} FOR EACH ROW EXECUTE FUNCTION xiuhua_append_only()"]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} {MESSAGE}'); END"
    statements = [
        f'CREATE TRIGGER "{table}_no_{event.lower()}" BEFORE {event} ON "{table}" {refuse}'
        for event in ("UPDATE", "DELETE")
    ]
    for number, columns in enumerate(keys):
        same = " AND ".join(f'"{column}" = NEW."{column}"' for column in columns)
        trigger = f'CREATE TRIGGER "{table}_no_replace_{number}" BEFORE INSERT ON "{table}"'
        statements.append(f'{trigger} WHEN EXISTS (SELECT 1 FROM "{table}" WHERE {same}) {refuse}')  # noqa: S608
    return statements


def release(vendor: str, table: str, keys: Sequence[Sequence[str]] = ()) -> list[str]:
    """The statements that undo ``guard``: for migrations that run backwards, and for emptying a test database."""
    if vendor == "postgresql":
        return [f'DROP TRIGGER IF EXISTS "{table}_append_only" ON "{table}"']
    names = ["no_update", "no_delete", *(f"no_replace_{number}" for number in range(len(keys)))]
    return [f'DROP TRIGGER IF EXISTS "{table}_{name}"' for name in names]


# The tables of this room that only grow, with their unique keys.
GUARDED: dict[str, Sequence[Sequence[str]]] = {
    "foundation_event": (("id",), ("chain", "sequence")),
    "foundation_workcalendarversion": (("id",), ("key", "version")),
    "foundation_calendarday": (("id",), ("calendar_id", "date")),
}
