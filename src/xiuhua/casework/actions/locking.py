"""Take hold of a case, with its district, until the transaction ends."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from xiuhua.casework.models import Case
from xiuhua.casework.refusals import Missing
from xiuhua.city.models import District

type Named = Case | int | str

# The largest key that the databases know; SQLite refuses to look for a larger one.
_LARGEST = 2**63 - 1
_DISTRICT = tuple(field.attname for field in District._meta.concrete_fields)


def lock(case: Named, data: Mapping[str, Any]) -> tuple[Case, dict[int, Case]]:
    """The case, locked, and the master case of ``data`` beside it, by id. Always in the order of their ids.

    Raises ``Missing`` for a case that is not there.
    """
    identity = _identity(case)
    wanted = {identity, _identity(data["master"])} if data.get("master") else {identity}
    found: dict[int, Case] = {}
    for each in sorted(pk for pk in wanted if pk is not None):
        found |= {row.pk: row for row in _take(each)}
    chosen = found.pop(identity, None) if identity is not None else None
    if chosen is None:
        raise Missing(
            _("There is no case %(case)s.") % {"case": str(case)[:40]}, _("Check the number or search for the case.")
        )
    return chosen, found


def _identity(case: Named) -> int | None:
    if isinstance(case, Case):
        return case.pk
    if isinstance(case, int):
        return case if 0 < case <= _LARGEST else None
    return Case.objects.filter(number=str(case)).order_by().values_list("pk", flat=True).first()


def _take(identity: int) -> list[Case]:
    """The locked row, if there is one; its SQL is worked out once a process, since every move begins with it."""
    rows = list(Case.objects.raw(_sql(connection.vendor), [identity]))
    for row in rows:
        row.district = District.from_db(None, _DISTRICT, [getattr(row, f"district_{name}") for name in _DISTRICT])
    return rows


@lru_cache(maxsize=4)
def _sql(_vendor: str) -> str:
    district = {f"district_{name}": F(f"district__{name}") for name in _DISTRICT if name != "id"}
    rows = Case.objects.select_for_update(of=("self",)).filter(pk=0).order_by()
    rows = rows.annotate(**district, handler_unit=F("handler__organisation_id"))
    return str(rows.query.get_compiler(connection=connection).as_sql()[0])
