"""Facts of greenery for counting: the figures of each measurement by cells of disjoint ground. Nothing of persons.

A cell is one grid of one community of one town, so that sums of cells are the figures of the areas. Rows come from the
measurements, which are kept by month, not from the rows of homes, of which only the last measurement has any.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from xiuhua.foundation.facts import Fact, column, register
from xiuhua.greenery.models import Measurement
from xiuhua.greenery.places import WHOLE

THOUSAND = 1_000
_TEXT, _COUNT = pa.string(), pa.int64()
CELL = pa.schema([
    column("district", _TEXT, "code of the district"),
    column("measurement", _COUNT, "number of the measurement"),
    column("cell", _TEXT, "codes of town, community and grid, with - where there is none"),
    column("figure", _TEXT, "which figure: see, door_500, circle, lined_official and so on"),
    column("day", pa.date32(), "day that was measured, on the clock of the district"),
    column("at", pa.timestamp("us", tz="UTC"), "moment that was measured"),
    column("town", _TEXT, "code of the town", nullable=True),
    column("community", _TEXT, "code of the community", nullable=True),
    column("grid", _TEXT, "code of the grid", nullable=True),
    column("part", _COUNT, "numerator in thousandths of the unit", unit="0.001"),
    column("whole", _COUNT, "denominator in the unit, rounded; the numerator is that of the same share"),
    column("unknown", _COUNT, "what is left out because it is unknown, in the unit"),
    column("unit", _TEXT, "persons, metres, m2 or person_metres"),
])  # fmt: skip


def cell_facts(since: datetime | None = None, until: datetime | None = None) -> Iterator[pa.RecordBatch]:
    """The cells of every measurement stored from ``since`` up to ``until``."""
    found = Measurement.objects.select_related("district").order_by("pk")
    if since is not None:
        found = found.filter(stored_at__gte=since)
    if until is not None:
        found = found.filter(stored_at__lt=until)
    for measurement in found.iterator(chunk_size=1):
        rows = list(_rows(measurement))
        if rows:
            columns = [pa.array(values, one.type) for values, one in zip(zip(*rows, strict=True), CELL, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, schema=CELL)


def _rows(measurement: Measurement) -> Iterator[tuple[Any, ...]]:
    district, at = measurement.district, measurement.made_at
    day = at.astimezone(ZoneInfo(district.time_zone)).date()
    units = measurement.totals[WHOLE]
    for *place, figures in measurement.cells:
        cell = "/".join(code or "-" for code in place)
        for key, (part, of, unknown) in figures.items():
            whole = round(of)
            # The share of the cell stays what it is where the whole is rounded.
            kept = round(THOUSAND * part / of * whole) if of else 0
            unit = units[key]["unit"]
            yield (
                district.code, measurement.pk, cell, key, day, at, *place, kept, whole, round(unknown), unit,
            )  # fmt: skip


register(
    Fact(
        "greenery_cell", "one figure of greenery in one cell of the district at one measurement",
        ("district", "measurement", "cell", "figure"), "day", CELL, cell_facts,
    )
)  # fmt: skip
