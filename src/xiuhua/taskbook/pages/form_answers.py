"""What a form of the task book came to: done, or refused with why, what to do, and what was typed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from xiuhua.people.models import User
from xiuhua.taskbook.refusals import Conflict, Forbidden, TaskbookError

INVALID, FORBIDDEN, CONFLICT = 422, 403, 409


@dataclass(frozen=True)
class Failed:
    """A form that was refused: which one, why and what to do, what was typed, and the status of the answer."""

    form: str
    reasons: list[str]
    typed: Mapping[str, str]
    status: int


def failed_by(form: forms.Form, name: str, act: Callable[[], object]) -> Failed | None:
    """Do it. What was wrong, with what was typed, or None where all went well."""
    typed = {key: str(value) for key, value in form.data.items()}
    if not form.is_valid():
        wrong = [
            _("%(field)s: %(reason)s") % {"field": form.fields[key].label or key, "reason": " ".join(map(str, said))}
            for key, said in form.errors.items()
        ]
        return Failed(name, wrong, typed, INVALID)
    try:
        act()
    except TaskbookError as error:
        status = CONFLICT if isinstance(error, Conflict) else FORBIDDEN if isinstance(error, Forbidden) else INVALID
        return Failed(name, [error.reason, error.remedy], typed, status)
    return None


def user_of(request: HttpRequest) -> User:
    """The account that sent the form. Raises Http404 for nobody."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user
