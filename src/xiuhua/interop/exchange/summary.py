"""A report as text for a terminal."""

from collections.abc import Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiuhua.foundation.rejections import Rejection
from xiuhua.interop.exchange.findings import Finding
from xiuhua.interop.exchange.report import Report
from xiuhua.interop.exchange.targets import TARGETS
from xiuhua.interop.exchange.wording import remark

SHOWN = 10


def lines(report: Report) -> Iterator[str]:
    """The report line by line, in the language that is active."""
    target = TARGETS[report.target]
    name = target.en if (get_language() or "").startswith("en") else target.zh
    yield _("%(file)s -> %(layer)s %(district)s") % {
        "file": report.file, "layer": name, "district": report.district,
    }  # fmt: skip
    if report.crs:
        yield _("coordinate system: %(crs)s; text: %(encoding)s") % {"crs": report.crs, "encoding": report.encoding}
    else:
        yield _("text: %(encoding)s") % {"encoding": report.encoding}
    yield _("columns used: %(columns)s") % {
        "columns": ", ".join(f"{column} -> {field}" for field, column in report.columns.items()) or "-"
    }
    if report.ignored:
        yield _("columns not used: %(columns)s") % {"columns": ", ".join(report.ignored)}
    for note in report.notes:
        yield remark(note)
    yield from _listed(_("Repaired: %(count)s"), report.repaired)
    yield from _listed(_("Look at: %(count)s"), report.doubts)
    if report.rejected:
        yield from _refused(report)
    yield counts(report)


def counts(report: Report) -> str:
    """One sentence of figures."""
    said = _(
        "%(rows)s rows: %(inserted)s new, %(updated)s changed, %(unchanged)s unchanged, %(removed)s removed, "
        "%(refused)s refused"
    ) % {
        "rows": report.rows, "inserted": report.inserted, "updated": report.updated, "unchanged": report.unchanged,
        "removed": report.removed, "refused": report.refused_rows,
    }  # fmt: skip
    return _("Dry run, nothing was kept: %(counts)s") % {"counts": said} if report.dry_run else said


def _listed(title: str, findings: list[Finding]) -> Iterator[str]:
    if not findings:
        return
    yield title % {"count": len(findings)}
    for item in findings[:SHOWN]:
        told = remark(item)
        yield "  " + (_("row %(row)s: %(text)s") % {"row": item.row, "text": told} if item.row else told)
    yield from _more(len(findings))


def _refused(report: Report) -> Iterator[str]:
    yield _("Refused: %(count)s") % {"count": report.refused_rows}
    for fault in report.rejected[:SHOWN]:
        yield f"  {sentence(fault)}"
    yield from _more(len(report.rejected))


def sentence(fault: Rejection) -> str:
    """One refusal in one line."""
    return _("row %(row)s, %(field)s = %(value)s: %(rule)s -> %(remedy)s") % {
        "row": fault.row, "field": fault.field or "-", "value": fault.value[:60] or "-", "rule": fault.rule,
        "remedy": fault.remedy,
    }  # fmt: skip


def _more(count: int) -> Iterator[str]:
    if count > SHOWN:
        yield "  " + _("and %(more)s more") % {"more": count - SHOWN}
