"""Take a file of sites in: rows that can be taken are listed or changed, the others come back with what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.foundation.rejections import Rejection
from xiuhua.foundation.spreadsheets import csv_lines
from xiuhua.inspection.actions.campaign_door import FieldRefused, allow, tell
from xiuhua.inspection.actions.campaigns import SiteGiven, add_site, change_site, held_campaign
from xiuhua.inspection.campaign_files import Row, key_of
from xiuhua.inspection.campaign_rows import Rows
from xiuhua.inspection.models import Campaign
from xiuhua.people.actors import Actor

FAULT = ("row", "field", "value", "rule", "remedy")


@dataclass
class Imported:
    """What became of a file: how many rows were listed, changed or as they were; which were refused, and why.

    ``originals`` gives the refused rows as the file had them, by their number.
    """

    added: int = 0
    changed: int = 0
    same: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    originals: dict[int, Row] = field(default_factory=dict)

    @property
    def taken(self) -> int:
        """How many rows stand in the campaign now."""
        return self.added + self.changed + self.same

    def file(self) -> str:
        """The refused rows as CSV: what is wrong, what to do, and the row as it was, to be mended and sent again."""
        headings = list(dict.fromkeys(name for row in self.originals.values() for name in row))
        own = [name for name in headings if name not in FAULT]
        by_row: dict[int, list[Rejection]] = {}
        for each in self.rejected:
            by_row.setdefault(each.row, []).append(each)
        lines = (
            [number, *(" | ".join(getattr(one, name) for one in faults) for name in FAULT[1:]),
             *(self.originals[number].get(name, "") for name in own)]
            for number, faults in sorted(by_row.items())
        )  # fmt: skip
        return "".join(csv_lines([*FAULT, *own], lines))


@transaction.atomic
def import_sites(
    campaign: Campaign, rows: Sequence[Row], *, actor: Actor, reason: str = "", at: datetime | None = None
) -> Imported:
    """List the sites of ``rows``; a row with the number of a site that is there changes it.

    ``reason`` is given for days and units that the file moves. Raises ``Refused`` only where nothing can be taken at
    all (the campaign is closed), ``Forbidden``.
    """
    now = at or timezone.now()
    owner = held_campaign(campaign)
    allow(actor, "campaigns.edit", owner.district)
    done, reader = Imported(), Rows.of(owner.district)
    for number, row in enumerate(rows, start=1):
        given = reader.site(number, row)
        if given is not None:
            _take(owner, number, row, given, reader, done, actor, reason, now)
    done.rejected = reader.faults
    done.originals = {each.row: rows[each.row - 1] for each in done.rejected}
    counts = {"added": done.added, "changed": done.changed, "same": done.same, "rejected": len(done.originals)}
    tell(owner, owner, "campaign.imported", actor, after=counts, at=now)
    return done


def _take(
    campaign: Campaign, number: int, row: Mapping[str, str], given: SiteGiven, reader: Rows, done: Imported,
    actor: Actor, reason: str, now: datetime,
) -> None:  # fmt: skip
    known = campaign.sites.filter(number=given.number).first() if given.number is not None else None
    try:
        with transaction.atomic():
            if known is None:
                add_site(campaign, given, actor=actor, at=now)
                done.added += 1
            elif change_site(known, given, actor=actor, reason=reason, at=now).version == known.version:
                done.same += 1
            else:
                done.changed += 1
    except Forbidden:
        raise
    except Refused as error:
        told = {key: text for heading, text in row.items() if (key := key_of(heading))}
        name = error.field if isinstance(error, FieldRefused) else "number"
        reader.refuse(number, told, name, error.reason, error.remedy)
