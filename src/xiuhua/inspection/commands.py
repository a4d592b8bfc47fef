"""``xiuhua inspection``: the commands of inspection; each part of the room adds its own."""

import click

from xiuhua.inspection.planning_commands import frames, plan
from xiuhua.inspection.rooms_commands import rooms
from xiuhua.inspection.seen_commands import cells
from xiuhua.inspection.standards_commands import standards


@click.group()
def inspection() -> None:
    """Standards, drawn samples, checks and what they are worth."""


inspection.add_command(cells)
inspection.add_command(frames)
inspection.add_command(plan)
inspection.add_command(rooms)
inspection.add_command(standards)
commands: list[click.Command] = [inspection]
