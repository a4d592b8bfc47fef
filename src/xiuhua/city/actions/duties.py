"""Load duties: who answers for which category, where and when."""

from collections.abc import Container, Iterable
from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xiuhua.city.actions.load import LoadReport
from xiuhua.city.actions.references import Refused, known_id
from xiuhua.city.layers import DUTY_LAYERS, version_key
from xiuhua.city.models import Area, CodeSet, District, Duty
from xiuhua.foundation import layers
from xiuhua.foundation.events import record
from xiuhua.people.models import Organisation

FIELDS = (
    "unit_id", "code_set_id", "category", "area_id", "object_layer", "object_code", "weekdays", "time_from", "time_to",
    "valid_from", "valid_to", "rank", "basis",
)  # fmt: skip


class Known:
    """What the duties of one district may refer to."""

    def __init__(self, district: District) -> None:
        self.units = dict(Organisation.objects.filter(district_code=district.code).values_list("code", "id"))
        self.sets = {f"{row.key}@{row.version}": row for row in CodeSet.objects.prefetch_related("codes")}
        self.prefixes = {
            name: {code.code[:width] for code in row.codes.all() for width in range(1, len(code.code) + 1)}
            for name, row in self.sets.items()
        }
        self.areas = {
            f"{kind}:{code}": identity
            for kind, code, identity in Area.objects.filter(district=district)
            .order_by("valid_from")
            .values_list("kind", "code", "id")
        }


def load_duties(
    district: District, rows: Iterable[dict[str, Any]], *, actor: str, source: str, prune: bool = False
) -> LoadReport:
    """Insert or update duties by code in one transaction; refused rows are listed in the report.

    A row has code, unit (organisation code), code_set (``key@version`` or ""), category ("" any, "01" a
    class, "0101" one), area (``kind:code`` or ""), object_layer and object_code (or ""), weekdays
    ("1234567", Monday is 1), time_from and time_to (time or None; from > to runs over midnight),
    valid_from, valid_to, rank (1 leads), basis.
    """
    known = Known(district)
    report = LoadReport("duties")
    accepted: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(rows, start=1):
        code = str(row.get("code") or "").strip()
        try:
            accepted[code] = read_row(known, row, code, accepted)
        except Refused as refused:
            report.rejected.append(refused.at(int(row.get("_row", number)), code))
    with transaction.atomic():
        _write(district, accepted, report, prune=prune)
        if report.changed:
            layers.bump(version_key(district.code, "duties"))
            record(
                chain=f"duties:{district.code}",
                verb="duties.loaded",
                actor=actor,
                subject=f"duties:{district.code}",
                after=report.tally(source),
            )
    return report


def read_row(known: Known, row: dict[str, Any], code: str, accepted: Container[str]) -> dict[str, Any]:
    """The database values of one row, see ``load_duties``; raises Refused. ``accepted`` holds codes already taken."""
    if not code or code in accepted:
        raise Refused("code", code, _("the code is missing or occurs twice"), _("give each duty its own code"))
    found = {
        "unit_id": _reference(known.units, "unit", row.get("unit"), required=True),
        "area_id": _reference(known.areas, "area", row.get("area")),
        **_category(known, str(row.get("code_set") or ""), str(row.get("category") or "")),
        "object_layer": str(row.get("object_layer") or ""),
        "object_code": str(row.get("object_code") or ""),
        "weekdays": _weekdays(str(row.get("weekdays") or "1234567")),
        "rank": int(row.get("rank") or 1),
        "basis": str(row.get("basis") or "")[:300],
    }
    for name, kind in (("time_from", time), ("time_to", time), ("valid_from", date), ("valid_to", date)):
        value = row.get(name) or None
        if value is not None and not isinstance(value, kind):
            raise Refused(name, value, _("not a %(kind)s") % {"kind": kind.__name__}, _("write 08:00 or 2024-01-31"))
        found[name] = value
    if (found["time_from"] is None) != (found["time_to"] is None):
        raise Refused("time_from", "", _("only one of the two times is given"), _("give both times or none"))
    if found["object_layer"] and found["object_layer"] not in DUTY_LAYERS:
        raise Refused(
            "object_layer", found["object_layer"], _("unknown layer"), _("use one of: %s") % ", ".join(DUTY_LAYERS)
        )
    if found["valid_from"] and found["valid_to"] and found["valid_from"] >= found["valid_to"]:
        raise Refused("valid_to", found["valid_to"], _("ends before it begins"), _("correct the two dates"))
    return found


def _reference(known: dict[str, int], name: str, value: Any, *, required: bool = False) -> int | None:
    if not value and not required:
        return None
    rule, remedy = _("nothing of this district has this code"), _("load it first, or correct the code")
    return known_id(known, name, value or "", rule, remedy)


def _category(known: Known, code_set: str, category: str) -> dict[str, Any]:
    if not code_set:
        if category:
            rule, remedy = (
                _("a bare code means different things in different lists"),
                _("name the code set as key@version"),
            )
            raise Refused("code_set", category, rule, remedy)
        return {"code_set_id": None, "category": ""}
    if code_set not in known.sets:
        raise Refused("code_set", code_set, _("unknown code set"), _("load the code set first, or correct its name"))
    if category and category not in known.prefixes[code_set]:
        rule, remedy = _("no category of the set begins like this"), _("use a class or a category of %s") % code_set
        raise Refused("category", category, rule, remedy)
    return {"code_set_id": known.sets[code_set].pk, "category": category}


def _weekdays(text: str) -> str:
    if not text or set(text) - set("1234567"):
        raise Refused("weekdays", text, _("not a list of weekdays"), _("write 12345 for Monday to Friday"))
    return "".join(sorted(set(text)))


def _write(district: District, accepted: dict[str, dict[str, Any]], report: LoadReport, *, prune: bool) -> None:
    known = {duty.code: duty for duty in Duty.objects.filter(district=district)}
    changed = []
    for code, found in accepted.items():
        duty = known.get(code)
        if duty is None:
            continue
        if any(getattr(duty, name) != value for name, value in found.items()):
            for name, value in found.items():
                setattr(duty, name, value)
            changed.append(duty)
        else:
            report.unchanged += 1
    fresh = [Duty(district=district, code=code, **found) for code, found in accepted.items() if code not in known]
    Duty.objects.bulk_create(fresh)
    Duty.objects.bulk_update(changed, FIELDS)
    report.inserted, report.updated = len(fresh), len(changed)
    if prune:
        surplus = [duty.pk for code, duty in known.items() if code not in accepted]
        report.removed = len(surplus)
        Duty.objects.filter(pk__in=surplus).delete()
