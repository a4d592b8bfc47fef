"""The form of a move, built from what the move requires and may take: each name of data becomes a field."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.actions.checks import LONGEST
from xiuhua.casework.models import Photo
from xiuhua.casework.pages.case.asking import Asking, names_of, standard_text
from xiuhua.casework.pages.case.words import HINTS, LABELS, REASONS
from xiuhua.casework.states import CLOSING_REASONS, MAX_SUSPENSION, MOVES
from xiuhua.city.models import local
from xiuhua.foundation.worktime import Unit

# The photos that come with a move, by the stage that they show.
PHOTOS = {
    "hand_back": Photo.Stage.AFTER, "party_done": Photo.Stage.AFTER,
    "confirm": Photo.Stage.CHECK, "deny": Photo.Stage.CHECK, "pass": Photo.Stage.CHECK, "fail": Photo.Stage.CHECK,
}  # fmt: skip
MOST_PHOTOS = 10
OTHER = "-"
NONE = ("", "—")
BY_DUTY = {"dispatch", "redispatch", "join"}
SHOWN_CANDIDATES = 3


class PhotosInput(forms.FileInput):
    """Chooses several files at once."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several files of one field."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        """The files that were sent; none is no photo."""
        one = super().clean
        files = [one(each, initial) for each in data or ()]
        if len(files) > MOST_PHOTOS:
            raise forms.ValidationError(_("At most %(count)s photos at once.") % {"count": MOST_PHOTOS})
        return files


