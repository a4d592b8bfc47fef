"""Forms that were refused: what is wrong and what to do, with everything that was typed standing there again."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from xiuhua.casework.actions.photos import store
from xiuhua.casework.refusals import CaseworkError, Conflict, Forbidden, Refused
from xiuhua.foundation import form_answers
from xiuhua.foundation.form_answers import CONFLICT, FORBIDDEN, INVALID, Failed, Told
from xiuhua.people.models import User

MOST_PHOTOS = 10


def attempt(form: forms.Form, name: str, act: Callable[[], object]) -> Failed | None:
    """Do it. What was wrong, with what was typed, or None where all went well."""
    return form_answers.attempt(form, name, act, _told)


def _told(error: Exception) -> tuple[Told, int] | None:
    return (error, status_of(error)) if isinstance(error, CaseworkError) else None


def status_of(error: CaseworkError) -> int:
    """The status with which a page answers what was refused."""
    return CONFLICT if isinstance(error, Conflict) else FORBIDDEN if isinstance(error, Forbidden) else INVALID


def sent_photos(request: HttpRequest, stage: str) -> list[UUID]:
    """Keep the photos that came with a form. Raises ``Refused`` for too many, or one that is none."""
    files = request.FILES.getlist("photos")
    if len(files) > MOST_PHOTOS:
        raise Refused(
            _("%(count)s photos came at once.") % {"count": len(files)},
            _("Send at most %(most)s; more can be added afterwards.") % {"most": MOST_PHOTOS},
        )
    user = request.user if isinstance(request.user, User) else None
    return [store(file, stage=stage, user=user).key for file in files]
