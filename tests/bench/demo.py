"""The demonstration at full size: drawn, loaded, and the memory it takes.

Baseline: a bare ``executemany`` of as many rows, with the same columns and bytes, into a fresh SQLite file.
The ratio is what checking, references, area keys, kerb sides and search entries cost above bare storage.
"""

import resource
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

from tests.bench.temporary import temporary_database

SCALE, SEED = "district", 1
TABLES = ("city_area", "city_street", "city_kerbside", "city_water", "city_greenspace", "city_gate", "city_plot",
          "city_building", "city_site",
          "city_component", "city_tree", "city_duty", "city_searchentry", "city_searchtoken")  # fmt: skip


def peak_mb() -> float:
    """The largest resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def bare_insert(path: str) -> tuple[float, int]:
    """Seconds and rows of copying every loaded row, already read, into a new file without any check or index."""
    seconds, total = 0.0, 0
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(sqlite3.connect(path)) as source,
        closing(sqlite3.connect(Path(folder) / "bare.sqlite3")) as target,
    ):
        target.execute("PRAGMA journal_mode=WAL")
        target.execute("PRAGMA synchronous=FULL")
        for table in TABLES:
            held = source.execute(f"SELECT * FROM {table}").fetchall()
            names = [f"c{number}" for number in range(len(held[0]))]
            target.execute(f"CREATE TABLE {table} ({', '.join(names)})")
            start = time.perf_counter()
            with target:
                target.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", held)
            seconds += time.perf_counter() - start
            total += len(held)
    return seconds, total


def main() -> None:
    """Draw and load the district, then store the same rows bare; print times, memory and the ratio."""
    with temporary_database():
        from django.conf import settings

        from xiuhua.demo.drawing import draw
        from xiuhua.demo.load import load_drawing

        start = time.perf_counter()
        drawing = draw(SCALE, SEED)
        drawn = time.perf_counter() - start
        memory_drawn = peak_mb()
        start = time.perf_counter()
        load_drawing(drawing, SEED)
        loaded = time.perf_counter() - start
        memory = peak_mb()
        kilometres = _kilometres()
        bare, rows = bare_insert(str(settings.DATABASES["default"]["NAME"]))
        held = ", ".join(f"{len(table):,} {layer}" for layer, table in drawing.tables.items())
    print(f"{kilometres:,.0f} km of streets; {held}; {rows:,} rows in all")
    print(f"{'step':<28}{'seconds':>9}{'rows/s':>12}{'peak MB':>9}{'ratio':>8}")
    print(f"{'draw':<28}{drawn:>9.1f}{rows / drawn:>12,.0f}{memory_drawn:>9.0f}{'':>8}")
    print(f"{'load':<28}{loaded:>9.1f}{rows / loaded:>12,.0f}{memory:>9.0f}{loaded / bare:>8.1f}")
    print(f"{'bare executemany (baseline)':<28}{bare:>9.1f}{rows / bare:>12,.0f}{'':>9}{1:>8.1f}")
    print(f"{'draw and load':<28}{drawn + loaded:>9.1f}   (limit 120 s and 2,000 MB)")


def _kilometres() -> float:
    from django.db.models import Sum

    from xiuhua.city.models import Street

    return float(Street.objects.aggregate(total=Sum("length_m"))["total"]) / 1_000
