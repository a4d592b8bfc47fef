"""Where calendar years come from: a CSV or YAML file, or the package ``chinesecalendar``."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from xiuhua.foundation.rejections import Rejection

HOLIDAY, WORKDAY = "holiday", "workday"
KINDS = (HOLIDAY, WORKDAY)
COLUMNS = ("date", "kind", "name_zh", "name_en")
PACKAGES = ("chinesecalendar",)
_NAME_LIMIT = 80


@dataclass(frozen=True, order=True)
class Day:
    """A day that differs from the week: ``kind`` is ``holiday`` (off) or ``workday`` (made up for)."""

    date: date
    kind: str
    name_zh: str = ""
    name_en: str = ""


Years = dict[int, list[Day]]


def read(path: Path, years: Iterable[int] = ()) -> tuple[Years, list[Rejection]]:
    """The days of a CSV or YAML file, by year, and its refused rows.

    CSV has the columns ``date, kind, name_zh, name_en`` (the names may be left out); YAML is a list of mappings
    with the same keys. ``years`` are declared even where the file holds no day of theirs; when given, days of other
    years are refused. Raises ``ValueError`` for a file that is neither, or not UTF-8.
    """
    rows = {".csv": _csv, ".yaml": _yaml, ".yml": _yaml}.get(path.suffix.lower())
    if rows is None:
        raise ValueError(_("%(file)s is neither .csv nor .yaml: save it as one of the two.") % {"file": path.name})
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(_("%(file)s is not UTF-8: save it as UTF-8.") % {"file": path.name}) from None
    return sort_out(rows(text), years)


def sort_out(rows: Iterable[Mapping[str, Any]], years: Iterable[int] = ()) -> tuple[Years, list[Rejection]]:
    """Days by year from rows of text (or dates), with the rows that cannot be taken."""
    wanted = set(years)
    found: defaultdict[int, list[Day]] = defaultdict(list, {year: [] for year in wanted})
    seen: set[date] = set()
    rejections: list[Rejection] = []
    for number, row in enumerate(rows, start=1):
        day = _day(number, row)
        if isinstance(day, Day) and day.date in seen:
            day = _refusal(number, row, "date", _("this day comes twice"), _("keep one row for each day"))
        if isinstance(day, Day) and wanted and day.date.year not in wanted:
            rule = _("the day does not lie in %(years)s") % {"years": _listed(wanted)}
            day = _refusal(number, row, "date", rule, _("leave the row out, or declare that year too"))
        if isinstance(day, Rejection):
            rejections.append(day)
        else:
            seen.add(day.date)
            found[day.date.year].append(day)
    return dict(found), rejections


def from_chinesecalendar(years: Iterable[int] = ()) -> Years:
    """The public holidays and make-up working days of China that the package knows; all its years when none given.

    The package follows the yearly notice of the State Council. Raises ``ValueError`` for a year it does not cover.
    """
    from chinese_calendar.constants import Holiday, holidays, workdays

    covered = {day.year for day in holidays}
    wanted = set(years) or covered
    if missing := wanted - covered:
        text = _("chinesecalendar knows %(first)s to %(last)s, not %(years)s: upgrade the package or load a file.")
        raise ValueError(text % {"first": min(covered), "last": max(covered), "years": _listed(missing)})
    found: Years = {year: [] for year in sorted(wanted)}
    for kind, days in ((HOLIDAY, holidays), (WORKDAY, workdays)):
        for day, name in days.items():
            if day.year in wanted:
                found[day.year].append(Day(day, kind, Holiday(name).chinese, name))
    return {year: sorted(days) for year, days in found.items()}


def _csv(text: str) -> Iterator[dict[str, Any]]:
    reader = csv.DictReader(text.splitlines())
    if missing := [name for name in COLUMNS[:2] if name not in (reader.fieldnames or ())]:
        text = _("The file has no column %(name)s: its first line must read %(columns)s.")
        raise ValueError(text % {"name": missing[0], "columns": ",".join(COLUMNS)})
    yield from reader


def _yaml(text: str) -> Iterator[dict[str, Any]]:
    try:
        rows = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(_("The file is not valid YAML: %(why)s.") % {"why": " ".join(str(error).split())}) from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError(_("The file must be a list of days, each with date, kind, name_zh and name_en."))
    yield from rows


def _day(number: int, row: Mapping[str, Any]) -> Day | Rejection:
    try:
        day = date.fromisoformat(str(row.get("date") or "").strip())
    except ValueError:
        return _refusal(number, row, "date", _("this is not a date"), _("write it as 2026-01-31"))
    kind = str(row.get("kind") or "").strip()
    if kind not in KINDS:
        return _refusal(number, row, "kind", _("this kind of day is unknown"), _("write holiday or workday"))
    names = [str(row.get(name) or "").strip() for name in COLUMNS[2:]]
    for field, name in zip(COLUMNS[2:], names, strict=True):
        if len(name) > _NAME_LIMIT:
            remedy = _("use at most %(limit)s characters") % {"limit": _NAME_LIMIT}
            return _refusal(number, row, field, _("the name is too long"), remedy)
    return Day(day, kind, *names)


def _refusal(number: int, row: Mapping[str, Any], field: str, rule: str, remedy: str) -> Rejection:
    value = str(row.get(field) or "")
    return Rejection(number, str(row.get("date") or ""), field, value, rule, remedy)


def _listed(years: Iterable[int]) -> str:
    return ", ".join(str(year) for year in sorted(years))
