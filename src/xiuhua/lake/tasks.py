"""Jobs of the lake."""

from django.tasks import task

from xiuhua.lake.actions.batches import compact
from xiuhua.lake.actions.write import write


@task()
def write_facts() -> int:
    """Write what changed in the rooms; how many rows."""
    return sum(one.rows for one in write())


@task()
def compact_batches() -> int:
    """Put telemetry into its days; how many rows."""
    return sum(rows for _name, _batches, rows, _days in compact())
