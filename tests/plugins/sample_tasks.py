"""Tasks for the tests of the job machinery: a task must be importable by its path."""

import threading

from django.tasks import task

ran: list[str] = []


@task()
def succeed(word: str = "ran") -> None:
    ran.append(word)


@task()
def fail() -> None:
    raise ConnectionError("no route")


no_task = "a string, not a task"


@task()
def hang() -> None:
    threading.Event().wait(600)
