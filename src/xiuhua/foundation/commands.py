"""Commands of the foundation. ``check`` is open to other rooms: they add their checks to the group."""

import logging
import signal
import threading
from datetime import datetime
from uuid import UUID

import click
from django.conf import settings
from django.core.management import call_command
from django.db import close_old_connections
from django.utils.translation import gettext as _

from xiuhua.foundation import events
from xiuhua.foundation.actions import jobs, outbox
from xiuhua.foundation.actions.tick import Tick
from xiuhua.foundation.actions.tick import tick as beat
from xiuhua.foundation.calendar_commands import ACTOR, calendar, said_plainly
from xiuhua.foundation.health import health
from xiuhua.foundation.models import OutboxDelivery, Schedule


@click.group()
def check() -> None:
    """Check that what is kept is whole. Exit code 1 when it is not."""


@check.command()
@click.option("--chain", help="Only this chain.")
@click.option("--heads", is_flag=True, help="Print the last number and digest of every chain, to be kept elsewhere.")
def chain(chain: str | None, *, heads: bool) -> None:
    """Verify the event chains: numbers, links, digests."""
    if heads:
        for name, number, digest in events.heads():
            if chain in {None, name}:
                click.echo(f"{digest} {number} {name}")
    seen = events.verify(chain)
    for broken in seen.breaks:
        click.echo(f"{broken.chain}#{broken.sequence}: {broken.why}", err=True)
    click.echo(
        _("%(events)s events in %(chains)s chains, %(broken)s broken.")
        % {"events": seen.events, "chains": seen.chains, "broken": len(seen.breaks)}
    )
    if chain is not None and not seen.chains:
        raise click.ClickException(_("There is no chain %(chain)s.") % {"chain": chain})
    if seen.breaks:
        raise SystemExit(1)


@check.command("health")
def check_health() -> None:
    """Count what waits and what failed, and say what a person must look at."""
    state = health()
    found = state.pop("alarms")
    for name, value in state.items():
        click.echo(f"{name}: {value}")
    for alarm in found:
        click.echo(alarm, err=True)
    if found:
        raise SystemExit(1)


@click.group("outbox")
def outbox_group() -> None:
    """Messages to the outside."""


@outbox_group.command()
def status() -> None:
    """Count the deliveries by state and list those given up."""
    for state in OutboxDelivery.State:
        click.echo(f"{state.label}: {OutboxDelivery.objects.filter(state=state).count()}")
    for row in OutboxDelivery.objects.filter(state=OutboxDelivery.State.DEAD).select_related("message")[:50]:
        click.echo(f"{row.pk}  {row.message}  {row.target}  {row.last_error}")


@outbox_group.command()
def deliver() -> None:
    """Send what is due now."""
    sent = outbox.deliver_due()
    click.echo(
        _("%(done)s delivered, %(failed)s failed, %(dead)s given up.")
        % {"done": sent.done, "failed": sent.failed, "dead": sent.dead}
    )


@outbox_group.command()
@click.argument("ids", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every delivery that was given up.")
def retry(ids: tuple[int, ...], everything: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Let deliveries that were given up be sent again."""
    if bool(ids) == everything:
        raise click.UsageError(_("Give the numbers of deliveries or --all, one of the two."))
    rows = OutboxDelivery.objects.filter(state=OutboxDelivery.State.DEAD)
    if ids:
        rows = OutboxDelivery.objects.filter(pk__in=ids)
        if missing := set(ids) - set(rows.values_list("pk", flat=True)):
            raise click.ClickException(
                _("There is no delivery %(id)s: see `xiuhua outbox status`.") % {"id": min(missing)}
            )
    with said_plainly():
        for row in rows:
            outbox.retry(row, actor=ACTOR)
            click.echo(str(row))


@click.group()
def schedule() -> None:
    """Jobs that run again and again."""


@schedule.command("list")
def list_schedules() -> None:
    """List the schedules with their next time (UTC)."""
    for row in Schedule.objects.all():
        rule = f"{row.every_seconds} s" if row.every_seconds else f"{row.daily_at:%H:%M} {row.zone}"
        off = "" if row.enabled else _("(off)")
        click.echo(f"{row.name}  {row.task}  {rule}  {row.next_at:%Y-%m-%d %H:%M:%S} {off} {row.last_error}".rstrip())


@schedule.command("retry")
@click.argument("job", type=click.UUID)
def retry_job(job: UUID) -> None:
    """Run JOB, which failed for good, once more; its number stands in the task results of the back office."""
    with said_plainly():
        jobs.retry_job(str(job), actor=ACTOR)


@schedule.command("set")
@click.argument("name")
@click.option("--task", required=True, help="Path of the task: package.module.function.")
@click.option("--every", type=click.IntRange(1), help="Seconds from one run to the next.")
@click.option("--daily", type=click.DateTime(["%H:%M"]), help="Time of day on the clock of --zone.")
@click.option("--zone", default=lambda: settings.TIME_ZONE, help="Zone of --daily.")
@click.option("--off", is_flag=True, help="Keep it, but do not run it.")
def set_schedule(name: str, task: str, every: int | None, daily: datetime | None, zone: str, off: bool) -> None:  # noqa: FBT001
    """Make or change schedule NAME."""
    with said_plainly():
        jobs.set_schedule(
            name, task, zone=zone, actor=ACTOR, enabled=not off,
            every_seconds=every, daily_at=daily.time() if daily else None,
        )  # fmt: skip


@schedule.command()
def defaults() -> None:
    """Make the schedules every installation needs, where they are missing."""
    for row in jobs.set_default_schedules(settings.TIME_ZONE, actor=ACTOR):
        click.echo(str(row))


@click.command()
@click.option("--once", is_flag=True, help="Beat once and end (the default).")
@click.option("--every", type=click.IntRange(1), help="Beat every so many seconds until told to end.")
def tick(once: bool, every: int | None) -> None:  # noqa: FBT001 - click passes flags by name
    """Enqueue what is due, rescue and retry jobs, send the outbox, raise alarms. Run one, or several for safety."""
    if once and every:
        raise click.UsageError(_("Give --once or --every, one of the two."))
    logging.basicConfig(level=logging.INFO)
    if every is None:
        _say(beat())
        return
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_received: stop.set())
    while not stop.is_set():
        close_old_connections()
        _say(beat())
        stop.wait(every)


def _say(done: Tick) -> None:
    click.echo(
        _("%(enqueued)s enqueued, %(reaped)s rescued, %(retried)s to be tried again, %(sent)s delivered.")
        % {"enqueued": done.enqueued, "reaped": done.reaped, "retried": done.retried, "sent": done.delivered.done}
    )


@click.command()
@click.option("--batch", is_flag=True, help="End when nothing is left to do.")
@click.option("--interval", default=1.0, show_default=True, help="Seconds to wait when there is nothing to do.")
def worker(batch: bool, interval: float) -> None:  # noqa: FBT001 - click passes flags by name
    """Run jobs of every queue until told to end. Run as many as there are cores to spare."""
    call_command("db_worker", queue_name="*", batch=batch, interval=interval, reload=False, startup_delay=not batch)


commands: list[click.Command] = [calendar, check, outbox_group, schedule, tick, worker]
