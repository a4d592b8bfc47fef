"""PostgreSQL locks a chain of events and tells its last event in one question, which other statements can hold."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION xiuhua_chain_head(wanted text, OUT number integer, OUT sealed text)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    -- Each statement of a volatile function sees what is committed when it begins: the second, what it waited for.
    PERFORM pg_advisory_xact_lock(hashtextextended('event chain ' || wanted, 0));
    SELECT sequence, digest INTO number, sealed FROM foundation_event
        WHERE chain = wanted ORDER BY sequence DESC LIMIT 1;
    IF NOT FOUND THEN
        number := 0;
        sealed := repeat('0', 64);
    END IF;
END $$
"""


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION, params=None)


def backwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS xiuhua_chain_head(text)", params=None)


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_event_triggers")]
    operations = [migrations.RunPython(forwards, backwards)]
