"""Make a draft of a standard, change it part by part, copy a version into a new one, throw a draft away."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from xiuhua.casework.refusals import Refused
from xiuhua.foundation.events import lock
from xiuhua.inspection.actions.standard_door import allow, held, held_draft, tell
from xiuhua.inspection.models import Item, ScalePhoto, Standard
from xiuhua.inspection.standard_files.checking import part_faults
from xiuhua.inspection.standard_files.faults import StandardsRefused
from xiuhua.inspection.standard_files.writing import head_columns, item_columns, item_data, standard_data
from xiuhua.people.actors import Actor


@transaction.atomic
def create_draft(head: Mapping[str, Any], *, actor: Actor) -> Standard:
    """A draft without items. ``head`` has the keys of a standard in a file; see ``change_draft`` for what it raises."""
    allow(actor)
    data = _checked("head", head)
    lock(f"inspection-standard:{data['key']}")
    _free(data["key"], data["version"])
    standard = Standard(**head_columns(data))
    standard.save()
    tell(standard, "standard.drafted", actor, after=standard_data(standard))
    return standard


@transaction.atomic
def change_draft(standard: Standard, head: Mapping[str, Any], *, actor: Actor) -> Standard:
    """Change everything of a draft but its items; what ``head`` leaves out becomes empty, key and version stay.

    Raises ``StandardsRefused`` with every fault of ``head``; ``Refused`` for one that is no draft; ``Forbidden``.
    """
    allow(actor)
    row = held_draft(standard)
    before = standard_data(row)
    data = _checked("head", {**head, "key": row.key, "version": row.version})
    for name, value in head_columns(data).items():
        setattr(row, name, value)
    row.save()
    if (after := standard_data(row)) != before:
        tell(row, "standard.changed", actor, before=_without_items(before), after=_without_items(after))
    return row


@transaction.atomic
def put_item(standard: Standard, item: Mapping[str, Any], *, actor: Actor, old: Item | None = None) -> Item:
    """Add an item to a draft, or put ``item`` in the place of ``old``, whose pictures stay where it keeps its scale.

    ``item`` has the keys of an item in a file. Raises as ``change_draft`` does, ``Refused`` for a key that is taken.
    """
    allow(actor)
    row = held_draft(standard)
    data = _checked("item", item)
    others = row.items.exclude(pk=old.pk) if old else row.items.all()
    if others.filter(key=data["key"]).exists():
        raise Refused(
            _("The standard has an item “%(key)s” already.") % {"key": data["key"]},
            _("Change that, or choose another key."),
        )
    if old is not None and not row.items.filter(pk=old.pk).exists():
        raise Refused(_("This item is no more: somebody removed it."), _("Reload the page."))
    order = old.order if old else (row.items.aggregate(last=Max("order"))["last"] or 0) + 1
    before = item_data(old) if old else None
    made = Item(pk=old.pk if old else None, standard=row, order=order, **item_columns(data))
    made.save()
    if old is not None and old.scale != made.scale:
        made.pictures.all().delete()
    if (after := item_data(made)) != before:
        tell(row, "standard.item_put", actor, before=before, after=after)
    return made


@transaction.atomic
def remove_item(standard: Standard, item: Item, *, actor: Actor) -> None:
    """Take an item out of a draft, with its pictures. Raises ``Refused`` for one that is no draft; ``Forbidden``."""
    allow(actor)
    row = held_draft(standard)
    found = row.items.filter(pk=item.pk).first()
    if found is None:
        raise Refused(_("This item is no more: somebody removed it."), _("Reload the page."))
    before = item_data(found)
    found.delete()
    tell(row, "standard.item_removed", actor, before=before)


@transaction.atomic
def copy_version(standard: Standard, version: str, *, actor: Actor) -> Standard:
    """A draft of another version with the same items and pictures. Raises as ``create_draft`` does."""
    allow(actor)
    lock(f"inspection-standard:{standard.key}")
    row = held(standard)
    data = _checked("head", {**_without_items(standard_data(row)), "version": version})
    _free(row.key, version)
    made = Standard(**head_columns(data))
    made.save()
    for item in row.items.prefetch_related("pictures"):
        copied = Item(standard=made, order=item.order, **item_columns(item_data(item)))
        copied.save()
        ScalePhoto.objects.bulk_create(
            ScalePhoto(item=copied, grade=picture.grade, file=picture.file, caption_zh=picture.caption_zh,
                       caption_en=picture.caption_en)
            for picture in item.pictures.all()
        )  # fmt: skip
    tell(made, "standard.copied", actor, after={"from": row.ref, **standard_data(made)})
    return made


@transaction.atomic
def drop_draft(standard: Standard, *, actor: Actor) -> None:
    """Throw a draft away. Raises ``Refused`` for one that is no draft; ``Forbidden``."""
    allow(actor)
    row = held_draft(standard)
    tell(row, "standard.dropped", actor, before=standard_data(row))
    try:
        row.delete()
    except ProtectedError:
        raise Refused(
            _("Something is planned or was made by %(standard)s.") % {"standard": row.ref}, _("Leave it as a draft.")
        ) from None


def _checked(part: str, given: Mapping[str, Any]) -> dict[str, Any]:
    data = {key: value for key, value in given.items() if value is not None and value not in ("", {})}
    if faults := part_faults(part, data):
        raise StandardsRefused(_("This cannot be kept so."), _("Mend what is listed."), faults)
    return data


def _free(key: str, version: str) -> None:
    if Standard.objects.filter(key=key, version=version).exists():
        raise Refused(
            _("There is a version %(version)s of “%(key)s” already.") % {"key": key, "version": version},
            _("Choose another version."),
        )


def _without_items(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in {"items", "state"}}
