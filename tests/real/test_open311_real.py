"""Requests of a large city: loaded as a file and read back over Open311, and reported anew over Open311."""

import gzip
import json
from collections import Counter
from datetime import datetime
from itertools import islice

import pytest
from click.testing import CliRunner

from xiuhua.casework.actions.services import put_service
from xiuhua.casework.masking import mask
from xiuhua.casework.models import Case
from xiuhua.city.models import Code, CodeSet, District
from xiuhua.conf.cli import build
from xiuhua.people.actions.api_keys import issue
from xiuhua.people.models import User

pytestmark = pytest.mark.real
BASE = "/open311/v2"


@pytest.fixture
def district(db):
    return District.objects.create(code="990009", name_zh="样例", time_zone="America/New_York")


def records(shared_data, step):
    with gzip.open(shared_data / "requests311" / "boston_open311_2016H2.jsonl.gz", "rt", encoding="utf-8") as file:
        return list(islice(file, 0, None, step))


def lines_of(row):
    """The description with one kind of line end."""
    return row.get("description", "").replace("\r\n", "\n").strip()


def instant(text):
    return datetime.fromisoformat(text)


def test_what_was_loaded_is_read_back_page_by_page(district, shared_data, tmp_path, client):
    lines = records(shared_data, 20)
    path = tmp_path / "some.jsonl"
    path.write_text("".join(lines), encoding="utf-8")
    done = CliRunner().invoke(build(), ["load", "cases", str(path), "--district", "990009", "--public"])
    assert done.exit_code == 0, done.output
    told = {}
    for start, end in (("2016-07-01", "2016-09-28"), ("2016-09-29", "2016-12-27"), ("2016-12-28", "2017-01-31")):
        page, more = 1, True
        while more:
            asked = {"start_date": start, "end_date": end, "page": page, "page_size": 500}
            found = json.loads(client.get(f"{BASE}/requests.json", asked).content)
            told |= {one["service_request_id"]: one for one in found}
            page, more = page + 1, len(found) == 500
    assert len(told) == len(lines)
    by_key = {
        case.reports.get().idempotency_key.rpartition(":")[2]: case.number
        for case in Case.objects.prefetch_related("reports")
    }
    for row in map(json.loads, lines):
        one = told[by_key[row["service_request_id"]]]
        assert one["status"] == row["status"]
        assert one["service_name"] == row["service_name"]
        assert one["description"] == mask(lines_of(row))
        assert instant(one["requested_datetime"]) == instant(row["requested_datetime"])
        assert (one["lat"], one["long"]) == (round(row["lat"], 7), round(row["long"], 7))
        if row["status"] == "closed" and instant(row["updated_datetime"]) >= instant(row["requested_datetime"]):
            assert instant(one["updated_datetime"]) == instant(row["updated_datetime"])


def test_real_reports_are_taken_one_by_one(district, shared_data, client, settings):
    rows = [json.loads(line) for line in records(shared_data, 250)]
    names = sorted({row["service_name"] for row in rows})
    codes = CodeSet.objects.create(key="real", version="2016", kind="event", name_zh="real")
    for number, name in enumerate(names, 1):
        code = Code.objects.create(code_set=codes, code=f"{number:04d}", class_zh="c", name_zh=name)
        put_service(code, actor="t")
    listed = json.loads(client.get(f"{BASE}/services.json").content)
    services = {one["service_name"]: one["service_code"] for one in listed}
    key = issue(User.objects.create(username="program"), "t", actor="t")
    numbers = {}
    for row in rows:
        form = {
            "api_key": key, "service_code": services[row["service_name"]], "lat": row["lat"], "long": row["long"],
            "address_string": row["address"], "description": row.get("description", ""),
        }  # fmt: skip
        answer = client.post(f"{BASE}/requests.json", form, headers={"Idempotency-Key": row["service_request_id"]})
        assert answer.status_code == 200, answer.content
        numbers[row["service_request_id"]] = json.loads(answer.content)[0]["service_request_id"]
    assert Case.objects.count() == len(rows) == len(set(numbers.values()))
    found = json.loads(client.get(f"{BASE}/requests.json", {"service_request_id": ",".join(numbers.values())}).content)
    told = {one["service_request_id"]: one for one in found}
    assert Counter(one["service_name"] for one in found) == Counter(row["service_name"] for row in rows)
    for row in rows:
        one = told[numbers[row["service_request_id"]]]
        assert one["description"] == mask(lines_of(row))
        assert one["address"] == mask(row["address"])
        assert one["status"] == "open"
