"""Forms of a draft: its head with rule and conditions, an item with the words of its grades, a picture, a file."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xiuhua.foundation.placed.faults import Fault
from xiuhua.inspection.models import Item, Standard
from xiuhua.inspection.scoring import BEST, GRADE, PASSES, SCORES
from xiuhua.inspection.standard_words import kind_names

_SCORES = (
    ("", _("no score")), ("weighted", _("weighted grades")), ("loss", _("100 less what is found")),
    ("half_weight", _("share of good grades, middling ones half")), ("share", _("share of items at their bound")),
)  # fmt: skip
_PASSES = (
    ("items", _("every item is at its bound")), ("score", _("the score is at least")),
    ("share", _("the share of items at their bound is at least")),
)  # fmt: skip
_LOST = (("", "–"), ("grams", _("gram")), ("count", _("piece")), ("minutes", _("minute")))
_DAY = forms.DateInput(attrs={"type": "date"})
GRADES = tuple(range(BEST, -1, -1))


class HeadForm(forms.Form):
    """Everything of a standard but its items. ``fresh`` asks for key and version too."""

    key = forms.CharField(
        label=_("Key"), max_length=40, help_text=_("Short, such as back_lane: small letters, digits.")
    )
    version = forms.CharField(label=_("Version"), max_length=20)
    kind = forms.ChoiceField(label=_("For"))
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    source = forms.CharField(
        label=_("Source"), max_length=300, required=False, help_text=_("Where it comes from; say what is your own.")
    )
    source_en = forms.CharField(label=_("Source in English"), max_length=300, required=False)
    valid_from = forms.DateField(label=_("Valid from"), required=False, widget=_DAY)
    valid_to = forms.DateField(label=_("Valid to"), required=False, widget=_DAY)
    score = forms.ChoiceField(label=_("Score"), choices=_SCORES, required=False)
    per_unit = forms.FloatField(label=_("Points lost by each"), min_value=0, required=False)
    scale = forms.ChoiceField(label=_("Unit of the loss"), choices=_LOST, required=False)
    full = forms.FloatField(label=_("Counts whole from grade"), min_value=0, max_value=BEST, required=False)
    half = forms.FloatField(label=_("Counts half from grade"), min_value=0, max_value=BEST, required=False)
    passing = forms.ChoiceField(label=_("A check passes when"), choices=_PASSES)
    at = forms.FloatField(label=_("At least"), min_value=0, max_value=100, required=False)
    dry = forms.BooleanField(label=_("Only on a dry surface, without rain or snow"), required=False)
    wind_max = forms.IntegerField(label=_("Wind, highest force"), min_value=0, max_value=12, required=False)
    humidity_max = forms.FloatField(label=_("Humidity, at most %"), min_value=0, max_value=100, required=False)

    def __init__(self, *args: Any, standard: Standard | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        names = kind_names()
        if standard is not None:
            del self.fields["key"], self.fields["version"]
            names.setdefault(standard.kind, standard.kind)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = list(names.items())

    @classmethod
    def of(cls, standard: Standard) -> "HeadForm":
        """The form as the draft is now."""
        rule = standard.rule
        columns = ("kind", "name_zh", "name_en", "source", "source_en", "valid_from", "valid_to")
        known = {name: getattr(standard, name) for name in columns} | rule | standard.conditions
        known |= {name: f"{value:g}" for name, value in known.items() if isinstance(value, float)}
        return cls(initial={**known, "passing": rule.get("pass", "items")}, standard=standard)

    def data_of(self) -> dict[str, Any]:
        """The head as files have it; figures that the chosen ways do not ask for are left out."""
        given = self.cleaned_data
        found = {name: given[name] for name in given if name in _HEAD}
        for name in ("valid_from", "valid_to"):
            found[name] = given[name].isoformat() if given[name] else None
        wanted = (*SCORES.get(given["score"], ()), *PASSES[given["passing"]])
        rule = {name: given[name] for name in wanted if given[name] not in (None, "")}
        found["rule"] = {"pass": given["passing"], **({"score": given["score"]} if given["score"] else {}), **rule}
        limits = {name: given[name] for name in ("wind_max", "humidity_max") if given[name] is not None}
        found["conditions"] = {**({"dry": True} if given["dry"] else {}), **limits}
        return found


_HEAD = {"key", "version", "kind", "name_zh", "name_en", "source", "source_en"}


class ItemForm(forms.Form):
    """One item; the words of grades have fields of their own."""

    key = forms.CharField(
        label=_("Key"), max_length=40, help_text=_("Short, such as tree_pits: small letters, digits.")
    )
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    scale = forms.ChoiceField(label=_("Scale"), choices=Item.Scale)
    bound = forms.FloatField(
        label=_("Bound"), min_value=0,
        help_text=_("Grades and a yes (1) pass at it and above, amounts at it and below."),
    )  # fmt: skip
    weight = forms.FloatField(label=_("Weight in the score"), min_value=0, max_value=1000, initial=1)
    help_zh = forms.CharField(label=_("What to look at, in Chinese"), max_length=300, required=False)
    help_en = forms.CharField(label=_("What to look at, in English"), max_length=300, required=False)
    photo_needed = forms.BooleanField(label=_("Every check needs a photo of it"), required=False)
    category = forms.CharField(
        label=_("A failure becomes a case of"), max_length=60, required=False,
        help_text=_("Category such as events@1:0101; empty: no case."),
    )  # fmt: skip
    filing = forms.IntegerField(label=_("Number of its filing standard"), min_value=1, max_value=9999, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for grade in GRADES:
            for language, label in (("zh", _("in Chinese")), ("en", _("in English"))):
                self.fields[f"words_{grade}_{language}"] = forms.CharField(label=label, max_length=200, required=False)

    @classmethod
    def of(cls, item: Item) -> "ItemForm":
        """The form as the item is now."""
        columns = ("key", "name_zh", "name_en", "scale", "bound", "weight", "help_zh", "help_en", "photo_needed",
                   "category", "filing")  # fmt: skip
        words = {
            f"words_{grade}_{language}": text for grade, each in item.words.items() for language, text in each.items()
        }
        known = {name: getattr(item, name) for name in columns}
        figures = {name: f"{known[name]:g}" for name in ("bound", "weight")}
        return cls(initial=known | figures | words)

    def grades(self) -> list[tuple[int, forms.BoundField, forms.BoundField]]:
        """Of each grade, from the best: its fields in Chinese and English."""
        return [(grade, self[f"words_{grade}_zh"], self[f"words_{grade}_en"]) for grade in GRADES]

    def others(self) -> list[forms.BoundField]:
        """The fields that are no words of grades."""
        return [field for field in self if not field.name.startswith("words_")]

    def data_of(self) -> dict[str, Any]:
        """The item as files have it; words count only where the scale has grades."""
        found = {name: value for name, value in self.cleaned_data.items() if not name.startswith("words_")}
        words: dict[str, dict[str, str]] = {}
        for name, text in self.cleaned_data.items():
            if name.startswith("words_") and text:
                _words, grade, language = name.split("_")
                words.setdefault(grade, {})[language] = text
        return found | ({"words": words} if found["scale"] == GRADE else {})


class PictureForm(forms.Form):
    """A picture of one grade."""

    grade = forms.TypedChoiceField(
        label=_("Grade of the scale"), choices=[(grade, grade) for grade in GRADES], coerce=int
    )
    file = forms.FileField(label=_("Picture"), widget=forms.ClearableFileInput(attrs={"accept": "image/*"}))
    caption_zh = forms.CharField(label=_("Caption in Chinese"), max_length=200, required=False)
    caption_en = forms.CharField(label=_("Caption in English"), max_length=200, required=False)


class VersionForm(forms.Form):
    """What a new version is called."""

    version = forms.CharField(label=_("New version"), max_length=20)


class FileForm(forms.Form):
    """A file of standards."""

    file = forms.FileField(
        label=_("File"), help_text=_("YAML or XLSX, up to 1 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml,.xlsx"}),
    )  # fmt: skip


def show_faults(form: forms.Form, faults: Iterable[Fault]) -> None:
    """Put each fault beside the field that it is about, or above the form."""
    names = {"pass": "passing", "words": ""}
    for fault in faults:
        field = names.get(fault.field, fault.field)
        form.add_error(field if field in form.fields else None, f"{fault.rule} {fault.remedy}")
