"""Open311 among a million cases: a thousand requests in each form, one of them, a report, against a bare read.

The baseline reads the same thousand rows with nothing around them and writes them as JSON.
"""

import json
import os
import time

import numpy as np
from tests.bench.temporary import as_served, measure_in_a_process, on_both_databases

CASES = int(os.environ.get("XIUHUA_BENCH_CASES", "1000000"))
ROUNDS = 20


def measure() -> None:
    """Fill the database of the environment, ask through the whole site, print a table."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import connection
    from django.test import Client
    from tests.bench.seeded import fill, furnish

    from xiuhua.casework.models import Case, Service
    from xiuhua.interop.open311.services import code_of
    from xiuhua.people.actions.api_keys import issue
    from xiuhua.people.models import User

    furniture = furnish()
    fill(furniture, CASES)
    as_served()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(headers={"host": "127.0.0.1"})
    number = Case.objects.order_by("-reported_at").values_list("number", flat=True)[500]
    service = Service.objects.select_related("category__code_set").order_by("pk")[0]
    Service.objects.filter(pk=service.pk).update(questions={})
    form = {
        "api_key": issue(User.objects.create(username="program"), "bench", actor="bench"), "lat": "31.7001",
        "long": "120.1001", "service_code": code_of(service), "description": "路边有一堆垃圾，挡住盲道",
    }  # fmt: skip

    def bare() -> str:
        rows = (
            Case.objects.filter(district=furniture.district)
            .order_by("-reported_at", "-id")
            .values("number", "state", "public_text", "lon", "lat")
        )
        return json.dumps(list(rows[:1000]), ensure_ascii=False)

    def ask(path: str) -> None:
        answer = client.get(f"/open311/v2/{path}")
        if answer.status_code != 200:
            raise RuntimeError(answer.content.decode())

    def report() -> None:
        answer = client.post("/open311/v2/requests.json", form)
        if answer.status_code != 200:
            raise RuntimeError(answer.content.decode())

    asked = {
        "bare read of 1,000 rows (baseline)": bare,
        "1,000 requests, JSON": lambda: ask("requests.json"),
        "1,000 requests, XML": lambda: ask("requests.xml"),
        "1,000 requests, extensions": lambda: ask("requests.json?extensions=true"),
        "1,000 of one service, closed": lambda: ask(f"requests.json?service_code={code_of(service)}&status=closed"),
        "page 20 of 1,000": lambda: ask("requests.json?page=20"),
        "one request": lambda: ask(f"requests/{number}.json"),
        "services": lambda: ask("services.json"),
        "updates of 90 days": lambda: ask("servicerequestupdates.json"),
        "report": report,
    }
    base = 0.0
    print(f"{connection.vendor}, {Case.objects.count():,} cases: ms p50, p95, ratio to the baseline")
    for name, call in asked.items():
        call()
        times = []
        for _round in range(ROUNDS):
            started = time.perf_counter()
            call()
            times.append(time.perf_counter() - started)
        p50, p95 = np.quantile(times, [0.5, 0.95]) * 1000
        base = base or p50
        print(f"  {name:36} {p50:8.1f} {p95:8.1f} {p50 / base:6.2f}")


def main() -> None:
    """Each database in a process of its own."""
    on_both_databases(measure_in_a_process("tests.bench.open311"))
