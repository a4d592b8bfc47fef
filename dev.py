#!/usr/bin/env python3
"""The whole set-up: python3 dev.py demo | test | slow | check | bench | run ...

Needs only a Python >= 3.11: it brings its own uv (a private virtual environment in .uv) where none is on PATH.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
SCRIPTS = "Scripts" if os.name == "nt" else "bin"


def uv() -> str:
    """The path of uv: the one on PATH, or one installed into .uv."""
    if found := shutil.which("uv"):
        return found
    private = ROOT / ".uv"
    program = private / SCRIPTS / ("uv.exe" if os.name == "nt" else "uv")
    if not program.exists():
        print("xiuhua: installing uv into .uv (once)", flush=True)
        venv.create(private, with_pip=True)
        python = private / SCRIPTS / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "uv>=0.9"], check=True)
    return str(program)


def run(*command: str, env: dict[str, str] | None = None, extra: str = "") -> int:
    """Run ``command`` in the project's environment, with an extra where one is named; the exit code."""
    return subprocess.run(
        [uv(), "run", "--frozen", *(("--extra", extra) if extra else ()), *command],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        check=False,
    ).returncode


# What takes minutes, in this order. What a browser shows comes from the same queries: one database is enough for it.
SLOW = (
    ("sqlite", "browser and not slow"), ("postgresql", "not slow and not browser"), ("sqlite", "slow"),
    ("postgresql", "slow and not browser"),
)  # fmt: skip


def test(arguments: list[str]) -> int:
    """The quick part of the suite, on SQLite; with arguments, what pytest is asked for."""
    if arguments:
        return run("pytest", *arguments)
    return suite(("sqlite", "not slow and not browser"))


def slow(_: list[str]) -> int:
    """The rest: the same on PostgreSQL, pages in a browser, long random lives of cases, a server killed and killed."""
    return suite(*SLOW)


def suite(*runs: tuple[str, str]) -> int:
    """Run the tests of each database and marks until one run fails."""
    workers = ["-n", str(os.cpu_count() or 2), "--dist", "loadgroup", "-q"]
    for database, marks in runs:
        print(f"xiuhua: tests that are {marks}, on {database}", flush=True)
        if code := run("pytest", *workers, "-m", marks, env={"XIUHUA_TEST_DATABASE": database}, extra="spark"):
            return code
    return 0


def check(_: list[str]) -> int:
    """Format, lint, types, layers, migrations."""
    steps = (
        ("ruff", "format", "--check", "."),
        ("ruff", "check", "."),
        ("mypy",),
        ("lint-imports",),
        ("xiuhua", "manage", "makemigrations", "--check", "--dry-run"),
        ("xiuhua", "manage", "check", "--fail-level", "WARNING"),
    )
    failed = [" ".join(step) for step in steps if run(*step)]
    for step in failed:
        print(f"xiuhua: failed: {step}", flush=True)
    return 1 if failed else 0


def demo(arguments: list[str]) -> int:
    """Draw the demonstration and serve it."""
    return run("--no-dev", "xiuhua", "demo", *arguments)


def bench(arguments: list[str]) -> int:
    """All benchmarks, or those named."""
    return run("python", "-m", "tests.bench", *arguments)


def anything(arguments: list[str]) -> int:
    """Any program in the project's environment."""
    return run(*arguments)


COMMANDS = {"demo": demo, "test": test, "slow": slow, "check": check, "bench": bench, "run": anything}


def main(arguments: list[str]) -> int:
    """Dispatch to one of the commands."""
    command, rest = (arguments or ["help"])[0], arguments[1:]
    if command in COMMANDS:
        return COMMANDS[command](rest)
    print(__doc__)
    return 0 if command in {"help", "-h", "--help"} else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
