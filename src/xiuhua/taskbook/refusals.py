"""Why something cannot be done to a task book, and what the person can do instead."""

from datetime import datetime

from xiuhua.foundation.placed.faults import Faulty


class TaskbookError(Exception):
    """Something that a person asked for and that cannot be: ``reason`` says why, ``remedy`` what to do."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason, self.remedy = reason, remedy
        super().__init__(f"{reason} {remedy}")


class Refused(TaskbookError):  # noqa: N818 - a refusal, said to a person
    """Something that the state of the book, or what was given, does not allow."""


class Forbidden(Refused):
    """Something that this account may not do."""


class Conflict(TaskbookError):  # noqa: N818 - a conflict, said to a person
    """Somebody else was first: ``by`` did ``verb`` at ``at`` since the thing was read."""

    def __init__(self, reason: str, remedy: str, *, by: str, verb: str, at: datetime) -> None:
        super().__init__(reason, remedy)
        self.by, self.verb, self.at = by, verb, at


class BookRefused(Faulty, Refused):
    """A book, or a change of it, that was refused as a whole."""
