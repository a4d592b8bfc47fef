"""Which standards there are, and which of the categories that their failures name are known."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from xiuhua.casework.models import Standard as FilingStandard
from xiuhua.city.models import Code
from xiuhua.inspection.models import Item, Standard


def every() -> QuerySet[Standard]:
    """All standards with their items and pictures, by key and version."""
    return Standard.objects.prefetch_related("items__pictures")


def not_retired() -> QuerySet[Standard]:
    """Drafts and what is in force."""
    return every().exclude(state=Standard.State.RETIRED)


def in_force(kind: str = "") -> QuerySet[Standard]:
    """What checks may be planned by, of one kind of frames or of all."""
    found = every().filter(state=Standard.State.IN_FORCE)
    return found.filter(kind=kind) if kind else found


def find(key: str, version: str) -> Standard | None:
    """One version of a standard."""
    return every().filter(key=key, version=version).first()


def named(refs: Iterable[str]) -> tuple[list[Standard], list[str]]:
    """The standards named ``key@version`` in that order, and those names that there are not."""
    found = {ref: find(*ref.split("@", 1)) for ref in refs if "@" in ref}
    known = [row for row in found.values() if row is not None]
    return known, [ref for ref in refs if found.get(ref) is None]


def categories(items: Iterable[Item]) -> dict[str, Code]:
    """The categories that failures of ``items`` become, by their names; one that is not there makes no case."""
    wanted = Q(pk__in=[])
    for name in {item.category for item in items if item.category}:
        key, version, code = split_category(name)
        wanted |= Q(code_set__key=key, code_set__version=version, code=code)
    rows = Code.objects.filter(wanted).select_related("code_set")
    return {f"{row.code_set}:{row.code}": row for row in rows}


def filing_standards(codes: Iterable[Code]) -> dict[tuple[str, int], FilingStandard]:
    """The filing standards in force of ``codes``, by category (set@version:code) and number."""
    rows = FilingStandard.objects.filter(category__in=list(codes), active=True).select_related("category__code_set")
    return {(f"{row.category.code_set}:{row.category.code}", row.number): row for row in rows}


def split_category(name: str) -> tuple[str, str, str]:
    """Key and version of the code set, and the code, of ``set@version:code``."""
    ref, _colon, code = name.rpartition(":")
    key, _at, version = ref.partition("@")
    return key, version, code
