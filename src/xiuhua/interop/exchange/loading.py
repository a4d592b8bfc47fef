"""Hand the good rows to the action of their layer or register, in one transaction, or try it and roll back."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import ProtectedError

from xiuhua.city.actions.codes import load_codes
from xiuhua.city.actions.duties import load_duties
from xiuhua.city.actions.load import LoadReport, load
from xiuhua.city.models import Code, District
from xiuhua.interop.exchange.findings import FileRefusedError, finding
from xiuhua.interop.exchange.report import Report
from xiuhua.people.actions.organisations import OrganisationsRefusedError, load_organisations

if TYPE_CHECKING:
    from xiuhua.interop.exchange.intake import Request, Sorted


def write(kept: "Sorted", request: "Request", district: District | None, report: Report, *, actor: str) -> None:
    """Load the rows without a fault and add what happened to ``report``. Raises FileRefusedError.

    Objects are only removed (``prune``) when every row of the file was taken: a refused row may be one of them.
    """
    rows = [kept.rows[i] for i in kept.good()]
    source = (request.source or request.shown_name)[:160]
    clean = not kept.faults and not report.rejected
    if request.target == "organisations" and not clean:
        report.notes.append(finding(0, "", "", "organisations_whole"))
        return
    try:
        with transaction.atomic():
            point = transaction.savepoint_create()
            done = _load(request, district, rows, actor=actor, source=source, prune=request.prune and clean)
            if request.prune and done.rejected:
                transaction.savepoint_rollback(point)
                done = _load(request, district, rows, actor=actor, source=source, prune=False)
            if request.dry_run:
                transaction.set_rollback(True)
    except ProtectedError as fault:
        names = ", ".join(sorted(str(thing) for thing in fault.protected_objects)[:10])
        raise FileRefusedError("prune_protected", names=names) from fault
    if request.prune and (not clean or done.rejected):
        report.notes.append(finding(0, "", "", "prune_skipped"))
    report.inserted, report.updated = done.inserted, done.updated
    report.unchanged, report.removed = done.unchanged, done.removed
    report.rejected += done.rejected
    if request.target == "organisations" and done.rejected:
        report.notes.append(finding(0, "", "", "organisations_whole"))


def _load(
    request: "Request", district: District | None, rows: list[dict[str, Any]], *, actor: str, source: str, prune: bool
) -> LoadReport:
    if request.target == "codes":
        return _codes(request, rows, actor=actor, source=source)
    if district is None:
        raise FileRefusedError("district_needed")
    if request.target == "organisations":
        return _organisations(district, rows, actor=actor)
    if request.target == "duties":
        plain = [{**_set_of(row, request.code_set), **row} for row in rows]
        return load_duties(district, plain, actor=actor, source=source, prune=prune)
    return load(district, request.target, rows, actor=actor, source=source, prune=prune)


def _set_of(row: dict[str, Any], code_set: str) -> dict[str, Any]:
    return {"code_set": code_set} if code_set and row.get("category") else {}


def _organisations(district: District, rows: list[dict[str, Any]], *, actor: str) -> LoadReport:
    """All rows or none: a tree with a missing branch is no tree."""
    report = LoadReport("organisations")
    try:
        report.inserted, report.updated = load_organisations(district.code, rows, actor=actor)
    except OrganisationsRefusedError as refused:
        report.rejected = refused.rejections
        return report
    report.unchanged = len(rows) - report.inserted - report.updated
    return report


def _codes(request: "Request", rows: list[dict[str, Any]], *, actor: str, source: str) -> LoadReport:
    key, _at, version = request.code_set.partition("@")
    if not key or not version or not request.set_kind:
        raise FileRefusedError("code_set_described")
    report = LoadReport("codes")
    names = ("class_zh", "class_en", "name_zh", "name_en", "status")
    known = {
        row["code"]: tuple(row[name] for name in names)
        for row in Code.objects.filter(code_set__key=key, code_set__version=version).values("code", *names)
    }
    _set, refused = load_codes(
        key, version, kind=request.set_kind, name_zh=request.name or key, rows=rows, actor=actor, source=source
    )
    numbers = [row["_row"] for row in rows]
    report.rejected = [replace(rejection, row=numbers[rejection.row - 1]) for rejection in refused]
    bad = {rejection.row for rejection in report.rejected}
    for row in rows:
        if row["_row"] in bad:
            continue
        before, after = known.get(row["code"]), tuple(str(row.get(name) or "") for name in names)
        report.inserted += before is None
        report.unchanged += before == after
        report.updated += before not in {None, after}
    return report
