"""What a case was born from in another room: rooms register who can say so, the page of a case shows it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from xiuhua.casework.models import Case
from xiuhua.people.models import User


@dataclass(frozen=True)
class Origin:
    """Something that a case comes from: in words, with the address of its page and its time."""

    text: str
    url: str
    at: datetime


type Teller = Callable[[Case, User], Iterable[Origin]]

_tellers: list[Teller] = []


def tell_origins(teller: Teller) -> None:
    """Let ``teller`` say what a case comes from, as far as the reader may see it."""
    if teller not in _tellers:
        _tellers.append(teller)


def origins_of(case: Case, user: User) -> list[Origin]:
    """Everything that the case comes from, the oldest first."""
    return sorted((each for teller in _tellers for each in teller(case, user)), key=lambda each: each.at)
