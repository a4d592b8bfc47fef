"""What pages ask of the tables of greenery: the last measurement, its figures by place, how they moved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from xiuhua.city.models import Area, District, local
from xiuhua.greenery.asking import Asked
from xiuhua.greenery.figures import Figure
from xiuhua.greenery.models import Measurement
from xiuhua.greenery.places import WHOLE


@dataclass(frozen=True)
class PlaceFigures:
    """The figures of one place: its key, the kind of area (``district``), its code and name, figures by key."""

    key: str
    kind: str
    code: str
    name: str
    figures: dict[str, Figure]


@dataclass(frozen=True)
class Moment:
    """The figures of the district at one measurement."""

    made_at: datetime
    data_on: date
    digest: str
    figures: dict[str, Figure]


def latest(district: District, at: datetime | None = None) -> Measurement | None:
    """The last measurement of ``district``, or the last one made up to ``at``."""
    found = Measurement.objects.filter(district=district)
    return (found.filter(made_at__lte=at) if at else found).order_by("-made_at", "-pk").first()


def last_asked(district: District) -> Asked | None:
    """How the last measurement of ``district`` was made, without reading its figures."""
    rows = Measurement.objects.filter(district=district).order_by("-made_at", "-pk")
    parameters = rows.values_list("parameters", flat=True).first()
    return None if parameters is None else Asked(**parameters)


def explained(district: District) -> Measurement | None:
    """The last measurement whose change since an earlier day was explained."""
    return Measurement.objects.filter(district=district).exclude(change={}).order_by("-made_at", "-pk").first()


def asked_of(measurement: Measurement) -> Asked:
    """How it was measured: cards and what-if must measure with the same."""
    return Asked(**measurement.parameters)


def whole(measurement: Measurement) -> dict[str, Figure]:
    """The figures of the district by key."""
    return figures_at(measurement, WHOLE)


def figures_at(measurement: Measurement, place: str) -> dict[str, Figure]:
    """The figures of one place (``district``, or kind:code) by key; empty where no home lies there."""
    return _figures(measurement.totals.get(place, {}))


def places(measurement: Measurement, kinds: Iterable[str] = ("town",)) -> list[PlaceFigures]:
    """The figures of every area of ``kinds`` where homes lie, by kind and code, with the names of today."""
    wanted, district = set(kinds), measurement.district
    named = {
        (kind, code): local(zh, en)
        for kind, code, zh, en in Area.objects.filter(district=district, kind__in=wanted)
        .order_by("valid_from").values_list("kind", "code", "name_zh", "name_en")
    }  # fmt: skip
    found = []
    for key, held in measurement.totals.items():
        kind, _colon, code = key.partition(":")
        if kind in wanted and code:
            found.append(PlaceFigures(key, kind, code, named.get((kind, code), code), _figures(held)))
    return sorted(found, key=lambda one: (one.kind, one.code))


def history(district: District) -> list[Moment]:
    """The figures of the district at every measurement that is kept, oldest first."""
    rows = Measurement.objects.filter(district=district).order_by("made_at", "pk")
    columns = rows.values_list("made_at", "data_on", "digest", f"totals__{WHOLE}")
    return [Moment(made, data, digest, _figures(held)) for made, data, digest, held in columns]


def _figures(held: dict[str, dict[str, Any]]) -> dict[str, Figure]:
    return {key: Figure(key, **told) for key, told in held.items()}
