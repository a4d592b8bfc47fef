"""Photos over HTTP: the public copies to whom the case is open, the originals to few, each look on record."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiuhua.casework.actions.photo_copies import drawn
from xiuhua.casework.actions.photos import look_at_original
from xiuhua.casework.models import Photo
from xiuhua.casework.offers import ORIGINALS, entitled
from xiuhua.casework.photos_held import held_public, held_sees
from xiuhua.casework.photos_public import is_public
from xiuhua.people.models import User
from xiuhua.people.permissions import refusal

TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "heic": "image/heic"}
# Nothing in the file may act, should a browser ever show it as a page.
SANDBOX = "default-src 'none'; sandbox"
# A photo that ceases to be public must soon be gone from caches on the way.
PUBLIC, PRIVATE = "public, max-age=600", "private, max-age=600"


@require_safe
def public_copy(request: HttpRequest, key: str, size: str) -> HttpResponse:
    """The public copy or the thumbnail, as a JPEG, drawn now where it waits; 404 for whom there is none."""
    photo = _photo(key)
    if not (everybody := _public(photo)) and not _sees(request, photo):
        raise Http404(_("There is no such photo."))
    return answered(request, photo, size, everybody=everybody)


def answered(request: HttpRequest, photo: Photo, size: str, *, everybody: bool) -> HttpResponse:
    """The copy of this ``size`` for somebody who may see it; only what ``everybody`` may see is kept on the way."""
    etag = f'"{photo.key}-{size}"'
    held = parse_etags(request.headers.get("If-None-Match", ""))
    if "*" in held or any(each.removeprefix("W/") == etag for each in held):
        response = HttpResponse(status=304)
    else:
        try:
            photo = drawn(photo)
            if photo.unreadable:
                raise Http404(_("The photo could not be drawn: its file is damaged."))
            path = Path(settings.MEDIA_ROOT) / (photo.copy if size == "copy" else photo.thumbnail)
            response = HttpResponse(path.read_bytes(), content_type="image/jpeg")
        except (FileNotFoundError, IsADirectoryError, Photo.DoesNotExist):
            raise Http404(_("There is no such photo.")) from None
        response["Content-Disposition"] = f'inline; filename="{photo.key}-{size}.jpg"'
    response["ETag"] = etag
    response["Cache-Control"] = PUBLIC if everybody else PRIVATE
    return _guarded(response)


@require_safe
def original(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The file as it came, to keep and not to open; whoever fetches it is written down."""
    user = request.user
    if not isinstance(user, User):
        return redirect_to_login(request.get_full_path())
    photo = _photo(str(key))
    if photo.case is None:
        raise Http404(_("There is no such photo."))
    if not entitled(photo.case, user).originals:
        raise PermissionDenied(
            refusal(user, ORIGINALS, photo.case.district.code, partly=True)
            or _("Your account may see the original photos of other cases, not of this one.")
        )
    try:
        path = look_at_original(photo, user)
    except FileNotFoundError:
        raise Http404(_("The original is kept no longer.")) from None
    ending = path.suffix.removeprefix(".")
    name = f"{photo.case.number}-{photo.key.hex[:8]}.{ending}"
    response = HttpResponse(path.read_bytes(), content_type=TYPES[ending])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return _guarded(response)


def _photo(key: str) -> Photo:
    try:
        return Photo.objects.select_related("case__district", "case__handler").get(key=UUID(key))
    except (Photo.DoesNotExist, ValueError):
        raise Http404(_("There is no such photo.")) from None


def _public(photo: Photo) -> bool:
    return is_public(photo) or (photo.public and held_public(photo))


def _sees(request: HttpRequest, photo: Photo) -> bool:
    """Whether the account took the photo in, or may see its case or what another room holds it for."""
    user = request.user
    if not isinstance(user, User):
        return False
    if photo.user_id == user.pk or (photo.case is not None and entitled(photo.case, user).sees):
        return True
    return held_sees(photo, user)


def _guarded[Response: HttpResponseBase](response: Response) -> Response:
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    # Photos are packed already: nobody is to pack them again.
    response["Content-Encoding"] = "identity"
    return response
