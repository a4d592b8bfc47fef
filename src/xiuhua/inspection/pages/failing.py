"""Forms that were refused: what is wrong and what to do, with everything that was typed standing there again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from xiuhua.casework.actions.photos import store
from xiuhua.casework.refusals import CaseworkError, Conflict, Forbidden, Refused
from xiuhua.people.models import User

INVALID, FORBIDDEN, CONFLICT = 422, 403, 409
MOST_PHOTOS = 10


@dataclass(frozen=True)
class Failed:
    """A form that was refused: which one, why and what to do, what was typed, and the status of the answer."""

    form: str
    reasons: list[str]
    typed: Mapping[str, str]
    status: int


def attempt(form: forms.Form, name: str, act: Callable[[], object]) -> Failed | None:
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
    except CaseworkError as error:
        return Failed(name, [error.reason, error.remedy], typed, status_of(error))
    return None


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
