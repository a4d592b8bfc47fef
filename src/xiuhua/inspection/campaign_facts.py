"""What campaigns put into the lake: one row a site."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pyarrow as pa

from xiuhua.foundation.facts import Fact, column, register
from xiuhua.inspection.models import CampaignSite

_AT = pa.timestamp("us", tz="UTC")
CAMPAIGN_SITE = pa.schema([
    column("district", pa.string(), "code of the district"),
    column("campaign", pa.string(), "key of the campaign"),
    column("number", pa.int32(), "number of the site in the campaign"),
    column("day", pa.date32(), "day on which it was listed, on the clock of the district"),
    column("kind", pa.string(), "kind of places that the campaign is about"),
    column("town", pa.string(), "code of the town, where it lies in one", nullable=True),
    column("unit", pa.string(), "code of the unit that answers for it"),
    column("state", pa.string(), "state of the site"),
    column("due", pa.date32(), "day by which it is to be in order, as it stands now"),
    column("first_due", pa.date32(), "day that was set when it was listed"),
    column("lon", pa.float64(), "longitude, WGS-84", unit="degree"),
    column("lat", pa.float64(), "latitude, WGS-84", unit="degree"),
    column("done_on", pa.date32(), "day on which the unit last reported it done", nullable=True),
    column("signed_on", pa.date32(), "day on which it was signed off; nothing when that was taken back", nullable=True),
    column("dropped_on", pa.date32(), "day on which it was dropped", nullable=True),
    column("signed_at", _AT, "when it was signed off; nothing when that was taken back", nullable=True),
])  # fmt: skip


def site_facts(_since: datetime | None = None, _until: datetime | None = None) -> Iterator[pa.RecordBatch]:
    """Every site as it stands; there are some hundreds, so all are read each time."""
    found = CampaignSite.objects.order_by("pk").values_list(
        "campaign__district__code", "campaign__key", "number", "campaign__kind", "town__code", "unit__code", "state",
        "due", "first_due", "lon", "lat", "campaign__district__time_zone", "listed_at", "done_at", "signed_at",
        "dropped_at",
    )  # fmt: skip
    rows = []
    for district, key, number, kind, town, unit, state, due, first, lon, lat, name, listed, done, signed, out in found:
        zone = ZoneInfo(name)
        days = [None if at is None else at.astimezone(zone).date() for at in (done, signed, out)]
        day = listed.astimezone(zone).date()
        rows.append((district, key, number, day, kind, town, unit, state, due, first, lon, lat, *days, signed))
    if rows:
        columns = [
            pa.array(values, one.type) for values, one in zip(zip(*rows, strict=True), CAMPAIGN_SITE, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=CAMPAIGN_SITE)


register(
    Fact(
        "campaign_site", "one site of a campaign", ("district", "campaign", "number"), "day", CAMPAIGN_SITE, site_facts
    )
)  # fmt: skip
