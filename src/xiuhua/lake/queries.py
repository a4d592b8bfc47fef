"""How the lake stands."""

from dataclasses import dataclass
from datetime import datetime

import pyarrow.parquet as pq
from django.db.models import Count

from xiuhua.foundation.facts import facts
from xiuhua.lake.layouts import layout_of
from xiuhua.lake.models import Batch, Watermark
from xiuhua.lake.partitions import files
from xiuhua.lake.streams import streams


@dataclass(frozen=True)
class Standing:
    """Of one fact: rows and bytes in its files, up to when it was written, batches that wait."""

    fact: str
    rows: int
    files: int
    size: int
    until: datetime | None
    waiting: int


def standing() -> list[Standing]:
    """Every fact and stream, by name."""
    marks = dict(Watermark.objects.values_list("fact", "until"))
    counted = Batch.objects.filter(state=Batch.State.WAITING).values_list("fact").annotate(Count("id"))
    waiting = dict(counted.values_list("fact", "id__count"))
    found = []
    for name in sorted({*facts(), *streams()}):
        paths = files(layout_of(name))
        rows = sum(pq.read_metadata(path).num_rows for path in paths)
        size = sum(path.stat().st_size for path in paths)
        found.append(Standing(name, rows, len(paths), size, marks.get(name), waiting.get(name, 0)))
    return found


def data_until(names: list[str]) -> datetime | None:
    """Up to when all of the facts ``names`` were written; None where one never was."""
    marks = dict(Watermark.objects.filter(fact__in=names).values_list("fact", "until"))
    return min(marks[name] for name in names) if names and set(names) <= set(marks) else None
