"""All indicators of 36 months over 1,000,000 cases and 60,000,000 positions: seconds, memory, and against plain SQL.

Targets: all in 60 s and under 3 GB on two cores; one month in 3 s; the three heaviest within 1.3 times hand-written SQL.
"""

import os
import resource
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from tests.bench.temporary import environment, temporary_database

CASES, PINGS, MONTHS = 1_000_000, 60_000_000, 36
FIRST = date(2023, 11, 1)
START = datetime(2023, 10, 31, 16, tzinfo=UTC)  # midnight in the zone of the district
END = datetime(2026, 10, 31, 16, tzinfo=UTC)
TOWNS, UNITS, CATEGORIES = 7, 120, 100
WEST, SOUTH, STEP, HIGH = 120.0, 31.6, 0.028, 0.15
HEAVIEST = ("recurrence_rate", "observed_30_days", "closing_on_time")


def district_of_seven_towns() -> Any:
    """The district, with seven towns side by side."""
    from xiuhua.city.models import Area, District
    from xiuhua.foundation.geometry import area_m2, to_row

    district = District.objects.create(code="990001", name_zh="示意区")
    for number in range(TOWNS):
        box = shapely.box(WEST + number * STEP, SOUTH, WEST + (number + 1) * STEP, SOUTH + HIGH)
        Area.objects.create(
            district=district, kind="town", code=f"99000100{number}", name_zh=f"{number}镇", area_m2=area_m2(box),
            **to_row(box),
        )  # fmt: skip
    return district


def fill() -> None:
    """The district and its lake: cases by the month, checks of a tenth of them, positions by the day."""
    from xiuhua.lake.layouts import layout_of
    from xiuhua.lake.models import Watermark
    from xiuhua.lake.partitions import put

    district_of_seven_towns()
    random = np.random.default_rng(1)
    put(layout_of("case"), cases(random).to_batches(max_chunksize=100_000), whole=True)
    put(layout_of("check"), checks(random).to_batches(), whole=True)
    for number in range((END - START).days):
        positions(random, layout_of("ping"), START + timedelta(days=number))
    for fact in ("case", "check", "inventory", "milestone"):
        Watermark.objects.create(fact=fact, until=END, rows=0, written_at=END, schema_digest="")


def _instants(start: np.ndarray, hours: np.ndarray, mask: np.ndarray | None = None) -> pa.Array:
    micro = start + (hours * 3_600_000_000).astype(np.int64)
    return pa.array(micro, pa.timestamp("us", tz="UTC"), mask=mask)


