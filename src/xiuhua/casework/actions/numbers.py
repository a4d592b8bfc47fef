"""Numbers of cases: code of the district, day, sequence. Cases made at the same time do not wait for one another.

A transaction draws from the first block that no other holds; where all are held it adds one. So numbers rise one by
one in a quiet hour, a busy one uses several blocks side by side, and a number that is not used leaves a gap.
"""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Max

from xiuhua.casework.models import NumberBlock
from xiuhua.city.area_index import local_day
from xiuhua.city.models import District
from xiuhua.foundation.statements import run

SIZE = 50
_SEPARATED = 10  # longer codes of districts leave no room for hyphens


def draw(district: District, at: datetime) -> str:
    """The next number of a case of ``district`` reported at ``at``, e.g. ``320206-261124-00017``.

    Belongs in the transaction that makes the case: what is rolled back is drawn again.
    """
    day = local_day(district, at)
    with transaction.atomic(savepoint=False):
        while True:
            drawn = _drawn(district, day)
            if drawn is not None:
                start, left = drawn
                return written(district, day, start + SIZE - 1 - left)
            _add(district, day, [SIZE])


def _drawn(district: District, day: date) -> tuple[int, int] | None:
    """Take one from the first block that no other transaction holds: where it starts and how many are left then."""
    skip = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    sql = f"""
        UPDATE casework_numberblock SET "left" = "left" - 1 WHERE id = (
            SELECT id FROM casework_numberblock WHERE district_id = %s AND day = %s AND "left" > 0
            ORDER BY start LIMIT 1 {skip}
        ) RETURNING start, "left"
    """  # noqa: S608 - nothing of a person is in it
    row: tuple[int, int] | None = run(sql, [district.pk, connection.ops.adapt_datefield_value(day)]).fetchone()
    return row


def draw_many(district: District, day: date, count: int) -> Iterator[str]:
    """``count`` numbers in a row for cases of ``district`` reported on its local ``day``."""
    full, rest = divmod(count, SIZE)
    with transaction.atomic():
        start = None
        while start is None:
            start = _add(district, day, [0] * full + ([SIZE - rest] if rest else []))
    return (written(district, day, number) for number in range(start, start + count))


def written(district: District, day: date, sequence: int) -> str:
    """The number as it is written: it sorts by day, and is short enough to be read out."""
    gap = "-" if len(district.code) <= _SEPARATED else ""
    return f"{district.code}{gap}{day:%y%m%d}{gap}{sequence:05d}"


def _add(district: District, day: date, left: list[int]) -> int | None:
    """Add blocks with so many numbers left. Returns where they start; None when another was first.

    On PostgreSQL the insert waits until that other has committed or gone.
    """
    last = NumberBlock.objects.filter(district=district, day=day).aggregate(last=Max("start"))["last"]
    start = 1 if last is None else last + SIZE
    blocks = [
        NumberBlock(district=district, day=day, start=start + SIZE * number, left=each)
        for number, each in enumerate(left)
    ]
    first, *more = blocks
    NumberBlock.objects.bulk_create([first], ignore_conflicts=True)
    if not NumberBlock.objects.filter(district=district, day=day, start=start, left=first.left).exists():
        return None
    NumberBlock.objects.bulk_create(more)
    return start
