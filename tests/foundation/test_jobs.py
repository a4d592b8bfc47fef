from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from plugins import sample_tasks
from xiuhua.foundation import jobs
from xiuhua.foundation.actions.calendars import define
from xiuhua.foundation.actions.jobs import ScheduleError, enqueue_due, reap, retry_failed, retry_job, set_schedule
from xiuhua.foundation.actions.tick import tick
from xiuhua.foundation.events import record
from xiuhua.foundation.health import alarms, health
from xiuhua.foundation.jobs import Policy, next_run
from xiuhua.foundation.models import Event, OutboxDelivery, OutboxMessage, Schedule
from xiuhua.foundation.tasks import prune_jobs, verify_chains

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
SUCCEED, FAIL = "plugins.sample_tasks.succeed", "plugins.sample_tasks.fail"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    monkeypatch.setattr(jobs, "_policies", {})
    sample_tasks.ran.clear()
    # The worker may drop old connections; here that would end the transaction the test is rolled back with.
    monkeypatch.setattr("django_tasks_db.management.commands.db_worker.close_old_connections", lambda: None)


def every(minutes: int, task: str = SUCCEED, name: str = "often", **more) -> Schedule:
    return set_schedule(name, task, every_seconds=minutes * 60, zone="UTC", actor="e", at=NOW, **more)


def work() -> None:
    """Run everything that is ready, as a worker does."""
    Worker(queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
           worker_id="w", excluded_queue_names=[]).run()  # fmt: skip


def test_a_schedule_that_is_due_is_enqueued_once():
    every(10)
    assert enqueue_due(NOW) == 0
    assert enqueue_due(NOW + 10 * MINUTE) == 1
    assert enqueue_due(NOW + 11 * MINUTE) == 0
    work()
    assert sample_tasks.ran == ["ran"]
    assert Schedule.objects.get().next_at == NOW + 20 * MINUTE


def test_missed_times_are_not_made_up_for():
    every(10)
    assert enqueue_due(NOW + 95 * MINUTE) == 1
    assert Schedule.objects.get().next_at == NOW + 100 * MINUTE


def test_of_two_ticks_that_read_the_same_schedule_one_acts(monkeypatch):
    every(10)
    due = NOW + 10 * MINUTE

    def between_read_and_write(*args, **kwargs):
        monkeypatch.setattr("xiuhua.foundation.actions.jobs.next_run", next_run)
        assert enqueue_due(due) == 1  # the other tick comes through first
        return next_run(*args, **kwargs)

    monkeypatch.setattr("xiuhua.foundation.actions.jobs.next_run", between_read_and_write)
    assert enqueue_due(due) == 0
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_ticks_enqueue_each_schedule_once():
    if connection.vendor != "postgresql":
        pytest.skip("the test database of SQLite lies in memory, where writers cannot wait; it has one writer anyway")
    for number in range(20):
        every(10, name=f"s{number}")
    start = Barrier(4)

    def beat(_):
        try:
            start.wait(timeout=10)
            return enqueue_due(NOW + 10 * MINUTE)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(beat, range(4))) == 20
    assert DBTaskResult.objects.count() == 20


def test_a_daily_schedule_follows_the_clock_of_its_zone():
    berlin, shanghai = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
    before_the_jump = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert next_run(before_the_jump, "Europe/Berlin", daily_at=time(4)) == datetime(2026, 3, 29, 4, tzinfo=berlin)
    assert next_run(before_the_jump, "Europe/Berlin", daily_at=time(2, 30)) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    due = datetime(2026, 3, 2, 4, tzinfo=shanghai)
    assert next_run(due - MINUTE, "Asia/Shanghai", daily_at=time(4)) == due
    assert next_run(due, "Asia/Shanghai", daily_at=time(4)) == due + timedelta(days=1)


def test_setting_a_schedule_is_an_event_and_setting_it_again_is_not():
    every(10)
    enqueue_due(NOW + 10 * MINUTE)
    assert every(10).next_at == NOW + 20 * MINUTE
    every(10, enabled=False)
    assert [(e.before and e.before["enabled"], e.after["enabled"]) for e in Event.objects.all()] == [
        (None, True),
        (True, False),
    ]
    assert enqueue_due(NOW + timedelta(days=1)) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"every_seconds": None},
        {"daily_at": time(4)},
        {"every_seconds": 0},
        {"zone": "Mars"},
        {"task": "plugins.sample_tasks.no_task"},
        {"task": "nowhere.at_all"},
        {"name": "n" * 81},
        {"task": "t" * 201},
    ],
)
def test_a_schedule_that_cannot_be_kept_is_refused(wrong):
    given = {"name": "n", "task": SUCCEED, "every_seconds": 60, "zone": "UTC", "actor": "e"}
    with pytest.raises(ScheduleError, match=r"\w{3}"):
        set_schedule(**{**given, **wrong})
    assert not Schedule.objects.exists()


