"""What can be wrong with a file or a row, as data. The words for each rule stand in wording.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

NOTHING: Mapping[str, object] = MappingProxyType({})
VALUE_LENGTH = 200


@dataclass(frozen=True)
class Finding:
    """One remark about one row: refused, repaired or doubtful, depending on the list it stands in.

    ``row`` counts from 1 in the order of the file; ``rule`` is a key of wording.RULES; ``facts`` fill the
    places in its sentences.
    """

    row: int
    field: str
    value: str
    rule: str
    facts: Mapping[str, object] = NOTHING


class FileRefusedError(Exception):
    """The whole file is refused and nothing of it is loaded. ``rule`` and ``facts`` as in Finding."""

    def __init__(self, rule: str, **facts: object) -> None:
        super().__init__(f"{rule} {facts}" if facts else rule)
        self.rule = rule
        self.facts: Mapping[str, object] = facts


def finding(row: int, name: str, value: object, rule: str, **facts: object) -> Finding:
    """A Finding whose value is cut to a readable length."""
    return Finding(row, name, "" if value is None else str(value)[:VALUE_LENGTH], rule, facts)
