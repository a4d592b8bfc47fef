"""``xiuhua inspection rooms``: the living rooms of a district, the tests of a season."""

import click
from django.utils.translation import gettext as _

from xiuhua.city.command_inputs import known_district

ACTOR = "command-line"
_DISTRICT = click.option("--district", "code", required=True, help="Code of the district.")


@click.group()
def rooms() -> None:
    """Living rooms: places where one can sit down on the ground."""


@rooms.command("list")
@_DISTRICT
def list_rooms(code: str) -> None:
    """List the living rooms with state, level and the test of this season."""
    from django.utils import timezone

    from xiuhua.city.area_index import local_day
    from xiuhua.inspection.pages.rooms.showing import level_words, standing_words
    from xiuhua.inspection.rooms_queries import now_at
    from xiuhua.inspection.rooms_queries import rooms as rooms_of
    from xiuhua.inspection.rooms_sequence import season_of

    district = known_district(code)
    season = season_of(local_day(district, timezone.now()))
    for room in rooms_of(district):
        test = room.tests.filter(season=season).first()
        said = f"{season}: {standing_words(now_at(test))}" if test else ""
        words = (room.code, room.name, room.get_state_display(), level_words(room.level), said)
        click.echo("  ".join(str(each) for each in words if each))


@rooms.command("begin")
@_DISTRICT
def begin(code: str) -> None:
    """Begin the test of this season of every accepted living room that has none; the schedule does so each night."""
    from xiuhua.inspection.actions.rooms import begin_season

    count = begin_season(known_district(code), actor=ACTOR)
    click.echo(_("%(count)s tests of this season have begun.") % {"count": count})
