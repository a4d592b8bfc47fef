"""Facts of casework for counting: cases, steps, checks, parts. Streamed by what changed; nothing of persons.

A fact of a case that changed is read again with all its steps, checks and parts. Rows come district by district in
batches of ``BATCH``; memory does not grow with the history.
"""

import math
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import batched
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.db.models import Count, Min, OuterRef, Q, Subquery

from xiuhua.casework.models import Case, Check, Party, Rating, Step
from xiuhua.casework.states import STATES
from xiuhua.city.models import District
from xiuhua.foundation.facts import Fact, column, register
from xiuhua.foundation.geometry import metres_per_degree
from xiuhua.foundation.worktime import Unit

BATCH = 20_000
_TEXT, _FLAG, _COUNT, _AT = pa.string(), pa.bool_(), pa.int32(), pa.timestamp("us", tz="UTC")
# Steps that are no answer of the desk to a report.
_SILENT = ("report", "remind", "absorb")

_PLACE = [
    column("district", _TEXT, "code of the district"),
    column("town", _TEXT, "code of the town", nullable=True),
    column("community", _TEXT, "code of the community", nullable=True),
    column("grid", _TEXT, "code of the unit grid", nullable=True),
]
CASE = pa.schema([
    column("case", _TEXT, "number of the case"),
    column("day", pa.date32(), "day of the report on the clock of the district"),
    *_PLACE,
    column("category", _TEXT, "category as set@version:code"),
    column("kind", _TEXT, "component or event"),
    column("limit", _COUNT, "limit of the filing standard", unit="see limit_unit", nullable=True),
    column("limit_unit", _TEXT, "unit of the limit", nullable=True),
    column("urgent", _FLAG, "whether the limit runs in urgent hours"),
    column("state", _TEXT, "state of the case"),
    column("open", _FLAG, "whether the case is unfinished"),
    column("clock", _FLAG, "whether the handling clock runs"),
    column("source", _TEXT, "where the report came from"),
    column("unit", _TEXT, "code of the responsible unit", nullable=True),
    column("lon", pa.float64(), "longitude, WGS-84", unit="degree"),
    column("lat", pa.float64(), "latitude, WGS-84", unit="degree"),
    column("reported_at", _AT, "when it was reported"),
    column("answered_at", _AT, "first step of the desk", nullable=True),
    column("decided_at", _AT, "when it was filed, not filed or merged", nullable=True),
    column("filed_at", _AT, "when it was filed", nullable=True),
    column("dispatched_at", _AT, "when it was first dispatched", nullable=True),
    column("handed_back_at", _AT, "when it was last handed back", nullable=True),
    column("closed_at", _AT, "when it was closed", nullable=True),
    column("deadline", _AT, "when the limit is used up; nothing while suspended", nullable=True),
    column("closing_reason", _TEXT, "why it was closed: fixed, or one of the reasons that say it was not"),
    column("overdue", _FLAG, "whether the deadline passed before it was handed back, as written down"),
    column("exempt", _FLAG, "whether an appeal exempted it"),
    column("hard", _FLAG, "whether it stands in the ledger of hard cases"),
    *(column(name, _COUNT, f"how many {name}") for name in
      ("extensions", "suspensions", "reworks", "refusals", "reopenings", "appeals")),
    column("redispatches", _COUNT, "how often it was given to another unit"),
    column("me_too", _COUNT, "how many more reported the same"),
    column("score", _COUNT, "satisfaction of the reporter", unit="1 to 5", nullable=True),
    column("version", _COUNT, "number of its last step"),
    column("changed_at", _AT, "when it last changed"),
])  # fmt: skip
STEP = pa.schema([
    column("case", _TEXT, "number of the case"),
    column("number", _COUNT, "number of the step within the case"),
    column("day", pa.date32(), "day of the step on the clock of the district"),
    column("district", _TEXT, "code of the district"),
    column("at", _AT, "when it was made"),
    column("move", _TEXT, "the move"),
    column("from_state", _TEXT, "state before"),
    column("to_state", _TEXT, "state after"),
    column("unit", _TEXT, "code of the unit that the step is about", nullable=True),
    column("automatic", _FLAG, "whether the platform made it"),
    column("waited_s", pa.int64(), "since the step before", unit="s", nullable=True),
])  # fmt: skip
CHECK = pa.schema([
    column("check", _TEXT, "key of the check"),
    column("case", _TEXT, "number of the case"),
    column("day", pa.date32(), "day of the draw on the clock of the district"),
    *_PLACE,
    column("kind", _TEXT, "before_filing or before_closing"),
    column("unit", _TEXT, "code of the responsible unit", nullable=True),
    column("candidates", _COUNT, "among how many the inspector was drawn"),
    column("drawn_at", _AT, "when the inspector was drawn"),
    column("due", _AT, "when the check was due"),
    column("seen_at", _AT, "when the inspector looked", nullable=True),
    column("received_at", _AT, "when the outcome arrived", nullable=True),
    column("passed", _FLAG, "whether it is as it should be", nullable=True),
    column("cancelled", _FLAG, "whether the check was taken back"),
    column("off_m", pa.float64(), "from the place of the case to that of the check", unit="m", nullable=True),
])  # fmt: skip
PARTY = pa.schema([
    column("case", _TEXT, "number of the case"),
    column("unit", _TEXT, "code of the unit that takes part"),
    column("day", pa.date32(), "day on which it joined, on the clock of the district"),
    column("district", _TEXT, "code of the district"),
    column("since", _AT, "when it joined"),
    column("limit", _COUNT, "its own limit", unit="see limit_unit", nullable=True),
    column("limit_unit", _TEXT, "unit of its limit"),
    column("deadline", _AT, "its own deadline", nullable=True),
    column("done_at", _AT, "when its part was done", nullable=True),
])  # fmt: skip


