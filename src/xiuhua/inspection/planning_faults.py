"""Everything that is wrong with a plan that was asked for, field by field."""

from collections.abc import Sequence
from dataclasses import dataclass

from xiuhua.inspection.refusals import Refused


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with what was given: the field, its value, the rule, what to do."""

    field: str
    value: str
    rule: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.field}={self.value}" if self.value else self.field
        return f"{where}: {self.rule} {self.remedy}"


class FaultsFound(Refused):
    """A plan that was refused as a whole; ``faults`` holds everything that is wrong."""

    def __init__(self, reason: str, remedy: str, faults: Sequence[Fault]) -> None:
        super().__init__(reason, remedy)
        self.faults = list(faults)

    def __str__(self) -> str:
        return "\n".join([f"{self.reason} {self.remedy}", *map(str, self.faults)])
