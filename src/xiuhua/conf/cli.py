"""The command ``xiuhua``: one door to load, serve, check and maintain."""

import os
import sys
from importlib import import_module
from importlib.util import find_spec

import click
import django
from django.db.utils import OperationalError, ProgrammingError

ROOMS = (
    "foundation", "lake", "people", "city", "casework", "inspection", "greenery", "taskbook", "interop", "web", "demo",
)  # fmt: skip


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="xiuhua")
def cli() -> None:
    """绣花 xiuhua: care for a city to the standard of fine needlework."""


@cli.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run a management command of Django, for instance migrate."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["xiuhua manage", *arguments])


def build() -> click.Group:
    """The whole command, with what every room adds; Django must be set up."""
    for room in ROOMS:
        if find_spec(f"xiuhua.{room}.commands"):
            for command in import_module(f"xiuhua.{room}.commands").commands:
                cli.add_command(command)
    return cli


def _choose_folder(arguments: list[str]) -> None:
    """Settings are read before any command runs, and the demonstration never lies beside real data."""
    for place, argument in enumerate(arguments):
        name, _equals, value = argument.partition("=")
        if name == "--data-dir":
            os.environ["XIUHUA_DATA_DIR"] = value or "".join(arguments[place + 1 : place + 2])
    os.environ.setdefault("XIUHUA_DATA_DIR", "var/demo")


def main() -> None:
    """Set Django up, gather the commands of every room, run."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiuhua.conf.settings")
    if sys.argv[1:2] == ["demo"]:
        _choose_folder(sys.argv[2:])
    django.setup()
    try:
        build()(standalone_mode=True)
    except (OperationalError, ProgrammingError) as fault:
        # The first thing an operator forgets; anything else the database says is shown as it is.
        if not any(word in str(fault) for word in ("no such table", "does not exist")):
            raise
        click.echo(
            f"The database is not set up or not up to date ({str(fault).splitlines()[0]}). "
            "Run `xiuhua setup`, then try again.",
            err=True,
        )
        sys.exit(2)
