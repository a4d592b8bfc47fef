"""Commands of the interfaces: load what a district brings."""

import click

from xiuhua.interop.osm.command import osm


@click.group()
def load() -> None:
    """Load layers of a district from files."""


load.add_command(osm)

commands: list[click.Command] = [load]
