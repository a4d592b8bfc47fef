"""Say what an import did: counts, outline, repairs, refusals, what was left out and ignored."""

import csv
from collections.abc import Iterator
from pathlib import Path
from unicodedata import east_asian_width

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from xiuhua.interop.osm.importing import ImportResult
from xiuhua.interop.osm.outline import Outline
from xiuhua.interop.osm.reading import Found, Reading

SHOWN = 10
IGNORED_SHOWN = 20
COLUMNS = ("layer", "row", "code", "field", "value", "rule", "remedy")


def lines(reading: Reading, result: ImportResult) -> Iterator[str]:
    """The report, line by line."""
    yield outline_line(result.outline)
    yield from _table(result)
    if aside := sum(done.aside for done in result.layers):
        yield _("Gates left out that stand at no green space: %(count)d") % {"count": aside}
    if assumed := sum(done.assumed for done in result.layers):
        yield _("Single trees assumed along rows of trees: %(count)d") % {"count": assumed}
    repaired = [(done.report.layer, found) for done in result.layers for found in done.repaired]
    yield from _listed(
        _("Repaired geometries: %(count)d") % {"count": len(repaired)},
        [f"{layer}  {found.code}  {repair_text(found)}" for layer, found in repaired],
    )
    refused = [(done.report.layer, item) for done in result.layers for item in done.rejected]
    yield from _listed(
        _("Refused objects: %(count)d (--rejects FILE writes them all)") % {"count": len(refused)},
        [f"{layer}  {item.code}  {item.field}: {item.rule}; {item.remedy}" for layer, item in refused],
    )
    if reading.left_out:
        english = (get_language() or "").startswith("en")
        yield _("Left out on purpose by the mapping:")
        for rule, count in reading.left_out.most_common():
            yield f"  {count:>6}  {rule.why_en if english else rule.why_zh}"
    if result.unread:
        yield _("Values that could not be read and were left empty: %(count)d (%(examples)s)") % {
            "count": result.unread.total(),
            "examples": ", ".join(value for value, _count in result.unread.most_common(5)),
        }
    if reading.ignored:
        yield _("Tags that no rule took, the most frequent %(count)d:") % {"count": IGNORED_SHOWN}
        for tag, count in reading.ignored.most_common(IGNORED_SHOWN):
            yield f"  {count:>6}  {tag}"


def outline_line(outline: Outline) -> str:
    """One line on what was taken as the outline of the district."""
    if outline.found:
        tags = outline.found.tags
        return _("Outline: relation %(id)d %(name)s (admin_level %(level)s)") % {
            "id": outline.found.ref[1],
            "name": tags.get("name", ""),
            "level": tags.get("admin_level", "?"),
        }
    if outline.how == "kept":
        return _("Outline: the one the district has already")
    return _(
        "Outline: the box round the data, since no boundary in the file is whole and holds half of the objects; "
        "choose one with --boundary, or load areas from another file"
    )


def repair_text(found: Found) -> str:
    """What was done to the geometry of ``found``."""
    if found.repair == "cut":
        return _("cut at the edge of the file: %(part)s nodes are known") % {"part": found.detail}
    return _("made valid: %(reason)s") % {"reason": found.detail}


def write_rejects(path: Path, result: ImportResult) -> int:
    """Write every refused object to a CSV file (UTF-8 with a mark, so that spreadsheets read it). Returns how many."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        rejected = [(done.report.layer, item) for done in result.layers for item in done.rejected]
        for layer, item in rejected:
            writer.writerow([layer, item.row, item.code, item.field, item.value, item.rule, item.remedy])
    return len(rejected)


def _table(result: ImportResult) -> Iterator[str]:
    names = (
        pgettext("osm", "found"),
        pgettext("osm", "outside"),
        pgettext("osm", "refused"),
        pgettext("osm", "repaired"),
        pgettext("osm", "new"),
        pgettext("osm", "changed"),
        pgettext("osm", "same"),
        pgettext("osm", "removed"),
    )
    yield " " * 12 + "".join(" " * max(10 - _width(name), 1) + name for name in names)
    for done in result.layers:
        report = done.report
        counts = (
            done.found, done.outside, len(done.rejected), len(done.repaired), report.inserted, report.updated,
            report.unchanged, report.removed,
        )  # fmt: skip
        yield f"{report.layer:12}" + "".join(f"{count:>10}" for count in counts)


def _width(text: str) -> int:
    """Columns that ``text`` takes on a terminal: Chinese characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _listed(title: str, items: list[str]) -> Iterator[str]:
    if not items:
        return
    yield title
    for item in items[:SHOWN]:
        yield f"  {item}"
    if len(items) > SHOWN:
        yield "  " + _("and %(count)d more") % {"count": len(items) - SHOWN}
