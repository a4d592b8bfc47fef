"""History only grows: triggers refuse UPDATE and DELETE of events and of calendar versions."""

from django.db import migrations

from xiuhua.foundation.append_only import GUARDED, guard, release


def forwards(apps, schema_editor):
    for table, keys in GUARDED.items():
        for statement in guard(schema_editor.connection.vendor, table, keys):
            schema_editor.execute(statement, params=None)


def backwards(apps, schema_editor):
    for table, keys in GUARDED.items():
        for statement in release(schema_editor.connection.vendor, table, keys):
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
