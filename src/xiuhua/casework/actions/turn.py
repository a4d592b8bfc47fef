"""One move in the making: what an effect is given, what it may change, and how it reads what was given."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from xiuhua.casework.models import Case, Check, Standard
from xiuhua.casework.refusals import Refused
from xiuhua.city.models import Code
from xiuhua.foundation.single import find_one, find_same
from xiuhua.foundation.together import Update
from xiuhua.people.models import Organisation, User

# The longest number that is sure to fit an id.
_DIGITS = 18


@dataclass
class Turn:
    """A move that is being made on the locked ``case``.

    An effect changes ``case`` in place, puts what the history must tell into ``kept``, and may set ``due``, when the
    new state must be left; ``unit`` is the unit that the step is about.
    """

    case: Case
    move: str
    at: datetime
    actor: str
    user: User | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    unit: Organisation | None = None
    due: datetime | None = None
    # Further cases that the move locked: the master of a merge.
    others: dict[int, Case] = field(default_factory=dict)
    # What is written besides, together with the case.
    updates: list[Update] = field(default_factory=list)

    @property
    def reason(self) -> str:
        """The reason as it was written, trimmed."""
        return str(self.data.get("reason") or "").strip()

    def given(self, name: str) -> Any:
        """What was given as ``name``; None for nothing, an empty text or spaces."""
        value = self.data.get(name)
        return None if value is None or (isinstance(value, str) and not value.strip()) else value

    def organisation(self, name: str = "unit") -> Organisation | None:
        """The unit of this district given as ``name``: the object, its id or its code."""
        rows = Organisation.objects.filter(district_code=self.case.district.code)
        return self._one(Organisation, rows, name, "code", _("unit"))

    def standard(self) -> Standard | None:
        """The filing standard that was given: the object or its id."""
        value = self.given("standard")
        found = find_same(Standard, id=value) if _is_id(value) else None
        return found or self._one(Standard, Standard.objects.order_by(), "standard", "", _("standard"))

    def category(self) -> Code | None:
        """The category that was given: the object, its id or ``set@version:code``."""
        value = self.given("category")
        if isinstance(value, str) and ":" in value:
            named, _colon, code = value.rpartition(":")
            key, _at, version = named.partition("@")
            found = Code.objects.filter(code_set__key=key, code_set__version=version, code=code).first()
            if found is None:
                raise _unknown(_("category"), value)
            return found
        return self._one(Code, Code.objects.all(), "category", "", _("category"))

    def account(self, name: str = "handler") -> User | None:
        """The account given as ``name``: the object, its id or its username."""
        rows = User.objects.filter(is_active=True).select_related("organisation")
        return self._one(User, rows, name, "username", _("account"))

    def check(self) -> Check | None:
        """The check that was given: the object, its id or its key."""
        value = self.given("check")
        if _is_id(value) and (found := find_one(Check, id=value, case_id=self.case.pk)):
            return found
        rows = Check.objects.filter(case=self.case)
        if isinstance(value, uuid.UUID) or (isinstance(value, str) and not value.isdecimal()):
            try:
                return rows.get(key=uuid.UUID(str(value)))
            except (ValueError, Check.DoesNotExist):
                raise _unknown(_("check"), value) from None
        return self._one(Check, rows, "check", "", _("check"))

    def moment(self, name: str) -> datetime | None:
        """The instant given as ``name``: an aware datetime or its ISO text."""
        value = self.given(name)
        if isinstance(value, str):
            try:
                value = parse_datetime(value)
            except ValueError:
                value = None
            if value is None:
                raise Refused(_("The time given is not a time."), _("Write it like 2026-03-01T08:00:00+08:00."))
        if isinstance(value, datetime) and value.tzinfo is None:
            raise Refused(_("The time given has no zone."), _("Write it like 2026-03-01T08:00:00+08:00."))
        if value is not None and not isinstance(value, datetime):
            raise Refused(_("The time given is not a time."), _("Write it like 2026-03-01T08:00:00+08:00."))
        return value

    def flag(self, name: str) -> bool:
        """The yes or no given as ``name``."""
        value = self.given(name)
        if isinstance(value, str):
            value = value.strip().casefold() in {"1", "true", "yes", "on"}
        return bool(value)

    def _one[M: models.Model](
        self, model: type[M], rows: "models.QuerySet[M]", name: str, text_field: str, what: str
    ) -> M | None:
        value = self.given(name)
        if value is None or isinstance(value, model):
            if isinstance(value, Organisation) and value.district_code != self.case.district.code:
                raise Refused(
                    _("%(unit)s belongs to another district.") % {"unit": value}, _("Choose a unit of this district.")
                )
            return value
        if text_field and isinstance(value, str):
            found = rows.filter(**{text_field: value}).first()
            if found is not None:
                return found
        number = int(value) if str(value).isdecimal() and len(str(value)) <= _DIGITS else None
        found = rows.filter(pk=number).first() if number is not None else None
        if found is None:
            raise _unknown(what, value)
        return found


def _is_id(value: object) -> bool:
    return isinstance(value, int) and 0 < value < 10**_DIGITS


def _unknown(what: str, value: object) -> Refused:
    return Refused(
        _("There is no %(what)s %(value)s.") % {"what": what, "value": str(value)[:80]},
        _("Choose one of the list and try again."),
    )
