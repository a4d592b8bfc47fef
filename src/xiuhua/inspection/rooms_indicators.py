"""Indicators of living rooms: how many are accepted at the end of each month. Words in the YAML file beside."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import ibis

from xiuhua.foundation.indicator_files import declare
from xiuhua.foundation.indicators import Counted, Look

FILE = Path(__file__).with_name("rooms_indicators.yaml")


def living_rooms_accepted(look: Look) -> Counted:
    """Rooms accepted by the district or the city on the last day of the month."""
    rows = look.once("living rooms", lambda: _rows(look))
    return Counted(rows, None, rows.rooms, rows.looks, n=rows.looks)


def living_rooms_city(look: Look) -> Counted:
    """Of these, accepted by the city."""
    rows = look.once("living rooms", lambda: _rows(look))
    return Counted(rows, None, rows.city, rows.looks, n=rows.looks)


def _rows(look: Look) -> Any:
    """A row for each room accepted at the end of a month, and one for the look at the list, which is divided by.

    So a month without any room counts 0, and the sum of rooms by one look is their number.
    """
    ends = [(number, end.date() - timedelta(days=1)) for number, end in enumerate(look.edges[1:])]
    months = ibis.memtable(ends, schema={"month": "int64", "last": "date"})
    spells = look.table("living_room").select("day", "ended_on", "level").cross_join(months)
    goes_on = spells.ended_on.isnull() | (spells.ended_on > spells["last"])
    there = spells.filter((spells.day <= spells["last"]) & goes_on)
    one, none = ibis.literal(1, type="int64"), ibis.literal(0, type="int64")
    rooms = there.select(
        month=there.month, rooms=one, city=ibis.ifelse(there.level == "city", one, none).cast("int64"), looks=none
    )
    return ibis.union(rooms, months.select(month=months.month, rooms=none, city=none, looks=one))


declare(FILE, "inspection", {one.__name__: one for one in (living_rooms_accepted, living_rooms_city)})
