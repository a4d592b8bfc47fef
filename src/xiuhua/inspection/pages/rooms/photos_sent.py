"""Photos that come with a form of living rooms, and stand in it again where the form is refused."""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from xiuhua.casework.actions.photos import store
from xiuhua.casework.models import Photo
from xiuhua.casework.photos import PhotoRefused
from xiuhua.casework.photos_held import unheld
from xiuhua.people.models import User


def photos_sent(
    request: HttpRequest, user: User, *, stage: str, most: int, too_many: str
) -> tuple[list[Photo], list[str]]:
    """The photos that the form kept, less those unticked, and those that came now; and what is wrong with others.

    Only photos of ``user`` that belong to nothing yet are kept. Beyond ``most`` none is taken, which ``too_many`` says.
    """
    keys = [key for key in map(_key, request.POST.getlist("photo")[:most]) if key]
    mine = unheld(Photo.objects.filter(key__in=keys, user=user, case=None, report=None, check_made=None))
    removed = set(request.POST.getlist("remove"))
    found = [photo for photo in mine.order_by("pk") if str(photo.key) not in removed]
    files: list[UploadedFile[Any]] = request.FILES.getlist("photos")
    free, wrong = most - len(found), []
    for file in files[:free]:
        try:
            found.append(store(file, stage=stage, user=user))
        except PhotoRefused as refused:
            wrong.append(f"{(file.name or '')[:60]}: {refused.reason} {refused.remedy}")
    return found, [*wrong, too_many] if len(files) > free else wrong


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
