"""118,000 real cases of a year from CSV, on SQLite and PostgreSQL: against bare inserts of as many bare rows.

The limit is 120 seconds on two cores, with a report of the refused rows. Reads the folder of real files.
"""

import time
from pathlib import Path

from tests.bench.temporary import measure_in_a_process, on_both_databases

FILE = Path(__file__).resolve().parents[3] / "shared" / "data" / "requests311" / "boston_311_2015.csv.gz"
LIMIT = 120.0


def measure() -> None:
    """Load the file into the database of the environment and print one line."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import connection, transaction

    from xiuhua.casework.actions.importing import Plan, load_cases
    from xiuhua.casework.importing.fields import matched
    from xiuhua.casework.importing.reading import CaseFile
    from xiuhua.city.models import District

    district = District.objects.create(code="990009", name_zh="样例", time_zone="America/New_York")
    file = CaseFile(FILE)
    plan = Plan(matched(file.columns(), {}), district.time_zone, "cases-990009@1", "bench")
    started = time.perf_counter()
    load = load_cases(district, file, plan, actor="bench", refused=lambda _number, _row: None)
    seconds = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (id bigint PRIMARY KEY, words text, lon float, lat float)")
        started = time.perf_counter()
        with transaction.atomic():
            rows = [(number, "words " * 20, 120.0, 31.7) for number in range(load.inserted)]
            cursor.executemany("INSERT INTO bare VALUES (%s, %s, %s, %s)", rows)
        bare = time.perf_counter() - started
    started = time.perf_counter()
    again = load_cases(district, file, plan, actor="bench", refused=lambda _number, _row: None)
    second = time.perf_counter() - started
    assert (again.inserted, again.known) == (0, load.inserted)
    verdict = "within" if seconds <= LIMIT else "OVER"
    print(
        f"{connection.vendor:12} {load.inserted:>8,} cases {len(load.rejected):>4} refused {seconds:7.1f} s "
        f"({verdict} {LIMIT:.0f} s), again {second:5.1f} s, bare rows {bare:5.2f} s, ratio {seconds / bare:6.1f}"
    )


def main() -> None:
    """Each database in a process of its own."""
    if not FILE.exists():
        print("casework_import: the folder of real files is not here")
        return
    on_both_databases(measure_in_a_process("tests.bench.casework_import"))


if __name__ == "__main__":
    main()