def cases(random: np.random.Generator, size: int = CASES) -> pa.Table:
    from xiuhua.casework.facts import CASE

    span = int((END - START).total_seconds() * 1e6)
    began = np.sort(random.integers(0, span, size)) + int(START.timestamp() * 1e6)
    lon, lat = random.uniform(WEST, WEST + TOWNS * STEP, size), random.uniform(SOUTH, SOUTH + HIGH, size)
    # Half of all cases come from 5,000 places where something is wrong again and again.
    hot = random.random(size) < 0.5
    spots = random.uniform((WEST, SOUTH), (WEST + TOWNS * STEP, SOUTH + HIGH), (5000, 2))
    chosen = random.integers(0, 5000, size)
    lon[hot], lat[hot] = spots[chosen[hot], 0] + random.normal(0, 1e-4, hot.sum()), spots[chosen[hot], 1]
    open_ = (began > int(END.timestamp() * 1e6) - 10 * 86_400_000_000) & (random.random(size) < 0.5)
    took, never = random.exponential(30, size), np.zeros(size, dtype=bool)
    columns = {
        "case": pa.array([f"c{n:07d}" for n in range(size)]),
        "day": pa.array((began + 8 * 3_600_000_000) // 86_400_000_000, pa.int32()).cast(pa.date32()),
        "district": ["990001"] * size,
        "town": pa.array([f"99000100{n}" for n in ((lon - WEST) / STEP).astype(int).clip(0, TOWNS - 1)]),
        "community": pa.nulls(size, pa.string()), "grid": pa.nulls(size, pa.string()),
        "category": pa.array([f"e@1:{n:04d}" for n in random.integers(0, CATEGORIES, size)]),
        "kind": ["event"] * size, "limit": pa.array([8] * size, pa.int32()), "limit_unit": ["work_hour"] * size,
        "urgent": random.random(size) < 0.05, "state": np.where(open_, "handling", "closed").tolist(),
        "open": open_, "clock": open_, "source": ["web"] * size,
        "unit": pa.array([f"u{n:03d}" for n in random.integers(0, UNITS, size)]), "lon": lon, "lat": lat,
        "reported_at": _instants(began, never), "answered_at": _instants(began, random.exponential(0.1, size)),
        "decided_at": _instants(began, random.exponential(0.2, size)), "filed_at": _instants(began, never + 0.2),
        "dispatched_at": _instants(began, never + 0.3), "handed_back_at": _instants(began, took, open_),
        "closed_at": _instants(began, took + 2, open_), "deadline": _instants(began, never + 48.0),
        "closing_reason": np.where(open_, "", np.where(random.random(size) < 0.95, "fixed", "long_term")).tolist(),
        "overdue": took > 48, "exempt": never, "hard": never,
    }  # fmt: skip
    for name in ("extensions", "suspensions", "reworks", "refusals", "reopenings", "appeals", "redispatches"):
        columns[name] = pa.array(random.poisson(0.05, size), pa.int32())
    columns |= {
        "me_too": pa.array(np.zeros(size), pa.int32()),
        "score": pa.array(random.integers(1, 6, size), pa.int32(), mask=random.random(size) < 0.8),
        "version": pa.array(np.full(size, 9), pa.int32()), "changed_at": _instants(began, took),
    }  # fmt: skip
    return pa.table(columns, schema=CASE)


def checks(random: np.random.Generator, cases_: int = CASES) -> pa.Table:
    from xiuhua.casework.facts import CHECK

    size = cases_ // 10
    which = np.sort(random.choice(cases_, size, replace=False))
    at = int(START.timestamp() * 1e6) + (which * ((END - START).total_seconds() / cases_) * 1e6).astype(np.int64)
    made = {
        "check": [f"k{n}" for n in which], "case": [f"c{n:07d}" for n in which],
        "day": pa.array(at // 86_400_000_000, pa.int32()).cast(pa.date32()), "district": ["990001"] * size,
        "kind": ["before_closing"] * size, "candidates": pa.array(np.full(size, 3), pa.int32()),
        "drawn_at": pa.array(at, pa.timestamp("us", tz="UTC")), "due": pa.array(at, pa.timestamp("us", tz="UTC")),
        "seen_at": pa.array(at, pa.timestamp("us", tz="UTC")), "received_at": pa.array(at, pa.timestamp("us", tz="UTC")),
        "passed": np.ones(size, dtype=bool), "cancelled": np.zeros(size, dtype=bool),
    }  # fmt: skip
    return pa.table([made.get(one.name, pa.nulls(size, one.type)) for one in CHECK], schema=CHECK)


def positions(random: np.random.Generator, layout: object, start: datetime, size: int = PINGS // 1096) -> None:
    """The positions of 40 vehicles on one day, which wander."""
    from xiuhua.lake.streams import PING

    vehicle = np.repeat(np.arange(40), size // 40 + 1)[:size]
    lon = WEST * 1e7 + np.abs(np.cumsum(random.normal(0, 1500, size))) % (TOWNS * STEP * 1e7)
    lat = SOUTH * 1e7 + np.abs(np.cumsum(random.normal(0, 1200, size))) % (HIGH * 1e7)
    at = int(start.timestamp() * 1e6) + random.integers(0, 86_400_000_000, size)
    table = pa.table({
        "district": pa.array(["990001"]).take(pa.array(np.zeros(size, dtype=np.int64))),
        "vehicle": pa.array([f"v{n}" for n in range(40)]).take(pa.array(vehicle)),
        "at": pa.array(at, pa.timestamp("us", tz="UTC")), "lon_e7": pa.array(lon, pa.int32(), safe=False),
        "lat_e7": pa.array(lat, pa.int32(), safe=False),
        "speed_cms": pa.array(random.integers(0, 1500, size), pa.int32()), "heading_cdeg": pa.nulls(size, pa.int32()),
        "working": pa.array(random.random(size) < 0.5),
    }, schema=PING.schema)  # fmt: skip
    days = pa.compute.strftime(table["at"], "%Y-%m-%d")
    for day in pa.compute.unique(days).to_pylist():
        folder = layout.folder / f"day={day}"
        folder.mkdir(parents=True, exist_ok=True)
        part = table.filter(pa.compute.equal(days, day))
        path = folder / "part-0.parquet"
        # A day of the district touches two days of UTC.
        if path.exists():
            part = pa.concat_tables([pq.read_table(path, schema=PING.schema), part])
        pq.write_table(part, path, compression="zstd")


def measure_all() -> None:
    """Everything, in this process, whose memory counts."""
    import django

    django.setup()
    from xiuhua.city.models import District
    from xiuhua.taskbook.actions.measure import measure
    from xiuhua.taskbook.months import months_between

    district = District.objects.get()
    months = months_between(FIRST, date(2026, 10, 31))
    assert len(months) == MONTHS
    done = measure(district, months, actor="bench", now=END)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    say("all indicators, 36 months", done.seconds, 60, f"{done.kept:,} values, peak {peak:.2f} GB (under 3)")
    started = time.perf_counter()
    done = measure(district, months[-2:-1], actor="bench", now=END)
    say("one month", time.perf_counter() - started, 3, f"{done.kept:,} values")


def against_sql() -> None:
    """The three heaviest figures as measures and as SQL written by hand, in turns; the best of three each."""
    import django

    django.setup()
    from tests.bench.indicators_sql import STATEMENTS

    from xiuhua.city.models import District
    from xiuhua.foundation.indicators import indicators
    from xiuhua.lake.engines import open_engine
    from xiuhua.lake.measures import count
    from xiuhua.taskbook.measuring import Lens
    from xiuhua.taskbook.months import months_between

    months = months_between(FIRST, date(2026, 10, 31))
    with open_engine() as engine:
        for key in HEAVIEST:
            ours, plain = [], []
            for _round in range(3):
                lens = Lens(engine, District.objects.get(), months, END)
                started = time.perf_counter()
                (sums,) = count(engine, [indicators()[key]], lens.look(), lens.kinds)
                ours.append(time.perf_counter() - started)
                total = sums.by(None).sort_by("month")
                started = time.perf_counter()
                rows = engine.connection.execute(STATEMENTS[key](lens, engine.root)).fetchall()
                plain.append(time.perf_counter() - started)
                by_month: dict[int, tuple[int, int]] = {}
                for month, *_groups, numerator, denominator in rows:
                    before = by_month.get(month, (0, 0))
                    by_month[month] = (before[0] + numerator, before[1] + denominator)
                expected = [by_month[month] for month in total["month"].to_pylist()]
                found = list(zip(total["numerator"].to_pylist(), total["denominator"].to_pylist(), strict=True))
                assert found == expected, (key, found[:3], expected[:3])
            ratio = min(ours) / min(plain)
            word = "ok" if ratio <= 1.3 else "MISSED"
            print(f"{key:<28} {min(ours):6.2f} s, by hand {min(plain):6.2f} s: {ratio:.2f} (1.3) {word}", flush=True)


def say(what: str, seconds: float, limit: float, more: str = "") -> None:
    """One line with the figure, its limit and whether it was met."""
    print(f"{what:<28} {seconds:6.2f} s ({limit:g} s) {'ok' if seconds <= limit else 'MISSED'}  {more}", flush=True)


def main() -> None:
    """Fill, then measure in processes of their own."""
    with temporary_database() as folder:
        started = time.perf_counter()
        fill()
        size = sum(path.stat().st_size for path in (Path(folder) / "lake").rglob("*.parquet")) / 1e9
        print(f"filled in {time.perf_counter() - started:.0f} s, {size:.2f} GB of Parquet", flush=True)
        env = environment(folder, os.environ["XIUHUA_DATABASE"])
        for name in ("measure_all", "against_sql"):
            code = f"from tests.bench.indicators import {name}; {name}()"
            subprocess.run([sys.executable, "-c", code], env=env, check=True)
