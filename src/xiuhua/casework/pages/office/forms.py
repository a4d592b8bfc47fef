"""Forms of the catalogue."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from xiuhua.casework import question_schema
from xiuhua.casework.models import Service, Standard
from xiuhua.foundation.worktime import Unit

UNITS = (
    (Unit.WORK_HOUR.value, _("work hours")), (Unit.WORK_DAY.value, _("work days")),
    (Unit.URGENT_HOUR.value, _("urgent hours")), (Unit.NATURAL_DAY.value, _("natural days")),
)  # fmt: skip
LONGEST_SCHEMA, LONGEST = 20_000, 300


class ServiceForm(forms.Form):
    """What the public reads of a category, and what it is asked."""

    public = forms.BooleanField(
        label=_("The public may report it"), required=False,
        help_text=_("Otherwise only staff choose it."),
    )  # fmt: skip
    description_zh = forms.CharField(label=_("Description in Chinese"), max_length=LONGEST, required=False)
    description_en = forms.CharField(label=_("Description in English"), max_length=LONGEST, required=False)
    keywords = forms.CharField(
        label=_("Words that people use"), max_length=LONGEST, required=False,
        help_text=_("The suggestion of categories learns them. Separate them with spaces."),
    )  # fmt: skip
    questions = forms.CharField(
        label=_("Questions (JSON Schema)"), max_length=LONGEST_SCHEMA, required=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "code"}),
    )  # fmt: skip

    @classmethod
    def of(cls, service: Service | None) -> "ServiceForm":
        """The form as the service is now."""
        if service is None:
            return cls(initial={"public": True})
        text = json.dumps(service.questions, ensure_ascii=False, indent=2) if service.questions else ""
        columns = ("public", "description_zh", "description_en", "keywords")
        return cls(initial={name: getattr(service, name) for name in columns} | {"questions": text})

    def clean_questions(self) -> Mapping[str, Any]:
        """The schema; every fault is named with the question that it is about."""
        schema, found = question_schema.read(self.cleaned_data["questions"])
        if found:
            raise forms.ValidationError(found[:20])
        return schema


class StandardForm(forms.Form):
    """A filing standard."""

    condition = forms.CharField(label=_("A case is filed when"), max_length=LONGEST)
    limit = forms.IntegerField(label=_("Limit"), min_value=1, max_value=999)
    unit = forms.ChoiceField(label=_("Counted in"), choices=UNITS)
    closing = forms.CharField(label=_("It is closed when"), max_length=LONGEST, required=False)

    @classmethod
    def of(cls, standard: Standard | None) -> "StandardForm":
        """The form as the standard is now; empty for a new one."""
        names = ("condition", "limit", "unit", "closing")
        known = {name: getattr(standard, name) for name in names} if standard else None
        return cls(initial=known, auto_id=f"id_%s_{standard.number if standard else 0}")


class RetentionForm(forms.Form):
    """How long what one source told of persons is kept; empty is for ever."""

    contact_days = forms.IntegerField(label=_("Contacts, days"), min_value=0, max_value=32_000, required=False)
    original_days = forms.IntegerField(label=_("Original photos, days"), min_value=0, max_value=32_000, required=False)
