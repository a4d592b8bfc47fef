"""The division of the district: towns, communities, responsibility grids, unit grids, functional areas.

All come from one planar network (block edges and outline, noded together), so that every level shares its
boundaries exactly: a unit grid is a face of the network, everything larger is a union of unit grids.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from xiuhua.city.grids import number_grids
from xiuhua.demo.blocks import Division
from xiuhua.demo.clusters import clusters, connect
from xiuhua.demo.lattice import Density, Lattice
from xiuhua.demo.names import Names
from xiuhua.demo.plan import Floats, Ints, Row, district_file, generator, geographic_one, to_plane

_SLIVER_M2 = 9_000


@dataclass
class Areas:
    """Every area as a row ready to load, and who holds what on the plane."""

    rows: list[Row]
    faces: list[shapely.Polygon]
    face_of_block: Ints  # the face of each block, -1 where the block lies outside
    face_codes: list[tuple[str, ...]]  # town, community, responsibility grid, unit grid of each face
    communities: dict[str, Row]

    def count_persons(self, face: Ints, persons: Ints) -> None:
        """Fill ``persons`` of every area from the residents of buildings, given the face of each building."""
        by_face = np.bincount(face, weights=persons, minlength=len(self.faces)).astype(int)
        total: dict[str, int] = {}
        for codes, count in zip(self.face_codes, by_face.tolist(), strict=True):
            for code in (codes[0][:6], *codes):
                total[code] = total.get(code, 0) + count
        for row in self.rows:
            if row["kind"] == "functional_area":
                row["persons"] = sum(total[code] for code in row.pop("_members"))
            else:
                row["persons"] = total[row["code"]]


def draw_areas(division: Division, lattice: Lattice, density: Density, outline: shapely.Polygon, seed: int) -> Areas:
    """Divide the outline into areas of every kind."""
    faces, block = _faces(division, lattice, outline)
    middle = np.array([shapely.point_on_surface(face).coords[0] for face in faces])
    size = shapely.area(np.array(faces, dtype=object))
    built = density.at(middle)
    pairs = _neighbours(faces)
    rng = generator(seed, "areas")
    town = connect(_towns(middle, rng), pairs)
    community, duty_grid, grade = np.full(len(faces), -1), np.full(len(faces), -1), np.digitize(built, [0.25, 0.7])
    names, plan = Names(seed, "areas"), district_file()
    rows: list[Row] = [_row(plan["code"], "district", plan["name_zh"], plan["name_en"], "", faces)]
    codes: list[tuple[str, ...]] = [()] * len(faces)
    communities: dict[str, Row] = {}
    for index, entry in enumerate(plan["towns"]):
        members = np.flatnonzero(town == index)
        code = plan["code"] + entry["code"]
        whole = [faces[member] for member in members]
        kind_en = "Town" if entry["suffix"] == "镇" else "Subdistrict"
        rows.append(_row(code, "town", entry["zh"] + entry["suffix"], f"{entry['en']} {kind_en}", plan["code"], whole))
        count = entry["residents"] + entry["villages"]
        community[members] = _parts(middle, size * (0.12 + built), members, pairs, min(count, len(members)), rng)
        ranked = sorted(set(community[members].tolist()), key=lambda c: -built[community == c].mean())
        for number, label in enumerate(ranked, start=1):
            inside = np.flatnonzero(community == label)
            of_community = f"{code}{number:03d}"
            zh, en = names.community(village=number > entry["residents"])
            row = _row(of_community, "community", zh, en, code, [faces[i] for i in inside])
            rows.append(row)
            communities[of_community] = row
            parts = max(1, min(6, round(len(inside) / 6)))
            duty_grid[inside] = _parts(middle, size, inside, pairs, parts, rng)
            for position, part in enumerate(sorted(set(duty_grid[inside].tolist())), start=1):
                held = inside[duty_grid[inside] == part]
                of_grid = f"{of_community}R{position:02d}"
                zh_grid, en_grid = f"{zh}第{position}责任网格", f"{en}, grid {position}"
                rows.append(
                    _row(of_grid, "responsibility_grid", zh_grid, en_grid, of_community, [faces[i] for i in held])
                )
                for face in held.tolist():
                    codes[face] = (code, of_community, of_grid)
    bounds = shapely.bounds(np.array(faces, dtype=object))
    for face, unit in enumerate(number_grids([held[1] for held in codes], bounds)):
        rows.append(
            _row(unit, "unit_grid", f"单元网格{unit[9:]}", f"Unit grid {unit[9:]}", codes[face][2], [faces[face]])
        )
        rows[-1]["grade"] = 3 - int(grade[face])
        codes[face] = (*codes[face], unit)
    rows += list(_functional_areas(communities))
    return Areas(rows, faces, _face_of_block(block, size, len(division.blocks)), codes, communities)


def _row(code: str, kind: str, zh: str, en: str, parent: str, faces: Sequence[shapely.Polygon]) -> Row:
    shape = shapely.coverage_union_all(faces) if len(faces) > 1 else faces[0]
    row: Row = {"code": code, "kind": kind, "name_zh": zh, "name_en": en, "geometry": geographic_one(shape)}
    if parent:
        row["parent"] = parent
    return row


def _faces(division: Division, lattice: Lattice, outline: shapely.Polygon) -> tuple[list[shapely.Polygon], Ints]:
    """The faces of the network inside the outline, slivers given to the neighbour with the longest border."""
    lines = [shapely.LineString(outline.exterior.coords)]
    for line in division.lines:
        run = np.arange(line.start, line.end + 1)
        fixed = np.full_like(run, line.at)
        lines.append(shapely.LineString(lattice.corners(*((fixed, run) if line.axis == "u" else (run, fixed)))))
    shapely.prepare(outline)
    network = shapely.unary_union(lines)
    faces = [face for face in shapely.polygonize([network]).geoms if outline.contains(face.representative_point())]
    faces = _join_slivers(faces)
    faces = list(shapely.coverage_simplify(np.array(faces, dtype=object), 2.0))
    faces.sort(key=lambda face: face.bounds)
    middle = lattice.unbend(np.array([shapely.point_on_surface(face).coords[0] for face in faces]))
    boxes = [shapely.box(b.u0, b.v0, b.u1, b.v1) for b in division.blocks]
    found, box = shapely.STRtree(boxes).query(shapely.points(middle), predicate="within")
    block = np.full(len(faces), -1)
    block[found] = box
    return faces, block


def _join_slivers(faces: list[shapely.Polygon]) -> list[shapely.Polygon]:
    """What the outline cuts off a block too small to be a grid joins the neighbour with the longest border."""
    held = dict(enumerate(faces))
    tree = shapely.STRtree(faces)
    home = list(range(len(faces)))
    for small in sorted(held, key=lambda index: faces[index].area):
        if held[small].area >= _SLIVER_M2:
            continue
        around = {home[int(other)] for other in tree.query(held[small], predicate="touches")} - {small}
        best = max(around, key=lambda other: (held[small].intersection(held[other]).length, -other))
        held[best] = shapely.coverage_union_all([held[best], held.pop(small)])
        home = [best if place == small else place for place in home]
    return list(held.values())


def _neighbours(faces: list[shapely.Polygon]) -> Ints:
    """Pairs (n, 2) of faces that share more than 5 m of border."""
    held = np.array(faces, dtype=object)
    left, right = shapely.STRtree(held).query(held, predicate="touches")
    shared = shapely.length(shapely.intersection(held[left], held[right])) > 5  # noqa: PLR2004 - not a corner
    return np.column_stack([left[shared], right[shared]])


def _towns(middle: Floats, rng: np.random.Generator) -> Ints:
    """The town of each face: nearest seat, distances weighted by the size of the town and slightly bent."""
    towns = district_file()["towns"]
    seats, weight = to_plane([town["seat"] for town in towns]), np.array([town["core"] for town in towns])
    bend = 500 * np.sin(middle[:, ::-1] / 2_600 + rng.uniform(0, 6, 2))
    gap = np.hypot(*np.moveaxis((middle + bend)[:, None, :] - seats[None, :, :], 2, 0))
    return np.asarray(np.argmin(gap / (1.6 + weight), axis=1), dtype=np.int64)


def _parts(middle: Floats, weight: Floats, members: Ints, pairs: Ints, count: int, rng: np.random.Generator) -> Ints:
    """Divide some faces into ``count`` connected parts of about equal weight."""
    position = np.full(len(middle), -1)
    position[members] = np.arange(len(members))
    inside = pairs[(position[pairs] >= 0).all(axis=1)]
    labels = connect(clusters(middle[members], weight[members], count, rng), position[inside])
    return labels + int(members[0]) * 1_000


def _functional_areas(communities: dict[str, Row]) -> Iterator[Row]:
    shapes = {code: row["geometry"] for code, row in communities.items()}
    middle = to_plane([shape.centroid.coords[0] for shape in shapes.values()])
    for entry in district_file()["functional_areas"]:
        gap = np.hypot(*(middle - to_plane([entry["centre"]])).T)
        chosen = [code for code, far in zip(shapes, gap.tolist(), strict=True) if far <= entry["radius_km"] * 1_000]
        chosen = chosen or [list(shapes)[int(np.argmin(gap))]]
        yield {
            "code": entry["code"], "kind": "functional_area", "name_zh": entry["zh"], "name_en": entry["en"],
            "geometry": shapely.coverage_union_all([shapes[code] for code in chosen]), "_members": chosen,
        }  # fmt: skip


def _face_of_block(block: Ints, size: Floats, count: int) -> Ints:
    """The largest face of each block, -1 where it has none."""
    found = np.full(count, -1)
    for face in np.argsort(size, kind="stable").tolist():
        if block[face] >= 0:
            found[block[face]] = face
    return found
