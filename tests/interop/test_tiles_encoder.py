"""The encoder against two independent readers: mapbox-vector-tile and GDAL's MVT driver."""

from datetime import date

import mapbox_vector_tile
import numpy as np
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from xiuhua.interop.tiles import protobuf
from xiuhua.interop.tiles.attributes import Column
from xiuhua.interop.tiles.encoder import EXTENT
from xiuhua.interop.tiles.mercator import project, tile_of
from xiuhua.interop.tiles.points import MAX_ZOOM, PointLayer
from xiuhua.interop.tiles.shapes import BUFFER, OVERHANG, ShapeLayer

DOWN = {"y_coord_down": True}
HERE = (120.3, 31.7)


def decoded(tile, name="layer"):
    return mapbox_vector_tile.decode(tile.data, default_options=DOWN)[name]["features"] if tile.data else []


def geometry_of(feature):
    return shapely.geometry.shape(feature["geometry"])


def unit_box(z, west, south, east, north):
    """A box in degrees from units of the tile that holds HERE."""
    x, y = tile_of(*HERE, z)
    corners = np.array([[west, south], [east, north]], dtype=float)
    places = (corners / EXTENT + (x, y)) / 2**z
    lon = (places[:, 0] - 0.5) * 360
    lat = np.degrees(np.arctan(np.sinh((0.5 - places[:, 1]) * 2 * np.pi)))
    return shapely.box(lon[0], lat.min(), lon[1], lat.max())


def shapes_tile(shapes, z, **more):
    layer = ShapeLayer.of("layer", shapes, np.arange(1, len(shapes) + 1), [])
    return layer.tile(z, *tile_of(*HERE, z), **more)


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**63 - 1), max_size=40))
def test_varints_of_an_array_are_those_of_each_number(numbers):
    values = np.array(numbers, dtype=np.int64)
    assert protobuf.varints(values) == b"".join(map(protobuf.varint, numbers))
    assert protobuf.sizes(values).tolist() == [len(protobuf.varint(number)) for number in numbers]


values = st.one_of(
    st.none(), st.text(max_size=60), st.booleans(), st.integers(-(2**40), 2**40),
    st.floats(allow_infinity=False, allow_nan=False),
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.tuples(values, values), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_every_type_of_attribute_comes_back_and_missing_ones_are_absent(rows, random):
    lon = [HERE[0] + random.uniform(-1e-3, 1e-3) for _ in rows]
    lat = [HERE[1] + random.uniform(-1e-3, 1e-3) for _ in rows]
    ids = np.arange(len(rows)) * 1000 + 7
    columns = [Column.of("first", [row[0] for row in rows]), Column.of("second", [row[1] for row in rows])]
    layer = PointLayer.of("layer", lon, lat, ids, columns)
    zoom = 9
    found = {f["id"]: f["properties"] for f in decoded(layer.tile(zoom, *tile_of(*HERE, zoom), budget=10**9))}
    expected = {
        int(i): {k: v for k, v in zip(("id", "first", "second"), (int(i), *row), strict=True) if v is not None}
        for i, row in zip(ids, rows, strict=True)
    }
    assert found == expected
    assert {i: list(map(type, p.values())) for i, p in found.items()} == {
        i: list(map(type, p.values())) for i, p in expected.items()
    }


def test_nan_is_missing_and_other_types_are_refused():
    assert Column.of("a", [1.5, float("nan")]).codes.tolist() == [0, -1]
    with pytest.raises(TypeError, match="not date"):
        Column.of("a", [date(2026, 1, 1)])


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(-180, 180, exclude_max=True), st.floats(-85, 85)), min_size=1, max_size=40),
    st.integers(0, MAX_ZOOM),
)
def test_each_point_is_in_the_one_tile_where_it_lies(places, zoom):
    lon, lat = np.array(places).T
    layer = PointLayer.of("layer", lon, lat, np.arange(len(places)), [])
    world = project(np.stack((lon, lat), axis=1)) * 2.0**zoom
    met = {}
    for x, y in {(min(int(a), 2**zoom - 1), min(int(b), 2**zoom - 1)) for a, b in world}:
        for feature in decoded(layer.tile(zoom, x, y)):
            met[feature["id"]] = np.array(feature["geometry"]["coordinates"]) / EXTENT + (x, y)
    assert sorted(met) == list(range(len(places)))
    assert all(np.abs(met[i] - world[i]).max() <= 1.01 / EXTENT + 2.0 ** (zoom - 31) for i in met)


