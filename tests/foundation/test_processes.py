"""Several processes on one SQLite file: what threads on a database in memory cannot show."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        os.environ.get("XIUHUA_TEST_DATABASE") == "postgresql", reason="the threads of the other tests race there"
    ),
]

XIUHUA = [sys.executable, "-c", "from xiuhua.conf.cli import main; main()"]
SETUP = "import django; django.setup(); from plugins import sample_tasks; "
PREPARE = SETUP + (
    "from xiuhua.foundation.actions.jobs import set_schedule\n"
    "from xiuhua.foundation.models import Schedule\n"
    "for n in range(30): set_schedule(f's{n}', 'plugins.sample_tasks.succeed', zone='UTC', actor='a', every_seconds=9999)\n"
    "Schedule.objects.update(next_at='2026-01-01T00:00:00Z')\n"
)
WRITE = SETUP + (
    "from xiuhua.foundation.events import record\n"
    "for n in range(50): record(chain='new', verb='v', actor='a', subject='s')\n"
)
COUNT = SETUP + (
    "from django_tasks_db.models import DBTaskResult as R; from xiuhua.foundation.models import Event as E\n"
    "print(R.objects.count(), E.objects.filter(chain='new').count(), list(R.objects.values_list('status', flat=True))[0])\n"
)
LAST = SETUP + (
    "from django_tasks_db.models import DBTaskResult as R\n"
    "r = R.objects.get(); print(r.status, len(r.worker_ids), r.exception_class_path)\n"
)
REAP_LATER = SETUP + (
    "from datetime import timedelta; from django.utils import timezone\n"
    "from xiuhua.foundation.actions.jobs import reap, retry_failed\n"
    "later = timezone.now() + timedelta(hours=2); print(reap(later), retry_failed(later))\n"
)


@pytest.fixture
def place(tmp_path):
    """The environment of an installation of its own, with its tables made."""
    env = {
        **os.environ,
        "XIUHUA_DATA_DIR": str(tmp_path),
        "XIUHUA_DATABASE": f"sqlite:///{tmp_path}/data.sqlite3",
        "DJANGO_SETTINGS_MODULE": "xiuhua.conf.settings",
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
    }
    subprocess.run([*XIUHUA, "manage", "migrate", "-v", "0"], env=env, check=True, timeout=120)
    return env


def start(env: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen([*words], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def script(env: dict[str, str], code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, check=True, timeout=120, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_ticks_and_writers_side_by_side(place):
    script(place, PREPARE)
    ticks = [start(place, *XIUHUA, "tick") for _ in range(3)]
    writers = [start(place, sys.executable, "-c", WRITE) for _ in range(3)]
    for process in ticks + writers:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    assert script(place, COUNT) == "30 150 READY"
    checked = subprocess.run(
        [*XIUHUA, "check", "chain"], env=place, check=True, timeout=60, capture_output=True, text=True
    )
    assert "180" in checked.stdout  # 30 schedules set, 150 events of the new chain


def test_a_tick_that_runs_on_ends_when_told_to(place):
    process = start(place, *XIUHUA, "tick", "--every", "60")
    assert process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    process.communicate()


def test_the_job_of_a_killed_worker_runs_again(place):
    script(place, SETUP + "sample_tasks.hang.enqueue()")
    process = start(place, *XIUHUA, "worker", "--interval", "0.1")
    until = time.monotonic() + 60
    while not script(place, LAST).startswith("RUNNING"):
        assert time.monotonic() < until
    process.kill()
    process.communicate()
    assert script(place, LAST).startswith("RUNNING 1")
    assert script(place, REAP_LATER) == "1 1"
    assert script(place, LAST) == "READY 1 xiuhua.foundation.jobs.WorkerLostError"
