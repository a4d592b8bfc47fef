"""A plan as a form: numbers of checks for each standard in force, shares, hours; and the design that it makes."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiuhua.city.models import District
from xiuhua.inspection.design import default_of
from xiuhua.inspection.models import Frame, Standard
from xiuhua.inspection.pages.planning.words import kind_names

# What the form asks beside the checks: field, label, step, hint.
NUMBERS = (
    ("minutes", gettext_lazy("Minutes a check"), "1", ""),
    ("speed_kmh", gettext_lazy("Speed, km/h"), "0.5", gettext_lazy("On foot 5, by e-bike 15.")),
    ("a_day", gettext_lazy("Checks a day and inspector"), "1", ""),
    ("floor", gettext_lazy("Random checks of a kind in a town, at least"), "1", ""),
    ("deff", gettext_lazy("Design effect"), "0.1", gettext_lazy("2 until own repeats say otherwise.")),
    ("accept", gettext_lazy("A town passes with so many failures at most"), "1", ""),
    ("near_m", gettext_lazy("A case is near within metres"), "10", ""),
    ("repeat_minutes", gettext_lazy("A repeat comes within minutes"), "1", ""),
)  # fmt: skip
PARTS = (
    ("panel", gettext_lazy("Random panel")), ("led", gettext_lazy("Sequential and led by complaints")),
    ("repeats", gettext_lazy("Blind repeats")),
)  # fmt: skip
WHOLE = {"a_day", "floor", "accept", "repeat_minutes"}


@dataclass(frozen=True)
class KindField:
    """A standard in force with how many checks are asked for, and how many frames there are."""

    name: str
    standard: Standard
    kind: str
    frames: int
    value: str


@dataclass(frozen=True)
class Asked:
    """What the form says: month and design as they would be made, and the fields to show again."""

    month: date
    month_text: str
    design: dict[str, Any]
    kinds: list[KindField]
    numbers: list[tuple[str, str, str, str, str]]
    parts: list[tuple[str, str, str]]
    hours: str
    bands: str
    name: str
    unread: list[str]


def read_form(district: District, given: QueryDict, today: date) -> Asked:
    """The form as filled; what cannot be read as a number stands in ``unread``."""
    unread: list[str] = []
    names = kind_names()
    month_text = given.get("month", "") or f"{_next(today):%Y-%m}"
    month = _month(month_text)
    if month is None:
        unread.append(_("“%(text)s” is no month: write it like 2026-03.") % {"text": month_text[:20]})
    counts = _frame_counts(district)
    kinds = []
    for standard in Standard.objects.filter(state=Standard.State.IN_FORCE, kind__in=counts).order_by("kind", "key"):
        field = f"checks-{standard.ref}"
        kinds.append(KindField(
            field, standard, names.get(standard.kind, standard.kind), counts[standard.kind],
            given.get(field, "").strip(),
        ))  # fmt: skip
    rows = [
        {"kind": each.standard.kind, "standard": each.standard.ref, "checks": _whole(each.value, each.kind, unread)}
        for each in kinds
        if each.value and each.value != "0"
    ]
    design: dict[str, Any] = {"kinds": rows}
    numbers = []
    for field, label, step, hint in NUMBERS:
        text = given.get(field, "").strip() or f"{default_of(field):g}"
        numbers.append((field, str(label), step, str(hint), text))
        design[field] = _whole(text, str(label), unread) if field in WHOLE else _real(text, str(label), unread)
    parts, shares = [], {}
    for field, label in PARTS:
        text = given.get(field, "").strip() or f"{default_of(field) * 100:g}"
        parts.append((field, str(label), text))
        shares[field] = _real(text, str(label), unread) / 100
    design["shares"] = shares
    for field in ("hours", "bands"):
        if given.get(field, "").strip():
            design[field] = _spans(given.get(field, ""), named=field == "bands")
    return Asked(
        month or _next(today), month_text, design, kinds, numbers, parts, given.get("hours", "")[:200],
        given.get("bands", "")[:200], given.get("name", "")[:200], unread,
    )  # fmt: skip


def _spans(text: str, *, named: bool) -> list[list[str]]:
    """``08:00-12:00, 14:00-18:00`` as lists; bands get keys by their order."""
    found = []
    for at, part in enumerate(text.replace("，", ",").replace("；", ",").replace(";", ",").split(","), start=1):
        if part.strip():
            ends = [each.strip() for each in part.replace("—", "-").replace("~", "-").split("-")]
            found.append([f"b{at}", *ends] if named else ends)
    return found


def _frame_counts(district: District) -> dict[str, int]:
    rows = Frame.objects.filter(district=district, valid_to=None).order_by().values_list("kind")
    return dict(rows.annotate(count=Count("id")))


def _next(today: date) -> date:
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


def _month(text: str) -> date | None:
    try:
        year, month = text.split("-")[:2]
        return date(int(year), int(month), 1)
    except ValueError:
        return None


def _whole(text: str, label: str, unread: list[str]) -> int:
    try:
        return int(text)
    except ValueError:
        unread.append(_("%(field)s: “%(text)s” is no whole number.") % {"field": label, "text": text[:20]})
        return 1


def _real(text: str, label: str, unread: list[str]) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        unread.append(_("%(field)s: “%(text)s” is no number.") % {"field": label, "text": text[:20]})
        return 1.0
