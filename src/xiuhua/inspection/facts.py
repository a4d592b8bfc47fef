"""Facts of inspection for counting: planned visits, checks, findings. Streamed by what changed; nothing of persons.

A walk is named by a keyed digest of inspector and day: checks of one walk can be told to belong together, as their
doubt depends on it, while two days of one inspector cannot. Visits appear when their day is over, never before: a lake
that knew tomorrow's visits would tell them. How inspectors agree is counted on the live tables (``agreement_queries``),
where who may read it can be asked.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import cache
from itertools import batched
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from xiuhua.city.models import District
from xiuhua.foundation.facts import Fact, column, register
from xiuhua.inspection.models import Check, Finding, Plan, Visit
from xiuhua.inspection.weights import weight_of

BATCH = 20_000
_TEXT, _FLAG, _COUNT, _AT = pa.string(), pa.bool_(), pa.int32(), pa.timestamp("us", tz="UTC")
_NUMBER = pa.float64()

_WHAT = [
    column("district", _TEXT, "code of the district"),
    column("town", _TEXT, "code of the town", nullable=True),
    column("kind", _TEXT, "kind of the frame: road_section, bank_reach, green_plot, a kind of sites"),
    column("standard", _TEXT, "standard as key@version"),
    column("part", _TEXT, "panel, sequential, complaint or repeat; the panel alone feeds the index"),
]
_DRAWN = [
    column("month", pa.date32(), "first day of the month of the plan; nothing for a check that no plan drew",
           nullable=True),
    column("stratum", _TEXT, "stratum of the plan", nullable=True),
    column("expected_draws", _NUMBER, "chance to be drawn times number of draws", nullable=True),
    column("size", _NUMBER, "size of the frame: metres, square metres, or 1"),
    column("weight", _NUMBER, "what the draw stands for: size x minutes in use / expected draws",
           unit="m min or m2 min", nullable=True),
]  # fmt: skip
VISIT = pa.schema([
    column("visit", _TEXT, "key of the visit"),
    column("day", pa.date32(), "planned day on the clock of the district"),
    *_WHAT,
    *_DRAWN,
    column("made", _FLAG, "whether a check was made of it"),
])  # fmt: skip
INSPECTION = pa.schema([
    column("inspection", _TEXT, "key of the check"),
    column("day", pa.date32(), "day of the check on the clock of the district"),
    *_WHAT,
    column("grade", _COUNT, "grade of the road", nullable=True),
    *_DRAWN,
    column("walk", _TEXT, "checks of one inspector on one day, as a digest"),
    column("repeats", _TEXT, "key of the check that this one repeats without the inspector knowing", nullable=True),
    column("lon", _NUMBER, "longitude of the frame, WGS-84", unit="degree"),
    column("lat", _NUMBER, "latitude of the frame, WGS-84", unit="degree"),
    column("seen_at", _AT, "when it was looked at"),
    column("received_at", _AT, "when it arrived"),
    column("valid", _FLAG, "whether the conditions of the standard were met"),
    column("passed", _FLAG, "whether it passed; nothing where it could not be judged", nullable=True),
    column("score", _NUMBER, "score by the rule of the standard", nullable=True),
    column("flags", _COUNT, "how many things are odd about it"),
])  # fmt: skip
ITEM = pa.schema([
    column("inspection", _TEXT, "key of the check"),
    column("item", _TEXT, "key of the item"),
    column("day", pa.date32(), "day of the check on the clock of the district"),
    *_WHAT,
    column("valid", _FLAG, "whether the conditions of the standard were met"),
    column("value", _NUMBER, "grade, count, grams, minutes, or 1 and 0; nothing where it was not assessed",
           nullable=True),
    column("passed", _FLAG, "whether the item passed", nullable=True),
    column("case", _TEXT, "number of the case that its failure became", nullable=True),
])  # fmt: skip
_FRAME = ("frame__town__code", "frame__kind", "standard__key", "standard__version", "part")


def visit_facts(since: datetime | None = None, until: datetime | None = None) -> Iterator[pa.RecordBatch]:
    """The visits of plans that are committed, once their day is over; again when their check arrives."""
    for district in District.objects.order_by("code"):
        zone, code = ZoneInfo(district.time_zone), district.code
        rows = Visit.objects.filter(_over(district, zone, since, until), plan__district=district).exclude(
            plan__state__in=(Plan.State.DRAFT, Plan.State.DROPPED)
        )
        values = rows.order_by("pk").values_list(
            "key", "day", *_FRAME, "plan__month", "stratum", "expected_draws", "frame__size", "begins", "ends",
            "frame__opens", "frame__closes", "made__id",
        )  # fmt: skip
        yield from _batches(VISIT, (_visit(row, code) for row in values.iterator(chunk_size=BATCH)))


def _over(district: District, zone: ZoneInfo, since: datetime | None, until: datetime | None) -> Q:
    """Visits whose day ended, or whose check arrived, from ``since`` up to ``until``; never one of a day not over."""
    end = min(until or timezone.now(), timezone.now()).astimezone(zone).date()
    over = Q(day__lt=end)
    if since is None:
        return over
    first = since.astimezone(zone).date() - timedelta(days=1)
    return over & (Q(day__gte=first) | Q(made__received_at__gte=since))


def _visit(row: tuple[Any, ...], district: str) -> tuple[Any, ...]:
    (key, day, town, kind, standard, version, part, month, stratum, draws, size, begins, ends, opens, closes,
     made) = row  # fmt: skip
    weight = weight_of(size, begins, ends, opens, closes, draws)
    return (
        str(key), day, district, town, kind, f"{standard}@{version}", part, month, stratum, draws, size, weight,
        made is not None,
    )  # fmt: skip


def inspection_facts(since: datetime | None = None, until: datetime | None = None) -> Iterator[pa.RecordBatch]:
    """One row for each check that arrived; again where it was flagged later."""
    for district in District.objects.order_by("code"):
        zone, code = ZoneInfo(district.time_zone), district.code
        wanted = _arrived(district, since, until) | _flagged(district, since, until)
        values = Check.objects.filter(wanted).order_by("pk").values_list(
            "key", "seen_at", *_FRAME, "frame__grade", "visit__plan__month", "visit__stratum", "visit__expected_draws",
            "frame__size", "visit__begins", "visit__ends", "frame__opens", "frame__closes", "inspector",
            "visit__repeats__made__key", "frame__lon", "frame__lat", "received_at", "valid", "passed", "score", "flags",
        )  # fmt: skip
        yield from _batches(INSPECTION, (_inspection(row, code, zone) for row in values.iterator(chunk_size=BATCH)))


def _inspection(row: tuple[Any, ...], district: str, zone: ZoneInfo) -> tuple[Any, ...]:
    (key, seen, town, kind, standard, version, part, grade, month, stratum, draws, size, begins, ends, opens, closes,
     inspector, repeats, lon, lat, received, valid, passed, score, flags) = row  # fmt: skip
    day = seen.astimezone(zone).date()
    weight = None if begins is None else weight_of(size, begins, ends, opens, closes, draws)
    return (
        str(key), day, district, town, kind, f"{standard}@{version}", part, grade, month, stratum, draws, size, weight,
        walk_of(inspector, day), None if repeats is None else str(repeats), lon, lat, seen, received, valid, passed,
        score, len(flags),
    )  # fmt: skip


@cache
def walk_of(inspector: int | None, day: date) -> str:
    """The name of a walk; checks whose inspector is gone make one walk a day."""
    return salted_hmac("xiuhua.inspection.walk", f"{inspector}:{day}", algorithm="sha256").hexdigest()[:16]


def item_facts(since: datetime | None = None, until: datetime | None = None) -> Iterator[pa.RecordBatch]:
    """The findings of the checks that arrived."""
    for district in District.objects.order_by("code"):
        zone, code = ZoneInfo(district.time_zone), district.code
        rows = Finding.objects.filter(_arrived(district, since, until, "made__")).order_by("made_id", "pk")
        values = rows.values_list(
            "made__key", "item__key", "made__seen_at", *(f"made__{name}" for name in _FRAME), "made__valid", "value",
            "passed", "case__number",
        )  # fmt: skip
        yield from _batches(ITEM, (_item(row, code, zone) for row in values.iterator(chunk_size=BATCH)))


def _item(row: tuple[Any, ...], district: str, zone: ZoneInfo) -> tuple[Any, ...]:
    key, item, seen, town, kind, standard, version, part, *rest = row
    return str(key), item, seen.astimezone(zone).date(), district, town, kind, f"{standard}@{version}", part, *rest


def _arrived(district: District, since: datetime | None, until: datetime | None, prefix: str = "") -> Q:
    condition = Q(**{f"{prefix}district": district})
    if since is not None:
        condition &= Q(**{f"{prefix}received_at__gte": since})
    return condition & Q(**{f"{prefix}received_at__lt": until}) if until is not None else condition


def _flagged(district: District, since: datetime | None, until: datetime | None) -> Q:
    """Checks that were flagged late, from ``since`` up to ``until``; where all that arrived is asked for, none more."""
    if since is None:
        return Q(pk=None)
    condition = Q(district=district, flagged_at__gte=since)
    return condition & Q(flagged_at__lt=until) if until is not None else condition


def _batches(schema: pa.Schema, rows: Iterable[tuple[Any, ...]]) -> Iterator[pa.RecordBatch]:
    for some in batched(rows, BATCH):
        columns = zip(*some, strict=True)
        arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


register(Fact("inspection_visit", "a planned visit whose day is over", ("visit",), "day", VISIT, visit_facts))
register(Fact("inspection", "a check of a frame by a standard", ("inspection",), "day", INSPECTION, inspection_facts))
register(Fact("inspection_item", "one item of a check", ("inspection", "item"), "day", ITEM, item_facts))
