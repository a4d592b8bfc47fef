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
from xiuhua.foundation.rows import object_of
from xiuhua.foundation.statements import database, run

type Named = Case | int | str

# The largest key that the databases know; SQLite refuses to look for a larger one.
_LARGEST = 2**63 - 1
_DISTRICT = tuple(field.attname for field in District._meta.concrete_fields)


def lock(case: Named, data: Mapping[str, Any]) -> tuple[Case, dict[int, Case]]:
    """The case, locked, and the master case of ``data`` beside it, by id. Always in the order of their ids.

    Raises ``Missing`` for a case that is not there.
    """
    if not data.get("master"):
        found = _taken(case)
        if found is None:
            raise _missing(case)
        return found, {}
    identity = _identity(case)
    if identity is None:
        raise _missing(case)
    wanted = sorted({identity, _identity(data["master"]) or identity})
    rows = {row.pk: row for row in map(_taken, wanted) if row is not None}
    if identity not in rows:
        raise _missing(case)
    return rows.pop(identity), rows


def _missing(case: Named) -> Missing:
    return Missing(
        _("There is no case %(case)s.") % {"case": str(case)[:40]}, _("Check the number or search for the case.")
    )


def _identity(case: Named) -> int | None:
    if isinstance(case, Case):
        return case.pk
    if isinstance(case, int):
        return case if 0 < case <= _LARGEST else None
    return Case.objects.filter(number=str(case)).order_by().values_list("pk", flat=True).first()


def _taken(case: Named) -> Case | None:
    """The locked row, if there is one; its SQL is worked out once a process, since every move begins with it."""
    by = "number" if isinstance(case, str) else "id"
    named = case if isinstance(case, str) else _identity(case)
    if named is None or (isinstance(named, str) and "\x00" in named):
        return None
    plan = _plan(connection.vendor, by)
    values = run(plan.sql, [named]).fetchone()
    return plan.case(list(values)) if values is not None else None


class _Plan:
    """The question for a locked case by its id or number, and how its answer becomes the case with its district."""

    def __init__(self, by: str) -> None:
        columns = {f"district_{name}": F(f"district__{name}") for name in _DISTRICT if name != "id"}
        rows = Case.objects.select_for_update(of=("self",)).filter(**{by: "0"}).order_by()
        rows = rows.annotate(**columns, handler_unit=F("handler__organisation_id"))
        compiler = rows.query.get_compiler(connection=connection)
        self.sql = str(compiler.as_sql()[0])
        self.names = [part[0].target.attname for part in compiler.select[: len(Case._meta.concrete_fields)]]
        self.converters = compiler.get_converters([part[0] for part in compiler.select])
        self.width = len(self.names)

    def case(self, values: list[Any]) -> Case:
        """The case of one row."""
        db = database()
        for place, (convert, expression) in self.converters.items():
            for each in convert:
                values[place] = each(values[place], expression, db)
        row = object_of(Case, db.alias, self.names, values[: self.width])
        *district, row.handler_unit = values[self.width :]  # type: ignore[attr-defined]
        row.district = object_of(District, db.alias, _DISTRICT, [row.district_id, *district])
        return row


@lru_cache(maxsize=8)
def _plan(_vendor: str, by: str) -> _Plan:
    return _Plan(by)
