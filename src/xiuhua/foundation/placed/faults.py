"""What is wrong with something that was given, everything at once, each with its place and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where it stands, the key, its value, the rule, what to do.

    ``place`` is a line of YAML, or sheet, row and column; empty for what came from no file.
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


class Faulty(Exception):  # noqa: N818 - a refusal, said to a person
    """For refusals of a room: something was refused as a whole; ``faults`` holds everything that is wrong with it."""

    def __init__(self, reason: str, remedy: str, faults: Sequence[Fault]) -> None:
        super().__init__(reason, remedy)
        self.reason, self.remedy, self.faults = reason, remedy, list(faults)

    def __str__(self) -> str:
        return "\n".join([f"{self.reason} {self.remedy}", *map(str, self.faults)])
