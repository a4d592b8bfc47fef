"""The forms of campaigns: what is asked for and in which form it comes."""

from django import forms
from django.utils.translation import gettext_lazy as _

_BIG = 2**31 - 1


class CampaignForm(forms.Form):
    """A campaign to be begun."""

    key = forms.CharField(label=_("Key"), max_length=60)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=200)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    kind = forms.CharField(label=_("Kind of places"), max_length=40, required=False)
    lead = forms.CharField(label=_("Lead unit"), max_length=40)
    begins = forms.DateField(label=_("Begins on"))
    ends = forms.DateField(label=_("Ends on"))
    about_zh = forms.CharField(label=_("About it, in Chinese"), max_length=4000, required=False)
    about_en = forms.CharField(label=_("About it, in English"), max_length=4000, required=False)


class SiteForm(forms.Form):
    """A site to be listed or changed."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=200)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    site = forms.CharField(label=_("Code of the site in the city's list"), max_length=40, required=False)
    lon = forms.FloatField(label=_("Longitude"), required=False)
    lat = forms.FloatField(label=_("Latitude"), required=False)
    problem = forms.CharField(label=_("What is wrong there"), max_length=4000)
    unit = forms.CharField(label=_("Responsible unit"), max_length=40)
    due = forms.DateField(label=_("To be in order by"))
    reason = forms.CharField(label=_("Reason"), max_length=4000, required=False)
    expected_version = forms.IntegerField(required=False, min_value=0, max_value=_BIG)


class MoveForm(forms.Form):
    """A move of a site; which of these it needs, the lifecycle says."""

    reason = forms.CharField(label=_("Reason"), max_length=4000, required=False)
    case = forms.CharField(label=_("Number of the case"), max_length=24, required=False)
    category = forms.CharField(label=_("Category"), max_length=120, required=False)
    expected_version = forms.IntegerField(required=False, min_value=0, max_value=_BIG)


class ImportForm(forms.Form):
    """A file of sites."""

    file = forms.FileField(label=_("File"))
    reason = forms.CharField(label=_("Reason"), max_length=4000, required=False)
