"""The commands as an operator uses them."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from xiuhua.city.models import District, Tree
from xiuhua.interop.commands import commands

TREES = "编码,树种,树高,颜色,lon,lat\nT1,银杏,8.5,绿,120.05,31.65\nT2,香樟,高,绿,120.06,31.66\n"


@pytest.fixture
def xiuhua(two_districts, tmp_path, monkeypatch):
    """Run a command in an empty folder that holds trees.csv."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "trees.csv").write_text(TREES, "utf-8")
    known = {command.name: command for command in commands}

    def run(*arguments):
        first, *rest = [str(argument) for argument in arguments]
        return CliRunner().invoke(known[first], rest, catch_exceptions=False)

    return run


LOAD = ("load", "trees", "trees.csv", "--district", "990001", "--crs", "EPSG:4326", "--language", "en")


def test_the_report_says_what_was_used_refused_and_why(xiuhua):
    result = xiuhua(*LOAD, "--rejects", "refused.csv")
    assert result.exit_code == 3
    for words in (
        "编码 -> code",
        "columns not used: 颜色",
        "row 2, height_m = 高: This is not a number.",
        "2 rows: 1 new",
    ):
        assert words in result.output
    (row,) = csv.DictReader(Path("refused.csv").read_text("utf-8-sig").splitlines())
    assert (row["row"], row["field"], row["value"], row["编码"], row["lon"]) == ("2", "height_m", "高", "T2", "120.06")
    assert row["rule"]
    assert row["remedy"]


def test_exit_codes(xiuhua):
    Path("good.csv").write_text(TREES.replace("樟,高", "樟,5"), "utf-8")
    good = ["load", "trees", "good.csv", *LOAD[3:]]
    assert xiuhua(*good).exit_code == 0
    assert xiuhua(*LOAD[:5], "--language", "en").exit_code == 1
    assert xiuhua("load", "trees", "absent.csv", *LOAD[3:]).exit_code == 1
    assert xiuhua(*LOAD, "--set", "planted=x").exit_code == 1
    assert xiuhua(*LOAD, "--map", "颜色").exit_code == 2


def test_a_dry_run_keeps_nothing(xiuhua):
    result = xiuhua(*LOAD, "--dry-run")
    assert "Dry run, nothing was kept: 2 rows: 1 new" in result.output
    assert not Tree.objects.exists()


def test_the_message_names_the_remedy(xiuhua):
    result = xiuhua(*LOAD[:5], "--language", "en")
    assert "does not say in which coordinate system" in result.output
    assert "--crs EPSG:4326" in result.output
    assert "Nothing was loaded." in result.output
    result = xiuhua(*LOAD[:4], "7", "--crs", "EPSG:4326", "--language", "en")
    assert (result.exit_code, "990001, 990002" in result.output) == (1, True)


def test_the_language_follows_the_environment(xiuhua, monkeypatch):
    monkeypatch.delenv("LC_ALL", raising=False)
    said = {}
    for lang in ("zh_CN.UTF-8", "en_GB.UTF-8", "C.UTF-8"):
        monkeypatch.setenv("LANG", lang)
        said[lang] = xiuhua(*LOAD[:-2], "--dry-run").output
    assert "rows" in said["en_GB.UTF-8"]
    assert "rows" not in said["zh_CN.UTF-8"]
    assert said["zh_CN.UTF-8"] == said["C.UTF-8"]


def test_columns_values_and_constants_by_hand(xiuhua):
    result = xiuhua(
        *LOAD, "--map", "树高=", "--map", "颜色=species", "--value", "species:绿=green", "--set", "planted=1990"
    )
    assert result.exit_code == 0
    assert set(Tree.objects.values_list("species", "planted", "height_m")) == {("绿", 1990, None)}


def test_a_district_is_created_and_described_again(xiuhua):
    assert xiuhua("load", "district", "990003", "新区", "--name-en", "New", "--language", "en").exit_code == 0
    assert District.objects.get(code="990003").name_en == "New"
    result = xiuhua("load", "district", "990003", "新区", "--time-zone", "Mars/Base", "--language", "en")
    assert (result.exit_code, "Mars/Base" in result.output) == (1, True)
    assert xiuhua(*LOAD[:4], "990004", "--create-district", "又一区", *LOAD[5:]).exit_code == 3
    assert District.objects.get(code="990004").name_zh == "又一区"


def test_export_and_load_again(xiuhua):
    xiuhua(*LOAD)
    result = xiuhua("export", "trees", "--district", "990001", "--language", "en")
    assert (result.exit_code, "990001-trees.geojson" in result.output) == (0, True)
    (feature,) = json.loads(Path("990001-trees.geojson").read_text("utf-8"))["features"]
    assert feature["properties"]["species"] == "银杏"
    result = xiuhua("load", "trees", "990001-trees.geojson", "--district", "990001", "--language", "en")
    assert "1 rows: 0 new, 0 changed, 1 unchanged" in result.output


def test_exports_that_cannot_be(xiuhua):
    assert xiuhua("export", "duties", "--district", "990001").exit_code == 1
    assert xiuhua("export", "codes", "--district", "990001", "--format", "csv").exit_code == 1
    assert xiuhua("export", "trees", "--district", "990001", "--output", "no/such/folder/x.geojson").exit_code == 1


def test_every_layer_and_register_has_its_command(xiuhua):
    from xiuhua.interop.exchange.targets import TARGETS

    result = xiuhua("load", "--help")
    assert [key for key in (*TARGETS, "osm", "district") if f"  {key} " not in result.output] == []
