"""The form by which a unit or a town applies for a living room; whatever is wrong, nothing that was given is lost."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xiuhua.casework.models import Photo
from xiuhua.casework.refusals import CaseworkError, Forbidden, Refused
from xiuhua.inspection.actions.rooms import Application, apply
from xiuhua.inspection.actions.rooms.album import MOST, attach
from xiuhua.inspection.models import LivingRoom
from xiuhua.inspection.pages.rooms.asked import Reader, reader_of, signed
from xiuhua.inspection.pages.rooms.photos_sent import photos_sent
from xiuhua.inspection.pages.rooms.placing import Choice, chosen, drawn, hits, sites
from xiuhua.inspection.rooms_states import APPLY
from xiuhua.people.models import Organisation, User
from xiuhua.people.permissions import require
from xiuhua.people.queries import below

INVALID, FORBIDDEN = 422, 403


class RoomForm(forms.Form):
    """What is applied for, without the place."""

    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=160)
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=160, required=False)
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=LivingRoom.Type.choices)
    level = forms.ChoiceField(label=gettext_lazy("Level asked for"), choices=LivingRoom.Level.choices)
    unit = forms.CharField(label=gettext_lazy("Unit that answers"), max_length=40)
    about_zh = forms.CharField(label=gettext_lazy("What one finds there, in Chinese"), max_length=2000, required=False)
    about_en = forms.CharField(label=gettext_lazy("What one finds there, in English"), max_length=2000, required=False)
    address = forms.CharField(label=gettext_lazy("Name of the place"), max_length=100, required=False)
    place = forms.CharField(label=gettext_lazy("The place"), max_length=40, required=False)
    corners = forms.CharField(label=gettext_lazy("Corners"), max_length=20_000, required=False)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@require(APPLY, partly=True)
def application(request: HttpRequest, district_code: str) -> HttpResponse:
    """The form, and with the button ``send`` the application."""
    reader, user = reader_of(request, district_code), signed(request)
    if request.method != "POST":
        return _page(request, reader, user, RoomForm())
    form = RoomForm(request.POST)
    too_many = _("An album has at most %(most)s photos.") % {"most": MOST}
    photos, wrong = photos_sent(request, user, stage=Photo.Stage.AFTER, most=MOST, too_many=too_many)
    if request.POST.get("do") != "send" or wrong or not form.is_valid():
        wrong += [] if request.POST.get("do") != "send" else _said(form)
        return _page(request, reader, user, form, photos, wrong, INVALID if wrong else 200)
    try:
        room = apply(_asked(reader, user, form.cleaned_data), actor=user)
    except CaseworkError as error:
        status = FORBIDDEN if isinstance(error, Forbidden) else INVALID
        return _page(request, reader, user, form, photos, [f"{error.reason} {error.remedy}"], status)
    for photo in photos:
        attach(room, photo, user=user)
    messages.success(request, _("The application is sent. The assessor begins the test."))
    return HttpResponseRedirect(reverse("inspection:room-office", args=[reader.district.code, room.code]))


def units_for(reader: Reader, user: User) -> list[Organisation]:
    """The units for which the account may apply: its own and those below it."""
    if any(grant.scope == "any" for grant in reader.rights[APPLY]):
        return list(Organisation.objects.filter(district_code=reader.district.code))
    codes = {grant.unit_code for grant in reader.rights[APPLY] if grant.unit_code}
    found = {unit.code: unit for code in codes for unit in below(reader.district.code, code)}
    return [found[code] for code in sorted(found)]


def _asked(reader: Reader, user: User, given: dict[str, Any]) -> Application:
    unit = next((each for each in units_for(reader, user) if each.code == given["unit"]), None)
    if unit is None:
        raise Refused(
            _("You cannot apply for the unit %(code)s.") % {"code": given["unit"]}, _("Choose one of the list.")
        )
    if given["place"] and given["place"] != "drawn":
        place, site = chosen(reader.district, given["place"])
    elif given["corners"].strip():
        place, site = drawn(given["corners"], given["type"]), None
    else:
        raise Refused(
            _("The application names no place."), _("Choose a site, look for a place by its name, or give its corners.")
        )
    return Application(
        reader.district, given["name_zh"], given["type"], place, unit, name_en=given["name_en"], level=given["level"],
        about_zh=given["about_zh"], about_en=given["about_en"], site=site,
    )  # fmt: skip


def _said(form: RoomForm) -> list[str]:
    return [
        _("%(field)s: %(reason)s") % {"field": form.fields[key].label or key, "reason": " ".join(map(str, said))}
        for key, said in form.errors.items()
    ]


def _page(
    request: HttpRequest, reader: Reader, user: User, form: RoomForm, photos: list[Photo] | None = None,
    wrong: list[str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    typed = {name: str(form.data.get(name, "")) for name in form.fields}
    if not form.is_bound and user.organisation is not None:
        typed["unit"] = user.organisation.code
    address = typed["address"].replace("\x00", "").strip()
    found: list[Choice] = hits(reader.district, address) if address else []
    context = {
        "district": reader.district, "reader": reader, "typed": typed, "photos": photos or [], "wrong": wrong or [],
        "units": units_for(reader, user), "types": LivingRoom.Type.choices, "levels": LivingRoom.Level.choices,
        "sites": sites(reader.district), "hits": found, "searched": bool(address) and not found, "most": MOST,
    }  # fmt: skip
    return render(request, "inspection/rooms/apply.html", context, status=status)
