"""Why something cannot be done to a case, and what the person can do instead."""

from datetime import datetime


class CaseworkError(Exception):
    """Something that a person asked for and that cannot be: ``reason`` says why, ``remedy`` what to do."""

    def __init__(self, reason: str, remedy: str) -> None:
        self.reason, self.remedy = reason, remedy
        super().__init__(f"{reason} {remedy}")


class Refused(CaseworkError):  # noqa: N818 - a refusal, said to a person
    """A move that the state, the rights or what was given do not allow."""


class Forbidden(Refused):
    """A move that this account may not make."""


class Missing(Refused):
    """A case that is not there."""


class Conflict(CaseworkError):  # noqa: N818 - a conflict, said to a person
    """Somebody else was first: ``by`` made ``move`` at ``at`` since the case was read."""

    def __init__(self, reason: str, remedy: str, *, by: str, move: str, at: datetime) -> None:
        super().__init__(reason, remedy)
        self.by, self.move, self.at = by, move, at