def test_thinned_points_say_for_how_many_they_stand():
    random = np.random.default_rng(1)
    lon, lat = HERE[0] + random.uniform(-0.02, 0.02, 60_000), HERE[1] + random.uniform(-0.02, 0.02, 60_000)
    layer = PointLayer.of(
        "layer", lon, lat, np.arange(60_000), [Column.of("code", [f"code {i}" for i in range(60_000)])]
    )
    shown = {}
    for zoom in (10, 12, 14, 16):
        tile = layer.tile(zoom, *tile_of(*HERE, zoom), budget=100_000)
        features = decoded(tile)
        assert 0 < len(tile.data) <= 100_000
        assert len(features) == tile.shown
        assert tile.thinned == (zoom < 16)
        stands_for = [feature["properties"].get("stands_for") for feature in features]
        assert sum(n or 1 for n in stands_for) == tile.total
        assert (None in stands_for) == (zoom == 16)
        shown[zoom] = {feature["id"] for feature in features}
    # What is seen from afar does not vanish on coming nearer (as far as it is in the nearer tile).
    inside = set(
        layer.ids[slice(layer._run(14, *tile_of(*HERE, 14))[0], sum(layer._run(14, *tile_of(*HERE, 14))))].tolist()
    )
    assert shown[12] & inside <= shown[14]


def test_points_on_one_spot_are_thinned_to_one():
    layer = PointLayer.of("layer", np.full(5000, HERE[0]), np.full(5000, HERE[1]), np.arange(5000), [])
    tile = layer.tile(16, *tile_of(*HERE, 16), budget=1000)
    assert (tile.shown, tile.total) == (1, 5000)
    assert decoded(tile)[0]["properties"]["stands_for"] == 5000


def test_an_empty_layer_and_an_empty_tile_are_empty():
    assert PointLayer.of("layer", [], [], np.array([], dtype=int), [Column.of("a", [])]).tile(0, 0, 0).data == b""
    assert ShapeLayer.of("layer", [], np.array([], dtype=int), [Column.of("a", [])]).tile(0, 0, 0).data == b""
    assert PointLayer.of("layer", [HERE[0]], [HERE[1]], np.array([1]), []).tile(10, 0, 0).data == b""


def test_a_polygon_with_holes_and_parts_keeps_them_and_turns_the_right_way():
    ring = unit_box(15, 100, 100, 1000, 1000).difference(unit_box(15, 300, 300, 500, 500))
    island, far = unit_box(15, 350, 350, 450, 450), unit_box(15, 2000, 2000, 2100, 2300)
    (feature,) = decoded(shapes_tile([shapely.union_all([ring, island, far])], 15))
    found = geometry_of(feature)
    expected = shapely.union_all([shapely.box(100, 100, 1000, 1000) - shapely.box(300, 300, 500, 500),
                                  shapely.box(350, 350, 450, 450), shapely.box(2000, 2000, 2100, 2300)])  # fmt: skip
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert shapely.equals(found, expected)
    # y points down: a ring that is clockwise on the screen is counter-clockwise in the plane of the numbers.
    assert all(part.exterior.is_ccw and not any(hole.is_ccw for hole in part.interiors) for part in found.geoms)


def test_lines_and_multilines_keep_their_points():
    west, south, east, north = unit_box(15, 100, 100, 400, 900).bounds
    line = shapely.LineString([(west, north), (east, north), (east, south)])
    both = shapely.MultiLineString([[(west, north), (east, south)], [(east, north), (west, south)]])
    first, second = decoded(shapes_tile([line, both], 15))
    assert first["geometry"] == {"type": "LineString", "coordinates": [[100, 100], [400, 100], [400, 900]]}
    assert second["geometry"]["coordinates"] == [[[100, 100], [400, 900]], [[400, 100], [100, 900]]]


