"""Who answers for this place? Choose a place, a category and a time; read the units and their reasons."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from xiuhua.city import queries
from xiuhua.city.duty import resolve
from xiuhua.city.labels import Labels, object_url, place_name
from xiuhua.city.layers import LAYERS
from xiuhua.city.models import Code, CodeSet, District, local
from xiuhua.city.pages.asked import district_of

SUGGESTIONS = 12
EARLIEST, LATEST = datetime(1990, 1, 1), datetime(2101, 1, 1)  # noqa: DTZ001 - compared on the district's clock


class WhoForm(forms.Form):
    """The question: a place (coordinates, or a name to search), a category and a time, both optional."""

    q = forms.CharField(
        label=gettext_lazy("Name or code"), required=False, max_length=60,
        help_text=gettext_lazy("A street, place, area or component; choose from the list that follows."),
    )  # fmt: skip
    lon = forms.FloatField(
        label=gettext_lazy("Longitude"), required=False, min_value=-180, max_value=180,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )  # fmt: skip
    lat = forms.FloatField(
        label=gettext_lazy("Latitude"), required=False, min_value=-90, max_value=90,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )  # fmt: skip
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    at = forms.DateTimeField(
        label=gettext_lazy("Time"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        help_text=gettext_lazy("On the clock of the district; empty means now."),
    )  # fmt: skip
    object = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("Any category")), *category_choices()]  # type: ignore[attr-defined]

    def clean_at(self) -> datetime | None:
        """The clock time asked for, without a zone; only years for which calendars can be thought of."""
        at: datetime | None = self.cleaned_data["at"]
        if at is not None and not EARLIEST <= (plain := at.replace(tzinfo=None)) < LATEST:
            raise forms.ValidationError(
                _("%(year)d is too far away: choose a time from 1990 to 2100.") % {"year": plain.year}
            )
        return at.replace(tzinfo=None) if at else None

    def clean(self) -> dict[str, Any]:
        """Both coordinates or none."""
        cleaned: dict[str, Any] = super().clean() or {}
        lon, lat = cleaned.get("lon"), cleaned.get("lat")
        if (lon is None) != (lat is None) and not self.errors:
            self.add_error("lat" if lat is None else "lon", _("Give both coordinates, or click the map."))
        return cleaned


def category_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every category, grouped by set and class: a bare code would mean different things."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for code_set in CodeSet.objects.prefetch_related("codes"):
        for code in code_set.codes.all():
            group = f"{code_set.name} {code_set.version} · {code.class_name}"
            groups.setdefault(group, []).append((f"{code_set}:{code.code}", f"{code.code} {code.name}"))
    return list(groups.items())


@require_safe
def duty(request: HttpRequest, district_code: str) -> HttpResponse:
    """The question form and, once a place is known, the ranked answer."""
    district = district_of(district_code)
    form = WhoForm(request.GET or None)
    context: dict[str, Any] = {"district": district, "form": form, "asked": form.is_bound}
    if form.is_bound and form.is_valid():
        context |= _answer(district, form.cleaned_data)
    return render(request, "city/duty.html", context)


def _answer(district: District, asked: dict[str, Any]) -> dict[str, Any]:
    if asked["lon"] is None:
        found = queries.search(district, asked["q"], SUGGESTIONS) if asked["q"] else []
        more = {name: value for name, value in _kept(asked).items() if name != "object"}
        return {
            "searched": bool(asked["q"]),
            "suggestions": [
                {
                    "title": local(item.title_zh, item.title_en) or item.code,
                    "layer": LAYERS[item.layer].label,
                    "url": "?" + urlencode({**more, "lon": f"{item.lon:.6f}", "lat": f"{item.lat:.6f}",
                                            "object": f"{item.layer}:{item.code}"}),
                }
                for item in found
            ],
        }  # fmt: skip
    category = queries.find_category(asked["category"]) if asked["category"] else None
    at = asked["at"].replace(tzinfo=ZoneInfo(district.time_zone)) if asked["at"] else timezone.now()
    layer, colon, code = asked["object"].replace("\x00", "").partition(":")
    reference = (layer, code) if colon and layer in LAYERS else None
    found_units = resolve(district, asked["lon"], asked["lat"], category=category, at=at, object_ref=reference)
    labels = Labels.of(district)
    return {
        "resolution": found_units,
        "category": category,
        "reference": reference and (LAYERS[reference[0]].label, reference[1]),
        "at": at.astimezone(ZoneInfo(district.time_zone)),
        "lon": asked["lon"],
        "lat": asked["lat"],
        "areas": [
            {
                "name": place_name(place),
                "kind": labels.kind("area", place.kind),
                "url": object_url(district.code, "areas", place.id),
            }
            for place in found_units.areas
        ],
    }


def _kept(asked: dict[str, Any]) -> dict[str, str]:
    kept = {"category": asked["category"], "at": asked["at"].strftime("%Y-%m-%dT%H:%M") if asked["at"] else ""}
    return {name: value for name, value in kept.items() if value}


def why_url(
    district: District,
    lon: float,
    lat: float,
    *,
    category: Code | None = None,
    object_ref: tuple[str, str] | None = None,
) -> str:
    """The page that explains who answers for a place."""
    query = {"lon": f"{lon:.6f}", "lat": f"{lat:.6f}"}
    if category:
        query["category"] = f"{category.code_set}:{category.code}"
    if object_ref:
        query["object"] = ":".join(object_ref)
    return f"{reverse('city:duty', args=[district.code])}?{urlencode(query)}"
