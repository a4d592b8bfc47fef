"""Telemetry: kept before it is acknowledged, once however often it comes, put into its days."""

import zlib
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiuhua.lake.actions import batches
from xiuhua.lake.actions.batches import OtherContent, compact, receive
from xiuhua.lake.engines import open_engine
from xiuhua.lake.models import Batch
from xiuhua.lake.streams import PING, Stream, register_stream

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def pings(*seconds, vehicle="v1", speed=300):
    return pa.Table.from_pylist(
        [
            {
                "district": "990001", "vehicle": vehicle, "at": NOON + timedelta(seconds=s), "lon_e7": 1_200_000_000,
                "lat_e7": 316_000_000, "speed_cms": speed, "heading_cdeg": None, "working": True,
            }
            for s in seconds
        ],
        schema=PING.schema,
    )  # fmt: skip


def rows():
    with open_engine() as engine:
        return engine.run(engine.table("ping").order_by(["vehicle", "at"])).to_pylist()


def test_a_batch_lies_in_its_day_after_compacting():
    batch, new = receive(PING, "990001:k1", pings(0, 1, 60 * 60 * 13), sent_by="box")
    assert new
    assert batch.days == ["2026-03-02", "2026-03-03"]
    assert rows() == []
    assert compact() == [("ping", 1, 3, 2)]
    assert len(rows()) == 3
    assert rows()[0]["at"] == NOON
    assert compact() == []
    assert bytes(Batch.objects.get().content) == b""


def test_the_same_batch_again_is_the_same_batch_also_when_compacted():
    first, _new = receive(PING, "990001:k1", pings(0, 1), sent_by="box")
    compact()
    again, new = receive(PING, "990001:k1", pings(0, 1), sent_by="box")
    assert (again.pk, new) == (first.pk, False)
    assert compact() == []
    assert len(rows()) == 2


def test_the_same_key_with_other_rows_is_refused_and_changes_nothing():
    receive(PING, "990001:k1", pings(0), sent_by="box")
    with pytest.raises(OtherContent):
        receive(PING, "990001:k1", pings(1), sent_by="box")
    assert Batch.objects.get().rows == 1


def test_killed_between_files_and_mark_nothing_is_lost_or_doubled(monkeypatch):
    receive(PING, "990001:k1", pings(0, 1), sent_by="box")
    real = batches.put

    def dies(layout, rows):
        real(layout, rows)
        raise KeyboardInterrupt

    monkeypatch.setattr(batches, "put", dies)
    with pytest.raises(KeyboardInterrupt):
        compact()
    monkeypatch.setattr(batches, "put", real)
    assert Batch.objects.get().state == "waiting"
    compact()
    assert len(rows()) == 2


def test_late_rows_write_only_their_day():
    receive(PING, "990001:k1", pings(0), sent_by="box")
    receive(PING, "990001:k2", pings(24 * 3600), sent_by="box")
    assert compact() == [("ping", 2, 2, 2)]
    receive(PING, "990001:k3", pings(5, speed=100), sent_by="box")
    assert compact() == [("ping", 1, 1, 1)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(st.lists(st.lists(st.integers(0, 200_000), min_size=1, max_size=4), min_size=1, max_size=4))
def test_however_batches_overlap_each_position_lies_there_once(lake_folder, sent):
    Batch.objects.all().delete()
    vehicle = f"v{zlib.crc32(str(sent).encode())}"
    for number, seconds in enumerate(sent):
        receive(PING, f"990001:{vehicle}:{number}", pings(*seconds, vehicle=vehicle), sent_by="box")
        if number % 2:
            compact()
    compact()
    mine = [row for row in rows() if row["vehicle"] == vehicle]
    assert len(mine) == len({second for seconds in sent for second in seconds})


def test_a_stream_that_contradicts_itself_is_refused():
    with pytest.raises(ValueError, match="no column nothing"):
        register_stream(Stream("x", "x", ("nothing",), "at", PING.schema))
    with pytest.raises(ValueError, match="microseconds"):
        register_stream(Stream("x", "x", ("vehicle",), "vehicle", PING.schema))
    with pytest.raises(ValueError, match="twice"):
        register_stream(Stream("ping", "other", ("vehicle",), "at", PING.schema))
