"""The page of a task book with 60 goals and 36 months: p95 of the whole page by the test client against 200 ms.

The figures stand among those of 22 more indicators, seven towns and sixty units. The baseline is the values of the
goals read as objects, one query a goal, without a page around them.
"""

import time
from datetime import UTC, date, datetime

import numpy as np
from tests.bench.temporary import as_served, measure_in_a_process, on_both_databases

GOALS, MONTHS, READ, LIMIT_MS, LIMIT_QUERIES = 60, 36, 60, 200.0, 12
GROUPS = [("district", ""), *(("town", f"t{n}") for n in range(7)), *(("unit", f"u{n}") for n in range(60))]
LAST = date(2026, 6, 1)
AT = datetime(2026, 7, 1, tzinfo=UTC)


def _before(count):
    number = LAST.year * 12 + LAST.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


def _fill():
    from xiuhua.city.models import District
    from xiuhua.people.models import Assignment, Organisation, User
    from xiuhua.taskbook.models import Book, Closing, Commitment, Forecast, Goal, Target, Value

    district = District.objects.create(code="990001", name_zh="示意区")
    units = [
        Organisation.objects.create(district_code="990001", code=f"u{n}", kind="bureau", name_zh=f"示意单位{n}")
        for n in range(60)
    ]
    book = Book.objects.create(
        district=district, key="care", name_zh="任务书", first_year=2024, last_year=2026, state="issued"
    )
    draw = np.random.default_rng(4)
    for number in range(GOALS):
        goal = Goal.objects.create(
            book=book, key=f"g{number}", name_zh=f"示意目标{number}", indicator=f"x{number}", unit="%", lead=units[number],
            group=f"c{number // 15}", group_zh=f"类别{number // 15}", baseline=80, order=number,
        )  # fmt: skip
        goal.support.add(units[(number + 1) % 60], units[(number + 2) % 60])
        Target.objects.bulk_create(Target(goal=goal, year=year, value=95) for year in (2024, 2025, 2026))
        Forecast.objects.bulk_create(
            Forecast(goal=goal, scope="district", month=_before(back), year=2026, method="mean12", expected=93, low=91,
                     high=95, probability=0.4, light="yellow")
            for back in range(6)
        )  # fmt: skip
        Commitment.objects.bulk_create(
            Commitment(goal=goal, key=str(n), measure="措施", unit=units[n], first_due=LAST, due=LAST) for n in range(3)
        )
    for number in range(GOALS + 22):
        key = f"x{number}"
        groups = GROUPS if number < 20 else GROUPS[:8]
        level = 0.8 + 0.15 * draw.random((len(groups), MONTHS))
        Value.objects.bulk_create(
            [Value(district=district, indicator=key, version=1, month=_before(back), scope=scope, code=code,
                   numerator=200 * level[at, back], denominator=200, n=200, value=level[at, back],
                   low=level[at, back] - 0.03, high=level[at, back] + 0.03, interval="wilson", data_until=AT,
                   computed_at=AT, code_digest="0" * 64)
             for at, (scope, code) in enumerate(groups) for back in range(MONTHS)],
            batch_size=2000,
        )  # fmt: skip
    Closing.objects.bulk_create(
        Closing(district=district, month=_before(back), published_at=AT, actor="bench") for back in range(1, MONTHS)
    )
    leader = User.objects.create_user("leader")
    Assignment.objects.create(user=leader, role="leader", district_code="990001")
    return district, leader


def measure() -> None:
    """Fill the database of the environment, ask for the page, print a line for each reader."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from xiuhua.taskbook.models import Goal, Value

    district, leader = _fill()
    as_served()

    def usual():
        return [
            list(Value.objects.filter(district=district, indicator=goal.indicator, scope="district"))
            for goal in Goal.objects.all()
        ]

    baseline = _p95(usual, 10)
    for reader, label in ((None, "public"), (leader, "leader")):
        client = Client(headers={"host": "127.0.0.1"})
        if reader:
            client.force_login(reader)

        def ask(client=client):
            answer = client.get("/taskbook/990001/?year=2026")
            assert answer.status_code == 200, answer.content
            return answer

        assert ask().content.decode().count('class="spark"') == GOALS
        with CaptureQueriesContext(connection) as queries:
            ask()
        asked = len(queries)  # read before the next request begins to count anew
        p95 = _p95(ask, READ)
        verdict = "within" if p95 <= LIMIT_MS and asked <= LIMIT_QUERIES else "OVER"
        print(
            f"{connection.vendor:11} {label:8} p95 {p95:6.1f} ms ({verdict} {LIMIT_MS:.0f} ms), {asked:2d} queries, "
            f"baseline {baseline:6.1f} ms, ratio {p95 / baseline:5.2f}, {Value.objects.count():,} values",
            flush=True,
        )


def _p95(ask, count):
    times = []
    for _number in range(count):
        started = time.perf_counter()
        ask()
        times.append(time.perf_counter() - started)
    return float(np.quantile(times, 0.95)) * 1000


def main() -> None:
    """Each database in a process of its own."""
    on_both_databases(measure_in_a_process("tests.bench.book_page"))


if __name__ == "__main__":
    main()
