"""Put the rows of a file on the map: datum, axes, geometry, district; then doubt what looks wrong on the whole."""

from typing import TYPE_CHECKING

import numpy as np
import shapely

from xiuhua.city.models import District
from xiuhua.interop.exchange import datum, shapes, vocabulary, whereabouts
from xiuhua.interop.exchange.findings import FileRefusedError, finding
from xiuhua.interop.exchange.report import Report
from xiuhua.interop.exchange.table import Geometries
from xiuhua.interop.exchange.targets import Target

if TYPE_CHECKING:
    from xiuhua.interop.exchange.intake import Request, Sorted

MOST_OVERLAPS = 100


def place(kept: "Sorted", request: "Request", target: Target, district: District, report: Report) -> None:
    """Give each row its geometry in WGS-84, or a fault. Raises FileRefusedError for mistakes of the whole file."""
    table = kept.table
    assert table.geometry is not None
    system = datum.choose(request.crs, table.crs, request.shown_name, assumed=table.crs_assumed)
    report.crs = system.name
    if datum.is_coarse(system):
        report.doubts.append(finding(0, "geometry", system.name, "datum_coarse"))
    geometry = shapely.force_2d(table.geometry)
    if request.swap:
        geometry = whereabouts.swap(geometry)
    outline = vocabulary.outline(district)
    in_range = datum.check_range(geometry, system)
    swapped = _swapped(kept, geometry, outline, request) if system.in_degrees else np.zeros(len(table), dtype=bool)
    there = ~shapely.is_missing(geometry) & ~shapely.is_empty(geometry)
    for i in np.flatnonzero(there & ~in_range & ~swapped).tolist():
        sample = shapely.to_wkt(shapely.Point(shapely.get_coordinates(geometry[i])[0]), rounding_precision=6)
        kept.refuse(i, finding(table.rows[i], "geometry", sample, "out_of_range", crs=system.name))
    off = there & (swapped | ~in_range)
    geometry[off] = None
    examined = shapes.examine(datum.to_wgs84(geometry, system), table.rows, target.geometry)
    positions = {number: i for i, number in enumerate(table.rows)}
    for fault in examined.refused:
        if not off[positions[fault.row]]:
            kept.refuse(positions[fault.row], fault)
    report.repaired += examined.repaired
    _check_outline(kept, examined.geometry, outline, target, district, report)
    for i in kept.good():
        if target.geometry == "point":
            kept.rows[i]["lon"], kept.rows[i]["lat"] = examined.geometry[i].x, examined.geometry[i].y
        else:
            kept.rows[i]["geometry"] = examined.geometry[i]


def _swapped(
    kept: "Sorted", geometry: Geometries, outline: shapely.Geometry | None, request: "Request"
) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Rows whose axes are exchanged. Raises FileRefusedError when they are most of the file."""
    swapped = whereabouts.look_swapped(geometry, outline)
    if swapped.mean() > whereabouts.MOST:
        raise FileRefusedError("axes_swapped_file", count=int(swapped.sum()), rows=len(swapped))
    for i in np.flatnonzero(swapped).tolist():
        sample = shapely.to_wkt(shapely.Point(shapely.get_coordinates(geometry[i])[0]), rounding_precision=6)
        kept.refuse(i, finding(kept.table.rows[i], "geometry", sample, "axes_swapped"))
    return swapped


def _check_outline(
    kept: "Sorted",
    geometry: Geometries,
    outline: shapely.Geometry | None,
    target: Target,
    district: District,
    report: Report,
) -> None:
    """Refuse what lies outside the district; the outline itself is not measured against the old one."""
    if outline is None:
        report.notes.append(finding(0, "geometry", "", "outline_absent", district=district.code))
        return
    ranks = vocabulary.ranks() if target.key == "areas" else {}
    for i in np.flatnonzero(whereabouts.outside(geometry, outline)).tolist():
        if ranks.get(str(kept.rows[i].get("kind")), (1, False))[0] == 0:
            continue
        middle = shapely.to_wkt(shapely.centroid(geometry[i]), rounding_precision=6)
        fault = finding(kept.table.rows[i], "geometry", middle, "outside_district", district=district.code)
        kept.refuse(i, fault)


def _middles(kept: "Sorted", good: list[int]) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
    if good and "lon" in kept.rows[good[0]]:
        return np.array([(kept.rows[i]["lon"], kept.rows[i]["lat"]) for i in good])
    box = shapely.bounds([kept.rows[i]["geometry"] for i in good])
    return np.column_stack([(box[:, 0] + box[:, 2]) / 2, (box[:, 1] + box[:, 3]) / 2])


def doubt_datum(kept: "Sorted", target: Target, district: District, report: Report) -> None:
    """Warn when the file lies off the known places as another datum would put it."""
    good = kept.good()
    if not good:
        return
    codes = [str(kept.rows[i].get("code", "")) for i in good]
    names = [str(kept.rows[i].get("name_zh", "")) for i in good]
    known = vocabulary.known_places(district, target.key)
    theirs, ours = vocabulary.pair(codes, names, _middles(kept, good), known)
    suspicion = whereabouts.suspect_datum(theirs, ours, report.crs)
    if suspicion:
        report.doubts.append(
            finding(
                0, "geometry", report.crs, "datum_doubtful", crs=report.crs, datum=suspicion.datum,
                places=suspicion.places, metres=suspicion.metres, after=suspicion.metres_after,
            )
        )  # fmt: skip


def doubt_overlaps(kept: "Sorted", district: District, report: Report) -> None:
    """List the areas of a partition that cover the same ground, in the file and against what is loaded."""
    kinds: dict[str, list[int]] = {}
    for i in kept.good():
        kinds.setdefault(str(kept.rows[i]["kind"]), []).append(i)
    ranks = vocabulary.ranks()
    for kind, members in kinds.items():
        if not ranks[kind][1]:
            continue
        codes = [str(kept.rows[i]["code"]) for i in members]
        others, around = vocabulary.neighbours(district, kind, set(codes))
        every = np.array([None] * (len(members) + len(others)), dtype=object)
        every[: len(members)] = [kept.rows[i]["geometry"] for i in members]
        every[len(members) :] = around
        labels = codes + others
        found = [o for o in whereabouts.overlaps(every) if o.first < len(members)]
        for overlap in found[:MOST_OVERLAPS]:
            row = kept.table.rows[members[overlap.first]]
            first, second = labels[overlap.first], labels[overlap.second]
            report.doubts.append(finding(row, "geometry", first, "overlap", kind=kind, other=second, m2=overlap.m2))
        if len(found) > MOST_OVERLAPS:
            more = len(found) - MOST_OVERLAPS
            report.doubts.append(finding(0, "geometry", "", "overlaps_more", kind=kind, more=more))
