"""Reading files: formats, encodings, damage, hostility."""

import gzip
import json
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio.raw
import pytest
import shapely

from xiuhua.interop.exchange import unpack
from xiuhua.interop.exchange.findings import FileRefusedError
from xiuhua.interop.exchange.readers import parquet
from xiuhua.interop.exchange.readers.any import read_file

BOXES = [shapely.box(120.0 + i / 100, 31.6, 120.01 + i / 100, 31.61) for i in range(3)]
NAMES = ["东港镇", "西湖里", "中山路"]


def write(path, **more):
    pyogrio.raw.write(
        path, shapely.to_wkb(BOXES), [np.array(NAMES, dtype=object), np.array([1, 2, 3])], ["名称", "n"],
        geometry_type="Polygon", **({"crs": "EPSG:4490"} | more),
    )  # fmt: skip
    return path


def geojson(path, encoding="utf-8"):
    features = [
        {"type": "Feature", "properties": {"名称": name, "n": i}, "geometry": json.loads(shapely.to_geojson(box))}
        for i, (name, box) in enumerate(zip(NAMES, BOXES, strict=True), start=1)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), encoding)
    return path


def rule_of(path, **more):
    with pytest.raises(FileRefusedError) as caught:
        read_file(path, **more)
    return caught.value.rule


@pytest.mark.parametrize("name", ["a.gpkg", "a.fgb", "a.shp"])
def test_binary_formats_state_their_system(tmp_path, name):
    table = read_file(write(tmp_path / name))
    assert table.crs == "EPSG:4490"
    # FlatGeobuf orders its objects by place.
    found = sorted(zip(table.columns["n"], table.columns["名称"], table.geometry, strict=True), key=lambda row: row[0])
    assert [(n, name) for n, name, _shape in found] == list(enumerate(NAMES, start=1))
    assert [shape.equals(box) for (_n, _name, shape), box in zip(found, BOXES, strict=True)] == [True] * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_geojson_in_utf8_and_gbk(tmp_path, encoding):
    table = read_file(geojson(tmp_path / "a.geojson", encoding))
    assert table.columns["名称"] == NAMES
    assert table.encoding == ("GB18030" if encoding == "gb18030" else "UTF-8")
    assert table.crs == "EPSG:4326"


@pytest.mark.parametrize(("stated", "crs"), [({}, "OGC:CRS84"), ({"crs": None}, "")])
def test_geoparquet(tmp_path, stated, crs):
    meta = {"version": "1.0.0", "primary_column": "geom", "columns": {"geom": {"encoding": "WKB", **stated}}}
    table = pa.table({"名称": NAMES, "geom": list(shapely.to_wkb(BOXES))})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(meta)}), tmp_path / "a.parquet")
    read = read_file(tmp_path / "a.parquet")
    assert (read.crs, read.columns) == (crs, {"名称": NAMES})
    assert read.geometry[2].equals(BOXES[2])


