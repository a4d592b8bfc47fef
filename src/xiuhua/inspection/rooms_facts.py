"""Facts of living rooms for counting: since when each is accepted, at which level."""

from collections.abc import Iterator
from datetime import datetime

import pyarrow as pa

from xiuhua.foundation.facts import Fact, column, register
from xiuhua.inspection.models import LivingRoom
from xiuhua.inspection.rooms_queries import spells

LIVING_ROOM = pa.schema([
    column("district", pa.string(), "code of the district"),
    column("room", pa.string(), "code of the living room"),
    column("spell", pa.int64(), "number of the time in which it is accepted at one level"),
    column("day", pa.date32(), "day on which it was accepted at this level"),
    column("ended_on", pa.date32(), "day from which it is accepted at this level no more", nullable=True),
    column("ended_by", pa.string(), "withdraw, or raise where a higher level took over; empty while it goes on"),
    column("level", pa.string(), "who accepted it: district or city"),
    column("type", pa.string(), "road, pedestrian, garden or square"),
    column("town", pa.string(), "code of the town", nullable=True),
    column("unit", pa.string(), "code of the unit that answers for it"),
    column("lon", pa.float64(), "longitude of a point of it", unit="degree"),
    column("lat", pa.float64(), "latitude of a point of it", unit="degree"),
])  # fmt: skip


def living_room_facts(_since: datetime | None = None, _until: datetime | None = None) -> Iterator[pa.RecordBatch]:
    """Every spell as it stands; there are few, so all are read each time."""
    found = LivingRoom.objects.select_related("district", "town", "unit").order_by("district__code", "code")
    rows = [
        (
            spell.room.district.code, spell.room.code, spell.number, spell.begins, spell.ends, spell.ended_by,
            spell.level, spell.room.type, spell.room.town.code if spell.room.town else None, spell.room.unit.code,
            spell.room.lon, spell.room.lat,
        )
        for spell in spells(found)
    ]  # fmt: skip
    if rows:
        columns = [pa.array(values, one.type) for values, one in zip(zip(*rows, strict=True), LIVING_ROOM, strict=True)]
        yield pa.RecordBatch.from_arrays(columns, schema=LIVING_ROOM)


register(
    Fact(
        "living_room", "one time in which a living room is accepted at one level", ("district", "room", "spell"), "day",
        LIVING_ROOM, living_room_facts,
    )
)  # fmt: skip
