"""Jobs of the foundation itself. Idempotent, like every task here (see ``jobs``)."""

from django.core.management import call_command
from django.tasks import task

from xiuhua.foundation.events import verify


class BrokenChainError(Exception):
    """An event chain that does not verify."""


@task()
def verify_chains() -> dict[str, int]:
    """Verify every event chain; fails, and so raises an alarm, when one is broken. Returns what was read."""
    seen = verify()
    if seen.breaks:
        first = seen.breaks[0]
        raise BrokenChainError(f"{len(seen.breaks)} broken chains, first {first.chain}#{first.sequence}: {first.why}")
    return {"chains": seen.chains, "events": seen.events}


@task()
def prune_jobs() -> None:
    """Remove the rows of jobs that succeeded two weeks ago or failed half a year ago."""
    call_command("prune_db_task_results", queue_name="*", min_age_days=14, failed_min_age_days=183, verbosity=0)
