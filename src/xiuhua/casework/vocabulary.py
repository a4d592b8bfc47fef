"""Categories and units by name, held in memory: what filters and rows of a list are made of."""

from dataclasses import dataclass

from xiuhua.city.layers import version_key
from xiuhua.city.models import Code, local
from xiuhua.foundation.index import LayerCache
from xiuhua.people.models import Organisation


@dataclass(frozen=True)
class Category:
    """One category as a list names it; ``key`` is ``set@version:code``."""

    id: int
    key: str
    class_zh: str
    class_en: str
    name_zh: str
    name_en: str

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return local(self.name_zh, self.name_en)

    @property
    def class_name(self) -> str:
        """The name of its class in the language of the page."""
        return local(self.class_zh, self.class_en)


@dataclass(frozen=True)
class Unit:
    """One unit as a list names it; ``depth`` is how many stand above it."""

    id: int
    code: str
    name_zh: str
    name_en: str
    depth: int

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return local(self.name_zh, self.name_en)


def _load_categories(_key: str, _version: int) -> dict[str, Category]:
    columns = ("id", "code_set__key", "code_set__version", "code", "class_zh", "class_en", "name_zh", "name_en")
    rows = Code.objects.order_by("code_set__kind", "code_set", "code").values_list(*columns)
    found = [Category(pk, f"{key}@{version}:{code}", *names) for pk, key, version, code, *names in rows]
    return {category.key: category for category in found}


def _load_units(key: str, _version: int) -> dict[str, Unit]:
    columns = ("id", "parent_id", "code", "name_zh", "name_en")
    rows = list(Organisation.objects.filter(district_code=key.partition(":")[0]).order_by("code").values_list(*columns))
    under: dict[int | None, list[tuple[int, str, str, str]]] = {}
    known = {row[0] for row in rows}
    for pk, parent, *names in rows:
        under.setdefault(parent if parent in known else None, []).append((pk, *names))
    found: dict[str, Unit] = {}

    def walk(parent: int | None, depth: int) -> None:
        for pk, code, zh, en in under.get(parent, ()):
            found[code] = Unit(pk, code, zh, en, depth)
            walk(pk, depth + 1)

    walk(None, 0)
    return found


_categories: LayerCache[dict[str, Category]] = LayerCache(_load_categories)
_units: LayerCache[dict[str, Unit]] = LayerCache(_load_units)


def categories() -> dict[str, Category]:
    """Every category by its key, in the order of their sets and codes."""
    return _categories.get("codes")


def units(district_code: str) -> dict[str, Unit]:
    """Every unit of the district by its code, each under the one above it."""
    return _units.get(version_key(district_code, "organisations"))
