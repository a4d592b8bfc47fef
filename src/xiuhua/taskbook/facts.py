"""Facts of the task book for counting: milestones of projects."""

from collections.abc import Iterator
from datetime import date, datetime

import pyarrow as pa

from xiuhua.foundation.facts import Fact, column, register
from xiuhua.taskbook.models import Milestone

MILESTONE = pa.schema([
    column("district", pa.string(), "code of the district"),
    column("book", pa.string(), "key of the book"),
    column("project", pa.string(), "key of the project"),
    column("milestone", pa.string(), "key of the milestone"),
    column("day", pa.date32(), "first day of the book"),
    column("kind", pa.string(), "kind of the project"),
    column("unit", pa.string(), "code of the unit that answers for it"),
    column("town", pa.string(), "code of the town, where the project lies in one", nullable=True),
    column("due", pa.date32(), "day by which it is due"),
    column("done_on", pa.date32(), "day on which it was reached", nullable=True),
])  # fmt: skip


def milestone_facts(_since: datetime | None = None, _until: datetime | None = None) -> Iterator[pa.RecordBatch]:
    """Every milestone as it stands; there are few, so all are read each time."""
    found = Milestone.objects.exclude(project__book__state="draft").order_by("pk").values_list(
        "project__book__district__code", "project__book__key", "project__key", "key", "project__book__first_year",
        "project__kind", "project__unit__code", "project__area", "due", "done_on",
    )  # fmt: skip
    rows = [
        (district, book, project, key, date(year, 1, 1), kind, unit,
         area.removeprefix("town:") if area.startswith("town:") else None, due, done)
        for district, book, project, key, year, kind, unit, area, due, done in found
    ]  # fmt: skip
    if rows:
        columns = [pa.array(values, one.type) for values, one in zip(zip(*rows, strict=True), MILESTONE, strict=True)]
        yield pa.RecordBatch.from_arrays(columns, schema=MILESTONE)


register(
    Fact(
        "milestone", "one milestone of a project", ("district", "book", "project", "milestone"), "day", MILESTONE,
        milestone_facts,
    )
)  # fmt: skip
