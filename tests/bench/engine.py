"""Whole lives of cases through the engine, two processes at once: lives a second and p95 of a move.

A life is report, file, dispatch, hand back, ask for a check, pass, close. The baseline writes the same number of
transactions plainly: one row updated and one step inserted, with no check, event or clock.
"""

import subprocess
import sys
import time
from datetime import UTC, date, datetime

import numpy as np
from tests.bench.temporary import environment, on_both_databases

LIVES = 150
WORKERS = 2
# Lives a second through the whole interface that the engine must leave room for.
WANTED = {"postgresql": 60, "sqlite": 40}


def prepare() -> None:
    """Migrate and furnish a district: a calendar, a category, a unit, a dispatcher, a lead, an inspector."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from xiuhua.casework.models import Standard
    from xiuhua.city.layers import version_key
    from xiuhua.city.models import Code, CodeSet, District
    from xiuhua.foundation import layers
    from xiuhua.foundation.actions.calendars import declare_years, define
    from xiuhua.people.models import Assignment, Organisation, User

    define("CN", zone="Asia/Shanghai", actor="bench")
    this = date.today().year  # noqa: DTZ011 - the years around now, whatever the zone
    declare_years("CN", {this: [], this + 1: []}, actor="bench", source="")
    District.objects.create(code="990001", name_zh="示意区")
    codes = CodeSet.objects.create(key="e", version="1", kind="event", name_zh="e")
    code = Code.objects.create(code_set=codes, code="0101", class_zh="c", name_zh="n")
    Standard.objects.create(category=code, number=1, condition="c", limit=8, unit="work_hour")
    unit = Organisation.objects.create(district_code="990001", code="clean", kind="bureau", name_zh="环卫")
    for name, role, body in (("d", "dispatcher", None), ("l", "unit_lead", unit), ("i", "inspector", None)):
        user = User.objects.create(username=name, organisation=body)
        Assignment.objects.create(user=user, role=role, district_code="990001")
    for layer in ("organisations", "areas", "duties"):
        layers.bump(version_key("990001", layer))


def work(worker: str) -> None:
    """Live ``LIVES`` lives, then write as plainly; print seconds and the times of the moves in milliseconds."""
    import django

    django.setup()
    from django.db import transaction

    from xiuhua.casework.actions.engine import begin, perform
    from xiuhua.casework.models import Case, Standard, Step
    from xiuhua.city.models import District
    from xiuhua.people.models import User

    district, standard = District.objects.get(), Standard.objects.select_related("category").get()
    times: list[float] = []

    def timed(act):
        started = time.perf_counter()
        result = act()
        times.append((time.perf_counter() - started) * 1000)
        return result

    def move(case, name, who, **data):
        user = User.objects.get(username=who)  # as each request does
        return timed(lambda: perform(case.pk, name, user=user, data=data))

    def new(number):
        return Case(
            number=f"{worker}-{number}", district=district, category=standard.category, lon=120.0, lat=31.0,
            source="web", reported_at=datetime.now(UTC),
        )  # fmt: skip

    for name in ("warm", "measured"):
        times.clear()
        started = time.perf_counter()
        for number in range(5 if name == "warm" else LIVES):
            case = timed(lambda number=number, name=name: begin(new(f"{name}{number}"), actor="bench"))
            move(case, "file", "d", standard=standard.pk)
            move(case, "dispatch", "d", unit="clean")
            move(case, "hand_back", "l", reason="done")
            move(case, "ask_check", "d")
            move(case, "pass", "i", check=case.checks.values_list("pk", flat=True).get())
            move(case, "close", "d")
        seconds = time.perf_counter() - started
    started = time.perf_counter()
    for number in range(LIVES * 7):
        with transaction.atomic():
            Case.objects.filter(pk=case.pk).update(me_too=number)
            Step.objects.create(
                case=case, number=100 + number, at=case.reported_at, move="note", to_state="closed", actor="bench"
            )
    plain = time.perf_counter() - started
    p50, p95 = np.quantile(times, [0.5, 0.95])
    print(f"{seconds} {plain} {p50} {p95}")


def main() -> None:
    """Each database in turn, each worker in a process of its own."""
    on_both_databases(run)


def run(folder: str, url: str) -> None:
    """Prepare, let the workers run together, print one line."""
    env, vendor = environment(folder, url), url.partition(":")[0]

    def start(call: str) -> "subprocess.Popen[str]":
        code = f"from tests.bench.engine import prepare, work; {call}"
        return subprocess.Popen([sys.executable, "-c", code], env=env, stdout=subprocess.PIPE, text=True)

    if start("prepare()").wait():
        raise SystemExit("the database could not be prepared")
    workers = [start(f"work('w{number}')") for number in range(WORKERS)]
    outputs = [worker.communicate()[0].splitlines()[-1].split() for worker in workers]
    seconds, plain, p50, p95 = np.max(np.array(outputs, dtype=float), axis=0)
    lives, baseline = WORKERS * LIVES / seconds, WORKERS * LIVES / plain
    verdict = "above" if lives > WANTED[vendor] else "BELOW"
    print(
        f"{vendor:11} {lives:6.1f} lives/s ({verdict} {WANTED[vendor]}), a move p50 {p50:5.2f} ms p95 {p95:5.2f} ms; "
        f"plain writes {baseline:6.1f}/s, ratio {lives / baseline:4.2f}"
    )


if __name__ == "__main__":
    main()
