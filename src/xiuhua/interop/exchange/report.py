"""The answer to a person who brought a file: what was taken, what was refused, why, and what to do."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TextIO

from xiuhua.foundation.rejections import Rejection
from xiuhua.interop.exchange.findings import Finding

ALL_TAKEN, NOTHING_LOADED, SOME_REFUSED = 0, 1, 3
COLUMNS = ("row", "field", "value", "rule", "remedy")


@dataclass
class Report:
    """What happened to one file.

    ``columns`` maps fields to the columns that fed them; ``notes``, ``doubts`` and ``repaired`` are findings whose
    rows were taken (row 0: the whole file); ``originals`` gives, for each refused row, its columns as the file
    had them.
    """

    file: str
    target: str
    district: str
    dry_run: bool = False
    crs: str = ""
    encoding: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    rows: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    notes: list[Finding] = field(default_factory=list)
    doubts: list[Finding] = field(default_factory=list)
    repaired: list[Finding] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    originals: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def taken(self) -> int:
        """How many rows are in the city now."""
        return self.inserted + self.updated + self.unchanged

    @property
    def refused_rows(self) -> int:
        """How many rows were refused (one row may have several faults)."""
        return len({rejection.row for rejection in self.rejected})

    @property
    def exit_code(self) -> int:
        """0 all taken, 1 nothing loaded, 3 some rows refused."""
        if not self.rejected:
            return ALL_TAKEN
        return SOME_REFUSED if self.taken else NOTHING_LOADED


def write_rejects(report: Report, out: TextIO) -> None:
    """The refused rows as CSV: what is wrong, what to do, and the row as it was, ready to be corrected and loaded.

    A row with several faults is one line, its faults separated by " | ".
    """
    originals = list(dict.fromkeys(name for row in report.originals.values() for name in row))
    ours = [f"xiuhua_{name}" if name in originals else name for name in COLUMNS]
    writer = csv.writer(out)
    writer.writerow([*ours, *originals])
    for row, faults in sorted(_by_row(report.rejected).items()):
        said = [" | ".join(getattr(fault, name) for fault in faults) for name in COLUMNS[1:]]
        kept = report.originals.get(row, {})
        writer.writerow([row, *said, *("" if kept.get(name) is None else kept[name] for name in originals)])


def _by_row(rejections: Iterable[Rejection]) -> dict[int, list[Rejection]]:
    rows: dict[int, list[Rejection]] = {}
    for rejection in rejections:
        rows.setdefault(rejection.row, []).append(rejection)
    return rows
