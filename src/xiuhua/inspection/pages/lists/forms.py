"""The forms of the lists: what is asked for and in which form it comes."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xiuhua.inspection.models import ListLook, ListPlace

_COLOURS = [("", "-"), *ListPlace.Colour.choices]


class RoundForm(forms.Form):
    """A round to be opened."""

    key = forms.CharField(label=_("Key"), max_length=60)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    kind = forms.CharField(label=_("Kind of places"), max_length=40)
    begins = forms.DateField(label=_("Period from"))
    ends = forms.DateField(label=_("Period to"))
    rule = forms.CharField(label=_("How places are judged"), max_length=4000)


class PlaceForm(forms.Form):
    """A place to be proposed."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=200)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    proposed = forms.ChoiceField(label=_("Proposed for"), choices=ListPlace.Colour.choices)
    unit = forms.CharField(label=_("Responsible unit"), max_length=40, required=False)
    site = forms.CharField(label=_("Code of the site in the city's list"), max_length=40, required=False)
    lon = forms.FloatField(label=_("Longitude"), required=False)
    lat = forms.FloatField(label=_("Latitude"), required=False)


class LookForm(forms.Form):
    """A look at a place."""

    kind = forms.ChoiceField(label=_("Kind of look"), choices=ListLook.Kind.choices)
    score = forms.FloatField(label=_("Score"))
    note = forms.CharField(label=pgettext_lazy("remark", "Note"), max_length=4000, required=False)


class DecisionForm(forms.Form):
    """Where a place comes, or should stand after publication."""

    colour = forms.ChoiceField(label=_("List"), choices=_COLOURS, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=4000)


class PublishForm(forms.Form):
    """A round to be published: nothing is asked but that it is meant."""

    sure = forms.BooleanField(label=_("I have read the lists"))
