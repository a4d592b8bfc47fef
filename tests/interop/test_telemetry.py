"""Telemetry over HTTP: durable, once, with every fault named."""

import json
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from casework.conftest import desk, desks, person  # noqa: F401 - fixtures
from xiuhua.lake.models import Batch
from xiuhua.people.actions.api_keys import issue

pytestmark = pytest.mark.django_db
ROW = {"vehicle": "s1", "at": "2026-03-02T08:00:00+08:00", "lon_e7": 1_203_000_000, "lat_e7": 316_800_000}


@pytest.fixture
def send(desk, client):  # noqa: F811
    box = person(desk.district, "box", "engineer")
    other = person(desk.district, "watcher", "leader")
    keys = {"box": issue(box, "box", actor="t"), "watcher": issue(other, "w", actor="t")}

    def send(body, key="device-1:17", who="box", kind="application/json", district=desk.district.code, stream="ping"):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.post(
            f"/api/telemetry/{district}/{stream}/batches", content, content_type=kind,
            headers={"Authorization": f"Bearer {keys[who]}", "Idempotency-Key": key, "Accept-Language": "en"},
        )  # fmt: skip

    return send


def arrow(**columns):
    table = pa.table(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def test_a_batch_is_kept_and_kept_once(send):
    first, again = send({"rows": [ROW]}), send({"rows": [ROW]})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["days"] == ["2026-03-02"]
    assert Batch.objects.get().rows == 1


def test_other_rows_under_the_key_are_refused(send):
    send({"rows": [ROW]})
    answer = send({"rows": [ROW | {"vehicle": "s2"}]})
    assert answer.status_code == 409
    assert "key of their own" in answer.json()["remedy"]


def test_json_and_arrow_of_the_same_rows_are_the_same_batch(send):
    at = pa.array([datetime(2026, 3, 2, tzinfo=UTC)], pa.timestamp("us", tz="UTC"))
    body = arrow(vehicle=["s1"], at=at, lon_e7=pa.array([1_203_000_000], pa.int64()), lat_e7=[316_800_000])
    assert send(body, kind="application/vnd.apache.arrow.stream").status_code == 201
    assert send({"rows": [ROW]}).status_code == 200


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        (ROW | {"lon_e7": 2**31}, "rows.1.lon_e7", "32 bits"),
        (ROW | {"lon_e7": 120.3}, "rows.1.lon_e7", "whole number"),
        (ROW | {"lat_e7": True}, "rows.1.lat_e7", "whole number"),
        (ROW | {"at": "2026-03-02T08:00:00"}, "rows.1.at", "zone"),
        (ROW | {"at": "0001-01-01T00:00:00+08:00"}, "rows.1.at", "zone"),
        (ROW | {"at": 5}, "rows.1.at", "zone"),
        (ROW | {"colour": "red"}, "rows.1.colour", "no such column"),
        (ROW | {"district": "990002"}, "rows.1.district", "no such column"),
        (ROW | {"vehicle": None}, "rows.1.vehicle", "missing"),
        (ROW | {"vehicle": "x\x00"}, "rows.1.vehicle", "text"),
        (ROW | {"working": "yes"}, "rows.1.working", "true or false"),
    ],
)
def test_every_fault_is_named_and_nothing_is_kept(send, row, field, said):
    answer = send({"rows": [ROW, row]})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert said in answer.json()["errors"][0]["message"]
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"rows": {}}', b'{"rows": [1]}', b'{"rows": []}', b"[" * 100_000, b"\xff"]
)
def test_what_is_no_batch_is_refused(send, body):
    assert send(body).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        b"no arrow", arrow(vehicle=["s1"]), arrow(vehicle=["s1"], at=["late"], lon_e7=[1], lat_e7=[1]),
        arrow(vehicle=["s1"], at=[1], lon_e7=[2**40], lat_e7=[1]), arrow(x=[1]),
        arrow(vehicle=pa.array([None], pa.string()), at=pa.array([1], pa.timestamp("us", tz="UTC")), lon_e7=[1], lat_e7=[1]),
    ],
)  # fmt: skip
def test_an_arrow_stream_that_does_not_fit_is_refused(send, body):
    answer = send(body, kind="application/vnd.apache.arrow.stream")
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_who_may_not_where_there_is_nothing_and_too_much(send):
    assert send({"rows": [ROW]}, who="watcher").status_code == 403
    assert send({"rows": [ROW]}, stream="pong").status_code == 404
    assert send({"rows": [ROW]}, district="000000").status_code == 404
    assert send({"rows": [ROW]}, kind="text/csv").status_code == 415
    assert send({"rows": [ROW] * 50_001}).status_code == 422
    assert send(b" " * (9 << 20)).status_code == 413
    assert send({"rows": [ROW]}, key="short").status_code == 422
    assert not Batch.objects.exists()


def test_a_key_for_one_district_opens_no_other(send, desks):  # noqa: F811
    assert send({"rows": [ROW]}, district=desks[1].district.code).status_code == 403


def test_streams_are_listed_with_their_columns(client):
    found = client.get("/api/telemetry/streams").json()
    ping = {column["name"]: column for column in found[0]["columns"]}
    assert ping["speed_cms"]["unit"] == "cm/s"
    assert "district" not in ping
    assert not ping["working"]["required"]
