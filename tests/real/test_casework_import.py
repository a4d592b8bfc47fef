"""Real cases of a large city: taken with their deadlines, refused where they end before they begin, learnt from."""

import csv
import gzip
import json
from itertools import islice

import pytest
from click.testing import CliRunner

from xiuhua.casework.models import Case, Report
from xiuhua.casework.suggestion import Document, cross_validated
from xiuhua.city.models import District
from xiuhua.conf.cli import build

pytestmark = pytest.mark.real


@pytest.fixture
def district(db):
    return District.objects.create(code="990009", name_zh="样例", time_zone="America/New_York")


def run(path, *more):
    arguments = ["load", "cases", str(path), "--district", "990009", "--language", "en", *more]
    return CliRunner().invoke(build(), arguments)


def some_of(shared_data, tmp_path):
    """Every twentieth row and every row that ends before it begins, as a file of its own."""
    with gzip.open(shared_data / "requests311" / "boston_311_2015.csv.gz", "rt", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [row for n, row in enumerate(reader) if n % 20 == 0 or "" < row["CLOSED_DT"] < row["OPEN_DT"]]
    path = tmp_path / "some.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, reader.fieldnames or [])
        writer.writeheader()
        writer.writerows(rows)
    return path, rows


def test_cases_of_a_year_with_their_deadlines(district, shared_data, tmp_path):
    path, rows = some_of(shared_data, tmp_path)
    done = run(path, "--rejects", str(tmp_path / "rejects.csv"), "--closing", "Case Resolved=fixed")
    backwards = [row for row in rows if "" < row["CLOSED_DT"] < row["OPEN_DT"]]
    assert len(backwards) == 197
    assert done.exit_code == 3, done.output
    assert f"{len(rows)} rows: {len(rows) - 197} new cases" in done.output
    assert "Refused 197: closed ends before it begins" in done.output
    taken = {row["CASE_ENQUIRY_ID"]: row for row in rows if row not in backwards}
    cases = {
        report.idempotency_key.rpartition(":")[2]: report.case
        for report in Report.objects.select_related("case__category")
    }
    assert cases.keys() == taken.keys()
    for number, case in cases.items():
        row = taken[number]
        assert case.category.name_zh == row["TYPE"]
        assert (case.state == "closed") == (row["CASE_STATUS"] == "Closed")
        assert (case.deadline is None) == (not row["TARGET_DT"])
        if row["CASE_STATUS"] == "Closed" and row["TARGET_DT"] and row["OnTime_Status"]:
            assert case.overdue == (row["OnTime_Status"] == "OVERDUE")
    on_default = sum((row["LATITUDE"], row["LONGITUDE"]) == ("42.3594", "-71.0587") for row in taken.values())
    assert Report.objects.filter(placed_by="default").count() == on_default > 500
    again = run(path)
    assert f"{len(taken)} known already" in again.output
    assert Case.objects.count() == len(taken)


def test_geo_report_records_and_what_their_words_teach(district, shared_data, tmp_path):
    with gzip.open(shared_data / "requests311" / "boston_open311_2016H2.jsonl.gz", "rt", encoding="utf-8") as file:
        lines = list(islice(file, 0, None, 8))
    path = tmp_path / "some.jsonl"
    path.write_text("".join(lines), encoding="utf-8")
    done = run(path)
    assert done.exit_code == 0, done.output
    assert Case.objects.count() == len(lines)
    assert Case.objects.filter(state="closed").count() == sum('"status":"closed"' in line for line in lines)
    told = [json.loads(line) for line in lines]
    labels = sorted({row["service_name"] for row in told})
    texts = [Document(labels.index(row["service_name"]), row["description"]) for row in told if row.get("description")]
    accuracy = cross_validated([], texts)
    assert accuracy.top1 > 0.8
    assert accuracy.top3 > 0.97
