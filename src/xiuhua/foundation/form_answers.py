"""What a form came to: done, or refused with why, what to do, and everything that was typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from django import forms
from django.utils.translation import gettext as _

INVALID, FORBIDDEN, CONFLICT = 422, 403, 409


class Told(Protocol):
    """What every room says of something that cannot be."""

    reason: str
    remedy: str


@dataclass(frozen=True)
class Failed:
    """A form that was refused: which one, why and what to do, what was typed, and the status of the answer."""

    form: str
    reasons: list[str]
    typed: Mapping[str, str]
    status: int


def attempt(
    form: forms.Form, name: str, act: Callable[[], object], told: Callable[[Exception], tuple[Told, int] | None]
) -> Failed | None:
    """Do it. What was wrong, with what was typed, or None where all went well.

    ``told`` says of what was raised what a person reads of it and with which status; None: it is no refusal.
    """
    typed = {key: str(value) for key, value in form.data.items()}
    if not form.is_valid():
        wrong = [
            _("%(field)s: %(reason)s") % {"field": form.fields[key].label or key, "reason": " ".join(map(str, said))}
            for key, said in form.errors.items()
        ]
        return Failed(name, wrong, typed, INVALID)
    try:
        act()
    except Exception as error:
        if (refused := told(error)) is None:
            raise
        return Failed(name, [refused[0].reason, refused[0].remedy], typed, refused[1])
    return None
