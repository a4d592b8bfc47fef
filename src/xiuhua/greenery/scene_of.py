"""The scene of a district, read from the tables of the city once for as long as its layers stay the same."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from django.db.models import Q
from django.utils import timezone

from xiuhua.city.area_index import AreaIndex, area_index, local_day
from xiuhua.city.kerbs import ASSUMED_WIDTH_M
from xiuhua.city.layers import version_key
from xiuhua.city.models import Area, Building, District, Gate, GreenSpace, Plot, Street, Tree
from xiuhua.foundation.geometry import metres_per_degree
from xiuhua.foundation.index import LayerCache
from xiuhua.greenery.defaults import (
    Told,
    building_heights,
    leaves_stay,
    out_of_walls,
    residents,
    rules,
    tree_sizes,
)
from xiuhua.greenery.nearby import Nearby
from xiuhua.greenery.scene import (
    STOREY_M,
    Buildings,
    Floats,
    Gates,
    Geometries,
    Ints,
    Parks,
    Scene,
    Streets,
    Trees,
    points_in,
)
from xiuhua.greenery.walks import Walks

# Layers of the city that a scene is made of.
LAYERS = ("buildings", "trees", "streets", "greens", "gates", "plots", "areas")


@dataclass(frozen=True)
class Plane:
    """Metres from the middle of the district: ``east`` and ``north`` are metres of a degree there."""

    lon: float
    lat: float
    east: float
    north: float

    def flat(self, geometries: Geometries) -> Geometries:
        """Geometries in degrees on the plane."""
        moved: Geometries = shapely.transform(
            geometries, lambda lonlat: (lonlat - (self.lon, self.lat)) * (self.east, self.north)
        )
        return moved

    def degrees(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Longitude and latitude of places on the plane."""
        return x / self.east + self.lon, y / self.north + self.lat


@dataclass(frozen=True)
class Surveyed:
    """A scene and what it was read from: ids of its rows in their order, and of their areas (0 for none)."""

    scene: Scene
    plane: Plane
    day: date
    buildings: Ints
    trees: Ints
    streets: Ints
    parks: Ints
    towns: Ints
    communities: Ints
    street_towns: Ints

    @cached_property
    def nearby(self) -> Nearby:
        """Finds what lies about a place, for cards and what-if."""
        return Nearby(self.scene)

    @cached_property
    def walks(self) -> Walks:
        """All walks to parks, for new gates."""
        return Walks(self.scene, self.nearby.doors)

    def digest(self) -> str:
        """Names what is measured: the same of two scenes that give the same figures."""
        found = hashlib.sha256()
        for part in (self.scene.buildings, self.scene.trees, self.scene.streets, self.scene.parks, self.scene.gates):
            for name, values in vars(part).items():
                found.update(name.encode())
                raw = shapely.to_wkb(values) if values.dtype == object else [values.tobytes()]
                for each in raw:
                    found.update(each)
        for each in shapely.to_wkb(self.scene.homes):
            found.update(each)
        for places in (self.buildings, self.streets, self.parks, self.towns, self.communities):
            found.update(places.tobytes())
        return found.hexdigest()


@dataclass
class _Days:
    """The scenes of a district by day: what is valid changes with it."""

    district: District
    held: dict[date, Surveyed] = field(default_factory=dict)

    def on(self, day: date, areas: AreaIndex) -> Surveyed:
        if day not in self.held:
            self.held = {day: read(self.district, day, areas)}
        return self.held[day]


_cache: LayerCache[_Days] = LayerCache(lambda key, _version: _Days(District.objects.get(code=key.split(":")[0])))


def scene_of(district: District, at: datetime | None = None) -> Surveyed:
    """The scene of ``district`` on the day of ``at`` (now when not given); read again when a layer of it changes."""
    at = at or timezone.now()
    first, *others = (version_key(district.code, layer) for layer in LAYERS)
    return _cache.get(first, *others).on(local_day(district, at), area_index(district, at))


