"""Whatever the bytes are, a person gets an answer and never a crash."""

import json
from contextlib import suppress

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio.raw
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiuhua.interop.exchange.findings import FileRefusedError
from xiuhua.interop.exchange.readers.any import read_file

MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
POINTS = shapely.to_wkb(shapely.points([120.0, 120.1, 120.2], [31.6, 31.7, 31.8]))


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    """One whole small file of each format, as bytes."""
    folder = tmp_path_factory.mktemp("whole")
    names = [np.array(["甲", "乙", "丙"], dtype=object)]
    for suffix in ("gpkg", "fgb", "geojson"):
        pyogrio.raw.write(folder / f"a.{suffix}", POINTS, names, ["name"], geometry_type="Point", crs="EPSG:4326")
    meta = {"version": "1.0.0", "primary_column": "g", "columns": {"g": {"encoding": "WKB"}}}
    table = pa.table({"name": ["甲", "乙", "丙"], "g": list(POINTS)}).replace_schema_metadata({"geo": json.dumps(meta)})
    pq.write_table(table, folder / "a.parquet")
    (folder / "a.csv").write_text("name,lon,lat\n甲,120,31\n", "utf-8")
    return {path.suffix: path.read_bytes() for path in folder.iterdir()}


# GDAL says what it thinks of a damaged head, which no caller can prevent.
@pytest.mark.filterwarnings("ignore:GPKG:RuntimeWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".geojson", ".parquet", ".csv"])
@given(damage=st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=8))
@MANY
def test_damaged_bytes(originals, tmp_path, suffix, damage):
    content = bytearray(originals[suffix])
    for place, byte in damage:
        content[place % len(content)] = byte
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    with suppress(FileRefusedError):
        table = read_file(path)
        assert all(len(column) == len(table) for column in table.columns.values())


@pytest.mark.parametrize("geo", ["[]", "1", '{"columns": 1}', '{"primary_column": "g"}', '{"primary_column": ["g"]}', "{",
                                 '{"primary_column": "g", "columns": {"g": {"crs": {"x": 1}}}}'])  # fmt: skip
def test_parquet_metadata_of_another_shape(tmp_path, geo):
    table = pa.table({"name": ["甲", "乙", "丙"], "g": list(POINTS)}).replace_schema_metadata({"geo": geo})
    pq.write_table(table, tmp_path / "a.parquet")
    with suppress(FileRefusedError):
        assert len(read_file(tmp_path / "a.parquet")) == 3


@given(st.binary(min_size=1, max_size=300))
@MANY
def test_any_bytes_as_a_table(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with suppress(FileRefusedError):
        assert read_file(path).columns


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=10,
)
FEATURE = st.fixed_dictionaries(
    {"type": st.just("Feature"), "properties": JSON},
    optional={
        "geometry": st.fixed_dictionaries({"type": st.sampled_from(["Point", "Polygon", "x"]), "coordinates": JSON})
    },
)


@given(st.lists(FEATURE, max_size=4))
@MANY
def test_any_features(tmp_path, features):
    path = tmp_path / "a.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    with suppress(FileRefusedError):
        assert len(read_file(path)) == len(features)
