"""Telemetry: a batch is kept before it is acknowledged, and put into its days afterwards."""

import hashlib
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
from django.db import IntegrityError, transaction
from django.utils import timezone

from xiuhua.lake.layouts import layout_of
from xiuhua.lake.models import Batch
from xiuhua.lake.partitions import put
from xiuhua.lake.streams import Stream, streams

# How many batches are put into their days at a time: what of them lies in memory at once.
_AT_ONCE = 200


class OtherContent(ValueError):  # noqa: N818 - a refusal, not a fault
    """The key of a batch that came before with other rows."""


def receive(stream: Stream, key: str, table: pa.Table, *, sent_by: str) -> tuple[Batch, bool]:
    """Keep a batch of rows in the schema of ``stream``; the batch, and whether it is new.

    When this returns the batch lies in the database. The same key with the same rows is the same batch; with other
    rows it raises ``OtherContent``, and nothing has changed.
    """
    content = _encoded(table.cast(stream.schema))
    digest = hashlib.sha256(content).hexdigest()
    days = sorted(set(pc.strftime(table[stream.at], "%Y-%m-%d").to_pylist()))
    found = Batch.objects.filter(fact=stream.name, key=key).defer("content").first()
    if found is None:
        batch = Batch(
            fact=stream.name, key=key, digest=digest, rows=table.num_rows, days=days, received_at=timezone.now(),
            content=content, sent_by=sent_by,
        )  # fmt: skip
        try:
            with transaction.atomic():
                batch.save(force_insert=True)
        except IntegrityError:
            found = Batch.objects.defer("content").get(fact=stream.name, key=key)  # somebody sent it at the same time
        else:
            return batch, True
    if found.digest != digest:
        raise OtherContent(key)
    return found, False


def compact() -> list[tuple[str, int, int, int]]:
    """Put the rows of every waiting batch into their days: stream, batches, rows, days written.

    Files first, then the mark: killed between, the rows are put again, which changes nothing.
    """
    done = []
    for name in sorted(streams()):
        batches = rows = 0
        days: set[str] = set()
        while waiting := list(Batch.objects.filter(fact=name, state=Batch.State.WAITING).order_by("id")[:_AT_ONCE]):
            some, written = put(layout_of(name), _decoded(waiting))
            marked = Batch.objects.filter(pk__in=[batch.pk for batch in waiting])
            marked.update(state=Batch.State.COMPACTED, content=b"")
            batches, rows, days = batches + len(waiting), rows + some, days | set(written)
        if batches:
            done.append((name, batches, rows, len(days)))
    return done


def _encoded(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table.combine_chunks())
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _decoded(batches: list[Batch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        with pa.ipc.open_stream(bytes(batch.content)) as reader:
            yield from reader