def read(district: District, day: date, areas: AreaIndex) -> Surveyed:
    """Read the scene of what is valid on ``day``."""
    told = Told([], [])
    plane = _plane(district)
    rows = _rows(Building, district, day, ("id", "geom", "height_m", "floors", "persons", "use", "area_m2"))
    shapes = plane.flat(_shapes(rows["geom"]))
    middle = points_in(shapes)
    lonlat = plane.degrees(middle[:, 0], middle[:, 1])
    towns, communities = (areas.ids_at(kind, *lonlat) for kind in ("town", "community"))
    height = building_heights(_floats(rows["height_m"]), _floats(rows["floors"]), told)
    persons, home = _persons(rows, height, *_units(district, day, towns, communities), told)
    measured = home & ((towns > 0) if areas.of_kind("town") else True)
    buildings = Buildings(shapes, height, np.where(measured, persons, 0.0), measured)
    trees, tree_ids = _trees(district, day, plane, shapes, told)
    streets, street_ids, street_towns = _streets(district, day, plane, areas, told)
    parks, park_ids = _parks(district, day, plane)
    homes = _homes(district, day, plane, shapes[measured], told)
    scene = Scene(
        buildings, trees, streets, parks, _gates(district, day, plane, park_ids), homes, plane.lon, plane.lat,
        tuple(told.assumed), tuple(told.rejected),
    )  # fmt: skip
    return Surveyed(
        scene, plane, day, _ints(rows["id"]), tree_ids, street_ids, park_ids, towns, communities, street_towns
    )


def _plane(district: District) -> Plane:
    """About the middle of the areas of the district; where it has none, of whatever lies in it."""
    box, point = ("min_lon", "min_lat", "max_lon", "max_lat"), ("lon", "lat", "lon", "lat")
    for model, names in (
        (Area, box), (Building, box), (Street, box), (GreenSpace, box), (Plot, box), (Tree, point),
    ):  # fmt: skip
        if found := list(model._default_manager.filter(district=district).values_list(*names)):
            west, south, east, north = np.array(found).T
            lon, lat = float(west.min() + east.max()) / 2, float(south.min() + north.max()) / 2
            each = metres_per_degree(lat)
            return Plane(lon, lat, float(each[0]), float(each[1]))
    return Plane(0.0, 0.0, 1.0, 1.0)


def _persons(
    rows: dict[str, list[Any]], height: Floats, unit: Ints, census: Floats, told: Told
) -> tuple[Floats, Any]:  # fmt: skip
    """Persons of each building and whether it is a home."""
    said = _floats(rows["persons"])
    use = np.array(rows["use"], dtype=object)
    lived_in = np.array([each in rules().homes or not each for each in use], dtype=bool)
    home = (said > 0) | (np.isnan(said) & lived_in) | (lived_in & (use != ""))
    floor_m2 = _floats(rows["area_m2"]) * np.maximum(np.floor(height / STOREY_M), 1)
    persons = np.zeros(len(said))
    persons[home] = residents(said[home], floor_m2[home], unit[home], census, told)
    return persons, home


def _units(district: District, day: date, towns: Ints, communities: Ints) -> tuple[Ints, Floats]:
    """The number of the census unit of each building, -1 none, and the persons of each unit.

    Units are communities where the census counted these, else towns.
    """
    for kind, ids in (("community", communities), ("town", towns)):
        found = dict(
            Area.objects.filter(_valid(day), district=district, kind=kind, persons__isnull=False).values_list(
                "pk", "persons"
            )
        )
        if found:
            keys = np.array(sorted(found), dtype=np.int64)
            place = np.searchsorted(keys, ids)
            there = (place < len(keys)) & (keys[np.minimum(place, len(keys) - 1)] == ids)
            return np.where(there, place, -1), np.array([found[key] for key in keys.tolist()], dtype=np.float64)
    return np.full(len(towns), -1, dtype=np.int64), np.empty(0)


def _trees(district: District, day: date, plane: Plane, walls: Geometries, told: Told) -> tuple[Trees, Ints]:
    rows = _rows(Tree, district, day, ("id", "lon", "lat", "height_m", "crown_m", "base_m", "evergreen", "species"))
    lon, lat = _floats(rows["lon"]), _floats(rows["lat"])
    x, y, stays = out_of_walls((lon - plane.lon) * plane.east, (lat - plane.lat) * plane.north, walls, told)
    names, kind = np.unique(np.array(rows["species"], dtype=object).astype(str), return_inverse=True)
    kind = np.where(names[kind] == "", -1, kind) if len(kind) else kind.astype(np.int64)
    tall, wide, bare = (_floats(rows[name]) for name in ("height_m", "crown_m", "base_m"))
    height, radius, base = tree_sizes(tall, wide, bare, kind, told)
    evergreen = leaves_stay(_floats(rows["evergreen"]), rows["species"], told)
    found = Trees(x[stays], y[stays], height[stays], radius[stays], base[stays], evergreen[stays])
    return found, _ints(rows["id"])[stays]


