"""A database of its own for a benchmark: a temporary folder, migrated, gone afterwards."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def temporary_database() -> Iterator[str]:
    """Set Django up on an empty SQLite file; once a process."""
    with tempfile.TemporaryDirectory(prefix="xiuhua-bench-") as folder:
        os.environ["XIUHUA_DATA_DIR"] = folder
        os.environ["XIUHUA_DATABASE"] = f"sqlite:///{folder}/bench.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "xiuhua.conf.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield folder
