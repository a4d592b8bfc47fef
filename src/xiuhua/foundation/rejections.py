"""A refused row: what is wrong with it and what a person can do."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rejection:
    """One row that was not taken.

    ``row`` counts from 1 in the order of the file; ``rule`` says what is wrong, ``remedy`` what to do.
    """

    row: int
    code: str
    field: str
    value: str
    rule: str
    remedy: str
