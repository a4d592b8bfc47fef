import pytest
from click.testing import CliRunner
from django.utils import translation
from django_tasks_db.models import DBTaskResult

from xiuhua.foundation.actions.outbox import put
from xiuhua.foundation.commands import commands
from xiuhua.foundation.events import record
from xiuhua.foundation.models import OutboxDelivery, Schedule, WorkCalendarVersion

pytestmark = pytest.mark.django_db
BY_NAME = {command.name: command for command in commands}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def run(line: str, code: int = 0) -> str:
    """Run ``xiuhua <line>``; what it said, on both streams."""
    name, *rest = line.split()
    result = CliRunner().invoke(BY_NAME[name], rest)
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


def test_a_calendar_from_the_first_word_to_an_explained_limit():
    assert "EAST v1" in run("calendar declare EAST --zone Asia/Shanghai")
    assert "EAST v2: 1 years, 39 days" in run("calendar load EAST --package chinesecalendar --year 2026")
    assert run("calendar explain EAST 2026-03-02T14:00 8 work_hour").splitlines() == [
        "Mon 2026-03-02 14:00 - 18:00  4 h",
        "Tue 2026-03-03 08:00 - 12:00  4 h",
        "Ends: Tue 2026-03-03 12:00",
    ]
    assert "Tue 2026-03-03 14:00" in run("calendar explain EAST 2026-03-02T14:00 1 urgent_day")
    run("calendar add-day EAST 2026-03-03 holiday --name-zh 示意")
    assert "Ends: Wed 2026-03-04 12:00" in run("calendar explain EAST 2026-03-02T14:00 8 work_hour")
    assert "Ends: Tue 2026-03-03 12:00" in run("calendar explain EAST 2026-03-02T14:00 8 work_hour --version 2")
    shown = run("calendar show EAST --year 2026")
    assert shown.splitlines()[0].startswith("EAST v3  Asia/Shanghai  08:00-12:00, 14:00-18:00  2026")
    assert "2026-03-03 Tue  day off  示意" in shown
    assert "示意" not in run("calendar show EAST --version 2")
    assert "EAST v3" in run("calendar show")


def test_rules_of_another_district_and_years_without_exceptions():
    run(
        "calendar declare WEST --zone Europe/Berlin --periods 00:00-06:00,18:00-24:00 --weekend 1 --year 2026 --year 2027"
    )
    assert "Ends: Tue 2026-03-03 06:00" in run("calendar explain WEST 2026-03-01T18:00 12 work_hour")


def test_a_file_with_a_wrong_row_loads_nothing(tmp_path):
    run("calendar declare EAST --zone Asia/Shanghai")
    file = tmp_path / "days.csv"
    file.write_text("date,kind\n2026-01-01,holiday\n2026-01-02,party\n", encoding="utf-8")
    said = run(f"calendar load EAST {file}", code=1)
    assert "2: kind 'party'" in said
    assert "Nothing was loaded" in said
    assert WorkCalendarVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("calendar explain NONE 2026-03-02T14:00 8 work_hour", 1, "no work calendar NONE"),
        ("calendar show NONE", 1, "no work calendar NONE"),
        ("calendar declare A --zone Mars", 1, "Zone Mars is unknown"),
        ("calendar declare A --zone UTC --periods 8", 1, "Periods are written"),
        ("calendar declare A --zone UTC --weekend Sunday", 1, "Days of rest are written"),
        ("calendar load A", 2, "Give a file or --package"),
        ("calendar load A --package chinesecalendar", 1, "no work calendar A"),
        ("calendar load A --package chinesecalendar --year 1990", 1, "not 1990"),
        ("outbox retry", 2, "one of the two"),
        ("tick --once --every 5", 2, "one of the two"),
        ("outbox retry 7", 1, "no delivery 7"),
        ("check chain --chain nothing", 1, "no chain nothing"),
        ("schedule set s --task nowhere.at_all --every 60", 1, "no task at nowhere.at_all"),
        ("schedule set s --task plugins.sample_tasks.succeed", 1, "one of the two"),
    ],
)
def test_mistakes_are_answered_with_a_message(line, code, words):
    assert words in run(line, code)


def test_an_amount_that_is_no_number_is_refused():
    run("calendar declare A --zone UTC --year 2026")
    for wrong in ("eight", "1/0", "-1"):
        line = ["explain", "A", "2026-03-02T14:00", "work_hour"]
        result = CliRunner().invoke(BY_NAME["calendar"], [*line[:3], "--", wrong, line[3]])
        assert (result.exit_code, "Traceback" in result.output) == (1, False)
    assert "does not declare 2025" in run("calendar explain A 2025-03-02T14:00 1 work_hour", code=1)


def test_chains_are_checked(monkeypatch):
    record(chain="a", verb="v", actor="a", subject="s")
    record(chain="a", verb="v", actor="a", subject="s")
    assert run("check chain") == "2 events in 1 chains, 0 broken.\n"
    monkeypatch.setattr("xiuhua.foundation.events.digest", lambda _event: "another")
    said = run("check chain --chain a", code=1)
    assert "a#1: its content does not match" in said
    assert "1 broken" in said


def test_the_outbox_is_seen_sent_and_tried_again():
    put("t", {"text": "no subject"}, key="k", targets=["email:a@example.org"])
    assert "0 delivered, 0 failed, 1 given up" in run("outbox deliver")
    assert "email:a@example.org  The payload has no subject" in run("outbox status")
    assert "1 delivery was given up" in run("check health", code=1)
    run("outbox retry --all")
    assert OutboxDelivery.objects.get().state == "waiting"
    assert "only one that was given up" in run(f"outbox retry {OutboxDelivery.objects.get().pk}", code=1)
    assert "outbox_waiting: 1" in run("check health")


def test_schedules_are_set_and_ticked():
    assert "verify-chains" in run("schedule defaults")
    assert run("schedule defaults") == ""
    run("schedule set often --task plugins.sample_tasks.succeed --every 60")
    run("schedule set night --task plugins.sample_tasks.succeed --daily 02:00 --zone Europe/Berlin --off")
    listed = run("schedule list")
    assert "often  plugins.sample_tasks.succeed  60 s" in listed
    assert "02:00 Europe/Berlin" in listed
    assert "(off)" in listed
    Schedule.objects.filter(name="often").update(next_at="2026-01-01T00:00:00Z")
    assert "1 enqueued" in run("tick")
    assert "0 enqueued" in run("tick --once")
    assert DBTaskResult.objects.get().task_path == "plugins.sample_tasks.succeed"


def test_the_worker_serves_every_queue(monkeypatch):
    asked = {}
    monkeypatch.setattr(
        "xiuhua.foundation.commands.call_command", lambda name, **options: asked.update(options, name=name)
    )
    run("worker --batch")
    assert (asked["name"], asked["queue_name"], asked["batch"], asked["reload"]) == ("db_worker", "*", True, False)


def test_the_heads_of_the_chains_are_printed_to_be_kept_elsewhere():
    record(chain="one", verb="made", actor="t", subject="s")
    last = record(chain="one", verb="changed", actor="t", subject="s")
    other = record(chain="two", verb="made", actor="t", subject="s")
    assert run("check chain --heads").splitlines()[:2] == [f"{last.digest} 2 one", f"{other.digest} 1 two"]
    assert f"{other.digest}" not in run("check chain --heads --chain one")


def test_a_failed_job_is_asked_for_by_its_number():
    assert "There is no failed job" in run("schedule retry 0195f6a0-0000-7000-8000-000000000000", code=1)
    assert "not a valid UUID" in run("schedule retry x", code=2)
