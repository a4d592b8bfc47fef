"""Load the cases of another system: in batches, each whole or not at all, and each case once however often it comes."""

import hashlib
import json
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import uuid4

import numpy as np
from django.db import connection, models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.actions.numbers import draw_many
from xiuhua.casework.importing.categories import Categories
from xiuhua.casework.importing.reading import CaseFile
from xiuhua.casework.importing.rows import Incoming, Reader, RowError
from xiuhua.casework.masking import mask
from xiuhua.casework.models import Case, Report, Step
from xiuhua.city.actions.derived import AREA_KEYS
from xiuhua.city.area_index import area_index, local_day
from xiuhua.city.models import District
from xiuhua.foundation import bulk, events
from xiuhua.foundation.rejections import Rejection

BATCH = 5_000
# A point with so large a share of the rows and so many addresses is where a system puts what it cannot place.
DEFAULT_SHARE, DEFAULT_ADDRESSES, DEFAULT_LEAST = 0.01, 20, 50

type Point = tuple[float, float]
type Refused = Callable[[int, Mapping[str, str]], None]


@dataclass(frozen=True)
class Plan:
    """How a file is read: columns of the fields, zone of naive times, code set, name of the source.

    ``closing`` gives the closing reason of cases whose outcome matches a pattern; the first that does counts.
    Masks know numbers, not names: only with ``public`` the cases are shown to everybody.
    """

    columns: Mapping[str, str]
    zone: str
    code_set: str
    source: str
    closing: Sequence[tuple[re.Pattern[str], str]] = ()
    public: bool = False


@dataclass
class CaseLoad:
    """What became of a file."""

    rows: int = 0
    inserted: int = 0
    known: int = 0
    ended: int = 0
    closed: int = 0
    overdue: int = 0
    on_default: int = 0
    categories: int = 0
    default_points: list[Point] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)


def load_cases(district: District, file: CaseFile, plan: Plan, *, actor: str, refused: Refused) -> CaseLoad:
    """Load every case of ``file`` that is not there yet; ``refused`` is given each refused row as it was.

    The file is read twice: for its categories and default points first, so that an unreadable one changes nothing.
    Raises ``UnreadableFileError``.
    """
    now = timezone.now()
    load, reader = CaseLoad(), Reader(plan.columns, plan.zone, now)
    categories = Categories(plan.code_set, actor)
    load.default_points, names = _survey(file, plan.columns)
    if categories.grows:
        before = len(categories.ids)
        categories.add(names)
        load.categories = len(categories.ids) - before
    writer = _Writer(district, plan, load, actor, now, refused)
    seen: set[str] = set()

    def accepted() -> Iterator[tuple[Incoming, int]]:
        for number, row in file:
            load.rows += 1
            try:
                case = reader.read(number, row)
                yield case, _check(case, categories, seen)
            except RowError as error:
                load.rejected.append(error.rejection)
                refused(number, row)

    rows = accepted()
    while batch := list(islice(rows, BATCH)):
        writer.write(batch)
    return load


def _survey(file: CaseFile, columns: Mapping[str, str]) -> tuple[list[Point], dict[str, str]]:
    """The default points of the file and its categories with their classes."""
    count: Counter[tuple[str, str]] = Counter()
    addresses: dict[tuple[str, str], set[str]] = {}
    names: dict[str, str] = {}
    for _number, row in file:
        point = (row.get(columns["lon"], "").strip(), row.get(columns["lat"], "").strip())
        count[point] += 1
        if "address" in columns and len(held := addresses.setdefault(point, set())) < DEFAULT_ADDRESSES:
            held.add(row.get(columns["address"], ""))
        name = row.get(columns["type"], "").strip()
        if name and len(name) <= 120:  # noqa: PLR2004 - longer names are refused with their row
            names.setdefault(name, row.get(columns.get("class", ""), "").strip()[:60])
    least = max(DEFAULT_LEAST, DEFAULT_SHARE * count.total())
    found = [
        point for point, rows in count.items() if rows >= least and len(addresses.get(point, ())) >= DEFAULT_ADDRESSES
    ]
    return [(float(lon), float(lat)) for lon, lat in found if _is_number(lon) and _is_number(lat)], names


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _check(case: Incoming, categories: Categories, seen: set[str]) -> int:
    """The category of the case. Raises ``RowError`` for an unknown one, and for a number that came before."""
    if case.id in seen:
        rule, remedy = _("this number occurs twice in the file"), _("keep one row for each case")
        raise RowError(Rejection(case.row, case.id, "id", case.id, rule, remedy))
    category = categories.find(case.type)
    if category is None:
        rule = _("code set %(set)s has no such category") % {"set": f"{categories.key}@{categories.version}"}
        raise RowError(
            Rejection(case.row, case.id, "type", case.type[:80], rule, _("add it to the set or name another set"))
        )
    seen.add(case.id)
    return category


