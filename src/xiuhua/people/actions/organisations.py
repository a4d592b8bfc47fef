"""Load the tree of organisations of a district: all rows or none."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from xiuhua.foundation.events import record
from xiuhua.foundation.layers import bump
from xiuhua.foundation.rejections import Rejection
from xiuhua.people.models import Organisation

DATES = ("valid_from", "valid_to")
FIELDS = ("kind", "name_zh", "name_en", "area_code", "phone", "email", "successors", *DATES)


class OrganisationsRefusedError(ValueError):
    """The load was refused as a whole; ``rejections`` says which rows and why."""

    def __init__(self, rejections: list[Rejection]) -> None:
        self.rejections = rejections
        super().__init__("; ".join(f"{r.row} {r.code}: {r.rule} {r.remedy}" for r in rejections))


@transaction.atomic
def load_organisations(district_code: str, rows: Iterable[Mapping[str, Any]], *, actor: str) -> tuple[int, int]:
    """Insert or update the organisations of a district by their code, in one transaction.

    A row has ``code``, ``kind``, ``name_zh`` and may have ``name_en``, ``parent`` (the code of another
    organisation of the district), ``area_code``, ``phone``, ``email``, ``valid_from`` and ``valid_to`` (the first day
    on which it is no more), ``successors`` (codes of those that took over, separated by semicolons); ``_row`` is its
    number in the file. Parents may come after their children. A key that is absent leaves the stored value as it is.

    Returns how many were inserted and updated; unchanged rows count as neither.
    Raises OrganisationsRefusedError, with nothing written, if any row is wrong.
    """
    numbered = [(int(row.get("_row", index)), row) for index, row in enumerate(rows, start=1)]
    stored = {o.code: o for o in Organisation.objects.select_for_update().filter(district_code=district_code)}
    by_id = {o.pk: o.code for o in stored.values()}
    parents = {o.code: by_id[o.parent_id] if o.parent_id else "" for o in stored.values()}
    old_parents = dict(parents)
    parents.update({_text(row, "code"): _text(row, "parent") for _n, row in numbered if "parent" in row})

    rejections = _wrong_rows(numbered, stored) + _wrong_parents(numbered, stored, parents)
    rejections += _wrong_successors(numbered, stored)
    if rejections:
        raise OrganisationsRefusedError(sorted(rejections, key=lambda r: r.row))

    before, after = {}, {}
    inserted: list[Organisation] = []
    updated: list[Organisation] = []
    for _number, row in numbered:
        code = _text(row, "code")
        known = stored.get(code)
        organisation = known or Organisation(district_code=district_code, code=code)
        old = _state(organisation, old_parents.get(code, ""))
        for field in FIELDS:
            if field in row:
                setattr(organisation, field, _value(row, field))
        new = _state(organisation, parents.get(code, ""))
        if known is None:
            inserted.append(organisation)
        elif old != new:
            updated.append(organisation)
            before[code] = old
        if known is None or old != new:
            after[code] = new

    _write(stored, inserted, updated, parents)
    if after:
        bump(f"{district_code}:organisations")
        record(
            chain=f"organisations:{district_code}", verb="organisations.loaded", actor=actor,
            subject=f"people.organisation:{district_code}", before=before or None, after=after,
        )  # fmt: skip
    return len(inserted), len(updated)


def _write(
    stored: dict[str, Organisation],
    inserted: list[Organisation],
    updated: list[Organisation],
    parents: dict[str, str],
) -> None:
    # Children may stand before their parents: first every row, then the links between them.
    every = stored | {o.code: o for o in Organisation.objects.bulk_create(inserted)}
    changed = inserted + updated
    for organisation in changed:
        parent = parents.get(organisation.code, "")
        organisation.parent = every[parent] if parent else None
    Organisation.objects.bulk_update(changed, [*FIELDS, "parent"], batch_size=500)


def _text(row: Mapping[str, Any], field: str) -> str:
    value = row.get(field)
    return "" if value is None else str(value).strip()


def _value(row: Mapping[str, Any], field: str) -> str | date | None:
    """The value of a column as the table keeps it; a text that is no day stays as it is, to be refused."""
    text = _text(row, field)
    if field == "successors":
        return ";".join(_codes(text))
    if field not in DATES:
        return text
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return text


def _codes(text: str) -> list[str]:
    return [code.strip() for code in text.replace("；", ";").split(";") if code.strip()]


def _state(organisation: Organisation, parent: str) -> dict[str, str]:
    values = {field: getattr(organisation, field) for field in FIELDS}
    return {field: "" if value is None else str(value) for field, value in values.items()} | {"parent": parent}


def _wrong_rows(numbered: list[tuple[int, Mapping[str, Any]]], stored: dict[str, Organisation]) -> list[Rejection]:
    found: list[Rejection] = []
    seen: dict[str, int] = {}
    for number, row in numbered:
        code = _text(row, "code")
        if code in seen:
            rule = _("The code already stands in row %(row)s of this file.") % {"row": seen[code]}
            found.append(Rejection(number, code, "code", code, rule, _("Keep one row for each organisation.")))
        seen.setdefault(code, number)
        candidate = stored.get(code) or Organisation(code=code)
        probe = Organisation(
            district_code="0", code=code,
            **{field: _value(row, field) if field in row else getattr(candidate, field) for field in FIELDS},
        )  # fmt: skip
        try:
            probe.clean_fields(exclude={"district_code", "parent"})
        except ValidationError as error:
            for field, messages in error.message_dict.items():
                found.append(
                    Rejection(number, code, field, _text(row, field), " ".join(messages), _remedy(field))
                )  # fmt: skip
        else:
            if probe.valid_from and probe.valid_to and probe.valid_to <= probe.valid_from:
                rule = _("The body would end before it begins.")
                remedy = _("Write the first day on which it is no more, after the day from which it exists.")
                found.append(Rejection(number, code, "valid_to", _text(row, "valid_to"), rule, remedy))
    return found


def _remedy(field: str) -> str:
    if field == "kind":
        kinds = ", ".join(f"{value} ({label})" for value, label in Organisation.Kind.choices)
        return _("Write one of: %(kinds)s.") % {"kinds": kinds}
    if field in DATES:
        return _("Write the day as 2026-01-31, or leave it empty.")
    if field in {"code", "name_zh"}:
        return _("Fill in this column; it may not be empty or longer than the field.")
    return _("Correct the value or leave it empty.")


def _wrong_parents(
    numbered: list[tuple[int, Mapping[str, Any]]], stored: dict[str, Organisation], parents: dict[str, str]
) -> list[Rejection]:
    found = []
    known = set(stored) | {_text(row, "code") for _n, row in numbered}
    for number, row in numbered:
        code, parent = _text(row, "code"), _text(row, "parent")
        if parent and parent not in known:
            rule = _("There is no organisation with this code in the district or in this file.")
            remedy = _("Add a row for the parent or correct its code.")
            found.append(Rejection(number, code, "parent", parent, rule, remedy))
        elif parent and code in (ring := _ring(code, parents)):
            rule = _("The organisation would stand below itself: %(ring)s.") % {"ring": " > ".join([*ring, code])}
            remedy = _("Correct the parent of one of these rows so that the chain ends at the top of the tree.")
            found.append(Rejection(number, code, "parent", parent, rule, remedy))
    return found


def _wrong_successors(
    numbered: list[tuple[int, Mapping[str, Any]]], stored: dict[str, Organisation]
) -> list[Rejection]:
    known = set(stored) | {_text(row, "code") for _n, row in numbered}
    found = []
    for number, row in numbered:
        code = _text(row, "code")
        for successor in _codes(_text(row, "successors")):
            if successor == code or successor not in known:
                rule = _("A body that takes over must be another organisation of the district or of this file.")
                remedy = _("Add a row for the body that took over or correct its code.")
                found.append(Rejection(number, code, "successors", successor, rule, remedy))
    return found


def _ring(code: str, parents: dict[str, str]) -> list[str]:
    """The codes of the cycle through ``code``, from it upwards; empty where the walk ends at a root."""
    walked = [code]
    at = parents.get(code, "")
    while at and at != code:
        if at in walked:  # a cycle further up; its own members are the ones to report
            return []
        walked.append(at)
        at = parents.get(at, "")
    return walked if at == code else []
