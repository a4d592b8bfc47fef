"""Forms that change one component or one duty by hand."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from xiuhua.city.actions import edit
from xiuhua.city.actions.references import Refused
from xiuhua.city.area_index import area_index, local_day
from xiuhua.city.labels import Labels, object_url, title
from xiuhua.city.layers import DUTY_LAYERS, LAYERS
from xiuhua.city.listing import area_options
from xiuhua.city.models import Area, CodeSet, Component, District, Duty
from xiuhua.city.pages.asked import district_of, object_of
from xiuhua.city.pages.duties import may_edit_duty
from xiuhua.people.models import Organisation
from xiuhua.people.permissions import may, require

DAYS = [
    ("1", gettext_lazy("Mon")), ("2", gettext_lazy("Tue")), ("3", gettext_lazy("Wed")), ("4", gettext_lazy("Thu")),
    ("5", gettext_lazy("Fri")), ("6", gettext_lazy("Sat")), ("7", gettext_lazy("Sun")),
]  # fmt: skip
NONE = ("", "—")


class ComponentForm(forms.Form):
    """The state of a component and its up to three bodies."""

    state = forms.ChoiceField(label=gettext_lazy("State"), choices=Component.State.choices)
    competent = forms.ModelChoiceField(
        Organisation.objects.none(), label=gettext_lazy("Competent body"), required=False
    )
    owner = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("Owner"), required=False)
    maintainer = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("Maintainer"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("competent", "owner", "maintainer"):
            self.fields[name].queryset = Organisation.objects.filter(district_code=district.code)  # type: ignore[attr-defined]


class DutyForm(forms.Form):
    """One duty. What the fields mean together is checked by the action, so that files and forms agree."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=40)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    code_set = forms.ChoiceField(
        label=gettext_lazy("Code set"), required=False, help_text=gettext_lazy("Empty: every category of every set.")
    )
    category = forms.CharField(
        label=gettext_lazy("Category"), required=False, max_length=12,
        help_text=gettext_lazy("01 for a class, 0101 for one category, empty for every one."),
    )  # fmt: skip
    area = forms.CharField(
        label=gettext_lazy("Area"), required=False, max_length=90,
        help_text=gettext_lazy("kind:code, e.g. town:990001001; empty for the whole district."),
        widget=forms.TextInput(attrs={"list": "areas"}),
    )  # fmt: skip
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("Days"), choices=DAYS, widget=forms.CheckboxSelectMultiple, required=False
    )
    time_from = forms.TimeField(
        label=gettext_lazy("From"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    time_to = forms.TimeField(
        label=gettext_lazy("To"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("Earlier than “from” means until the next morning; both empty means all day."),
    )  # fmt: skip
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    valid_to = forms.DateField(
        label=gettext_lazy("Valid until before"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    rank = forms.IntegerField(
        label=gettext_lazy("Place"), min_value=1, max_value=99, initial=1,
        help_text=gettext_lazy("1 leads; larger numbers support, in this order."),
    )  # fmt: skip
    basis = forms.CharField(
        label=gettext_lazy("Basis"), required=False, max_length=300,
        help_text=gettext_lazy("The document that the unit can read: its name, date and number."),
    )  # fmt: skip
    object_layer = forms.ChoiceField(
        label=gettext_lazy("Only for one object: layer"), required=False,
        choices=[NONE],
    )  # fmt: skip
    object_code = forms.CharField(label=gettext_lazy("Only for one object: code"), required=False, max_length=40)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Organisation.objects.filter(district_code=district.code)
        self._choose("unit", [NONE, *((unit.code, f"{unit.name} ({unit.code})") for unit in units)])
        self._choose("code_set", [NONE, *((str(item), f"{item.name} ({item})") for item in CodeSet.objects.all())])
        self._choose("object_layer", [NONE, *((key, LAYERS[key].label) for key in DUTY_LAYERS)])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def row(self) -> dict[str, Any]:
        """The duty as ``load_duties`` reads it."""
        cleaned = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        return {**cleaned, "weekdays": "".join(sorted(cleaned["weekdays"]))}

    def refuse(self, refused: Refused) -> None:
        """Show what the action refused beside the field it speaks of."""
        said = _("%(rule)s: %(remedy)s.") % {"rule": refused.rule, "remedy": refused.remedy}
        self.add_error(refused.field if refused.field in self.fields else None, said[:1].upper() + said[1:])


class EndForm(forms.Form):
    """The last day of a duty."""

    last_day = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    seen = forms.CharField(widget=forms.HiddenInput)


@require("city.edit", partly=True)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_object(request: HttpRequest, district_code: str, layer_key: str, identity: int) -> HttpResponse:
    """Change the state and the bodies of a component."""
    district = district_of(district_code)
    if layer_key != "components":
        raise Http404(_("Only components are changed one by one; other layers are changed by loading a file."))
    layer = LAYERS[layer_key]
    item = object_of(district, layer, identity)
    areas = [place.code for place in area_index(district).at(item.lon, item.lat)]
    if not may(request.user, "city.edit", district_code=district.code, area_codes=areas):
        raise PermissionDenied(_("This component lies outside the area that your account is responsible for."))
    initial = {
        "state": item.state, "competent": item.competent_id, "owner": item.owner_id, "maintainer": item.maintainer_id,
        "seen": edit.fingerprint(item),
    }  # fmt: skip
    form = ComponentForm(request.POST or None, initial=initial, district=district)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        changes = {"state": cleaned["state"]} | {
            f"{name}_id": cleaned[name].pk if cleaned[name] else None for name in ("competent", "owner", "maintainer")
        }
        try:
            edit.change_component(item.pk, seen=cleaned["seen"], changes=changes, actor=request.user.get_username())
        except edit.ChangedMeanwhile as changed:
            messages.error(request, str(changed))
            return HttpResponseRedirect(request.path)
        messages.success(request, _("Saved. The change is on record with your name."))
        return HttpResponseRedirect(object_url(district.code, layer.key, item.pk))
    context = {"district": district, "layer": layer, "item": item, "title": title(layer, item), "form": form}
    return render(request, "city/edit_object.html", context)


@require("duty.edit", partly=True)
@require_http_methods(["GET", "HEAD", "POST"])
def new_duty(request: HttpRequest, district_code: str) -> HttpResponse:
    """Add one duty."""
    district = district_of(district_code)
    initial = {"weekdays": list("1234567"), "unit": request.GET.get("unit", "")}
    form = DutyForm(request.POST or None, initial=initial, district=district)
    if request.method == "POST" and form.is_valid() and _within(request, district, form):
        try:
            duty = edit.create_duty(district, form.row(), actor=request.user.get_username())
        except Refused as refused:
            form.refuse(refused)
        else:
            return _saved(request, duty)
    return render(request, "city/edit_duty.html", _duty_context(district, form))


@require("duty.edit", partly=True)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_duty(request: HttpRequest, district_code: str, identity: int) -> HttpResponse:
    """Change one duty, or let it end on a day."""
    district = district_of(district_code)
    duty = (
        Duty.objects.filter(district=district, pk=min(identity, 2**63 - 1))
        .select_related("area", "unit", "code_set")
        .first()
    )
    if duty is None:
        raise Http404(
            _("There is no such duty in %(district)s; look for it in the list.") % {"district": district.name}
        )
    if not may_edit_duty(request, district, duty.area_id):
        raise PermissionDenied(_("This duty reaches beyond the area that your account is responsible for."))
    ending = "last_day" in request.POST
    form = DutyForm(
        request.POST if request.method == "POST" and not ending else None, initial=_initial(duty), district=district
    )
    form.fields["code"].disabled = True
    end = EndForm(
        request.POST if ending else None,
        initial={"last_day": local_day(district, timezone.now()), "seen": edit.fingerprint(duty)},
        prefix=None,
    )
    if request.method == "POST" and (done := _write(request, district, duty, end if ending else form)):
        return done
    return render(request, "city/edit_duty.html", {**_duty_context(district, form), "duty": duty, "end": end})


def _write(request: HttpRequest, district: District, duty: Duty, form: DutyForm | EndForm) -> HttpResponse | None:
    """Carry out what ``form`` asks; None when it was refused, with the reason in the form."""
    if not form.is_valid() or (isinstance(form, DutyForm) and not _within(request, district, form)):
        return None
    actor, seen = request.user.get_username(), form.cleaned_data["seen"]
    try:
        if isinstance(form, DutyForm):
            edit.change_duty(duty.pk, form.row(), seen=seen, actor=actor)
        else:
            last_day: date = form.cleaned_data["last_day"]
            edit.end_duty(duty.pk, seen=seen, last_day=last_day, actor=actor)
    except edit.ChangedMeanwhile as changed:
        messages.error(request, str(changed))
        return HttpResponseRedirect(request.path)
    except Refused as refused:
        if isinstance(form, DutyForm):
            form.refuse(refused)
        else:
            form.add_error("last_day", f"{refused.rule}: {refused.remedy}")
        return None
    return _saved(request, duty)


def _within(request: HttpRequest, district: District, form: DutyForm) -> bool:
    """Whether the person may write a duty for the area in the form; says so in the form when not."""
    kind, _colon, code = form.cleaned_data["area"].partition(":")
    area = Area.objects.filter(district=district, kind=kind, code=code).order_by("-valid_from").first()
    allowed = may_edit_duty(request, district, area.pk if area else None)
    if not allowed:
        form.add_error("area", _("Your account may write duties only for its own area: choose an area inside it."))
    return allowed


def _saved(request: HttpRequest, duty: Duty) -> HttpResponse:
    messages.success(request, _("Saved. The change is on record with your name."))
    return HttpResponseRedirect(reverse("city:duties-of", args=[duty.district.code, duty.unit.code]))


def _duty_context(district: District, form: DutyForm) -> dict[str, Any]:
    return {"district": district, "form": form, "area_options": area_options(district, Labels.of(district).vocabulary)}


def _initial(duty: Duty) -> dict[str, Any]:
    names = (
        "code",
        "category",
        "time_from",
        "time_to",
        "valid_from",
        "valid_to",
        "rank",
        "basis",
        "object_layer",
        "object_code",
    )
    return {name: getattr(duty, name) for name in names} | {
        "unit": duty.unit.code,
        "code_set": str(duty.code_set) if duty.code_set else "",
        "area": f"{duty.area.kind}:{duty.area.code}" if duty.area else "",
        "weekdays": list(duty.weekdays),
        "seen": edit.fingerprint(duty),
    }
