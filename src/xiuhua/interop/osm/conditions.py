"""Conditions on tags, as the mapping file writes them."""

from collections.abc import Mapping as Lookup
from dataclasses import dataclass

from django.utils.translation import gettext as _

type Tags = Lookup[str, str]


class MappingError(ValueError):
    """The mapping file cannot be used; the message says where and why."""


@dataclass(frozen=True)
class Condition:
    """What one tag must be: one of ``wanted`` (``*`` in it: anything) and none of ``refused`` (``*``: absent)."""

    key: str
    wanted: frozenset[str]
    refused: frozenset[str]

    def holds(self, tags: Tags) -> bool:
        """Whether ``tags`` fulfil the condition. ``a;b`` counts as a and as b."""
        value = tags.get(self.key)
        if value is None:
            return not self.wanted
        parts = {value, *(part.strip() for part in value.split(";"))} if ";" in value else {value}
        if "*" in self.refused or parts & self.refused:
            return False
        return not self.wanted or "*" in self.wanted or bool(parts & self.wanted)


type Conditions = tuple[Condition, ...]


def parse(raw: object, where: str) -> Conditions:
    """Conditions of a ``when`` of the mapping file; ``where`` names the place for the message."""
    if not isinstance(raw, dict) or not raw:
        raise MappingError(_("%(where)s: expected tags and values, such as {highway: residential}") % {"where": where})
    return tuple(_one(str(key), value, where) for key, value in raw.items())


def all_hold(conditions: Conditions, tags: Tags) -> bool:
    """Whether every condition holds."""
    return all(condition.holds(tags) for condition in conditions)


def any_holds(alternatives: tuple[Conditions, ...], tags: Tags) -> bool:
    """Whether one of the alternatives holds wholly."""
    return any(all_hold(conditions, tags) for conditions in alternatives)


def _one(key: str, value: object, where: str) -> Condition:
    wanted, refused = set(), set()
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, str):
            raise MappingError(
                _('%(where)s: the value %(value)s of %(key)s is not text; put it in quotes ("%(value)s")')
                % {"where": where, "value": item, "key": key}
            )
        if item.startswith("!"):
            refused.add(item[1:])
        else:
            wanted.add(item)
    return Condition(key, frozenset(wanted), frozenset(refused))
