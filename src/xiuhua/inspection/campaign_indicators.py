"""The indicator of campaigns: sites signed off, of all that were due. Words in the YAML file beside."""

from datetime import timedelta
from pathlib import Path

import ibis

from xiuhua.foundation.indicator_files import declare
from xiuhua.foundation.indicators import Counted, Look

FILE = Path(__file__).with_name("campaign_indicators.yaml")


def campaign_sites_signed(look: Look) -> Counted:
    """Sites signed off by the end of the month, of all whose first day had come; open overdue ones stay below."""
    site = look.table("campaign_site")
    ends = [(number, end.date() - timedelta(days=1)) for number, end in enumerate(look.edges[1:])]
    rows = site.cross_join(ibis.memtable(ends, schema={"month": "int64", "end": "date"}))
    # Of a month that is not over, what was due before now: a day that is to come has kept nobody.
    today = look.now.astimezone(look.edges[0].tzinfo).date()
    rows = rows.filter(rows.first_due <= rows.end, rows.first_due <= ibis.literal(today), rows.day <= rows.end)
    rows = rows.filter((rows.dropped_on > rows.end).fill_null(ibis.literal(value=True)))
    signed = (rows.signed_on <= rows.end).fill_null(ibis.literal(value=False))
    return Counted(rows, None, signed.cast("int64"), ibis.literal(1, type="int64"))


declare(FILE, "inspection", {campaign_sites_signed.__name__: campaign_sites_signed})
