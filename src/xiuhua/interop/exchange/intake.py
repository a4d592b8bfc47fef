"""Take a file into the city: read, map, check every row, load what is right, and say everything about the rest."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from xiuhua.city.models import District
from xiuhua.interop.exchange import identifiers, loading, placing, shapes, vocabulary
from xiuhua.interop.exchange.findings import FileRefusedError, Finding, finding
from xiuhua.interop.exchange.mapping import PLACES, Mapping, choose_columns
from xiuhua.interop.exchange.readers.any import read_file
from xiuhua.interop.exchange.report import Report
from xiuhua.interop.exchange.table import Table
from xiuhua.interop.exchange.targets import TARGETS, Target
from xiuhua.interop.exchange.values import Expectation, UnreadableError, is_empty, read
from xiuhua.interop.exchange.wording import rejection

# A column with fewer different values than this share of its rows does not identify objects.
REPEATING = 0.5

type Progress = Callable[[Iterable[int]], Iterable[int]]


@dataclass(frozen=True)
class Request:
    """A file and how to read it.

    ``columns``: (column, field) pairs, an empty field sets the column aside; ``values``: (field, theirs, ours);
    ``defaults``: values for fields that a row leaves empty; ``where``: keep the rows whose column has one of these
    texts; ``union_by``: merge the rows with one value of this column; ``code_set``: ``key@version`` for bare
    category codes (for codes: the set to load into); ``name``, ``set_kind``: of that set.
    """

    target: str
    path: Path
    crs: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, str, str], ...] = ()
    defaults: dict[str, str] = field(default_factory=dict)
    where: tuple[tuple[str, frozenset[str]], ...] = ()
    encoding: str = ""
    layer: str = ""
    swap: bool = False
    union_by: str = ""
    code_set: str = ""
    name: str = ""
    set_kind: str = ""
    source: str = ""
    prune: bool = False
    dry_run: bool = False
    file_name: str = ""

    @property
    def shown_name(self) -> str:
        """The name of the file as the person knows it."""
        return self.file_name or self.path.name


@dataclass
class Sorted:
    """Rows on their way: what was read of each, and what is wrong with it, by position in the table."""

    table: Table
    rows: list[dict[str, Any]]
    faults: dict[int, list[Finding]] = field(default_factory=dict)

    def refuse(self, position: int, fault: Finding) -> None:
        """Note a fault of one row."""
        self.faults.setdefault(position, []).append(fault)

    def good(self) -> list[int]:
        """Positions of the rows without a fault."""
        return [i for i in range(len(self.rows)) if i not in self.faults]


def take(
    district: District | None, request: Request, *, actor: str, progress: Progress = lambda positions: positions
) -> Report:
    """Load ``request.path`` into ``district`` (None for codes, which belong to no district).

    Everything is checked before anything is written, and written in one transaction; a dry run takes the same way
    and is rolled back. Raises FileRefusedError when the file as a whole cannot be taken.
    """
    target = TARGETS[request.target]
    table = _chosen_rows(_read(request), request, target)
    mapping = _map(table, request, target)
    report = Report(
        request.shown_name, target.key, district.code if district else "", request.dry_run, encoding=table.encoding,
        columns=mapping.columns, ignored=mapping.ignored, rows=len(table) + len(table.broken),
    )  # fmt: skip
    for fault, original in table.broken:
        report.rejected.append(rejection(fault, ""))
        report.originals[fault.row] = original
    kept = Sorted(table, _read_values(table, mapping, request, target, progress))
    _pull_faults(kept)
    if target.geometry and district:
        placing.place(kept, request, target, district, report)
    _give_codes(kept, mapping, request, report)
    if district and target.geometry:
        _doubt(kept, target, district, report)
    loading.write(kept, request, district, report, actor=actor)
    _explain(kept, report)
    return report


def _read(request: Request) -> Table:
    places = {name: column for column, name in request.columns if name in PLACES}
    table = read_file(request.path, layer=request.layer, encoding=request.encoding, places=places)
    for column in places.values():
        if column not in table.columns:
            raise FileRefusedError("column_absent", column=column, columns=", ".join(table.columns))
    return table


def _chosen_rows(table: Table, request: Request, target: Target) -> Table:
    for column, wanted in request.where:
        if column not in table.columns:
            raise FileRefusedError("column_absent", column=column, columns=", ".join(table.columns))
        kept = [i for i, value in enumerate(table.columns[column]) if str(value) in wanted]
        if not kept:
            raise FileRefusedError("no_rows_where", column=column, values=", ".join(sorted(wanted)))
        table = table.take(np.array(kept, dtype=np.int64))
    if request.union_by:
        if request.union_by not in table.columns or table.geometry is None or not target.geometry:
            raise FileRefusedError("column_absent", column=request.union_by, columns=", ".join(table.columns))
        firsts, merged, _fewer = shapes.union_by(table.columns[request.union_by], table.geometry, target.geometry)
        table = replace(table.take(firsts), geometry=merged)
    return table


def _map(table: Table, request: Request, target: Target) -> Mapping:
    fields = [f.name for f in target.fields]
    if target.geometry and table.geometry is None:
        raise FileRefusedError("places_absent", file=request.shown_name, columns=", ".join(table.columns))
    for name in (*request.defaults, *(name for name, _theirs, _ours in request.values)):
        if name not in fields:
            raise FileRefusedError("field_absent", field=name, fields=", ".join(fields))
    mapping = choose_columns(list(table.columns), fields, list(request.columns), table.places, _classifying(table))
    for f in target.fields:
        if f.required and f.name not in {"code", *mapping.columns, *request.defaults} and f.kind != "category":
            raise FileRefusedError("required_absent", field=f.name, columns=", ".join(table.columns))
    return mapping


def _classifying(table: Table) -> frozenset[str]:
    """Columns whose values mostly repeat: they say of which sort an object is, not which object."""
    return frozenset(name for name, values in table.columns.items() if len(set(values)) < REPEATING * len(values))


def _read_values(
    table: Table, mapping: Mapping, request: Request, target: Target, progress: Progress
) -> list[dict[str, Any]]:
    """Each row as {field: value}; the faults of a row stand under "_faults" until they are sorted out."""
    extra: dict[str, dict[str, str]] = {}
    for name, theirs, ours in request.values:
        extra.setdefault(name, {})[theirs] = ours
    wanted = vocabulary.expectations(target, request.code_set, extra)
    sources: list[tuple[Expectation, list[Any] | None]] = [
        (wanted[name], table.columns[column]) for name, column in mapping.columns.items()
    ]
    sources += [(wanted[name], None) for name in request.defaults if name not in mapping.columns]
    return [_row(i, table, sources, request.defaults) for i in progress(range(len(table)))]


def _row(
    position: int, table: Table, sources: list[tuple[Expectation, list[Any] | None]], defaults: dict[str, str]
) -> dict[str, Any]:
    number = table.rows[position]
    row: dict[str, Any] = {"_row": number}
    faults = []
    for wanted, column in sources:
        raw = column[position] if column is not None else None
        if is_empty(raw):
            raw = defaults.get(wanted.name)
        try:
            value = read(raw, wanted)
        except UnreadableError as fault:
            faults.append(finding(number, wanted.name, raw, fault.rule, **fault.facts))
            continue
        if value is not None:
            row[wanted.name] = value
    if faults:
        row["_faults"] = faults
    return row


def _pull_faults(kept: Sorted) -> None:
    for position, row in enumerate(kept.rows):
        for fault in row.pop("_faults", []):
            kept.refuse(position, fault)


def _give_codes(kept: Sorted, mapping: Mapping, request: Request, report: Report) -> None:
    """Codes from what the object is, where the file has no column for them: the same file gives the same codes."""
    target = TARGETS[request.target]
    if target.field("category") and target.geometry and "category" not in mapping.columns:
        _read_categories(kept, target, request.code_set)
    if "code" in mapping.columns:
        report.notes.append(finding(0, "code", mapping.columns["code"], "code_from"))
        return
    if not target.geometry:
        raise FileRefusedError("required_absent", field="code", columns=", ".join(kept.table.columns))
    report.notes.append(finding(0, "code", "", "code_derived"))
    first: dict[str, int] = {}
    for i in kept.good():
        row = kept.rows[i]
        number = kept.table.rows[i]
        row["code"] = _derived_code(row)
        if first.setdefault(row["code"], number) != number:
            kept.refuse(i, finding(number, "geometry", row["code"], "object_twice", first=first[row["code"]]))


def _derived_code(row: dict[str, Any]) -> str:
    shape = shapely.Point(row["lon"], row["lat"]) if "lon" in row else row["geometry"]
    rounded = shapely.normalize(shapely.transform(shape, lambda xy: xy.round(7)))
    told = "|".join(str(row.get(name, "")) for name in ("kind", "name_zh", "species", "category"))
    return "x" + hashlib.sha256(told.encode() + shapely.to_wkb(rounded)).hexdigest()[:15]


def _read_categories(kept: Sorted, target: Target, code_set: str) -> None:
    """The category of a component from its identifier, where the file has no column for it."""
    for i in kept.good():
        row = kept.rows[i]
        if "category" in row:
            continue
        found = identifiers.category_in(target.key, str(row.get("code", "")))
        if found and code_set:
            row["category"] = f"{code_set}:{found}"
        else:
            rule = "code_set_needed" if found else "value_missing"
            kept.refuse(i, finding(kept.table.rows[i], "category", found, rule))


def _doubt(kept: Sorted, target: Target, district: District, report: Report) -> None:
    for i in kept.good():
        report.doubts += identifiers.doubts(target.key, kept.table.rows[i], kept.rows[i], district.code)
    placing.doubt_datum(kept, target, district, report)
    if target.key == "areas":
        placing.doubt_overlaps(kept, district, report)


def _explain(kept: Sorted, report: Report) -> None:
    """Put the faults into words, and keep the refused rows as the file had them."""
    positions = {number: i for i, number in enumerate(kept.table.rows)}
    for i, faults in sorted(kept.faults.items()):
        report.rejected += [rejection(fault, str(kept.rows[i].get("code", ""))) for fault in faults]
    report.rejected.sort(key=lambda r: (r.row, r.field))
    refused = {r.row for r in report.rejected if r.row in positions}
    report.repaired = [f for f in report.repaired if f.row not in refused]
    for number in refused:
        report.originals[number] = _original(kept.table, positions[number])


def _original(table: Table, position: int) -> dict[str, Any]:
    original = table.original(position)
    if table.geometry is not None and not table.places:
        original["wkt"] = shapely.to_wkt(table.geometry[position], rounding_precision=-1)
    return original
