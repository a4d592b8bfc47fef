"""Write what changed in the rooms into the lake, from the watermark on."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from xiuhua.foundation.facts import Fact, facts
from xiuhua.lake.layouts import layout_of
from xiuhua.lake.models import Watermark
from xiuhua.lake.partitions import put

# A change carries the time at which its transaction began and is seen only when that has ended: each writing begins
# so much before the last one ended. Reading a row twice changes nothing.
OVERLAP = timedelta(minutes=30)


@dataclass(frozen=True)
class Written:
    """What was written of a fact: rows read, partitions written anew, seconds it took."""

    fact: str
    rows: int
    partitions: tuple[str, ...]
    seconds: float


def write(names: Sequence[str] = (), *, now: datetime | None = None, anew: bool = False) -> list[Written]:
    """Write the facts ``names`` (all where none is named) up to ``now``; ``anew`` reads them from the beginning.

    Killed between, it is simply run again: the watermark moves after the files. Raises ``LookupError`` for a name that
    is no fact.
    """
    known = facts()
    if unknown := [name for name in names if name not in known]:
        raise LookupError(f"there is no fact {unknown[0]}: known are {', '.join(sorted(known))}")
    until = now or timezone.now()
    return [_write(known[name], until, anew=anew) for name in names or sorted(known)]


def _write(fact: Fact, until: datetime, *, anew: bool) -> Written:
    started, digest = time.perf_counter(), _digest(fact)
    mark = Watermark.objects.filter(fact=fact.name).first()
    known = mark is not None and mark.schema_digest == digest and not anew
    since = mark.until - OVERLAP if mark is not None and known else None
    rows, partitions = put(layout_of(fact.name), fact.read(since, until), whole=since is None)
    total = (mark.rows if mark is not None and known else 0) + rows
    Watermark.objects.update_or_create(
        fact=fact.name,
        defaults={"until": until, "rows": total, "written_at": timezone.now(), "schema_digest": digest},
    )
    return Written(fact.name, rows, tuple(partitions), time.perf_counter() - started)


def _digest(fact: Fact) -> str:
    described = f"{fact.key} {fact.partition} {[(field.name, str(field.type)) for field in fact.schema]}"
    return hashlib.sha256(described.encode()).hexdigest()
