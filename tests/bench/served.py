"""An installation that is served while it is measured: its commands, when it answers, what processor it used."""

import os
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

# One thread each: those of one process hinder each other. As many processes as cores.
PROCESSES, THREADS = 2, 1


def served(port: int) -> list[str]:
    """What to ask of ``xiuhua`` to serve on ``port`` with the processes and threads that were fastest."""
    return ["serve", "--port", str(port), "--workers", str(PROCESSES), "--threads", str(THREADS)]


def start(env: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    """``xiuhua`` with these arguments, beside us."""
    return subprocess.Popen(
        [sys.executable, "-c", "from xiuhua.conf.cli import main; main()", *arguments], env=env,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def wait(port: int) -> None:
    """Until the server answers; ends the benchmark when it does not within a minute."""
    for _try in range(300):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server does not answer")


def processor(of: str, folder: str) -> float:
    """Seconds of processor used by the running processes of a command that work in ``folder``."""
    ticks, total = os.sysconf("SC_CLK_TCK"), 0.0
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            mine = (entry / "environ").read_bytes().decode(errors="replace") + str((entry / "cwd").readlink())
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # no process, or gone meanwhile
        if of in command and folder in mine:
            total += (int(fields[11]) + int(fields[12])) / ticks
    return total