class ZonedField(forms.Field):
    """An instant typed on the clock of the district."""

    def __init__(self, zone: Any, **kwargs: Any) -> None:
        self.zone = zone
        kwargs.setdefault("help_text", _("Time of %(zone)s.") % {"zone": zone.key})
        super().__init__(
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"), **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        """An instant on the clock of the district, as the widget writes it."""
        return value.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> datetime | None:
        """The instant, with its zone."""
        if not value:
            return None
        try:
            return datetime.fromisoformat(str(value).strip()).replace(tzinfo=self.zone)
        except ValueError:
            raise forms.ValidationError(_("Write the time like 2026-03-01 08:00.")) from None


class MoveForm(forms.Form):
    """The form of one move. ``given`` is what the engine is told; ``details`` explains single choices."""

    expected_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, asking: Asking, data: Any = None, files: Any = None, given: Mapping[str, str] = {}) -> None:
        super().__init__(
            data,
            files,
            auto_id=f"{asking.move}-%s",
            initial={"expected_version": asking.found.case.version, **_prefilled(given)},
        )
        self.asking, self.move = asking, asking.move
        self.details: dict[str, list[str]] = {}
        self.names = names_of(asking.move)
        for name in self.names:
            made = _FIELDS[name](self, name)
            made.required = name in MOVES[self.move].requires
            made.label = LABELS[name] if name != "reason" else REASONS.get(self.move, LABELS[name])
            self.fields[name] = made
            if name == "unit" and self.move in BY_DUTY:
                _by_duty(self)
        if self.move in PHOTOS:
            self.fields["photos"] = PhotosField(
                required=False, label=LABELS["photos"],
                help_text=_("Up to %(count)s, of what it looks like now.") % {"count": MOST_PHOTOS},
            )  # fmt: skip

    @property
    def hint(self) -> str:
        """What the move does."""
        return str(HINTS[self.move])

    def clean(self) -> dict[str, Any]:
        """Take the unit that was chosen beside the ranking."""
        data = super().clean() or self.cleaned_data
        if data.get("unit") == OTHER:
            data["unit"] = data.get("unit_other") or ""
            if not data["unit"]:
                self.add_error("unit_other", _("Choose a unit of the list."))
        if self.move == "dispatch" and data.get("unit") == self.asking.lead():
            data["unit"] = ""  # then the reasons of duty are kept with the step
        return data

    def given(self) -> dict[str, Any]:
        """The data of the move, without what was left empty."""
        data = {name: value for name in self.names if (value := self.cleaned_data.get(name)) not in (None, "", [])}
        if self.move == "recategorise":
            category, _colon, standard = data["category"].partition(":")
            data |= {"category": category, "standard": standard} if standard else {}
        return data

    def texts(self) -> list[tuple[str, str]]:
        """What was typed, by the label of its field: kept in sight when the move is offered no more."""
        return [
            (str(self.fields[name].label), str(self.data.get(name)))
            for name in self.names
            if name in {"reason", "public_note", "task"} and self.data.get(name)
        ]


def _prefilled(given: Mapping[str, str]) -> dict[str, str]:
    """What the address of the page says already: the case to merge into."""
    return {name: given[name][:24] for name in ("master",) if given.get(name)}


def _text(form: MoveForm, name: str) -> forms.Field:
    help_text = _("Sent to the reporter and shown on the public page.") if name == "public_note" else ""
    return forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}), help_text=help_text)


def _standard(form: MoveForm, _name: str) -> forms.Field:
    standards = form.asking.standards()
    field = forms.ChoiceField(
        choices=[(row.pk, standard_text(row)) for row in standards], widget=forms.RadioSelect,
        initial=standards[0].pk if len(standards) == 1 else None,
    )  # fmt: skip
    closings = {str(row.pk): row.closing for row in standards if row.closing}
    form.details = {key: [_("Closes when: %(closing)s") % {"closing": said}] for key, said in closings.items()}
    if not standards:
        field.help_text = _("The category has no filing standard. Correct the category, or have a standard added.")
    return field


def _category(form: MoveForm, _name: str) -> forms.Field:
    grouped: dict[str, list[tuple[str, str]]] = {}
    if form.asking.found.case.state == "filed":
        # A filed case needs a standard of the new category: choosing it chooses the category.
        for row in form.asking.standards():
            grouped.setdefault(str(row.category), []).append((f"{row.category_id}:{row.pk}", standard_text(row)))
    else:
        for code in form.asking.categories():
            grouped.setdefault(code.class_name, []).append((str(code.pk), str(code)))
    return _searched([NONE, *grouped.items()])


def _searched(choices: list[Any]) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, widget=forms.Select(attrs={"data-search": _("Type to narrow the list")}))


def _unit(form: MoveForm, _name: str) -> forms.Field:
    own = form.asking.found.case.unit_id
    units = sorted(form.asking.found.units.values(), key=lambda unit: (unit.kind, unit.code))
    if form.move == "party_done":
        open_ones = [party.unit_id for party in form.asking.found.parties if party.done_at is None]
        units = [unit for unit in units if unit.id in open_ones]
        return forms.ChoiceField(choices=[("", _("my own")), *((unit.code, unit.name) for unit in units)])
    return _searched([NONE, *((unit.code, unit.name) for unit in units if unit.id != own)])


def _by_duty(form: MoveForm) -> None:
    """Put the ranking by duty before the list of all units."""
    found, whole = form.asking.found, form.fields["unit"]
    candidates = [one for one in form.asking.resolution.candidates if one.unit.id != found.case.unit_id]
    refusals = found.refusers()
    shown = candidates[:SHOWN_CANDIDATES]
    if not shown:
        return
    for one in shown:
        refused = refusals.get(one.unit.id)
        said = [_("Refused this case: %(reason)s") % {"reason": refused.reason}] if refused else []
        form.details[one.unit.code] = [*said, *one.reasons]
    wanted = next((step.data.get("suggested_unit") for step in reversed(found.steps) if step.move == "refuse"), "")
    if wanted in form.details:
        form.details[wanted].insert(0, _("Named by the unit that refused."))
    first = form.asking.lead() if form.move == "dispatch" else ""
    form.fields["unit"] = forms.ChoiceField(
        choices=[*((one.unit.code, one.unit.name) for one in shown), (OTHER, _("Another unit"))],
        widget=forms.RadioSelect, label=whole.label, required=form.fields["unit"].required or form.move == "dispatch",
        initial=first if first in form.details else None,
    )  # fmt: skip
    whole.required, whole.label = False, _("Another unit")
    form.fields["unit_other"] = whole


def _handler(form: MoveForm, _name: str) -> forms.Field:
    people = [(user.pk, f"{user} · {user.organisation}") for user in form.asking.people]
    field = _searched([NONE, *people])
    if not people:
        field.help_text = _("Nobody of your unit has an account. Ask the engineer to make one.")
    return field


def _master(form: MoveForm, _name: str) -> forms.Field:
    near = form.asking.near()
    form.details = {row.number: [f"{row.distance_m:.0f} m", row.public_text[:80]] for row in near}
    return forms.CharField(
        max_length=24, widget=forms.TextInput(attrs={"list": "near-cases", "autocomplete": "off"}),
        help_text=_("Open cases near by are suggested."),
    )  # fmt: skip


def _until(form: MoveForm, _name: str) -> forms.Field:
    petition = form.asking.petition()
    field = ZonedField(form.asking.zone, initial=petition.until if petition else None)
    latest = (timezone.now() + MAX_SUSPENSION).astimezone(form.asking.zone)
    field.widget.attrs |= {"max": latest.strftime("%Y-%m-%dT%H:%M")}
    return field


def _seen_at(form: MoveForm, _name: str) -> forms.Field:
    return ZonedField(form.asking.zone, help_text=_("Empty for now."))


def _check(form: MoveForm, _name: str) -> forms.Field:
    check = form.asking.check()
    return forms.CharField(widget=forms.HiddenInput, initial=str(check.key) if check else "")


def _number(form: MoveForm, name: str) -> forms.Field:
    limit = {"lon": 180, "lat": 90}.get(name)
    return forms.FloatField(
        min_value=-limit if limit else 0, max_value=limit,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal", "data-position": name}),
    )  # fmt: skip


def _closing_reason(_form: MoveForm, _name: str) -> forms.Field:
    choices = [(key, local(*names)) for key, names in CLOSING_REASONS.items() if key != "fixed"]
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect)


def _granted(_form: MoveForm, _name: str) -> forms.Field:
    return forms.ChoiceField(choices=[("yes", _("Grant it")), ("no", _("Do not grant it"))], widget=forms.RadioSelect)


def _limit(_form: MoveForm, _name: str) -> forms.Field:
    return forms.IntegerField(min_value=1, max_value=999, help_text=_("Empty for no limit of its own."))


def _limit_unit(_form: MoveForm, _name: str) -> forms.Field:
    names = {
        Unit.URGENT_HOUR: _("urgent hours"), Unit.WORK_HOUR: _("work hours"), Unit.WORK_DAY: _("work days"),
        Unit.NATURAL_DAY: _("natural days"),
    }  # fmt: skip
    return forms.ChoiceField(choices=[(unit.value, name) for unit, name in names.items()], initial=Unit.WORK_HOUR.value)


def _task(_form: MoveForm, _name: str) -> forms.Field:
    return forms.CharField(max_length=300)


_FIELDS: Mapping[str, Callable[[MoveForm, str], forms.Field]] = {
    "reason": _text, "public_note": _text, "standard": _standard, "category": _category, "unit": _unit,
    "suggested_unit": _unit, "handler": _handler, "master": _master, "until": _until, "seen_at": _seen_at,
    "check": _check, "lon": _number, "lat": _number, "accuracy_m": _number, "closing_reason": _closing_reason,
    "granted": _granted, "limit": _limit, "limit_unit": _limit_unit, "task": _task,
}  # fmt: skip
