"""``xiuhua taskbook``: the commands of the task book; each part of the room adds its own."""

import click

from xiuhua.taskbook.formula_commands import compare_formula


@click.group()
def taskbook() -> None:
    """The task book: targets, values, scores, bulletins."""


taskbook.add_command(compare_formula)
commands: list[click.Command] = [taskbook]
