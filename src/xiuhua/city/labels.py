"""Values of the city as people read them: names for keys, units for numbers, links for references."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiuhua.city.layers import COMMON, KIND_DOMAINS, VALIDITY, Field, Layer
from xiuhua.city.models import Area, Code, District, GreenSpace, Kind, local
from xiuhua.people.models import Organisation

# What is measured of an object, beyond the fields of its file: name of the column and its label.
MEASURES = {
    "areas": ("area_m2", "persons"),
    "streets": ("length_m",),
    "waters": ("length_m", "area_m2"),
    "greens": ("area_m2",),
    "plots": ("area_m2",),
    "buildings": ("area_m2", "persons"),
}
MEASURE_LABELS = {
    "area_m2": gettext_lazy("Surface area"),
    "length_m": gettext_lazy("Length"),
    "persons": gettext_lazy("Persons"),
}
NEVER_GROUPED = ("year", "planted")
HECTARE, SQUARE_KILOMETRE, KILOMETRE = 10_000, 1_000_000, 1_000


@dataclass(frozen=True)
class Cell:
    """One value ready to be shown: ``text`` is empty where nothing is known."""

    name: str
    label: str
    text: str
    href: str = ""
    raw: str | float | bool | None = None
    numeric: bool = False


@dataclass
class Labels:
    """Names of kinds and the words of one page, read once for all its rows."""

    district: District
    vocabulary: list[Kind] = field(default_factory=list)
    kinds: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, district: District) -> "Labels":
        """Read the vocabulary."""
        vocabulary = list(Kind.objects.all())
        return cls(district, vocabulary, {(kind.domain, kind.key): kind.name for kind in vocabulary})

    def kind(self, domain: str, key: str) -> str:
        """The name of a kind; its key where the vocabulary lacks it."""
        return self.kinds.get((domain, key), key)

    def cell(self, layer: Layer, column: Field, item: models.Model) -> Cell:
        """The value of ``column`` of ``item``; references must have been selected with it."""
        value = getattr(item, column.name)
        if value is None or value == "":
            return Cell(column.name, column.label, "")
        show = getattr(self, f"_{column.kind}", None)
        text, href, raw = show(layer, column, item, value) if show else (str(value), "", value)
        return Cell(column.name, column.label, text, href, raw, numeric=column.kind in {"int", "float"})

    def _kind(self, layer: Layer, column: Field, item: models.Model, value: str) -> tuple[str, str, str]:
        return self.kind(KIND_DOMAINS[layer.key], value), "", value

    def _choice(self, layer: Layer, column: Field, item: models.Model, value: str) -> tuple[str, str, str]:
        return str(getattr(item, f"get_{column.name}_display")()), "", value

    def _organisation(
        self, layer: Layer, column: Field, item: models.Model, value: Organisation
    ) -> tuple[str, str, str]:
        return value.name, reverse("city:duties-of", args=[self.district.code, value.code]), value.code

    def _category(self, layer: Layer, column: Field, item: models.Model, value: Code) -> tuple[str, str, str]:
        return f"{value.name} ({value.code_set}:{value.code})", code_url(value), f"{value.code_set}:{value.code}"

    def _area(self, layer: Layer, column: Field, item: models.Model, value: Area) -> tuple[str, str, str]:
        return str(value), object_url(self.district.code, "areas", value.pk), value.code

    def _green(self, layer: Layer, column: Field, item: models.Model, value: GreenSpace) -> tuple[str, str, str]:
        return str(value), object_url(self.district.code, "greens", value.pk), value.code

    def _bool(self, layer: Layer, column: Field, item: models.Model, value: object) -> tuple[str, str, bool]:
        return (_("yes") if value else _("no")), "", bool(value)

    def _date(self, layer: Layer, column: Field, item: models.Model, value: date) -> tuple[str, str, str]:
        return value.isoformat(), "", value.isoformat()

    def _int(self, layer: Layer, column: Field, item: models.Model, value: int) -> tuple[str, str, int]:
        text = str(value) if column.name in NEVER_GROUPED else grouped(value)
        return with_unit(text, column.unit), "", value

    def _float(self, layer: Layer, column: Field, item: models.Model, value: float) -> tuple[str, str, float]:
        return with_unit(f"{value:.10g}", column.unit), "", value

    def measures(self, layer: Layer, item: models.Model) -> list[Cell]:
        """Length and area of an object, where it has them."""
        own = {column.name for column in layer.fields}
        return [
            Cell(name, str(MEASURE_LABELS[name]), measured(name, getattr(item, name)), "", getattr(item, name), True)
            for name in MEASURES.get(layer.key, ())
            if name not in own and getattr(item, name)
        ]

    def all_cells(self, layer: Layer, item: models.Model) -> list[Cell]:
        """Everything the file format and the measures say of an object, in their order."""
        columns = (*COMMON, *layer.fields, *VALIDITY)
        cells = [self.cell(layer, column, item) for column in columns]
        ahead = len(COMMON) + len(layer.fields)
        return [*cells[:ahead], *self.measures(layer, item), *cells[ahead:]]


def grouped(value: float) -> str:
    """A whole number with thousands set apart."""
    return f"{round(value):,}"


def with_unit(text: str, unit: str) -> str:
    """A number and its unit with a narrow space that does not break."""
    return f"{text}\u202f{unit}" if unit else text


def measured(name: str, value: float) -> str:
    """A measure in a unit of fitting size: m or km, m² or ha or km², a count of persons."""
    if name == "length_m":
        return with_unit(f"{value / KILOMETRE:,.2f}", "km") if value >= KILOMETRE else with_unit(f"{value:,.0f}", "m")
    if name == "area_m2":
        if value >= SQUARE_KILOMETRE:
            return with_unit(f"{value / SQUARE_KILOMETRE:,.2f}", "km²")
        if value >= HECTARE:
            return with_unit(f"{value / HECTARE:,.2f}", "ha")
        return with_unit(f"{value:,.0f}", "m²")
    return grouped(value)


def object_url(district_code: str, layer: str, identity: int) -> str:
    """The page of one object."""
    return reverse("city:object", args=[district_code, layer, identity])


def code_url(code: Code) -> str:
    """The page that says what a code means in every set."""
    return f"{reverse('city:codes')}?code={code.code}"


def title(layer: Layer, item: Any) -> str:
    """What to call an object on its page: its name, else what it is and its code."""
    return str(item.name) if item.name else f"{short_title(layer, item)} {item.code}"


def short_title(layer: Layer, item: Any) -> str:
    """What to call an object beside its code: its name, else its category, species or layer."""
    if item.name:
        return str(item.name)
    return str(item.category.name if layer.key == "components" else getattr(item, "species", "") or layer.label)


def place_name(place: Any) -> str:
    """The name of an area of the index in the language of the page; its code where it has none."""
    return local(place.name_zh, place.name_en) or str(place.code)
