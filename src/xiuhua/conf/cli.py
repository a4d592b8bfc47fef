"""The command ``xiuhua``: one door to load, serve, check and maintain."""

import os

import click
import django


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="xiuhua")
def main() -> None:
    """绣花 xiuhua: care for a city to the standard of fine needlework."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiuhua.conf.settings")
    django.setup()


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run any Django management command, e.g. ``xiuhua manage migrate``."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["xiuhua manage", *arguments])
