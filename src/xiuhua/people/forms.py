"""Forms of the room's pages."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from xiuhua.people.matrix import MATRIX
from xiuhua.people.models import Organisation
from xiuhua.people.permissions import name


class ProfileForm(forms.Form):
    """How a person is called and in which language."""

    display_name = forms.CharField(label=_("Name shown to others"), max_length=80, required=False)
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("as the browser asks")), *settings.LANGUAGES], required=False
    )


class GrantForm(forms.Form):
    """One role, bound to an area, a stage and a time."""

    role = forms.ChoiceField(label=_("Role"))
    area_code = forms.CharField(
        label=_("Area"), max_length=40, required=False, help_text=_("Code of an area; empty means the whole district."),
        widget=forms.TextInput(attrs={"list": "areas"}),
    )  # fmt: skip
    stage = forms.CharField(
        label=_("Stage"), max_length=40, required=False, help_text=_("Stage of a case; empty means every stage.")
    )
    valid_from = forms.DateField(
        label=_("First day"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    valid_to = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, roles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["role"]
        field.choices = [(key, name(MATRIX.roles[key])) for key in roles]


class KeyForm(forms.Form):
    """A new API key: what it is for, and for how long."""

    name = forms.CharField(
        label=_("What the key is for"), max_length=80, help_text=_("For example the name of the program that gets it.")
    )
    days = forms.ChoiceField(
        label=_("Valid for"), required=False, initial="365",
        choices=[("30", _("30 days")), ("365", _("a year")), ("", _("unlimited"))],
    )  # fmt: skip


class OrganisationForm(forms.Form):
    """The organisation to which an account belongs."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.none(), required=False, empty_label=_("none")
    )

    def __init__(self, *args: Any, district_code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = Organisation.objects.filter(district_code=district_code).order_by("code")


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Show what an action refused beside the field that it is about."""
    for field, messages in error.message_dict.items():
        form.add_error(field if field in form.fields else None, messages)
