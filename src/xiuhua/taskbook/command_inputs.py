"""What commands of the task book are given, and how they say what was refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import click
from django.utils.translation import gettext as _

from xiuhua.taskbook.months import month_from
from xiuhua.taskbook.refusals import TaskbookError


@contextmanager
def answered() -> Iterator[None]:
    """Say what was refused, and what to do, as a command does."""
    try:
        yield
    except TaskbookError as error:
        raise click.ClickException(str(error)) from None


def month_of(text: str) -> date:
    """The first day of a month written as 2026-03. Raises ``click.ClickException``."""
    found = month_from(text)
    if found is None:
        raise click.ClickException(
            _("“%(text)s” is no month.") % {"text": text} + " " + _("Write year and month, for instance 2026-03.")
        )
    return found
