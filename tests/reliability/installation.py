"""An installation that a test may kill: a database of its own, a server as its users run it, one account a role."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
STARTED_WITHIN = 60


class Installation:
    """A served installation in ``folder`` on the database ``url``."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.environment = {
            **os.environ, "XIUHUA_DATA_DIR": str(folder), "XIUHUA_DATABASE": url, "XIUHUA_LIMIT_KEY": "",
            "DJANGO_SETTINGS_MODULE": "xiuhua.conf.settings", "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        self.server: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def run(self, *arguments: str) -> str:
        """What a program prints that works on this installation. Raises ``AssertionError`` when it fails."""
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> None:
        """Serve and wait until pages come."""
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
        command += [
            "--port",
            str(self.port),
            "--workers",
            "1",
            "--blocking-threads",
            "4",
            "xiuhua.conf.wsgi:application",
        ]
        with (self.folder / "server.log").open("ab") as log:
            # A group of its own, so that one signal reaches the server and everything that it started.
            self.server = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + STARTED_WITHIN
        while not self._answers():
            alive = self.server.poll() is None and time.monotonic() < deadline
            assert alive, (self.folder / "server.log").read_text()
            time.sleep(0.02)  # polling another process: there is nothing to wait on

    def kill(self) -> None:
        """End the server as a power cut would: no signal handler, no farewell."""
        assert self.server is not None
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait(timeout=30)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/robots.txt", timeout=5):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


def database_beside(folder: Path) -> str:
    """The address of an empty database of the vendor of this run."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return f"sqlite:///{folder / 'killed.sqlite3'}"
    import psycopg

    parts = urlsplit(os.environ["XIUHUA_DATABASE"])
    name = f"killed_{os.getpid()}"
    with psycopg.connect(os.environ["XIUHUA_DATABASE"], autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name}")
    return urlunsplit(parts._replace(path=f"/{name}"))
