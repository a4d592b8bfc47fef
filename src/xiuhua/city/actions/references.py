"""Turn the codes a file names (kind, organisation, category) into rows of the database, or say why not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from xiuhua.city.layers import KIND_DOMAINS, Field, Layer
from xiuhua.city.models import Code, District, GreenSpace, Kind
from xiuhua.foundation.rejections import Rejection
from xiuhua.people.models import Organisation


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """A value cannot be taken: ``field``, ``value``, ``rule`` (what is wrong) and ``remedy`` (what to do)."""

    def __init__(self, name: str, value: Any, rule: str, remedy: str) -> None:
        super().__init__(rule)
        self.field, self.value, self.rule, self.remedy = name, value, rule, remedy

    def at(self, row: int, code: str) -> Rejection:
        """The rejection of row number ``row``, whose object would have had ``code``."""
        return Rejection(row, code, self.field, str(self.value)[:200], self.rule, self.remedy)


@dataclass
class References:
    """What one district's rows may refer to, read once a load."""

    kinds: dict[str, set[str]] = field(default_factory=dict)
    organisations: dict[str, int] = field(default_factory=dict)
    categories: dict[str, int] = field(default_factory=dict)
    greens: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, district: District) -> "References":
        """Read kinds, organisations, categories and green spaces that ``district`` may use."""
        found = cls()
        for domain, key in Kind.objects.values_list("domain", "key"):
            found.kinds.setdefault(domain, set()).add(key)
        found.organisations = dict(Organisation.objects.filter(district_code=district.code).values_list("code", "id"))
        found.categories = {
            f"{key}@{version}:{code}": identity
            for key, version, code, identity in Code.objects.values_list(
                "code_set__key", "code_set__version", "code", "id"
            )
        }
        found.greens = dict(GreenSpace.objects.filter(district=district).values_list("code", "id"))
        return found

    def resolve(self, layer: Layer, column: Field, value: Any) -> Any:
        """The database value of ``value`` in ``column`` of ``layer``; raises Refused."""
        if value is None or value == "":
            if column.required:
                raise Refused(column.name, "", _("a value is required"), _("fill in the column or map another one"))
            return None if column.kind != "text" else ""
        check = getattr(self, f"_{column.kind}", None)
        return check(layer, column, value) if check else value

    def _kind(self, layer: Layer, column: Field, value: Any) -> str:
        known = self.kinds.get(KIND_DOMAINS[layer.key], set())
        if value not in known:
            raise Refused(
                column.name,
                value,
                _("unknown kind"),
                _("use one of: %(kinds)s; or add the kind in the back office") % {"kinds": ", ".join(sorted(known))},
            )
        return str(value)

    def _choice(self, layer: Layer, column: Field, value: Any) -> str:
        choices = [key for key, _label in getattr(layer.model._meta.get_field(column.name), "choices", None) or ()]
        if value not in choices:
            raise Refused(
                column.name,
                value,
                _("not one of the choices"),
                _("use one of: %(list)s") % {"list": ", ".join(choices)},
            )
        return str(value)

    def _organisation(self, layer: Layer, column: Field, value: Any) -> int:
        rule = _("no organisation of this district has this code")
        return known_id(
            self.organisations, column.name, value, rule, _("load the organisations first, or correct the code")
        )

    def _category(self, layer: Layer, column: Field, value: Any) -> int:
        rule = _("unknown category; a category is written set@version:code")
        remedy = _("load the code set first (xiuhua load codes), or correct the code")
        return known_id(self.categories, column.name, value, rule, remedy)

    def _green(self, layer: Layer, column: Field, value: Any) -> int:
        rule = _("no green space of this district has this code")
        remedy = _("load the green spaces first (xiuhua load greens), or correct the code")
        return known_id(self.greens, column.name, value, rule, remedy)


def known_id(known: Mapping[str, int], name: str, value: Any, rule: str, remedy: str) -> int:
    """The id of what ``value`` names among ``known``; raises Refused for field ``name``."""
    found = known.get(str(value))
    if found is None:
        raise Refused(name, value, rule, remedy)
    return found