def case_facts(since: datetime | None = None, until: datetime | None = None) -> Iterator[pa.RecordBatch]:
    """One row for each case that changed from ``since`` up to, not including, ``until``."""
    for district in District.objects.order_by("code"):
        yield from case_rows(district, _changed(district, since, until))


def case_rows(district: District, condition: Q) -> Iterator[pa.RecordBatch]:
    """Facts of the cases of ``district`` that meet ``condition``."""
    steps = Step.objects.filter(case=OuterRef("pk")).order_by()
    first = steps.exclude(move__in=_SILENT).values("case").annotate(found=Min("at")).values("found")
    decided = steps.filter(move__in=("file", "reject", "merge")).values("case").annotate(n=Min("at")).values("n")
    sent = steps.filter(move="dispatch").values("case").annotate(found=Min("at")).values("found")
    again = steps.filter(move="redispatch").values("case").annotate(found=Count("pk")).values("found")
    score = Rating.objects.filter(report__case=OuterRef("pk")).order_by("-at").values("score")[:1]
    rows = Case.objects.filter(condition).order_by("pk").annotate(
        answered=Subquery(first), decided=Subquery(decided), sent=Subquery(sent), again=Subquery(again),
        score=Subquery(score),
    ).values_list(
        "number", "reported_at", "town__code", "community__code", "grid__code", "category__code_set__key",
        "category__code_set__version", "category__code", "category__code_set__kind", "standard__limit",
        "standard__unit", "state", "source", "unit__code", "lon", "lat", "answered", "decided", "filed_at", "sent",
        "handed_back_at", "closed_at", "deadline", "closing_reason", "overdue", "exempt", "hard", "extensions",
        "suspensions", "reworks", "refusals", "reopenings", "appeals", "again", "me_too", "score", "version",
        "changed_at",
    )  # fmt: skip
    zone, code = ZoneInfo(district.time_zone), district.code

    def facts(row: tuple[Any, ...]) -> tuple[Any, ...]:
        (number, reported, town, community, grid, key, version, category, kind, limit, unit, state, source, body, lon,
         lat, *rest) = row  # fmt: skip
        answered, decided_at, filed, sent_at, back, closed, deadline, reason, *flags = rest
        flags[9] = flags[9] or 0
        return (
            number, reported.astimezone(zone).date(), code, town, community, grid, f"{key}@{version}:{category}", kind,
            limit, unit, unit == Unit.URGENT_HOUR, state, STATES[state].open, STATES[state].clock, source, body, lon,
            lat, reported, answered, decided_at, filed, sent_at, back, closed, deadline, reason, *flags,
        )  # fmt: skip

    return _batches(CASE, map(facts, rows.iterator(chunk_size=BATCH)))


