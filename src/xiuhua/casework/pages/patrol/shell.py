"""The phone page of inspectors: the page itself, its service worker, its manifest."""

import hashlib
import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.contrib.staticfiles import finders
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from xiuhua.casework.actions.patrol import MOST_PHOTOS
from xiuhua.casework.actions.photos import largest
from xiuhua.casework.pages.patrol.day import districts_of
from xiuhua.casework.pages.patrol.parts import EMPTY, PERMISSION, idle, needed, offered, parts, parts_for
from xiuhua.casework.pages.patrol.words import words
from xiuhua.people.models import User
from xiuhua.people.permissions import refusal

PARTS = (
    "app.js", "checks.js", "draft.js", "elements.js", "packets.js", "photos.js", "position.js", "queue.js",
    "questions.js", "report.js", "sending.js", "store.js", "worker.js", "patrol.css", "icons/192.png",
)  # fmt: skip
STYLE = ("web/tokens.css", "web/components.css", "web/xiuhua.css")
OWN = (*(f"casework/patrol/{part}" for part in PARTS), *STYLE)
TEMPLATE = Path(__file__).parents[2] / "templates/casework/patrol/page.html"


@require_safe
@never_cache
@ensure_csrf_cookie
def checks(request: HttpRequest) -> HttpResponseBase:
    """The page; everything that changes comes as data, so that it works without network.

    For whoever checks cases, or has the permission of a part of another room: the page then holds that part alone.
    """
    user = request.user
    if not isinstance(user, User):
        return redirect_to_login(request.get_full_path())
    if why := idle(user):
        raise PermissionDenied(why)
    addresses = {
        "session": reverse("casework:patrol-session"),
        "day": reverse("casework:patrol-day"),
        "nearby": reverse("casework:patrol-nearby"),
        "join": reverse("casework:patrol-join", args=["NUMBER"]),
        "packet": reverse("casework:patrol-packet"),
        "photos": reverse("casework:patrol-photo", args=[EMPTY]),
        "checks": reverse("casework:patrol-check", args=[EMPTY]),
        "reports": reverse("casework:patrol-report", args=[EMPTY]),
        "signIn": f"{reverse('account_login')}?next={reverse('casework:checks')}",
        "map": reverse("web:map"),
        "worker": reverse("casework:patrol-worker"),
    }
    cases = not refusal(user, PERMISSION, None, partly=True)
    more = parts_for(request)
    said = {key: text for part in more for key, text in part.words().items()}
    config = {
        "addresses": addresses | {"parts": {part.key: offered(part)["address"] for part in more}},
        "words": words() | said, "username": user.get_username(), "largest": largest(), "most": MOST_PHOTOS,
        "parts": [offered(part) for part in more], "cases": cases,
    }  # fmt: skip
    context = {
        "config_json": json.dumps(config, ensure_ascii=False),
        "cases": cases,
        "parts": [{"key": part.key, "label": part.label(), "icon": part.icon} for part in more],
        "styles": [style for part in more for style in part.styles],
        "synthetic": any(district.synthetic for district in districts_of(user, needed())),
    }
    return render(request, "casework/patrol/page.html", context)


def assets() -> list[str]:
    """Every static file of the page, with those of other rooms."""
    return [*OWN, *(name for part in parts() for name in part.assets)]


@require_safe
@cache_control(no_cache=True)
def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker: its scope is that of the page. A new version of any part gives it a new text."""
    given = {
        "version": version(),
        "page": reverse("casework:checks"),
        "assets": [static(name) for name in assets()],
        "session": reverse("casework:patrol-session"),
        "packet": reverse("casework:patrol-packet"),
        "photos": reverse("casework:patrol-photo", args=[EMPTY]),
        "checks": reverse("casework:patrol-check", args=[EMPTY]),
        "reports": reverse("casework:patrol-report", args=[EMPTY]),
        "parts": {part.key: offered(part)["address"] for part in parts()},
    }
    text = f'import {{ serve }} from "{static("casework/patrol/worker.js")}";\n\nserve({json.dumps(given)});\n'
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(no_cache=True)
def manifest(_request: HttpRequest) -> JsonResponse:
    """The web app manifest: with it the page is installed on the home screen."""
    icons = [
        {"src": static(f"casework/patrol/icons/{name}.png"), "sizes": f"{size}x{size}", "type": "image/png",
         "purpose": purpose}
        for name, size, purpose in (
            ("192", 192, "any"), ("512", 512, "any"), ("maskable-192", 192, "maskable"),
            ("maskable-512", 512, "maskable"),
        )
    ]  # fmt: skip
    page = reverse("casework:checks")
    document = {
        "id": page, "name": _("Xiuhua patrol"), "short_name": _("Patrol"), "lang": get_language(), "start_url": page,
        "scope": page, "display": "standalone", "orientation": "portrait", "background_color": "#faf8f3",
        "theme_color": "#17695a", "icons": icons,
        "shortcuts": [{"name": _("New report"), "url": f"{page}#report"}],
    }  # fmt: skip
    return JsonResponse(document, content_type="application/manifest+json")


def version() -> str:
    """A digest over everything that the page consists of."""
    return _digest() if settings.DEBUG else _digest_once()


def _digest() -> str:
    digest = hashlib.sha256(TEMPLATE.read_bytes())
    for name in assets():
        found = finders.find(name)
        if found is None:
            raise FileNotFoundError(f"static/{name} of the phone page is missing")
        digest.update(Path(str(found)).read_bytes())
    return digest.hexdigest()[:12]


@cache
def _digest_once() -> str:
    return _digest()
