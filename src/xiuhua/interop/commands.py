"""Commands of the interfaces: load what a district brings, export what it has."""

import click

from xiuhua.interop.exchange.cases import cases
from xiuhua.interop.exchange.command import district, export, loaders
from xiuhua.interop.exchange.ossie import ossie
from xiuhua.interop.osm.command import osm


@click.group()
def load() -> None:
    """Load a district, its layers and its registers from files."""


load.add_command(osm)
load.add_command(district)
load.add_command(cases)
for loader in loaders():
    load.add_command(loader)

commands: list[click.Command] = [load, export, ossie]
