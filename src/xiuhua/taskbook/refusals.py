"""Why something cannot be done to a task book, and what the person can do instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


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


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a book: where it stands, the key, its value, the rule, what to do.

    ``place`` is a line of YAML, or sheet, row and column; empty for a book that came from no file.
    """

    place: str
    field: str
    value: str
    rule: str
    remedy: str

    def __str__(self) -> str:
        parts = (self.place, f"{self.field}={self.value}" if self.value else self.field)
        where = ", ".join(part for part in parts if part)
        return f"{where}: {self.rule} {self.remedy}" if where else f"{self.rule} {self.remedy}"


class BookRefused(Refused):
    """A book, or a change of it, that was refused as a whole; ``faults`` holds everything that is wrong."""

    def __init__(self, reason: str, remedy: str, faults: Sequence[Fault]) -> None:
        super().__init__(reason, remedy)
        self.faults = list(faults)

    def __str__(self) -> str:
        return "\n".join([f"{self.reason} {self.remedy}", *map(str, self.faults)])
