"""Change one filing standard by hand: the old one ends, a new one begins, and cases keep the one they were filed by."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xiuhua.casework.actions.standards import load_standards
from xiuhua.casework.models import Standard
from xiuhua.casework.refusals import Refused
from xiuhua.casework.suggesting import outdated
from xiuhua.city.models import Code
from xiuhua.foundation.events import record

COLUMNS = ("condition", "limit", "unit", "closing")


def put_standard(
    category: Code,
    *,
    condition: str,
    limit: int,
    unit: str,
    closing: str,
    actor: str,
    old: Standard | None = None,
    source: str = "",
) -> Standard:
    """Add a filing standard to ``category``, or put it in the place of ``old``; the same again changes nothing.

    Raises ``Refused`` for what a file would be refused for, and where ``old`` is no longer in force.
    """
    row = {
        "category": category.code,
        "condition": condition,
        "limit": str(limit),
        "unit": unit,
        "close_action": closing,
    }
    with transaction.atomic():
        before = _in_force(old) if old else None
        report = load_standards(category.code_set, [row], actor=actor, source=source)
        for rejection in report.rejected:
            raise Refused(rejection.rule, rejection.remedy)
        new = Standard.objects.get(category=category, condition=" ".join(condition.split()), active=True)
        if old is not None and old.pk != new.pk:
            Standard.objects.filter(pk=old.pk).update(active=False)
        if before != _state(new):
            _tell(new, "standard.put", before, _state(new), actor)
    return new


def end_standard(standard: Standard, *, actor: str) -> None:
    """Let nothing be filed by ``standard`` any more. Raises ``Refused`` when it has ended already."""
    with transaction.atomic():
        before = _in_force(standard)
        Standard.objects.filter(pk=standard.pk).update(active=False)
        outdated()
        _tell(standard, "standard.ended", before, None, actor)


def _in_force(standard: Standard) -> dict[str, Any]:
    """The columns of the locked standard. Raises ``Refused`` when it has ended."""
    row = Standard.objects.select_for_update(of=("self",)).get(pk=standard.pk)
    if not row.active:
        raise Refused(
            _("This standard has ended: somebody changed it meanwhile."), _("Reload the page and look at the new one.")
        )
    return _state(row)


def _state(standard: Standard) -> dict[str, Any]:
    return {name: getattr(standard, name) for name in COLUMNS}


def _tell(
    standard: Standard, verb: str, before: dict[str, Any] | None, after: dict[str, Any] | None, actor: str
) -> None:
    code_set = standard.category.code_set
    record(
        chain=f"standards:{code_set}", verb=verb, actor=actor,
        subject=f"casework.standard:{code_set}:{standard.category.code}:{standard.number}",
        before=before, after=after,
    )  # fmt: skip
