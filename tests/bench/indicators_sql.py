"""The heaviest figures as a person would write them in SQL, for comparison."""

from collections.abc import Callable
from pathlib import Path
from typing import Any


def _months(lens: Any) -> str:
    rows = ", ".join(
        f"({number}, TIMESTAMPTZ '{start.isoformat()}', TIMESTAMPTZ '{end.isoformat()}')"
        for number, (start, end) in enumerate(zip(lens.edges[:-1], lens.edges[1:], strict=True))
    )
    return f"months(month, since, until) AS (VALUES {rows})"


def _files(root: Path, fact: str) -> str:
    return f"read_parquet('{root}/{fact}/*/*.parquet')"


def closing_on_time(lens: Any, root: Path) -> str:
    """By month, town and unit."""
    now = f"TIMESTAMPTZ '{lens.now.isoformat()}'"
    return f"""
    WITH {_months(lens)}, due AS (
      SELECT deadline, town, unit,
        (state = 'closed' AND closing_reason = 'fixed' AND (exempt OR NOT (overdue OR (clock AND deadline < {now}))
          AND state NOT IN ('reported', 'check_filing', 'filed', 'suspended'))) AS good
      FROM {_files(root, "case")}
      WHERE district = '990001' AND deadline <= {now} AND state NOT IN ('rejected', 'merged')
        AND deadline >= TIMESTAMPTZ '{lens.edges[0].isoformat()}' AND deadline < TIMESTAMPTZ '{lens.edges[-1].isoformat()}'
    )
    SELECT month, town, unit, sum(good::INT)::BIGINT, count(*)
    FROM due ASOF JOIN months ON due.deadline >= months.since GROUP BY ALL"""


def recurrence_rate(lens: Any, root: Path) -> str:
    """By month, town and unit."""
    now, (east, north) = f"TIMESTAMPTZ '{lens.now.isoformat()}'", (lens.east, lens.north)
    return f"""
    WITH {_months(lens)}, placed AS (
      SELECT "case", category, reported_at, closed_at, town, unit, lon * {east!r} AS x, lat * {north!r} AS y,
        state NOT IN ('rejected', 'merged') AS later,
        state = 'closed' AND closing_reason = 'fixed' AND closed_at + INTERVAL 30 DAY <= {now} AS base
      FROM {_files(root, "case")} WHERE district = '990001'
    ), cells AS (SELECT *, floor(x / 50)::BIGINT AS c, floor(y / 50)::BIGINT AS r FROM placed),
    spread AS (
      SELECT "case" AS other, category, reported_at AS began, x AS ox, y AS oy, c + dx AS c, r + dy AS r
      FROM cells, (VALUES (-1), (0), (1)) AS a(dx), (VALUES (-1), (0), (1)) AS b(dy) WHERE later
    ), again AS (
      SELECT DISTINCT "case" FROM cells JOIN spread USING (category, c, r)
      WHERE base AND (x - ox) * (x - ox) + (y - oy) * (y - oy) <= 2500 AND began > closed_at
        AND began <= closed_at + INTERVAL 30 DAY AND other <> "case"
    ), counted AS (
      SELECT closed_at, town, unit, ("case" IN (FROM again)) AS good FROM cells WHERE base
        AND closed_at >= TIMESTAMPTZ '{lens.edges[0].isoformat()}'
        AND closed_at < TIMESTAMPTZ '{lens.edges[-1].isoformat()}'
    )
    SELECT month, town, unit, sum(good::INT)::BIGINT, count(*)
    FROM counted ASOF JOIN months ON counted.closed_at >= months.since GROUP BY ALL"""


def observed_30_days(lens: Any, root: Path) -> str:
    """By month and town."""
    east, north = lens.east, lens.north
    lens.look().of("squares")

    def cells(lon: str, lat: str) -> str:
        return f"floor({lon} * {east!r} / 50)::BIGINT AS c, floor({lat} * {north!r} / 50)::BIGINT AS r"

    day = "(({at} + INTERVAL 8 HOUR)::DATE)"
    return f"""
    WITH {_months(lens)}, ends AS (SELECT month, ((until + INTERVAL 8 HOUR)::DATE - 1) AS last FROM months),
    sightings AS (
      SELECT {day.format(at="reported_at")} AS day, {cells("lon", "lat")} FROM {_files(root, "case")}
      UNION SELECT {day.format(at="k.seen_at")}, {cells("s.lon", "s.lat")}
        FROM {_files(root, "check")} AS k JOIN {_files(root, "case")} AS s USING ("case") WHERE k.seen_at IS NOT NULL
      UNION SELECT {day.format(at='"at"')}, {cells("lon_e7 / 1e7", "lat_e7 / 1e7")} FROM {_files(root, "ping")}
    ), seen AS (
      SELECT DISTINCT month, c, r FROM sightings JOIN ends ON day <= last AND day > last - 30
    )
    SELECT m.month, town, sum(CASE WHEN seen.c IS NULL THEN 0 ELSE area_m2 END)::BIGINT, sum(area_m2)::BIGINT
    FROM squares CROSS JOIN months AS m
      LEFT JOIN seen ON seen.month = m.month AND seen.c = squares."column" AND seen.r = squares."row"
    GROUP BY ALL"""


STATEMENTS: dict[str, Callable[[Any, Path], str]] = {
    "closing_on_time": closing_on_time,
    "recurrence_rate": recurrence_rate,
    "observed_30_days": observed_30_days,
}
