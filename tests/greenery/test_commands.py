"""``xiuhua greenery measure`` as it is called."""

import csv
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.utils.translation import override

from greenery.green_town import EAST, green_town, put
from xiuhua.greenery.commands import greenery

pytestmark = pytest.mark.django_db
TODAY = datetime.now(UTC).date()


def run(*arguments):
    with override("en"):
        return CliRunner().invoke(greenery, ["measure", *arguments], catch_exceptions=False)


def test_figures_are_printed_with_what_was_assumed_and_written(two_districts, tmp_path):
    district = green_town(two_districts[0])
    put(district, "gates", {"code": "D1", "green": "G1", "lon": 120.05 + 200 / EAST, "lat": 31.7})
    files = [tmp_path / name for name in ("homes.csv", "streets.csv")]
    done = run(district.code, "--hours", "day", "--runs", "3", "--buildings", str(files[0]), "--streets", str(files[1]))
    assert done.exit_code == 0, done.output
    for words in (
        "Windows that see three trees",
        "of 70 persons",
        "height from floors, 3 m each",
        "Entrances of parks",
        " · band ",
    ):
        assert words in done.output
    homes, streets = ([*csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())] for file in files)
    assert [row["code"] for row in homes] == ["B1", "B3"]
    assert float(homes[0]["walk_m_400"]) > float(homes[0]["straight_m"])
    assert [row["code"] for row in streets] == ["S1"]
    assert 0 <= float(streets[0]["shade"]) <= 1


def test_the_files_say_what_those_of_the_interface_say(two_districts, client, tmp_path):
    district = green_town(two_districts[0])
    put(district, "gates", {"code": "D1", "green": "G1", "lon": 120.05 + 200 / EAST, "lat": 31.7})
    files = {name: tmp_path / f"{name}.csv" for name in ("homes", "streets")}
    run(district.code, "--runs", "0", "--buildings", str(files["homes"]), "--streets", str(files["streets"]))
    for name, file in files.items():
        sent = client.get(f"/api/greenery/{name}.csv", {"district": district.code}).streaming_content
        theirs = [*csv.DictReader(b"".join(sent).decode("utf-8-sig").splitlines())]
        ours = [*csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())]
        assert set(ours[0]) - set(theirs[0]) == {"homes": {"persons", "view_15"}, "streets": {"points", "light"}}[name]
        shared = [column for column in ours[0] if column in theirs[0]]
        assert [[told(row[column]) for column in shared] for row in ours] == [
            [told(row[column]) for column in shared] for row in theirs
        ]


def told(cell):
    """A cell; of numbers the command writes the first digits alone."""
    return pytest.approx(float(cell), rel=1e-3, abs=1e-4) if cell.replace(".", "").isdigit() else cell


def test_a_district_without_homes_says_what_to_do(two_districts):
    done = run(two_districts[1].code)
    assert done.exit_code == 1
    assert "xiuhua load buildings FILE" in done.output


def test_the_change_since_a_day_is_printed_by_step(two_districts):
    district = green_town(two_districts[0])
    put(
        district,
        "trees",
        {"code": "T9", "lon": 120.0501, "lat": 31.6999, "valid_from": TODAY - timedelta(days=9)},
    )
    run(district.code, "--hours", "day", "--runs", "0", "--no-view")
    with override("en"):
        told = CliRunner().invoke(greenery, ["change", district.code, "--since", str(TODAY - timedelta(days=30))])
        assert told.exit_code == 0, told.output
        assert "trees planted or surveyed for the first time (1)" in told.output
        assert "felled" not in told.output
        refused = CliRunner().invoke(greenery, ["change", district.code, "--since", "2999-01-01"])
    assert "is not past" in refused.output


def test_an_unknown_district_names_those_there_are(two_districts):
    assert two_districts[0].code in run("nowhere").output
