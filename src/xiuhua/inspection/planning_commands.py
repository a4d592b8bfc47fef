"""``xiuhua inspection frames | plan``: build frames; commit, reveal and verify a plan."""

from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _

from xiuhua.city.command_inputs import known_district

if TYPE_CHECKING:
    from xiuhua.inspection.models import Plan

ACTOR = "command-line"


@click.group()
def frames() -> None:
    """What checks are drawn from."""


@frames.command()
@click.argument("district")
def build(district: str) -> None:
    """Cut the city of DISTRICT into frames; what is there already stays."""
    from xiuhua.casework.refusals import CaseworkError
    from xiuhua.inspection.actions.frames import build_frames

    try:
        report = build_frames(known_district(district), actor=ACTOR)
    except CaseworkError as refused:
        raise click.ClickException(f"{refused.reason} {refused.remedy}") from None
    click.echo(
        _("Frames: %(new)s new, %(changed)s changed, %(same)s as before, %(ended)s ended.")
        % {"new": report.new, "changed": report.changed, "same": report.same, "ended": report.ended}
    )
    for kind, count in sorted(report.kinds.items()):
        click.echo(f"  {kind}: {count}")


@click.group()
def plan() -> None:
    """Plans of checks: draw, publish, draw again."""


@plan.command()
@click.argument("number", type=int)
def commit(number: int) -> None:
    """Draw the month of the draft NUMBER and publish its digests."""
    from xiuhua.casework.refusals import CaseworkError
    from xiuhua.inspection.actions.plans import commit_plan

    try:
        made = commit_plan(_plan(number), user=ACTOR)
    except CaseworkError as refused:
        raise click.ClickException(f"{refused.reason} {refused.remedy}") from None
    click.echo(_("%(plan)s: committed. SHA-256 of the seed: %(digest)s") % {"plan": made, "digest": made.seed_sha256})


@plan.command()
@click.argument("number", type=int)
def reveal(number: int) -> None:
    """Publish the seed of the plan NUMBER after its month."""
    from xiuhua.casework.refusals import CaseworkError
    from xiuhua.inspection.actions.plans import reveal_plan

    try:
        made = reveal_plan(_plan(number), user=ACTOR)
    except CaseworkError as refused:
        raise click.ClickException(f"{refused.reason} {refused.remedy}") from None
    click.echo(_("%(plan)s: revealed. Seed: %(seed)s") % {"plan": made, "seed": made.seed})


@plan.command()
@click.argument("number", type=int)
def verify(number: int) -> None:
    """Draw the revealed plan NUMBER again and compare; fails where anything differs."""
    from xiuhua.inspection.verifying import verify as compare

    found = _plan(number)
    if found.state != "revealed":
        raise click.ClickException(_("Only a revealed plan can be drawn again: before that its places are secret."))
    result = compare(found)
    if result.sound:
        click.echo(
            _("%(plan)s: digests and all %(count)s visits are the same.") % {"plan": found, "count": result.visits}
        )
        return
    if not result.seed:
        click.echo(_("The seed is not the one whose digest was published."), err=True)
    if not result.frames:
        click.echo(_("The frames are not those whose digest was published."), err=True)
    for line in result.missing:
        click.echo(f"- {line}", err=True)
    for line in result.surplus:
        click.echo(f"+ {line}", err=True)
    raise SystemExit(1)


def _plan(number: int) -> "Plan":
    from xiuhua.inspection.models import Plan

    found = Plan.objects.filter(pk=number).select_related("district").first()
    if found is None:
        known = ", ".join(f"{each.pk} ({each})" for each in Plan.objects.order_by("-pk")[:10]) or "-"
        raise click.ClickException(
            _("There is no plan %(number)s. Known: %(known)s.") % {"number": number, "known": known}
        )
    return found
