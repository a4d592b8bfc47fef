"""Take hold of a case, with the columns of its place, until the transaction ends."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from xiuhua.casework.models import Case
from xiuhua.casework.refusals import Refused

# Joined as codes: areas carry their outline, which no move needs.
PLACES = {f"{kind}_code": f"{kind}__code" for kind in ("town", "community", "grid")}
type Named = Case | int | str


def with_places(rows: QuerySet[Case]) -> QuerySet[Case]:
    """``rows`` with what moves read of them, in one query."""
    places = {name: F(path) for name, path in PLACES.items()}
    return rows.select_related("district", "category", "standard", "unit").annotate(
        **places, handler_unit=F("handler__organisation_id")
    )


def area_codes(case: Case) -> list[str]:
    """The codes of the areas that hold the case, from the district to the grid."""
    codes = [case.district.code, *(getattr(case, name) for name in PLACES)]
    return [code for code in codes if code]


def lock(case: Named, data: Mapping[str, Any]) -> tuple[Case, dict[int, Case]]:
    """The case, locked, and the master case of ``data`` beside it, by id. Always in the order of their ids.

    Raises ``Refused`` for a case that is not there.
    """
    rows = with_places(Case.objects.select_for_update(of=("self",)))
    named = [case, *([data["master"]] if data.get("master") else [])]
    wanted = Q(pk__in=[])
    for each in named:
        wanted |= _named(each)
    found = list(rows.filter(wanted).order_by("pk"))
    chosen = next((row for row in found if _is(row, case)), None)
    if chosen is None:
        raise Refused(
            _("There is no case %(case)s.") % {"case": str(case)[:40]}, _("Check the number or search for the case.")
        )
    return chosen, {row.pk: row for row in found if row.pk != chosen.pk}


def _named(case: Named) -> Q:
    if isinstance(case, str):
        return Q(number=case)
    return Q(pk=case.pk if isinstance(case, Case) else case)


def _is(row: Case, case: Named) -> bool:
    return row.number == case if isinstance(case, str) else row.pk == (case.pk if isinstance(case, Case) else case)
