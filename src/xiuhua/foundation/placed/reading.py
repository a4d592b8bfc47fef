"""A file as it was read: nested data as in YAML, and where in the file each part stands."""

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from xiuhua.foundation.placed.faults import Fault
from xiuhua.foundation.plain import keepable

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")

type Path_ = tuple[Hashable, ...]
# What a room raises for a file that cannot be read at all: of rule, remedy and, where one is known, the place.
type Refuse = Callable[..., Exception]


@dataclass
class Read:
    """``data`` as in YAML; ``places`` says for a path of keys and numbers where it stands; ``faults`` met so far.

    ``written`` keeps how numbers and the like were written, for where a text is wanted (a unit 007).
    """

    data: dict[str, Any]
    places: dict[Path_, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    written: dict[Path_, str] = field(default_factory=dict)

    def place(self, path: Path_) -> str:
        """Where ``path``, or the nearest thing around it, stands."""
        for length in range(len(path), -1, -1):
            if (found := self.places.get(path[:length])) is not None:
                return found
        return ""


def tidy(text: str) -> str:
    """A text as it is kept: without spaces around it, lines ended the same way."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def unkept(text: str) -> bool:
    """Whether a text holds signs that the databases or a workbook cannot keep: control characters, non-characters."""
    return not keepable(text) or _CONTROL.search(text) is not None