def test_a_schedule_whose_task_is_gone_does_not_stop_the_others(caplog):
    every(10, name="a")
    Schedule.objects.update(task="gone.task")
    every(10, name="b")
    assert enqueue_due(NOW + 10 * MINUTE) == 1
    assert "gone.task" in Schedule.objects.get(name="a").last_error
    assert "gone.task" in caplog.text


def test_a_failed_job_is_tried_again_later_each_time_and_then_given_up():
    jobs.set_policy(FAIL, Policy(attempts=3, first_wait=MINUTE))
    sample_tasks.fail.enqueue()
    waits = []
    for _ in range(2):
        work()
        failed_at = DBTaskResult.objects.get().finished_at
        assert retry_failed(failed_at) == 1
        waits.append(DBTaskResult.objects.get().run_after - failed_at)
        DBTaskResult.objects.update(run_after=failed_at)
    assert waits == [MINUTE, 2 * MINUTE]
    work()
    assert retry_failed(NOW) == 0
    job = DBTaskResult.objects.get()
    assert (job.status, len(job.worker_ids)) == (TaskResultStatus.FAILED, 3)
    assert "no route" in job.traceback
    assert any("1" in alarm for alarm in alarms(NOW))


def test_a_job_that_failed_for_good_runs_again_at_a_persons_word():
    jobs.set_policy(FAIL, Policy(attempts=1))
    sample_tasks.fail.enqueue()
    work()
    pk = str(DBTaskResult.objects.get().pk)
    retry_job(pk, actor="engineer", at=NOW)
    assert DBTaskResult.objects.get().status == TaskResultStatus.READY
    assert "no route" in Event.objects.get().before["traceback"]
    with pytest.raises(ValueError, match=pk):
        retry_job(pk, actor="engineer")


def test_a_job_whose_worker_was_killed_is_found_and_runs_again():
    jobs.set_policy(SUCCEED, Policy(attempts=2, limit=10 * MINUTE))
    sample_tasks.succeed.enqueue("again")
    DBTaskResult.objects.get().claim("killed")
    started = DBTaskResult.objects.get().started_at
    assert reap(started + 9 * MINUTE) == 0
    assert reap(started + 10 * MINUTE) == 1
    job = DBTaskResult.objects.get()
    assert job.exception_class_path == "xiuhua.foundation.jobs.WorkerLostError"
    assert job.task_result.errors[0].exception_class is jobs.WorkerLostError
    assert retry_failed(started + 10 * MINUTE) == 1
    DBTaskResult.objects.update(run_after=started)
    work()
    assert sample_tasks.ran == ["again"]


def test_a_tick_does_everything_once_and_survives_a_broken_step(monkeypatch, caplog):
    every(10)
    define("EAST", zone="Asia/Shanghai", actor="e")
    monkeypatch.setattr("xiuhua.foundation.actions.jobs.reap", lambda _now: 1 / 0)
    beat = tick(NOW + 10 * MINUTE)
    assert (beat.enqueued, beat.retried, beat.broken) == (1, 0, ["reaped"])
    assert any("EAST" in alarm and "2026" in alarm for alarm in beat.alarms)
    assert "EAST" in caplog.text


def test_health_counts_what_runs_and_what_does_not():
    assert health(NOW)["alarms"] == []
    record(chain="c", verb="v", actor="a", subject="s")
    record(chain="c", verb="v", actor="a", subject="s")
    message = OutboxMessage.objects.create(topic="t", key="k", payload={}, created_at=NOW - 2 * timedelta(hours=1))
    OutboxDelivery.objects.create(message=message, target="file:a", next_at=NOW)
    OutboxDelivery.objects.create(message=message, target="file:b", next_at=NOW, state="dead")
    every(10)
    sample_tasks.succeed.enqueue()
    seen = health(NOW + timedelta(hours=1))
    assert (seen["chains"], seen["events"]) == (2, 3)
    assert (seen["outbox_waiting"], seen["outbox_age"], seen["outbox_dead"]) == (1, 3 * 3600, 1)
    assert (seen["jobs_waiting"], seen["jobs_running"], seen["jobs_failed"]) == (1, 0, 0)
    assert seen["schedules_late"] == 1
    assert len(seen["alarms"]) == 3


def test_the_chains_are_verified_as_a_job():
    record(chain="c", verb="v", actor="a", subject="s")
    verify_chains.enqueue()
    prune_jobs.enqueue()
    work()
    done = {job.task_name: job for job in DBTaskResult.objects.all()}
    assert done["verify_chains"].return_value == {"chains": 1, "events": 1}
    assert done["prune_jobs"].status == TaskResultStatus.SUCCESSFUL
