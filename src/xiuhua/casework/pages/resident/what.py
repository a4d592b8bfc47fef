"""The first page of a report: photos, what is wrong, and where."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiuhua.casework.actions.photos import PhotoRefused, store
from xiuhua.casework.models import Photo, Report
from xiuhua.casework.pages.resident.draft import MOST_PHOTOS, Draft, district_of, draft_of, keep, new_draft
from xiuhua.casework.pages.resident.finding import Hit, chosen_hit, coordinates, find
from xiuhua.casework.pages.resident.limits import TooMany, count, too_many
from xiuhua.casework.refusals import Refused
from xiuhua.casework.submission import LONGEST, Submission, places
from xiuhua.city.choice import chosen_district
from xiuhua.city.labels import place_name
from xiuhua.city.models import District
from xiuhua.city.queries import find_category
from xiuhua.people.models import User

LONGEST_ADDRESS = 200
FROM_PHOTO = "photo"


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """An empty report; the address may say where (``lon``, ``lat``) and of which ``category``."""
    district = chosen_district(request)
    if district is None:
        return render(request, "casework/resident/no_district.html")
    draft = new_draft(uuid4(), district)
    if where := coordinates(request.GET):
        draft.place(*where, "map")
    if find_category(category := request.GET.get("category", "").replace("\x00", "")[:120]):
        draft.category = category
    return _page(request, draft, district)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def what(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """What is wrong, and where. What was typed is kept, whatever is wrong with it."""
    draft = draft_of(request, draft_id)
    if request.method != "POST":
        if draft is None:
            return gone(request)
        return sent_page(draft) if draft.sent else _page(request, draft, district_of(draft))
    district = chosen_district(request)
    if draft is None:
        if district is None:
            return render(request, "casework/resident/no_district.html")
        draft = new_draft(draft_id, district)
    if draft.sent:
        return sent_page(draft)
    return _take(request, draft)


def gone(request: HttpRequest) -> HttpResponse:
    """The draft is not there: another browser, or a session that has ended."""
    messages.warning(request, _("This draft is no longer here. Begin your report again."))
    return HttpResponseRedirect(reverse("casework:report"))


def sent_page(draft: Draft) -> HttpResponse:
    """On to the page of a report that was sent."""
    return HttpResponseRedirect(reverse("casework:report-sent", args=[UUID(draft.id)]))


def _take(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Keep what the form holds; go on, or show the page again with what is wrong."""
    district, errors = district_of(draft), {}
    try:
        problem = _take_photos(request, draft)
    except TooMany as often:
        keep(request, draft)
        return too_many(request, often)
    if problem:
        errors["photos"] = problem
    draft.text = request.POST.get("text", "").replace("\x00", "").replace("\r\n", "\n")
    before, draft.address = draft.address, request.POST.get("address", "").replace("\x00", "").strip()
    if request.POST.get("category") and find_category(category := request.POST["category"].replace("\x00", "")[:120]):
        draft.category = category
    if problem := _take_place(request, draft, district, moved=draft.address != before):
        errors["place"] = problem
    onward = request.POST.get("do", "next") == "next"
    if onward:
        errors = _missing(draft) | errors
    keep(request, draft)
    if onward and not errors:
        return HttpResponseRedirect(reverse("casework:report-category", args=[UUID(draft.id)]))
    hits = find(district, draft.address) if draft.address and (not onward or "place" in errors) else []
    if hits and not draft.placed and "place" in errors:
        errors["place"] = _("Choose the place from the list.")
    return _page(request, draft, district, errors=errors, hits=hits, searched=bool(draft.address))


def _take_photos(request: HttpRequest, draft: Draft) -> str:
    """Store the photos that came, let go of those unticked. Returns what is wrong with the others."""
    removed = set(request.POST.getlist("remove"))
    draft.photos = [key for key in draft.photos if key not in removed]
    files: list[UploadedFile[Any]] = request.FILES.getlist("photos")
    if files and not request.user.is_authenticated:
        count(request, "photos", len(files[:MOST_PHOTOS]))
    problems = []
    for file in files:
        if len(draft.photos) >= MOST_PHOTOS:
            problems.append(_("%(count)s photos are the most. The others were left out.") % {"count": MOST_PHOTOS})
            break
        try:
            user = request.user if isinstance(request.user, User) else None
            photo = store(file, stage=Photo.Stage.BEFORE, user=user)
        except PhotoRefused as refused:
            problems.append(f"{(file.name or '')[:60]}: {refused.reason} {refused.remedy}")
            continue
        draft.photos.append(str(photo.key))
        if not draft.placed and photo.lon is not None and photo.lat is not None:
            draft.place(photo.lon, photo.lat, FROM_PHOTO)
    return " ".join(problems)