class _Writer:
    """Writes batches: cases, reports, steps and one event each."""

    def __init__(
        self, district: District, plan: Plan, load: CaseLoad, actor: str, now: datetime, refused: Refused
    ) -> None:
        self.district, self.plan, self.load, self.actor, self.now = district, plan, load, actor, now
        self.refused = refused
        self.index = area_index(district)
        self.defaults = {(round(lon, 7), round(lat, 7)) for lon, lat in load.default_points}
        self.case = Table(
            Case,
            "number",
            "district",
            "category",
            "state",
            "state_since",
            "description",
            "public_text",
            "address",
            "lon",
            "lat",
            *AREA_KEYS,
            "source",
            "deadline",
            "reported_at",
            "closed_at",
            "changed_at",
            "closing_reason",
            "overdue",
            "public",
            "version",
        )
        self.report = Table(
            Report,
            "key",
            "idempotency_key",
            "token",
            "district",
            "case",
            "source",
            "received_at",
            "category",
            "description",
            "address",
            "lon",
            "lat",
            "placed_by",
        )
        self.step = Table(
            Step, "case", "number", "at", "move", "from_state", "to_state", "actor", "reason", "public_note", "data"
        )  # fmt: skip

    def write(self, batch: list[tuple[Incoming, int]]) -> None:
        """Write what is not there yet of the batch, in one transaction."""
        with transaction.atomic():
            # Two loads of one file at once wait for each other, and the second finds what the first wrote.
            events.lock(f"cases:{self.district.code}")
            fresh, known = self._divided(batch)
            self.load.known += len(known)
            inside = self._inside(fresh)
            ended = self._end(known)
            numbers = self._insert(inside)
            if not numbers and not ended:
                return
            lines = [f"{n} {row[0]}" for n, row in zip(numbers, inside, strict=True)]
            digest = hashlib.sha256("\n".join([*lines, *map(str, ended)]).encode())
            events.record(
                chain=f"cases:{self.district.code}", verb="cases.imported", actor=self.actor,
                subject=f"cases:{self.district.code}",
                after={"source": self.plan.source, "cases": len(numbers), "first": min(numbers, default=""),
                       "last": max(numbers, default=""), "ended": len(ended), "sha256": digest.hexdigest()},
            )  # fmt: skip
        self._count([case for case, _category, _areas in inside])
        self.load.ended += len(ended)

    def _insert(self, rows: list[tuple[Incoming, int, list[int | None]]]) -> list[str]:
        """Insert cases with their reports and steps. Returns their numbers."""
        numbers = self._numbers([case for case, _category, _areas in rows])
        before = Case.objects.aggregate(last=Max("pk"))["last"] or 0
        self.case.insert(self._case(number, *row) for number, row in zip(numbers, rows, strict=True))
        ids = dict(Case.objects.filter(pk__gt=before, district=self.district).values_list("number", "pk"))
        pairs = [(ids[number], row) for number, row in zip(numbers, rows, strict=True)]
        self.report.insert(self._report(pk, case, category) for pk, (case, category, _areas) in pairs)
        self.step.insert(step for pk, (case, _category, _areas) in pairs for step in self._steps(pk, case))
        return numbers

    def _end(self, known: list[tuple[Incoming, int]]) -> list[Incoming]:
        """End the cases that the file now tells the end of, where nobody has touched them since they were loaded."""
        told = {pk: case for case, pk in known if case.closed is not None}
        untouched: set[int] = set()
        for pks in _chunks(list(told)):
            rows = Case.objects.select_for_update().filter(pk__in=pks, state="reported", version=1)
            untouched.update(rows.values_list("pk", flat=True))
        ended = [(pk, case) for pk, case in told.items() if pk in untouched]
        columns = ("state", "state_since", "closed_at", "changed_at", "closing_reason", "overdue", "version")
        bulk.update(
            Case,
            columns,
            (
                ("closed", case.closed, case.closed, self.now, self._closing(case), self._overdue(case), 2, pk)
                for pk, case in ended
            ),
        )
        self.step.insert(step for pk, case in ended for step in list(self._steps(pk, case))[1:])
        return [case for _pk, case in ended]

    def _key(self, case: Incoming) -> str:
        key = f"import:{self.district.code}:{self.plan.source}:{case.id}"
        return key if len(key) <= 80 else f"import:{hashlib.sha256(key.encode()).hexdigest()}"  # noqa: PLR2004 - column

    def _divided(
        self, batch: list[tuple[Incoming, int]]
    ) -> tuple[list[tuple[Incoming, int]], list[tuple[Incoming, int]]]:
        """Those that are not there yet, with their category, and those that are, with the id of their case."""
        keys = [self._key(case) for case, _category in batch]
        known: dict[str, int] = {}
        for some in _chunks(keys):
            rows = Report.objects.order_by().filter(idempotency_key__in=some)
            known.update(rows.values_list("idempotency_key", "case_id"))
        pairs = list(zip(keys, batch, strict=True))
        return (
            [row for key, row in pairs if key not in known],
            [(case, known[key]) for key, (case, _category) in pairs if key in known],
        )

    def _inside(self, batch: list[tuple[Incoming, int]]) -> list[tuple[Incoming, int, list[int | None]]]:
        """The cases inside the district with the ids of their areas; the others are refused."""
        lon = np.array([case.lon for case, _category in batch], dtype=np.float64)
        lat = np.array([case.lat for case, _category in batch], dtype=np.float64)
        areas = [self.index.ids_at(kind, lon, lat).tolist() for kind in AREA_KEYS.values()]
        coarse = self.index.kinds[0].kind if self.index.kinds else ""
        within = self.index.ids_at(coarse, lon, lat).tolist() if coarse else [1] * len(batch)
        taken = []
        for row, inside, *keys in zip(batch, within, *areas, strict=True):
            case, category = row
            if inside:
                taken.append((case, category, [identity or None for identity in keys]))
            else:
                rule, remedy = _("lies outside the district"), _("load it into the district where it lies")
                place = f"{case.lon}, {case.lat}"
                self.load.rejected.append(Rejection(case.row, case.id, "lon", place, rule, remedy))
                self.refused(case.row, case.original)
        return taken

    def _numbers(self, cases: list[Incoming]) -> list[str]:
        days = [local_day(self.district, case.opened) for case in cases]
        drawn: dict[date, Iterator[str]] = {
            day: draw_many(self.district, day, count) for day, count in sorted(Counter(days).items())
        }
        return [next(drawn[day]) for day in days]

    def _case(self, number: str, case: Incoming, category: int, areas: list[int | None]) -> tuple[Any, ...]:
        state, since = ("closed", case.closed) if case.closed else ("reported", case.opened)
        return (
            number, self.district.pk, category, state, since, case.description, mask(case.description),
            mask(case.address), case.lon, case.lat, *areas, Report.Source.IMPORT.value, case.deadline, case.opened,
            case.closed, self.now, self._closing(case), self._overdue(case), self.plan.public, 2 if case.closed else 1,
        )  # fmt: skip

    def _overdue(self, case: Incoming) -> bool:
        return case.deadline is not None and (case.closed or self.now) > case.deadline

    def _closing(self, case: Incoming) -> str:
        if case.closed is None:
            return ""
        return next((key for pattern, key in self.plan.closing if pattern.search(case.outcome)), "")

    def _placed_by(self, case: Incoming) -> str:
        return "default" if (round(case.lon, 7), round(case.lat, 7)) in self.defaults else ""

    def _report(self, pk: int, case: Incoming, category: int) -> tuple[Any, ...]:
        return (
            uuid4().hex, self._key(case), secrets.token_urlsafe(24), self.district.pk, pk, Report.Source.IMPORT.value,
            case.opened, category, case.description, case.address, case.lon, case.lat, self._placed_by(case),
        )  # fmt: skip

    def _steps(self, pk: int, case: Incoming) -> Iterable[tuple[Any, ...]]:
        told = {"source": self.plan.source, "id": case.id, "channel": case.channel}
        if case.deadline:
            told["deadline"] = case.deadline.isoformat()
        yield pk, 1, case.opened, "report", "", "reported", self.actor, "", "", json.dumps(told, ensure_ascii=False)
        if case.closed:
            note = mask(case.outcome)
            yield pk, 2, case.closed, "close", "reported", "closed", self.actor, case.outcome, note, "{}"

    def _count(self, cases: list[Incoming]) -> None:
        load = self.load
        load.inserted += len(cases)
        load.closed += sum(case.closed is not None for case in cases)
        load.overdue += sum(self._overdue(case) for case in cases)
        load.on_default += sum(bool(self._placed_by(case)) for case in cases)


def _chunks[T](values: list[T]) -> Iterator[list[T]]:
    """Pieces that SQLite takes as parameters of one query."""
    return (values[start : start + 900] for start in range(0, len(values), 900))


class Table:
    """Inserts rows that give some columns; the others hold the default of the model."""

    def __init__(self, model: type[models.Model], *given: str) -> None:
        self.model = model
        others = [each for each in model._meta.concrete_fields if each.name not in given and not each.primary_key]
        rest = [(each.name, each.get_db_prep_save(each.get_default(), connection)) for each in others]
        self.fields = (*given, *(name for name, _value in rest))
        self.tail = tuple(_plain(value) for _name, value in rest)

    def insert(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Insert, in the caller's transaction."""
        bulk.insert(self.model, self.fields, ((*row, *self.tail) for row in rows))


def _plain(value: Any) -> Any:
    """A default as the driver takes it: JSON as text."""
    return json.dumps(value.obj) if hasattr(value, "obj") else value
