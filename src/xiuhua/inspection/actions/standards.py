"""Load standards from a file, put a draft in force, retire what is in force."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xiuhua.casework.refusals import Refused
from xiuhua.foundation.events import lock
from xiuhua.foundation.placed.faults import Fault
from xiuhua.foundation.placed.reading import Read
from xiuhua.inspection.actions.scale_pictures import draw_pictures
from xiuhua.inspection.actions.standard_door import allow, held, tell
from xiuhua.inspection.models import Item, Standard
from xiuhua.inspection.standard_files.checking import checked
from xiuhua.inspection.standard_files.faults import StandardsRefused
from xiuhua.inspection.standard_files.inner import standard_faults
from xiuhua.inspection.standard_files.reading import read_file
from xiuhua.inspection.standard_files.writing import head_columns, item_columns, says, standard_data
from xiuhua.people.actors import Actor

# The example set: our own choice of standards, with what is taken from where said in each.
EXAMPLE = Path(__file__).resolve().parents[1] / "standards.yaml"
_DRAFT, _IN_FORCE, _RETIRED = Standard.State.DRAFT, Standard.State.IN_FORCE, Standard.State.RETIRED


@dataclass
class LoadReport:
    """What a load did, or would do: standards by key and version (``carriageway@2022``)."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    put_in_force: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)


@transaction.atomic
def load_standards(source: Path | Read, *, actor: Actor) -> LoadReport:
    """Load the standards of a file (YAML or XLSX): all of them, or none.

    A new version is added, a draft is replaced by what the file says, the same again changes nothing. The file may put
    a version in force; the one before it is retired. The example set brings drawn pictures for two scales. Raises
    ``StandardsRefused`` with every fault, also where the file changes a version that is or was in force; ``Forbidden``.
    """
    allow(actor)
    read = read_file(source) if isinstance(source, Path) else source
    report, steps = _planned(read)
    for data, row in steps:
        lock(f"inspection-standard:{data['key']}")
        standard = _write(data, row)
        verb = "standard.changed" if row else "standard.loaded"
        after = {**standard_data(standard), "state": _DRAFT}
        tell(standard, verb, actor, before=standard_data(row) if row else None, after=after)
        if source == EXAMPLE:
            draw_pictures(standard, actor=actor)
        if data.get("state") == _IN_FORCE:
            put_in_force(standard, actor=actor)
    return report


def try_standards(read: Read) -> LoadReport:
    """What ``load_standards`` would do; nothing is written. Raises ``StandardsRefused`` with every fault."""
    return _planned(read)[0]


@transaction.atomic
def put_in_force(standard: Standard, *, actor: Actor) -> Standard:
    """Let a draft hold from now on; the version of it that was in force is retired.

    Raises ``StandardsRefused`` with everything by which nothing could be scored, ``Refused`` for one that is no draft.
    """
    allow(actor)
    lock(f"inspection-standard:{standard.key}")
    row = held(standard)
    if row.state != _DRAFT:
        raise Refused(
            _("%(standard)s is no draft.") % {"standard": row.ref}, _("Make a new version and put that in force.")
        )
    if faults := unready(row):
        raise StandardsRefused(
            _("%(standard)s cannot be put in force yet.") % {"standard": row.ref}, _("Mend what is listed."), faults
        )
    for other in Standard.objects.filter(key=row.key, state=_IN_FORCE):
        retire(other, actor=actor)
    row.state = _IN_FORCE
    row.save(update_fields=["state"])
    tell(row, "standard.put_in_force", actor, before={"state": _DRAFT}, after={"state": _IN_FORCE})
    standard.state = row.state
    return row


@transaction.atomic
def retire(standard: Standard, *, actor: Actor) -> Standard:
    """Let nothing more be planned by a standard in force: checks that were made keep it. Raises ``Refused``."""
    allow(actor)
    row = held(standard)
    if row.state != _IN_FORCE:
        raise Refused(_("%(standard)s is not in force.") % {"standard": row.ref}, _("Only what is in force retires."))
    row.state = _RETIRED
    row.save(update_fields=["state"])
    tell(row, "standard.retired", actor, before={"state": _IN_FORCE}, after={"state": _RETIRED})
    standard.state = row.state
    return row


def unready(standard: Standard) -> list[Fault]:
    """What keeps a draft from being put in force."""
    data = standard_data(standard)
    if not data["items"]:
        return [Fault("", "items", "", _("It has no items."), _("Add what is looked at."))]
    if "pass" not in data.get("rule", {}):
        rule = _("Nothing says when a check passes.")
        return [Fault("", "pass", "", rule, _("Choose it among the rules of the standard."))]
    faults = standard_faults(data)
    return [Fault("", ".".join(str(part) for part in path), "", rule, remedy) for path, rule, remedy in faults]


def _planned(read: Read) -> tuple[LoadReport, list[tuple[dict[str, Any], Standard | None]]]:
    """The report, and each standard that is to be written with the draft that it replaces."""
    faults = checked(read)
    stored: dict[tuple[str, str], Standard] = {}
    if not faults:
        keys = [data["key"] for data in read.data["standards"]]
        stored = {
            (row.key, row.version): row for row in Standard.objects.filter(key__in=keys).prefetch_related("items")
        }
    report = LoadReport()
    steps: list[tuple[dict[str, Any], Standard | None]] = []
    for number, data in enumerate(read.data["standards"] if not faults else ()):
        row, ref = stored.get((data["key"], data["version"])), f"{data['key']}@{data['version']}"
        same = row is not None and says(data) == says(standard_data(row))
        wants_force = data.get("state") == _IN_FORCE
        if row is not None and row.state != _DRAFT and not same:
            rule = _("%(standard)s is in force or was, and the file says something else.") % {"standard": ref}
            place = read.place(("standards", number, "version"))
            faults.append(
                Fault(place, "version", data["version"], rule, _("Give the changed one a version of its own."))
            )
        elif row is not None and same and (row.state != _DRAFT or not wants_force):
            report.unchanged.append(ref)
        else:
            (report.changed if row else report.new).append(ref)
            steps.append((data, row))
            if wants_force:
                report.put_in_force.append(ref)
                ruling = [each for each in stored.values() if each.key == data["key"] and each.state == _IN_FORCE]
                report.retired += [each.ref for each in ruling]
    if faults:
        raise StandardsRefused(_("Nothing was loaded."), _("Mend what is listed, then load it again."), faults)
    return report, steps


def _write(data: Mapping[str, Any], row: Standard | None) -> Standard:
    standard = Standard(pk=row.pk if row else None, state=_DRAFT, **head_columns(data))
    standard.save()
    wanted = {item["key"]: item for item in data["items"]}
    standard.items.exclude(key__in=wanted).delete()
    known = dict(standard.items.values_list("key", "pk"))
    for order, (key, item) in enumerate(wanted.items(), start=1):
        # An item that stays keeps its pictures.
        Item(pk=known.get(key), standard=standard, order=order, **item_columns(item)).save()
    return standard
