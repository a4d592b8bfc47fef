"""Read an OpenStreetMap file once: the objects that the mapping wants, with their geometries."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely

from xiuhua.interop.exchange.shapes import repair
from xiuhua.interop.osm.conditions import all_hold
from xiuhua.interop.osm.reading import Found, Reading, Ref, Trouble
from xiuhua.interop.osm.rules import Mapping

SUFFIXES = (".osm.pbf", ".pbf", ".osm")
# A ring has three corners and comes back to the first.
RING_NODES = 4


class UnreadableError(ValueError):
    """The file is not a whole OpenStreetMap file; ``reason`` is what the library said."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read(path: Path, mapping: Mapping) -> Reading:
    """Read ``path`` (.osm.pbf, or .osm as XML) and return what ``mapping`` takes from it.

    Memory grows with the objects taken and with the number of nodes of the file (positions are kept in
    memory), which suits a district or a city, not a continent. Raises UnreadableError.
    """
    try:
        return _Reader(path, mapping).run()
    except (RuntimeError, OSError) as error:
        raise UnreadableError(str(error)) from error


class _Reader:
    """Holds what the passes over a file share."""

    def __init__(self, path: Path, mapping: Mapping) -> None:
        self.path, self.mapping = path, mapping
        self.reading = Reading()
        self.factory = osmium.geom.WKBFactory()
        self.waiting: dict[Ref, Found] = {}
        self.assembled: set[Ref] = set()
        self.wkb: list[str] = []

    def run(self) -> Reading:
        """Count, read, build the geometries."""
        processor = osmium.FileProcessor(str(self.path))
        box = processor.header.box()
        if box.valid():
            self.reading.box = (box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat)
        self.reading.objects = sum(1 for _ in processor)
        wanted = osmium.filter.KeyFilter(*sorted(self.mapping.keys))
        for item in osmium.FileProcessor(str(self.path)).with_areas(wanted).with_filter(wanted):
            self._take(item)
        for ref, found in self.waiting.items():
            if ref not in self.assembled:
                self.reading.troubles.append(Trouble(found, "incomplete"))
        self._draw_rings_again()
        self._build()
        return self.reading

    def _take(self, item: Any) -> None:
        tags = {tag.k: tag.v for tag in item.tags}
        if item.is_area():
            self._area(item, tags)
        elif item.is_node():
            found = Found(("n", item.id), tags, "point", self.mapping.match(tags, "point"))
            self._count(tags, matched=bool(found.matches))
            if found.matches and item.location.valid():
                self._keep(found, self.factory.create_point(item))
            elif found.matches:
                self.reading.troubles.append(Trouble(found, "incomplete"))
        elif item.is_way():
            self._way(item, tags)
        elif tags.get("type") in {"multipolygon", "boundary"}:
            found = Found(("r", item.id), tags, "polygon", self.mapping.match(tags, "polygon"))
            self._count(tags, matched=bool(found.matches))
            if found.matches:
                self.waiting[found.ref] = found

    def _way(self, item: Any, tags: dict[str, str]) -> None:
        line = Found(("w", item.id), tags, "line", self.mapping.match(tags, "line"))
        polygon = Found(("w", item.id), tags, "polygon", self.mapping.match(tags, "polygon"))
        self._count(tags, matched=bool(line.matches or polygon.matches))
        if line.matches:
            self._line(item, line)
        if polygon.matches and tags.get("area") != "no":
            if not item.is_closed():
                self.reading.troubles.append(Trouble(polygon, "open"))
            elif len(item.nodes) < RING_NODES:
                self.reading.troubles.append(Trouble(polygon, "short"))
            else:
                self.waiting[polygon.ref] = polygon

    def _line(self, item: Any, found: Found) -> None:
        wkb = self._whole_line(item)
        if wkb is None:
            run = max(_known_runs(item), key=len, default=[])
            if len(set(run)) < 2:  # noqa: PLR2004 - a line has two ends
                missing = not all(node.location.valid() for node in item.nodes)
                self.reading.troubles.append(Trouble(found, "incomplete" if missing else "short"))
                return
            found.repair, found.detail = "cut", f"{len(run)}/{len(item.nodes)}"
            wkb = shapely.to_wkb(shapely.LineString(run), hex=True)
        self._keep(found, wkb)

    def _whole_line(self, item: Any) -> str | None:
        """The line as WKB; None when a node is not in the file or fewer than two places are left."""
        try:
            return str(self.factory.create_linestring(item))
        except (RuntimeError, osmium.InvalidLocationError):
            return None

    def _area(self, item: Any, tags: dict[str, str]) -> None:
        """An area comes as soon as its last way was read: before its relation, after its closed way."""
        kind = "w" if item.from_way() else "r"
        if kind == "r":
            tags["type"] = "multipolygon"  # the assembler drops the tag; it was this or boundary
        found = Found((kind, item.orig_id()), tags, "polygon", self.mapping.match(tags, "polygon"))
        if not found.matches:
            return
        self.assembled.add(found.ref)
        try:
            self._keep(found, self.factory.create_multipolygon(item))
        except RuntimeError as error:
            self.reading.troubles.append(Trouble(found, "crossing", str(error)))

    def _draw_rings_again(self) -> None:
        """Closed ways that cross themselves: take their ring as it is drawn, so that it can be repaired."""
        crossing = {trouble.found.ref[1]: trouble for trouble in self.reading.troubles if trouble.is_ring}
        if not crossing:
            return
        filters = osmium.filter.EntityFilter(osmium.osm.WAY), osmium.filter.IdFilter(list(crossing))
        processor = osmium.FileProcessor(str(self.path)).with_locations()
        for each in filters:
            processor = processor.with_filter(each)
        way: Any
        for way in processor:
            ring = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
            if len(ring) >= RING_NODES:
                trouble = crossing[way.id]
                self.reading.troubles.remove(trouble)
                self._keep(trouble.found, shapely.to_wkb(shapely.Polygon(ring), hex=True))

    def _keep(self, found: Found, wkb: str) -> None:
        self.reading.found.append(found)
        self.wkb.append(wkb)

    def _count(self, tags: dict[str, str], *, matched: bool) -> None:
        if matched:
            return
        for rule in self.mapping.left_out:
            if all_hold(rule.when, tags):
                self.reading.left_out[rule] += 1
                return
        for key in self.mapping.feature_keys:
            if key in tags:
                self.reading.ignored[f"{key}={tags[key]}"] += 1

    def _build(self) -> None:
        geometries = shapely.from_wkb(np.array(self.wkb, dtype=object))
        valid = shapely.is_valid(geometries)
        kept = []
        for found, geometry, good in zip(self.reading.found, geometries, valid.tolist(), strict=True):
            if not good and not _repair(found, geometry):
                self.reading.troubles.append(Trouble(found, "crossing", shapely.is_valid_reason(geometry)))
                continue
            if good:
                found.geometry = _simplest(geometry)
            kept.append(found)
        self.reading.found = kept


def _repair(found: Found, geometry: Any) -> bool:
    """Give ``found`` a valid geometry; False when nothing of its kind is left."""
    found.repair, found.detail = "made valid", str(shapely.is_valid_reason(geometry))
    found.geometry = repair(geometry)
    return found.geometry is not None


def _simplest(geometry: Any) -> Any:
    """A multipolygon of one part as the polygon it is."""
    return geometry.geoms[0] if geometry.geom_type == "MultiPolygon" and len(geometry.geoms) == 1 else geometry


def _known_runs(way: Any) -> Iterator[list[tuple[float, float]]]:
    """The stretches of a way whose node positions are in the file."""
    run: list[tuple[float, float]] = []
    for node in way.nodes:
        if node.location.valid():
            run.append((node.location.lon, node.location.lat))
        elif run:
            yield run
            run = []
    if run:
        yield run
