"""Measure a district and store what was found: the one door to the tables of greenery.

The kernels run before the transaction; under the lock it is asked once more whether somebody was faster.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from xiuhua.city.area_index import area_index
from xiuhua.city.models import District
from xiuhua.foundation import events
from xiuhua.foundation.bulk import insert
from xiuhua.greenery.actions.rows import BUILDING, PARK, STREET, building_rows, park_rows, street_rows
from xiuhua.greenery.asking import Asked
from xiuhua.greenery.measure import Measured, measure
from xiuhua.greenery.models import BuildingGreen, Measurement, ParkGreen, StreetGreen
from xiuhua.greenery.places import WHOLE, Kind, kinds_of
from xiuhua.greenery.queries import latest
from xiuhua.greenery.scene import Assumed
from xiuhua.greenery.scene_of import Surveyed, scene_of
from xiuhua.greenery.totals import cells_of, totals_of

# Every measurement is kept for so long; before that the last one of each month.
KEPT = timedelta(days=62)


class NoHomesError(ValueError):
    """A district without homes: there is nothing to measure."""


@dataclass(frozen=True)
class Taken:
    """A district as it stood and was asked for; ``digest`` names both."""

    district: District
    at: datetime
    asked: Asked
    surveyed: Surveyed
    kinds: list[Kind]
    digest: str

    @property
    def seed(self) -> int:
        """Of the bands: the same data are shifted in the same way."""
        return int(self.digest[:8], 16)


@dataclass(frozen=True)
class Done:
    """A measurement; what was measured where that was done now, nothing where an earlier one stands."""

    measurement: Measurement
    measured: Measured | None = None


@dataclass(frozen=True)
class Made(Done):
    """A measurement that was made now."""

    measured: Measured


def take(district: District, asked: Asked, at: datetime | None = None) -> Taken:
    """The district as it stood ``at`` (now when not given). Raises ``NoHomesError``."""
    at = at or timezone.now()
    surveyed = scene_of(district, at)
    if not surveyed.scene.buildings.measured.any():
        raise NoHomesError(district.code)
    kinds = kinds_of(surveyed, area_index(district, at))
    return Taken(district, at, asked, surveyed, kinds, digest_of(surveyed, kinds, asked))


def measured_of(taken: Taken) -> Made:
    """Measure what was taken; the measurement is not stored yet."""
    scene, began = taken.surveyed.scene, timezone.now()
    options = taken.asked.options(scene, taken.district.time_zone)
    measured = measure(scene, options)
    seconds = round((timezone.now() - began).total_seconds(), 3)
    made = Measurement(
        district=taken.district, made_at=taken.at, data_on=taken.surveyed.day, parameters=taken.asked.said(),
        assumed=_told(scene.assumed), rejected=_told(scene.rejected),
        totals=totals_of(measured, taken.surveyed, taken.kinds), cells=cells_of(measured, taken.kinds),
        digest=taken.digest, seconds=seconds, unfinished={"bands": []} if taken.asked.runs else {},
    )  # fmt: skip
    return Made(made, measured)


def measure_district(
    district: District, asked: Asked, *, actor: str, force: bool = False, at: datetime | None = None
) -> Done:  # fmt: skip
    """Measure ``district`` as it stood ``at`` (now when not given) and store it.

    Where the last measurement up to then was of the same scene with the same parameters, that one stands; ``force``
    measures again. Bands that were asked for are left unfinished (``finish.py``). Raises ``NoHomesError``.
    """
    taken = take(district, asked, at)
    if not force and (held := _same(taken)):
        return Done(held)
    done = measured_of(taken)
    with transaction.atomic():
        events.lock(f"greenery:{district.code}")
        if not force and (held := _same(taken)):
            return Done(held)
        keep(done, taken, actor)
    return done


def digest_of(surveyed: Surveyed, kinds: Iterable[Kind], asked: Asked) -> str:
    """Names a scene, the areas its homes lie in, and the parameters."""
    found = hashlib.sha256(surveyed.digest().encode())
    found.update(json.dumps(asked.said(), sort_keys=True).encode())
    for kind in kinds:
        found.update(kind.kind.encode())
        for ids in (kind.homes, kind.streets, kind.land):
            found.update(ids.tobytes())
    return found.hexdigest()


def _same(taken: Taken) -> Measurement | None:
    held = latest(taken.district, taken.at)
    return held if held is not None and held.digest == taken.digest else None


def keep(done: Made, taken: Taken, actor: str) -> None:
    """Store a measurement, inside a transaction that holds the chain of the district.

    Rows are of the last measurement alone: one of an earlier day, for the history, has its totals only.
    """
    made, measured = done.measurement, done.measured
    last = latest(taken.district)
    made.save()
    if last is None or last.made_at <= made.made_at:
        # What is left of older ones would be of a city that has gone.
        Measurement.objects.filter(district=taken.district).exclude(pk=made.pk).update(unfinished={})
        tables: tuple[tuple[Any, tuple[str, ...], Iterator[tuple[Any, ...]]], ...] = (
            (BuildingGreen, BUILDING, building_rows(measured, taken.surveyed, taken.kinds)),
            (StreetGreen, STREET, street_rows(measured, taken.surveyed)),
            (ParkGreen, PARK, park_rows(measured, taken.surveyed, taken.kinds)),
        )
        for model, fields, rows in tables:
            model.objects.filter(measurement__district=taken.district).delete()
            insert(model, ("measurement", *fields), _each(made, rows))
    _forget(taken.district, made.made_at)
    events.record(
        chain=f"greenery:{taken.district.code}", verb="greenery.measured", actor=actor,
        subject=f"greenery.measurement:{made.pk}", at=made.made_at,
        after={
            "data_on": made.data_on.isoformat(), "digest": made.digest, "seconds": made.seconds,
            "totals": made.totals[WHOLE],
        },
    )  # fmt: skip


def _each(made: Measurement, rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        yield made.pk, *row


def _forget(district: District, now: datetime) -> None:
    """Of measurements longer ago than ``KEPT`` all but the last of each month."""
    zone = ZoneInfo(district.time_zone)
    seen: set[tuple[int, int]] = set()
    gone = []
    old = Measurement.objects.filter(district=district, made_at__lt=now - KEPT).order_by("-made_at")
    for pk, made_at in old.values_list("pk", "made_at"):
        local = made_at.astimezone(zone)
        if (local.year, local.month) in seen:
            gone.append(pk)
        seen.add((local.year, local.month))
    Measurement.objects.filter(pk__in=gone).delete()


def _told(rules: Iterable[Assumed]) -> list[list[Any]]:
    return [list(asdict(one).values()) for one in rules]