def test_large_shapes_are_clipped_with_a_buffer():
    around = unit_box(14, -9000, -9000, 9000, 9000)
    west, south, east, north = around.bounds
    across = shapely.LineString([(west, north), (east, south)])
    area, line = map(geometry_of, decoded(shapes_tile([around, across], 14)))
    assert area.bounds == (-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
    assert line.bounds == (-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)


def test_a_polygon_that_touches_the_clip_box_with_an_edge_keeps_its_area():
    # A comb whose back lies outside: clipped, it leaves teeth inside and one edge on the border of the box.
    edge = EXTENT + BUFFER
    comb = shapely.union_all([unit_box(15, 500, 500, 6000, 900), unit_box(15, edge, 900, 6000, 3000)])
    (feature,) = decoded(shapes_tile([comb], 15))
    assert geometry_of(feature).area == (edge - 500) * 400


def test_what_is_smaller_than_can_be_seen_is_left_out():
    tiny, small = unit_box(16, 10, 10, 11, 11), unit_box(16, 100, 100, 110, 110)
    assert [f["id"] for f in decoded(shapes_tile([tiny, small], 16))] == [2]
    assert decoded(shapes_tile([tiny, small], 11)) == []


def test_large_tiles_of_polygons_keep_the_largest_and_say_so():
    random = np.random.default_rng(2)
    boxes = [
        unit_box(13, x, y, x + 10 + s, y + 10 + s) for x, y, s in random.integers(0, 4000, (3000, 3)) // (1, 1, 40)
    ]
    whole, small = shapes_tile(boxes, 13), shapes_tile(boxes, 13, budget=30_000)
    assert (whole.shown, whole.thinned) == (3000, False)
    assert len(small.data) <= 30_000
    assert small.thinned
    sizes = {f["id"]: geometry_of(f).area for f in decoded(whole)}
    kept = [f["id"] for f in decoded(small)]
    assert len(kept) == small.shown
    dropped = set(sizes) - set(kept)
    assert min(sizes[i] for i in kept) >= max(sizes[i] for i in dropped) * 0.8  # by box, so area only nearly


def test_only_the_chosen_features_are_drawn():
    boxes = [unit_box(13, n * 100, 0, n * 100 + 50, 50) for n in range(4)]
    tile = shapes_tile(boxes, 13, only=np.array([True, False, False, True]))
    assert [f["id"] for f in decoded(tile)] == [1, 4]


@st.composite
def rough_polygons(draw):
    """Polygons near HERE with spikes, slits and holes near the size of a tile's unit."""
    seed = draw(st.integers(0, 10**6))
    random = np.random.default_rng(seed)
    angles = np.sort(random.uniform(0, 2 * np.pi, draw(st.integers(3, 30))))
    radius = random.uniform(0.05, 1, angles.size) * draw(st.sampled_from([3e-5, 3e-4, 3e-3, 3e-2]))
    shape = shapely.make_valid(shapely.Polygon(np.stack((radius * np.cos(angles), radius * np.sin(angles)), 1) + HERE))
    hole = shapely.buffer(shapely.Point(HERE), float(radius.mean()) / 4, quad_segs=3)
    shape = shapely.difference(shape, hole) if draw(st.booleans()) else shape
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.multipolygons(parts) if len(parts) > 1 else (parts or [shapely.Point(HERE).buffer(1e-4)])[0]


@settings(max_examples=150, deadline=None)
@given(st.lists(rough_polygons(), min_size=1, max_size=5), st.integers(9, 18))
def test_every_polygon_of_a_tile_is_valid_near_the_truth_and_turns_right(shapes, zoom):
    tile = shapes_tile(shapes, zoom)
    x, y = tile_of(*HERE, zoom)
    window = shapely.box(0, 0, EXTENT, EXTENT)
    for feature in decoded(tile):
        found = geometry_of(feature)
        truth = shapely.transform(shapes[feature["id"] - 1], lambda a: (project(a) * 2.0**zoom - (x, y)) * EXTENT)
        assert shapely.is_valid(found)
        parts = shapely.get_parts(found)
        assert all(part.exterior.is_ccw and not any(hole.is_ccw for hole in part.interiors) for part in parts)
        reach = BUFFER + OVERHANG + 2
        assert min(found.bounds) >= -reach
        assert max(found.bounds) <= EXTENT + reach
        # Rounding moves an edge by less than a unit and simplifying by one more.
        off = shapely.symmetric_difference(found, shapely.make_valid(truth)).intersection(window).area
        assert off <= 2.5 * (truth.intersection(window.buffer(5)).length + 10)


def test_gdal_reads_the_tiles(tmp_path):
    zoom, (x, y) = 14, tile_of(*HERE, 14)
    boxes = [unit_box(zoom, n * 30, 10, n * 30 + 20, 40 + n) for n in range(50)]
    names = Column.of("name", [f"名称{n}" if n % 2 else None for n in range(50)])
    layer = ShapeLayer.of("layer", boxes, np.arange(1, 51), [names, Column.of("height", [n / 2 for n in range(50)])])
    path = tmp_path / f"{zoom}-{x}-{y}.mvt"
    path.write_bytes(layer.tile(zoom, x, y).data)
    meta, _, wkb, arrays = pyogrio.raw.read(path, layer="layer", X=str(x), Y=str(y), Z=str(zoom))
    fields = dict(zip(meta["fields"].tolist(), arrays, strict=True))
    assert fields["mvt_id"].tolist() == fields["id"].tolist() == list(range(1, 51))
    assert fields["name"].tolist() == [f"名称{n}" if n % 2 else None for n in range(50)]
    assert fields["height"].tolist() == [n / 2 for n in range(50)]
    found = shapely.from_wkb(wkb)
    assert shapely.is_valid(found).all()
    assert "3857" in meta["crs"]
    truth = shapely.transform(np.array(boxes), lambda a: (project(a) * (1, -1) + (-0.5, 0.5)) * 2 * np.pi * 6_378_137)
    assert shapely.hausdorff_distance(found, truth).max() < 1.0
