"""Keep when each square was last seen: told at once, or read at night from checks, cases and the pings of the lake.

Only a later instant takes the place of an earlier one, so that reading twice, late or in another order changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from xiuhua.casework.models import Case
from xiuhua.casework.models import Check as CaseCheck
from xiuhua.city.models import District
from xiuhua.city.squares import plane_of
from xiuhua.foundation import events
from xiuhua.foundation.geometry import from_wkb
from xiuhua.inspection.cells import SIDE_M, Sightings, footprint, latest, numbers, track
from xiuhua.inspection.models import Cell, CellReading, Check, Frame
from xiuhua.inspection.seen_queries import SOURCES
from xiuhua.lake.layouts import layout_of
from xiuhua.lake.partitions import files

# What is read anew of the time before the last reading: transactions that ended late.
OVERLAP = timedelta(minutes=30)
# A check made farther from its frame (metres) has not shown that anybody saw it.
FARTHEST_M = 100.0
# What refresh_cells reads; other sources tell themselves, and nobody can ask them again.
READ = ("check", "case", "sweep", "patrol")
_CHUNK = 20_000
_E7 = 1e7


@dataclass
class Refreshed:
    """What a reading found: squares seen by source, and how many of them came to a later instant than before.

    ``anew`` says that all was read from the beginning.
    """

    seen: dict[str, int] = field(default_factory=dict)
    changed: int = 0
    anew: bool = False


def see(
    district: District, lon: npt.ArrayLike, lat: npt.ArrayLike, at: datetime | npt.ArrayLike, source: str,
    *, actor: str = "system",
) -> int:  # fmt: skip
    """Places (degrees) were seen at ``at`` (aware, or datetime64 in UTC; one or one each) by ``source``.

    Returns how many squares have a later instant now. What lies ahead of our clock is left out. Raises ``ValueError``
    for a source that is none of ``SOURCES``.
    """
    if source not in SOURCES:
        raise ValueError(f"{source} is no source of sightings: choose one of {', '.join(SOURCES)}")
    with transaction.atomic():
        reading = _reading(district)
        column, row = numbers(np.atleast_1d(lon), np.atleast_1d(lat), reading.east, reading.north)
        instants = np.broadcast_to(_instants(at), column.shape)
        right = instants <= _instants(timezone.now())
        changed = _keep(district, source, latest(column[right], row[right], instants[right]))
        if changed:
            _tell(district, "cells.seen", actor, {"source": source, "changed": changed})
    return changed


def refresh_cells(
    district: District, since: datetime | None = None, *, actor: str = "schedule", now: datetime | None = None
) -> Refreshed:
    """Read what was seen since ``since``, or since the last reading; everything where the borders moved.

    Checks count the squares of their frame, cases that of their place when they were reported and when they were
    checked, vehicles those of their track; of the pings only days that were written since are read. What a clock that
    runs ahead of ours called later than ``now`` is left out: it would hide what follows.
    """
    now = now or timezone.now()
    with transaction.atomic():
        reading = _reading(district)
        plane = plane_of(district)
        anew = reading.until is None or (reading.east, reading.north) != plane
        if (reading.east, reading.north) != plane:
            _move(district, reading, plane)
        first = None if anew else since or (reading.until or now) - OVERLAP
        done = Refreshed(anew=anew)
        for source, found in _sightings(_Asked(district, first, now, *plane)):
            done.seen[source] = done.seen.get(source, 0) + len(found)
            done.changed += _keep(district, source, found)
        CellReading.objects.filter(pk=reading.pk).update(until=now)
        _tell(district, "cells.refreshed", actor, vars(done) | {"since": first.isoformat() if first else None})
    return done


def _reading(district: District) -> CellReading:
    """The reading of the district, made where there is none; others wait until this transaction ends."""
    events.lock(f"cells:{district.code}")
    east, north = plane_of(district)
    return CellReading.objects.get_or_create(district=district, defaults={"east": east, "north": north})[0]


def _move(district: District, reading: CellReading, plane: tuple[float, float]) -> None:
    """Number the squares on another plane: what is read is read again, of the rest the middle of each square counts."""
    kept = list(Cell.objects.filter(district=district).exclude(source__in=READ))
    Cell.objects.filter(district=district).delete()
    middle = [((cell.column + 0.5) * SIDE_M / reading.east, (cell.row + 0.5) * SIDE_M / reading.north) for cell in kept]
    for source in {cell.source for cell in kept}:
        lon, lat = np.array(middle).T
        mine = np.array([cell.source == source for cell in kept])
        column, row = numbers(lon[mine], lat[mine], *plane)
        instants = np.array([_instants(cell.seen_at) for cell in kept], dtype="datetime64[us]")
        _keep(district, source, latest(column, row, instants[mine]))
    CellReading.objects.filter(pk=reading.pk).update(east=plane[0], north=plane[1])


@dataclass(frozen=True)
class _Asked:
    """Of which district what is read: what came since ``since`` (None: ever) and was seen until ``now``."""

    district: District
    since: datetime | None
    now: datetime
    east: float
    north: float

    @property
    def plane(self) -> tuple[float, float]:
        return self.east, self.north


def _sightings(asked: _Asked) -> Iterator[tuple[str, Sightings]]:
    yield "check", _of_checks(asked)
    yield "case", _of_cases(asked)
    yield from _of_pings(asked)


def _of_checks(asked: _Asked) -> Sightings:
    """The squares of every frame, at the last check that was made near it."""
    rows = Check.objects.filter(district=asked.district, lon__isnull=False, seen_at__lte=asked.now)
    rows = rows.exclude(distance_m__gt=FARTHEST_M)
    if asked.since:
        rows = rows.filter(received_at__gte=asked.since)
    last = dict(rows.order_by().values_list("frame").annotate(last=Max("seen_at")))
    parts = []
    for pk, geom in Frame.objects.filter(pk__in=last).values_list("pk", "geom").iterator(chunk_size=_CHUNK):
        column, row = footprint(from_wkb(geom), *asked.plane)
        parts.append((column, row, np.full(len(column), _instants(last[pk]))))
    return latest(*(np.concatenate(axis) for axis in zip(*parts, strict=True))) if parts else _nothing()


def _of_cases(asked: _Asked) -> Sightings:
    """The square of every case when it was reported, and when an inspector looked at it."""
    cases = Case.objects.filter(district=asked.district, reported_at__lte=asked.now).order_by()
    looked = CaseCheck.objects.filter(case__district=asked.district, seen_at__lte=asked.now).order_by()
    if asked.since:
        # A check that comes in changes its case.
        cases = cases.filter(changed_at__gte=asked.since)
        looked = looked.filter(case__changed_at__gte=asked.since)
    rows = [
        row
        for found in (
            cases.values_list("lon", "lat", "reported_at"), looked.values_list("case__lon", "case__lat", "seen_at")
        )
        for row in found.iterator(chunk_size=_CHUNK)
    ]  # fmt: skip
    if not rows:
        return _nothing()
    column, row = numbers([lon for lon, _lat, _at in rows], [lat for _lon, lat, _at in rows], *asked.plane)
    return latest(column, row, np.array([_instants(at) for *_place, at in rows], dtype="datetime64[us]"))


def _of_pings(asked: _Asked) -> Iterator[tuple[str, Sightings]]:
    """Tracks of vehicles by the day: at work they sweep, else they pass."""
    columns = ["vehicle", "at", "lon_e7", "lat_e7", "working"]
    mine = [("district", "=", asked.district.code), ("at", "<=", asked.now)]
    for path in files(layout_of("ping")):
        # A day is a new file whenever rows of it came, however late.
        if asked.since and path.stat().st_mtime < asked.since.timestamp():
            continue
        rows = pq.read_table(path, columns=columns, filters=mine, partitioning=None)
        if not len(rows):
            continue
        who = rows["vehicle"].combine_chunks().dictionary_encode().indices.to_numpy()
        at = rows["at"].to_numpy().astype("datetime64[us]")
        lon, lat = (rows[name].to_numpy() / _E7 for name in ("lon_e7", "lat_e7"))
        works = pc.fill_null(rows["working"], fill_value=False).to_numpy().astype(bool)
        for source, chosen in (("sweep", works), ("patrol", ~works)):
            yield source, track(who[chosen], at[chosen], lon[chosen], lat[chosen], *asked.plane)


def _keep(district: District, source: str, found: Sightings) -> int:
    """Write what was seen later than what is kept. Returns how many rows changed."""
    quote, table = connection.ops.quote_name, connection.ops.quote_name(Cell._meta.db_table)
    names = ", ".join(quote(name) for name in ("district_id", "column", "row", "source", "seen_at"))
    once = ", ".join(quote(name) for name in ("district_id", "column", "row", "source"))
    sql = (
        f"INSERT INTO {table} ({names}) VALUES (%s, %s, %s, %s, %s) ON CONFLICT ({once}) DO UPDATE "  # noqa: S608 - names of our own columns
        f"SET seen_at = excluded.seen_at WHERE excluded.seen_at > {table}.seen_at"
    )
    adapt = connection.ops.adapt_datetimefield_value
    rows = [
        (district.pk, column, row, source, adapt(at.replace(tzinfo=UTC)))
        for column, row, at in zip(found.column.tolist(), found.row.tolist(), found.at.tolist(), strict=True)
    ]
    changed = 0
    with connection.cursor() as cursor:
        for begin in range(0, len(rows), _CHUNK):
            cursor.executemany(sql, rows[begin : begin + _CHUNK])
            changed += max(cursor.rowcount, 0)
    return changed


def _instants(at: datetime | npt.ArrayLike | None) -> npt.NDArray[np.datetime64]:
    plain = at.astimezone(UTC).replace(tzinfo=None) if isinstance(at, datetime) else at
    return np.asarray(plain, dtype="datetime64[us]")


def _nothing() -> Sightings:
    none = np.empty(0, dtype=np.int64)
    return Sightings(none, none, np.empty(0, dtype="datetime64[us]"))


def _tell(district: District, verb: str, actor: str, after: dict[str, object]) -> None:
    events.record(
        chain=f"cells:{district.code}", verb=verb, actor=actor, subject=f"inspection.cells:{district.code}",
        after=after,
    )  # fmt: skip