def _streets(district: District, day: date, plane: Plane, areas: AreaIndex, told: Told) -> tuple[Streets, Ints, Ints]:
    rows = _rows(Street, district, day, ("id", "geom", "street_class", "width_m", "elevated"))
    taken, kind = rules(), np.array(rows["street_class"], dtype=object)
    usual = np.array([ASSUMED_WIDTH_M.get(each, taken.path_width_m) for each in kind], dtype=np.float64)
    width = _floats(rows["width_m"])
    told.assume("street_width_class", np.isnan(width))
    official, barred, path = (
        np.isin(kind, sorted(group)) for group in (taken.official, taken.not_walkable, taken.paths)
    )
    walkable = ~barred & ~np.array(rows["elevated"], dtype=bool)
    lines = plane.flat(_shapes(rows["geom"]))
    places = shapely.line_interpolate_point(lines, 0.5, normalized=True) if len(lines) else lines
    spot = shapely.get_coordinates(places) if len(lines) else np.empty((0, 2))
    towns = areas.ids_at("town", *plane.degrees(spot[:, 0], spot[:, 1]))
    found = Streets(lines, np.where(np.isnan(width), usual, width), walkable, walkable, official & walkable, path)
    return found, _ints(rows["id"]), towns


def _parks(district: District, day: date, plane: Plane) -> tuple[Parks, Ints]:
    taken = rules()
    rows = _rows(
        GreenSpace,
        district,
        day,
        ("id", "geom", "area_m2", "kind", "fenceless"),
        kind__in=sorted(taken.parks | taken.squares),
    )
    square = np.isin(np.array(rows["kind"], dtype=object), sorted(taken.squares))
    # Nothing said: squares are open, parks are entered where streets meet them.
    said = zip(rows["fenceless"], square.tolist(), strict=True)
    fenceless = np.array([at if given is None else given for given, at in said], dtype=bool)
    return Parks(plane.flat(_shapes(rows["geom"])), _floats(rows["area_m2"]), fenceless, square), _ints(rows["id"])


def _gates(district: District, day: date, plane: Plane, parks: Ints) -> Gates:
    """The gates of ``parks`` (ids in ascending order); those of other green spaces are nobody's way to a park."""
    rows = _rows(Gate, district, day, ("lon", "lat", "green_id"), green_id__in=parks.tolist())
    x = (_floats(rows["lon"]) - plane.lon) * plane.east
    y = (_floats(rows["lat"]) - plane.lat) * plane.north
    return Gates(x, y, np.searchsorted(parks, _ints(rows["green_id"])).astype(np.int64))


def _homes(district: District, day: date, plane: Plane, shapes: Geometries, told: Told) -> Geometries:
    """Residential land; where the district has no land use, the ground about homes."""
    plots = plane.flat(_shapes(_rows(Plot, district, day, ("geom",), kind__in=sorted(rules().home_plots))["geom"]))
    told.assume("homes_from_buildings", np.full(len(shapes), len(plots) == 0))
    if len(plots):
        return plots
    ground = shapely.union_all(shapely.buffer(shapes, rules().about_homes_m, quad_segs=2))
    return np.array(shapely.get_parts(ground), dtype=object)


def _valid(day: date) -> Q:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def _rows(model: Any, district: District, day: date, names: Sequence[str], **more: Any) -> dict[str, list[Any]]:
    """Columns of the rows valid on ``day``, in the order of their ids."""
    found = model.objects.filter(_valid(day), district=district, **more).order_by("pk").values_list(*names)
    columns = list(zip(*found.iterator(chunk_size=20_000), strict=True)) or [()] * len(names)
    return dict(zip(names, map(list, columns), strict=True))


def _shapes(wkb: list[bytes]) -> Geometries:
    shapes: Geometries = shapely.from_wkb(np.array([bytes(each) for each in wkb], dtype=object))
    return shapes


def _floats(values: list[Any]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)
