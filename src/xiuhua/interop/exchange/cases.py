"""``xiuhua load cases``: the cases of another system, from CSV or JSON Lines."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _

from xiuhua.interop.exchange.command import FILE, actor, language_option, pairs, required_district, spoken

if TYPE_CHECKING:
    from xiuhua.casework.actions.importing import CaseLoad, Plan
    from xiuhua.casework.importing.reading import CaseFile
    from xiuhua.city.models import District

SHOWN = 8
_SET = re.compile(r"[\w.\-]{1,40}@[\w.\-]{1,40}")


@click.command(epilog="Exit code: 0 all rows taken, 1 nothing loaded, 3 some rows refused.")
@click.argument("file", type=FILE)
@click.option("--district", "district_code", required=True, help="Code of the district.")
@click.option(
    "--map",
    "columns",
    multiple=True,
    callback=pairs,
    metavar="COLUMN=FIELD",
    help="Use this column for this field; an empty field sets the column aside.",
)
@click.option(
    "--code-set",
    default="",
    metavar="KEY@VERSION",
    help="Code set of the categories; one that is not there is built from the file. Otherwise CASES-DISTRICT@1.",
)
@click.option("--zone", default="", help="Zone of times without one; otherwise that of the district.")
@click.option("--source", default="", help="Name of the other system: its numbers are known by it. Otherwise 'file'.")
@click.option(
    "--closing",
    multiple=True,
    callback=pairs,
    metavar="PATTERN=REASON",
    help="Closing reason of cases whose outcome matches the pattern; the first that does counts.",
)
@click.option("--public", is_flag=True, help="Show the cases to everybody; their text is masked, but may name people.")
@click.option("--rejects", type=FILE, help="Write the refused rows with their reasons to this CSV file.")
@language_option
def cases(file: Path, district_code: str, language: str | None, **given: Any) -> None:
    """Load the cases of another system from FILE (CSV or JSON Lines, also gzip); each is loaded once."""
    with spoken(language):
        _load(file, required_district(district_code), **given)


def _load(
    file: Path, district: "District", *, rejects: Path | None, columns: tuple[tuple[str, str], ...], **given: Any
) -> None:
    from xiuhua.casework.actions.importing import load_cases
    from xiuhua.casework.importing.fields import MappingError, matched
    from xiuhua.casework.importing.reading import CaseFile, UnreadableFileError

    started = perf_counter()
    try:
        source = CaseFile(file)
        plan = _plan(district, matched(source.columns(), dict(columns)), **given)
        with ExitStack() as stack:
            kept = _Kept(source, rejects, stack) if rejects else None
            report = load_cases(district, source, plan, actor=actor(), refused=kept or (lambda _number, _row: None))
            if kept:
                kept.finish(report)
    except (UnreadableFileError, MappingError) as fault:
        raise click.ClickException(str(fault)) from None
    except OSError as fault:
        raise click.ClickException(
            _("%(file)s cannot be written (%(fault)s). Choose another place with --rejects.")
            % {"file": rejects, "fault": fault.strerror or fault}
        ) from None
    _say(report, plan, perf_counter() - started)
    if rejects and report.rejected:
        click.echo(_("The refused rows are in %(file)s: correct them there and load that file.") % {"file": rejects})
    if report.rejected:
        click.get_current_context().exit(3 if report.inserted or report.known else 1)


def _plan(
    district: "District",
    columns: dict[str, str],
    *,
    code_set: str,
    zone: str,
    source: str,
    closing: tuple[tuple[str, str], ...],
    public: bool,
) -> "Plan":
    from zoneinfo import ZoneInfo

    from xiuhua.casework.actions.importing import Plan
    from xiuhua.casework.states import CLOSING_REASONS

    patterns = []
    for pattern, reason in closing:
        if reason not in CLOSING_REASONS:
            known = ", ".join(CLOSING_REASONS)
            raise click.ClickException(
                _("%(reason)s is no closing reason. There are: %(known)s.") % {"reason": reason, "known": known}
            )
        try:
            patterns.append((re.compile(pattern), reason))
        except re.error as fault:
            raise click.ClickException(
                _("--closing %(pattern)s is no pattern: %(fault)s.") % {"pattern": pattern, "fault": fault}
            ) from None
    try:
        ZoneInfo(zone or district.time_zone)
    except (KeyError, ValueError, OSError):
        raise click.ClickException(
            _("Zone %(zone)s is unknown: write it as in Asia/Shanghai.") % {"zone": zone}
        ) from None
    named = code_set or f"cases-{district.code}@1"
    if not _SET.fullmatch(named):
        raise click.ClickException(_("Code set %(name)s is no name: write it like KEY@VERSION.") % {"name": named})
    return Plan(columns, zone or district.time_zone, named, source or "file", patterns, public)


class _Kept:
    """Keeps refused rows in memory as they come, and writes them with their reasons at the end."""

    def __init__(self, source: "CaseFile", path: Path, stack: ExitStack) -> None:
        self.columns = source.columns()
        self.rows: dict[int, Mapping[str, str]] = {}
        # Opened before the load: a place that cannot be written is told before anything changes.
        # The mark at the beginning tells spreadsheets that the text is UTF-8.
        self.out = stack.enter_context(path.open("w", encoding="utf-8-sig", newline=""))

    def __call__(self, number: int, row: Mapping[str, str]) -> None:
        self.rows[number] = row

    def finish(self, report: "CaseLoad") -> None:
        writer = csv.writer(self.out)
        writer.writerow([f"xiuhua_{name}" for name in ("row", "field", "value", "rule", "remedy")] + self.columns)
        for each in sorted(report.rejected, key=lambda rejection: rejection.row):
            row = self.rows.get(each.row, {})
            said = [each.row, each.field, each.value, each.rule, each.remedy]
            writer.writerow([*said, *(row.get(column, "") for column in self.columns)])


def _say(report: "CaseLoad", plan: "Plan", seconds: float) -> None:
    say: Callable[[str], None] = click.echo
    say(", ".join(f"{field} ← {column}" for field, column in plan.columns.items()))
    say(
        _("%(rows)s rows: %(inserted)s new cases (%(closed)s closed, %(overdue)s overdue), %(known)s known already, "
          "%(rejected)s refused, in %(seconds).0f s.")
        % {**vars(report), "rejected": len(report.rejected), "seconds": seconds}
    )  # fmt: skip
    if report.ended:
        say(_("%(count)s cases that were open have ended since.") % {"count": report.ended})
    if report.categories:
        say(_("Code set %(set)s: %(count)s new categories.") % {"set": plan.code_set, "count": report.categories})
    for lon, lat in report.default_points:
        say(
            _("Many rows with many addresses lie on %(lon)s, %(lat)s: taken for a default, and marked so.")
            % {"lon": lon, "lat": lat}
        )
    if report.on_default:
        say(_("%(count)s new cases lie on such a point.") % {"count": report.on_default})
    kinds = Counter((each.field, each.rule, each.remedy) for each in report.rejected)
    for (field, rule, remedy), count in kinds.most_common(SHOWN):
        first = next(each for each in report.rejected if (each.field, each.rule) == (field, rule))
        say(
            _("Refused %(count)s: %(field)s %(rule)s; %(remedy)s. First: row %(row)s, %(code)s, %(value)s.")
            % {"count": count, "field": field, "rule": rule, "remedy": remedy, "row": first.row, "code": first.code,
               "value": first.value}
        )  # fmt: skip
