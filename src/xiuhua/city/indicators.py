"""Indicators of the register of the city. Words in the YAML file beside."""

from pathlib import Path

from xiuhua.foundation.indicator_files import declare
from xiuhua.foundation.indicators import Counted, Look
from xiuhua.lake.measures import month_of

FILE = Path(__file__).with_name("indicators.yaml")


def register_completeness(look: Look) -> Counted:
    """Fully described, of all objects, on the last day of the month on which the register was looked at."""
    inventory = look.table("inventory")
    first, end = look.edges[0].date(), look.edges[-1].date()
    rows = inventory.filter(inventory.day >= first, inventory.day < end)
    rows = rows.mutate(month=month_of(rows.day, look.edges))
    last = rows.group_by("month").aggregate(last=rows.day.max())
    rows = rows.inner_join(last, "month")
    rows = rows.filter(rows.day == rows.last)
    return Counted(rows, None, rows.complete, rows.objects, n=rows.objects)


declare(FILE, "city", {"register_completeness": register_completeness})
