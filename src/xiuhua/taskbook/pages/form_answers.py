"""Forms of the task book that were refused: what is wrong and what to do."""

from collections.abc import Callable

from django import forms
from django.http import Http404, HttpRequest

from xiuhua.foundation.form_answers import CONFLICT, FORBIDDEN, INVALID, Failed, Told, attempt
from xiuhua.people.models import User
from xiuhua.taskbook.refusals import Conflict, Forbidden, TaskbookError


def failed_by(form: forms.Form, name: str, act: Callable[[], object]) -> Failed | None:
    """Do it. What was wrong, with what was typed, or None where all went well."""
    return attempt(form, name, act, _told)


def _told(error: Exception) -> tuple[Told, int] | None:
    if not isinstance(error, TaskbookError):
        return None
    return error, CONFLICT if isinstance(error, Conflict) else FORBIDDEN if isinstance(error, Forbidden) else INVALID


def user_of(request: HttpRequest) -> User:
    """The account that sent the form. Raises Http404 for nobody."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user