def step_facts(since: datetime | None = None, until: datetime | None = None) -> Iterator[pa.RecordBatch]:
    """The steps of the cases that changed, in order."""
    for district in District.objects.order_by("code"):
        rows = Step.objects.filter(_changed(district, since, until, "case__")).order_by("case_id", "number")
        values = rows.values_list(
            "case__number", "number", "at", "move", "from_state", "to_state", "unit__code", "user_id"
        )
        yield from _batches(STEP, _step_rows(values.iterator(chunk_size=BATCH), district))


def _step_rows(rows: Iterable[tuple[Any, ...]], district: District) -> Iterator[tuple[Any, ...]]:
    zone, last = ZoneInfo(district.time_zone), ("", None)
    for case, number, at, move, before, after, unit, user in rows:
        waited = int((at - last[1]).total_seconds()) if last[0] == case and last[1] else None
        last = (case, at)
        day = at.astimezone(zone).date()
        yield case, number, day, district.code, at, move, before, after, unit, user is None, waited


def check_facts(since: datetime | None = None, until: datetime | None = None) -> Iterator[pa.RecordBatch]:
    """The checks of the cases that changed."""
    for district in District.objects.order_by("code"):
        rows = Check.objects.filter(_changed(district, since, until, "case__")).order_by("case_id", "pk")
        values = rows.values_list(
            "key", "case__number", "drawn_at", "case__town__code", "case__community__code", "case__grid__code", "kind",
            "case__unit__code", "draw", "due", "seen_at", "received_at", "passed", "cancelled_at", "lon", "lat",
            "case__lon", "case__lat",
        )  # fmt: skip
        zone, code = ZoneInfo(district.time_zone), district.code
        yield from _batches(CHECK, (_check_row(row, zone, code) for row in values.iterator(chunk_size=BATCH)))


def _check_row(row: tuple[Any, ...], zone: ZoneInfo, district: str) -> tuple[Any, ...]:
    (key, case, drawn, town, community, grid, kind, unit, draw, due, seen, received, passed, cancelled, lon, lat,
     case_lon, case_lat) = row  # fmt: skip
    off = None
    if lon is not None and lat is not None:
        east, north = metres_per_degree(case_lat)
        off = float(math.hypot((lon - case_lon) * east, (lat - case_lat) * north))
    return (
        str(key), case, drawn.astimezone(zone).date(), district, town, community, grid, kind, unit,
        len(draw.get("candidates", ())), drawn, due, seen, received, passed, cancelled is not None, off,
    )  # fmt: skip


def party_facts(since: datetime | None = None, until: datetime | None = None) -> Iterator[pa.RecordBatch]:
    """The parts of further units in the cases that changed."""
    for district in District.objects.order_by("code"):
        rows = Party.objects.filter(_changed(district, since, until, "case__")).order_by("case_id", "pk")
        values = rows.values_list("case__number", "unit__code", "since", "limit", "limit_unit", "deadline", "done_at")
        zone, code = ZoneInfo(district.time_zone), district.code
        yield from _batches(
            PARTY,
            (
                (case, unit, joined.astimezone(zone).date(), code, joined, *rest)
                for case, unit, joined, *rest in values.iterator(chunk_size=BATCH)
            ),
        )


def _changed(district: District, since: datetime | None, until: datetime | None, prefix: str = "") -> Q:
    condition = Q(**{f"{prefix}district": district})
    if since is not None:
        condition &= Q(**{f"{prefix}changed_at__gte": since})
    return condition & Q(**{f"{prefix}changed_at__lt": until}) if until is not None else condition


def _batches(schema: pa.Schema, rows: Iterable[tuple[Any, ...]]) -> Iterator[pa.RecordBatch]:
    for some in batched(rows, BATCH):
        columns = zip(*some, strict=True)
        arrays = [pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


register(Fact("case", "a case as it stands", ("case",), "day", CASE, case_facts))
register(Fact("step", "one move of a case", ("case", "number"), "day", STEP, step_facts))
register(Fact("check", "one check in the field, made or not", ("check",), "day", CHECK, check_facts))
register(Fact("party", "one further unit that takes part in a case", ("case", "unit"), "day", PARTY, party_facts))
