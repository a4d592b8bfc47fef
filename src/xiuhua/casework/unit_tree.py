"""The tree of units of one district in memory: who stands above and below whom."""

from dataclasses import dataclass

from xiuhua.city.layers import version_key
from xiuhua.foundation.index import LayerCache
from xiuhua.people.models import Organisation


@dataclass(frozen=True)
class UnitTree:
    """Codes, parents and kinds of the units by id."""

    codes: dict[int, str]
    parents: dict[int, int | None]
    kinds: dict[int, str]

    def chain(self, unit: int | None) -> list[int]:
        """The unit and those above it, up to the root."""
        found: list[int] = []
        while unit is not None and unit not in found and unit in self.parents:
            found.append(unit)
            unit = self.parents[unit]
        return found

    def chain_codes(self, unit: int | None) -> list[str]:
        """The codes of the unit and of those above it."""
        return [self.codes[each] for each in self.chain(unit)]

    def below(self, unit: int) -> set[int]:
        """The unit and everything under it."""
        return {each for each in self.parents if unit in self.chain(each)}

    def related(self, unit: int) -> set[int]:
        """The unit, everything under it and what stands above it, except the government of the whole district.

        The government stands above every unit: were it related, its own people could check nothing.
        """
        above = {each for each in self.chain(unit) if self.kinds[each] != Organisation.Kind.DISTRICT or each == unit}
        return above | self.below(unit)


def _load(key: str, _version: int) -> UnitTree:
    rows = list(
        Organisation.objects.filter(district_code=key.partition(":")[0]).values_list("id", "code", "parent_id", "kind")
    )
    return UnitTree(
        {identity: code for identity, code, _parent, _kind in rows},
        {identity: parent for identity, _code, parent, _kind in rows},
        {identity: kind for identity, _code, _parent, kind in rows},
    )


_cache: LayerCache[UnitTree] = LayerCache(_load)


def unit_tree(district_code: str) -> UnitTree:
    """The units of the district, loaded again when they change."""
    return _cache.get(version_key(district_code, "organisations"))
