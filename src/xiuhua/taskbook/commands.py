"""``xiuhua taskbook``: the commands of the task book; each part of the room adds its own."""

import click

from xiuhua.taskbook.book_commands import close, export, issue, load
from xiuhua.taskbook.bulletin_commands import bulletin
from xiuhua.taskbook.formula_commands import compare_formula
from xiuhua.taskbook.measure_commands import indicator_pages, measure, values
from xiuhua.taskbook.outside_commands import outside
from xiuhua.taskbook.score_commands import publish, revise, score, verify, what_if


@click.group()
def taskbook() -> None:
    """The task book: targets, values, scores, bulletins."""


taskbook.add_command(load)
taskbook.add_command(export)
taskbook.add_command(issue)
taskbook.add_command(close)
taskbook.add_command(compare_formula)
taskbook.add_command(outside)
taskbook.add_command(bulletin)
taskbook.add_command(measure)
taskbook.add_command(values)
taskbook.add_command(indicator_pages)
taskbook.add_command(score)
taskbook.add_command(publish)
taskbook.add_command(revise)
taskbook.add_command(verify)
taskbook.add_command(what_if)
commands: list[click.Command] = [taskbook]