def test_csv_with_wkt_positions_or_nothing(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('名称;wkt\n甲;"POINT (120 31)"\n乙;\n', "gb18030")
    table = read_file(path)
    assert (table.encoding, table.crs, table.places) == ("GB18030", "", ("wkt",))
    assert table.geometry[0].x == 120
    assert table.geometry[1] is None
    path.write_text("code,经度,纬度\n1,120.5,31.5\n2,x,31\n", "utf-8-sig")
    table = read_file(path)
    assert table.columns["code"] == ["1", "2"]
    assert (table.geometry[0].y, table.geometry[1]) == (31.5, None)
    path.write_text("code,east,north\n1,500000,3500000\n")
    assert read_file(path).geometry is None
    assert read_file(path, places={"lon": "east", "lat": "north"}).geometry[0].x == 500_000


def test_a_row_of_another_width_is_set_aside_with_its_number(tmp_path):
    (tmp_path / "a.csv").write_text("code,name\n1,a\n2,b,c\n\n4,d\n")
    table = read_file(tmp_path / "a.csv")
    assert table.rows == [1, 4]
    assert [(f.row, f.rule, f.facts) for f, _row in table.broken] == [(2, "row_width", {"found": 3, "wanted": 2})]


def test_shapefile_text_in_gbk_without_cpg(tmp_path):
    write(tmp_path / "a.shp", encoding="GB18030")
    (tmp_path / "a.cpg").unlink()
    table = read_file(tmp_path / "a.shp")
    assert table.columns["名称"] == NAMES
    assert table.encoding == "GB18030"


def test_zip_of_a_shapefile_and_gz(tmp_path):
    write(tmp_path / "甲.shp")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for part in tmp_path.glob("甲.*"):
            archive.write(part, f"folder/{part.name}")
    assert read_file(tmp_path / "a.zip").columns["名称"] == NAMES
    packed = tmp_path / "b.geojson.gz"
    packed.write_bytes(gzip.compress(geojson(tmp_path / "b.geojson").read_bytes()))
    assert len(read_file(packed)) == 3


def test_a_folder_and_a_geopackage_with_several_layers(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    write(folder / "a.shp")
    assert len(read_file(folder)) == 3
    write(folder / "b.shp")
    assert rule_of(folder) == "several_files"
    assert len(read_file(folder, layer="b")) == 3
    write(tmp_path / "a.gpkg", layer="one")
    write(tmp_path / "a.gpkg", layer="two", append=True)
    assert rule_of(tmp_path / "a.gpkg") == "layer_needed"
    assert rule_of(tmp_path / "a.gpkg", layer="three") == "layer_absent"
    assert len(read_file(tmp_path / "a.gpkg", layer="two")) == 3


@pytest.mark.parametrize("name", ["a.gpkg", "a.fgb", "a.shp", "a.geojson", "a.geojson.gz"])
def test_a_file_cut_in_half_is_refused_whole(tmp_path, name):
    path = tmp_path / name
    if name == "a.geojson":
        geojson(path)
    elif name.endswith(".gz"):
        path.write_bytes(gzip.compress(geojson(tmp_path / "x.geojson").read_bytes()))
    else:
        write(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    assert rule_of(path) in {"file_broken", "file_truncated", "archive_broken", "rows_lost"}


def test_a_csv_that_ends_inside_quotes_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text('code,name\n1,"a\n')
    assert rule_of(tmp_path / "a.csv") == "file_broken"


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("a.csv", b"", "file_empty"), ("a.csv", b"code,name\n", "no_rows"), ("a.csv", b"a,a\n1,2\n", "column_twice"),
        ("a.csv", b"code\n\xff\xff\xff\n", "encoding_unknown"), ("a.geojson", b"<OGRVRTDataSource/>", "not_what_it_says"),
        ("a.gpkg", b"code,name\n", "not_what_it_says"), ("a.docx", b"x", "nothing_readable"),
        ("a.parquet", b"PAR1", "file_broken"), ("a.geojson", b"{}", "file_broken"), ("a.gz", b"no", "archive_broken"),
        ("a.zip", b"PK\x03\x04", "archive_broken"), ("a.shp", b"\x00\x00\x27\x0a", "shapefile_part"),
    ],
)  # fmt: skip
def test_what_is_no_data_is_refused(tmp_path, name, content, rule):
    (tmp_path / name).write_bytes(content)
    assert rule_of(tmp_path / name) == rule


def test_encodings_are_believed_only_when_they_fit(tmp_path):
    (tmp_path / "a.csv").write_bytes("code,name\n1,中\n".encode("gb18030"))
    assert rule_of(tmp_path / "a.csv", encoding="utf-8") == "encoding_wrong"
    assert rule_of(tmp_path / "a.csv", encoding="klingon") == "encoding_unheard"
    (tmp_path / "b.csv").write_text("code,name\n1,中\n", "utf-16")
    assert read_file(tmp_path / "b.csv").columns["name"] == ["中"]


@pytest.mark.parametrize("member", ["../a.csv", "/etc/a.csv", "..\\a.csv", "C:\\a.csv"])
def test_an_archive_that_leaves_its_folder_is_refused(tmp_path, member):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(member, "code\n1\n")
    assert rule_of(tmp_path / "a.zip") == "archive_hostile"


def test_a_link_in_an_archive_is_refused(tmp_path):
    info = zipfile.ZipInfo("a.csv")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    assert rule_of(tmp_path / "a.zip") == "archive_hostile"


def zeros(path, size):
    """A zip with one file of ``size`` zeros."""
    block = bytes(8 << 20)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("a.csv", "w", force_zip64=True) as out,
    ):
        for _ in range(size // len(block)):
            out.write(block)
    return path


def test_a_zip_bomb_of_two_gigabytes_is_refused_before_it_unpacks(tmp_path):
    path, work = zeros(tmp_path / "bomb.zip", 2 << 30), tmp_path / "work"
    work.mkdir()
    with pytest.raises(FileRefusedError) as caught:
        unpack.open_path(path, work)
    assert caught.value.rule == "archive_too_large"
    assert list(work.iterdir()) == []


def test_a_zip_bomb_below_the_limit_is_stopped_while_unpacking(tmp_path):
    path, work = zeros(tmp_path / "bomb.zip", 128 << 20), tmp_path / "work"
    work.mkdir()
    with pytest.raises(FileRefusedError) as caught:
        unpack.open_path(path, work)
    assert caught.value.rule == "archive_ratio"
    assert (work / "a.csv").stat().st_size < 64 << 20


def test_a_parquet_of_a_billion_equal_rows_is_refused_unread(tmp_path, monkeypatch):
    pq.write_table(pa.table({"a": pa.array(["x"] * 1000)}), tmp_path / "a.parquet")
    monkeypatch.setattr(parquet, "MAX_ROWS", 999)
    assert rule_of(tmp_path / "a.parquet") == "archive_too_large"


def test_a_gzip_bomb_is_stopped_while_unpacking(tmp_path):
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as out:
        for _ in range(64):
            out.write(bytes(1 << 20))
    assert rule_of(path) == "archive_ratio"
