"""The pulse beside the demonstration: it beats, and it ends with the server, also with one that was killed."""

import os
import select
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from xiuhua.demo.beating import LOG, beat_until, beating
from xiuhua.foundation.actions.jobs import set_schedule
from xiuhua.foundation.models import Schedule

SERVER = """
import sys
from pathlib import Path
from xiuhua.demo.beating import beating
with beating(Path(sys.argv[1])) as process:
    print(process.pid, flush=True)
    sys.stdin.read()
"""


def once():
    """An event that is set by whoever waits for it."""
    stop = threading.Event()
    stop.wait = lambda _seconds: stop.set()
    return stop


def test_a_beat_enqueues_what_is_due_and_does_it(transactional_db, monkeypatch):
    from django_tasks_db.models import DBTaskResult

    # The worker would take the signals of the process that runs the tests.
    monkeypatch.setattr("django_tasks_db.management.commands.db_worker.Worker.configure_signals", lambda _self: None)
    set_schedule("often", "xiuhua.foundation.tasks.prune_jobs", every_seconds=60, zone="Asia/Shanghai", actor="test")
    Schedule.objects.update(next_at=timezone.now() - timedelta(seconds=1))
    beat_until(once())
    assert [job.status for job in DBTaskResult.objects.all()] == ["SUCCESSFUL"]


def test_the_pulse_ends_with_the_block(tmp_path, monkeypatch):
    away_from_here(monkeypatch, tmp_path)
    with beating(tmp_path) as process:
        assert process.poll() is None
    assert process.returncode == 0
    assert (tmp_path / LOG).exists()


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux lets a process be watched that is no child")
def test_the_pulse_ends_with_a_server_that_is_killed(tmp_path, monkeypatch):
    away_from_here(monkeypatch, tmp_path)
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    pulse = os.pidfd_open(int(server.stdout.readline()))
    try:
        server.kill()
        server.communicate()
        ended, _, _ = select.select([pulse], [], [], 60)
        assert ended
    finally:
        os.close(pulse)


def away_from_here(monkeypatch, folder):
    """The processes started next work on an empty database of their own, never on that of the tests."""
    monkeypatch.setenv("XIUHUA_DATA_DIR", str(folder))
    monkeypatch.setenv("XIUHUA_DATABASE", "sqlite:///")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "xiuhua.conf.settings")
