"""Load filing standards: for each category when a case is filed, how long it may take and what closes it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from xiuhua.casework.models import Standard
from xiuhua.casework.suggesting import outdated
from xiuhua.city.models import Code, CodeSet
from xiuhua.foundation.events import record
from xiuhua.foundation.rejections import Rejection
from xiuhua.foundation.worktime import Unit

# A category of a file may carry the kind of its code set as a letter before the code.
LETTERS = {"C": "component", "E": "event"}
UNITS = {"urgent_day": Unit.NATURAL_DAY.value} | {unit.value: unit.value for unit in Unit}
LONGEST = 999
type Key = tuple[int, str]


@dataclass
class StandardsReport:
    """What a load did. A standard that changed was ended and a new one put in its place: cases keep theirs."""

    inserted: int = 0
    replaced: int = 0
    unchanged: int = 0
    ended: int = 0
    rejected: list[Rejection] = field(default_factory=list)


@dataclass(frozen=True)
class _Row:
    category: Code
    condition: str
    limit: int
    unit: str
    closing: str
    source: str

    @property
    def key(self) -> Key:
        return self.category.pk, self.condition


def load_standards(
    code_sets: CodeSet | Sequence[CodeSet],
    rows: Iterable[Mapping[str, str]],
    *,
    actor: str,
    source: str = "",
    prune: bool = False,
) -> StandardsReport:
    """Load rows with ``category``, ``condition``, ``limit``, ``unit`` and optionally ``close_action``, ``source``.

    ``category`` is a code of one of ``code_sets``, or C (component) or E (event) and the code. A row that is the same
    as before changes nothing; one with another limit, unit or closing ends the old standard and makes a new one.
    ``prune`` ends the standards of the code sets that no row names. Returns what was done and the refused rows.
    """
    sets = [code_sets] if isinstance(code_sets, CodeSet) else list(code_sets)
    report = StandardsReport()
    wanted = _read(sets, rows, report, source)
    with transaction.atomic():
        _write(sets, wanted, report, prune=prune)
        if report.inserted or report.replaced or report.ended:
            outdated()
            for code_set in sets:
                record(
                    chain=f"standards:{code_set}", verb="standards.loaded", actor=actor,
                    subject=f"standards:{code_set}",
                    after={
                        "source": source, "inserted": report.inserted, "replaced": report.replaced,
                        "ended": report.ended, "rejected": len(report.rejected),
                    },
                )  # fmt: skip
    return report


def _read(
    sets: list[CodeSet], rows: Iterable[Mapping[str, str]], report: StandardsReport, source: str
) -> dict[Key, _Row]:
    codes = {
        (code.code_set.kind, code.code): code
        for code in Code.objects.filter(code_set__in=sets).select_related("code_set")
    }
    wanted: dict[Key, _Row] = {}
    for number, row in enumerate(rows, start=1):
        texts = {name: " ".join(str(value or "").split()) for name, value in row.items() if isinstance(name, str)}
        found = _row(number, texts, sets, codes, source)
        if isinstance(found, _Row) and found.key in wanted:
            found = Rejection(
                number, texts["category"], "condition", found.condition,
                _("This category has this condition twice in the file."), _("Keep one of the two rows."),
            )  # fmt: skip
        if isinstance(found, Rejection):
            report.rejected.append(found)
        else:
            wanted[found.key] = found
    return wanted


def _row(
    number: int, texts: dict[str, str], sets: list[CodeSet], codes: dict[tuple[str, str], Code], source: str
) -> _Row | Rejection:
    """One row as a standard, or why not."""
    named = texts.get("category", "")

    def refuse(column: str, rule: str, remedy: str) -> Rejection:
        return Rejection(number, named, column, texts.get(column, ""), rule, remedy)

    kind, code = LETTERS.get(named[:1].upper(), ""), named[1:]
    if not kind:
        kind, code = texts.get("kind", "") or (sets[0].kind if len(sets) == 1 else ""), named
    category = codes.get((kind, code))
    if category is None:
        known = ", ".join(str(each) for each in sets)
        return refuse(
            "category",
            _("No given code set has this category (%(sets)s).") % {"sets": known},
            _("Load the code into its set first, or name the set of this kind with --codes."),
        )
    if texts.get("unit", "") not in UNITS:
        return refuse(
            "unit", _("This is not a unit of time limits."), _("Use one of: %(units)s.") % {"units": ", ".join(UNITS)}
        )
    limit = texts.get("limit", "")
    if not (limit.isascii() and limit.isdecimal() and 0 < int(limit) <= LONGEST):
        return refuse("limit", _("The limit is not a whole number from 1 to 999."), _("Correct the number."))
    for column, longest in (("condition", 300), ("close_action", 300)):
        if len(texts.get(column, "")) > longest:
            return refuse(
                column, _("The text is longer than %(limit)s characters.") % {"limit": longest}, _("Shorten it.")
            )
    if not texts.get("condition"):
        return refuse("condition", _("The condition is missing."), _("Say when a case of this category is filed."))
    return _Row(
        category, texts["condition"], int(limit), UNITS[texts["unit"]], texts.get("close_action", ""),
        (texts.get("source") or source)[:300],
    )  # fmt: skip


def _write(sets: list[CodeSet], wanted: dict[Key, _Row], report: StandardsReport, *, prune: bool) -> None:
    current: dict[Key, Standard] = {}
    highest: dict[int, int] = {}
    for standard in Standard.objects.filter(category__code_set__in=sets):
        highest[standard.category_id] = max(standard.number, highest.get(standard.category_id, 0))
        if standard.active:
            current[standard.category_id, standard.condition] = standard
    fresh: list[Standard] = []
    ended: list[int] = []
    for key, row in wanted.items():
        old = current.pop(key, None)
        if old is not None and (old.limit, old.unit, old.closing) == (row.limit, row.unit, row.closing):
            report.unchanged += 1
            continue
        if old is None:
            report.inserted += 1
        else:
            report.replaced += 1
            ended.append(old.pk)
        number = highest[row.category.pk] = highest.get(row.category.pk, 0) + 1
        fresh.append(
            Standard(
                category=row.category,
                number=number,
                condition=row.condition,
                limit=row.limit,
                unit=row.unit,
                closing=row.closing,
                source=row.source,
            )
        )
    if prune:
        report.ended = len(current)
        ended += [standard.pk for standard in current.values()]
    Standard.objects.filter(pk__in=ended).update(active=False)
    Standard.objects.bulk_create(fresh)