def _take_place(request: HttpRequest, draft: Draft, district: District, *, moved: bool) -> str:
    """The place by what was chosen, else by the coordinates. Returns what is wrong with it.

    ``moved``: another address was written; what was found by the one before is then no longer the place.
    """
    chosen, typed = request.POST.get("place", ""), coordinates(request.POST)
    given = request.POST.get("lon", "").strip() or request.POST.get("lat", "").strip()
    found_for = request.POST.get("found_for", draft.address).strip()
    if found_for == draft.address and (hit := chosen_hit(chosen.replace("\x00", ""))):
        draft.place(hit[0], hit[1], "address")
    elif chosen == FROM_PHOTO and (spot := photo_place(draft)):
        draft.place(*spot, FROM_PHOTO)
    elif typed and (draft.lon, draft.lat) != (round(typed[0], 6), round(typed[1], 6)):
        by = request.POST.get("placed_by", "")
        draft.place(*typed, by if by in {"map", "device"} else "map")
    elif moved and draft.placed_by == "address":
        draft.lon = draft.lat = None
    elif given and not typed:
        return _("Write longitude and latitude as numbers, like 120.28651 and 31.66742, or leave both empty.")
    return outside(draft, district)


def outside(draft: Draft, district: District) -> str:
    """Why the place cannot be taken; empty when it can, or when there is none yet."""
    if draft.lon is None or draft.lat is None:
        return ""
    try:
        places(Submission(draft.key, district, Report.Source.WEB, draft.lon, draft.lat), timezone.now())
    except Refused as refused:
        return f"{refused.reason} {refused.remedy}"
    return ""


def _missing(draft: Draft) -> dict[str, str]:
    errors = {}
    if not draft.text.strip() and not draft.photos:
        errors["text"] = _("Say what is wrong, or add a photo.")
    if len(draft.text) > LONGEST:
        errors["text"] = _("The text has %(length)s characters. Shorten it to at most %(longest)s.") % {
            "length": len(draft.text), "longest": LONGEST,
        }  # fmt: skip
    if not draft.placed:
        errors["place"] = _("Say where it is: by an address, by your position, or by a photo that knows its place.")
    if len(draft.address) > LONGEST_ADDRESS:
        errors["place"] = _("Shorten the address to at most %(longest)s characters.") % {"longest": LONGEST_ADDRESS}
    return errors


def photo_place(draft: Draft) -> tuple[float, float] | None:
    """Where the first photo that knows its place was taken."""
    rows = Photo.objects.filter(key__in=draft.photos, lon__isnull=False, lat__isnull=False).order_by("pk")
    return next(((row.lon, row.lat) for row in rows[:1] if row.lon is not None and row.lat is not None), None)


def _page(
    request: HttpRequest,
    draft: Draft,
    district: District,
    *,
    errors: dict[str, str] | None = None,
    hits: list[Hit] | None = None,
    searched: bool = False,
) -> HttpResponse:
    context = {
        "draft": draft, "draft_id": UUID(draft.id), "district": district, "errors": errors or {}, "hits": hits or [],
        "searched": searched and not hits, "most": MOST_PHOTOS, "longest": LONGEST, "areas": areas(draft, district),
        "photo_place": photo_place(draft) if draft.photos else None, "photo_mb": settings.XIUHUA_PHOTO_MB,
    }  # fmt: skip
    return render(request, "casework/resident/what.html", context, status=422 if errors else 200)


def areas(draft: Draft, district: District) -> list[str]:
    """The names of the areas around the place, coarse to fine, without the district itself."""
    if draft.lon is None or draft.lat is None:
        return []
    try:
        around = places(Submission(draft.key, district, Report.Source.WEB, draft.lon, draft.lat), timezone.now())
    except Refused:
        return []
    return [place_name(place) for place in around if place.kind in {"town", "community"}]


@never_cache
@require_safe
def draft_photo(request: HttpRequest, draft_id: UUID, key: UUID) -> HttpResponse:
    """A photo of the draft, for the session that it belongs to."""
    draft = draft_of(request, draft_id)
    photo = Photo.objects.filter(key=key).first() if draft and str(key) in draft.photos else None
    path = Path(settings.MEDIA_ROOT) / photo.thumbnail if photo else None
    if path is None or not path.is_file():
        raise Http404(_("This photo is not part of your report."))
    return HttpResponse(path.read_bytes(), content_type="image/jpeg")
