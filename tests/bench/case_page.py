"""The case page among a million cases: p95 of the whole page by the test client against 150 ms, its queries against 12.

Every page is of another case. A part of the cases has 50 steps, with photos and reports. The baseline is the history
of the same cases as it is usually read, the account and the unit of each step by a query of their own, without a page
around it. The ratio is the time of the page over the time of the baseline. The cases are those of ``worklist``.
"""

import itertools
import time
from datetime import timedelta

import numpy as np
from tests.bench.temporary import as_served, measure_in_a_process, on_both_databases
from tests.bench.worklist import CASES, LIMIT_MS, LIMIT_QUERIES, fill_as_measured

PAGES_READ, STEPS, FEW = 60, 50, 5
# Account, state of the cases, steps of each, what is measured.
READERS = (
    ("desk", "reported", FEW, "desk: reported, form to file"),
    ("desk", "filed", FEW, "desk: filed, form to dispatch"),
    ("desk", "handling", STEPS, "desk: handling, 50 steps"),
    ("lead", "dispatched", FEW, "unit: dispatched, form to assign"),
    ("lead", "handling", STEPS, "unit: handling, 50 steps"),
    ("desk", "check_closing", FEW, "desk: check before closing"),
    ("leader", "closed", STEPS, "leader: closed, 50 steps"),
)


def _history(case, steps, people):
    """Give ``case`` a report, photos and ``steps`` steps by several accounts."""
    from xiuhua.casework.models import Photo, Report, Step

    start, key = case.reported_at, f"p{case.pk}"
    Step.objects.filter(case=case).delete()
    Step.objects.bulk_create(
        [Step(case=case, number=n + 1, at=start + timedelta(minutes=n), move="report" if n == 0 else "note",
              to_state=case.state, user=people[n % len(people)] if n else None, actor="bench", unit_id=case.unit_id,
              reason="现场情况如下，继续处置", data={"deadline": start.isoformat()})
         for n in range(steps)]
    )  # fmt: skip
    report = Report.objects.create(
        idempotency_key=key, token=key, district_id=case.district_id, case=case, source="web", received_at=start,
        lon=case.lon, lat=case.lat, description=case.description,
    )  # fmt: skip
    Photo.objects.bulk_create(
        [Photo(case=case, report=report, stage=stage, original="o", copy="c", thumbnail="t", sha256="0" * 64, width=4,
               height=3, received_at=start) for stage in ("before", "before", "after")]
    )  # fmt: skip


def measure() -> None:
    """Fill the database of the environment, ask for pages, print a line for each."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from xiuhua.casework.models import Case, Step
    from xiuhua.people.models import User

    fill_as_measured()
    as_served()
    people = list(User.objects.filter(username__startswith="h")[:5])
    for name, state, steps, label in READERS:
        rows = Case.objects.filter(state=state).order_by("pk")
        # Cases that no reader before had.
        rows = rows.filter(reports=None)
        chosen = list((rows.filter(unit__code="b7") if name == "lead" else rows)[:PAGES_READ])
        for case in chosen:
            _history(case, steps, people)
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(User.objects.get(username=name))

        def ask(case, client=client):
            answer = client.get(f"/cases/{case.number}/")
            assert answer.status_code == 200, answer.content

        def usual(case):
            return [(str(step.user), str(step.unit), step.reason) for step in Step.objects.filter(case_id=case.pk)]

        ask(chosen[0])
        with CaptureQueriesContext(connection) as queries:
            ask(chosen[1])
        asked = len(queries)  # read before the next request begins to count anew
        baseline, p95 = _p95(usual, chosen), _p95(ask, chosen)
        verdict = "within" if p95 <= LIMIT_MS and asked <= LIMIT_QUERIES else "OVER"
        print(
            f"{connection.vendor:11} {label:34} p95 {p95:6.1f} ms ({verdict} {LIMIT_MS:.0f} ms), {asked:2d} "
            f"queries, baseline {baseline:6.1f} ms, ratio {p95 / baseline:5.2f}, {CASES:,} cases",
            flush=True,
        )


def _p95(ask, cases):
    times = []
    for case in itertools.islice(cases, PAGES_READ):
        started = time.perf_counter()
        ask(case)
        times.append(time.perf_counter() - started)
    return float(np.quantile(times, 0.95)) * 1000


def main() -> None:
    """Each database in a process of its own."""
    on_both_databases(measure_in_a_process("tests.bench.case_page"))


if __name__ == "__main__":
    main()
