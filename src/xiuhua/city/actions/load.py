"""Load a layer: the one way objects of the city come in, from a file, OpenStreetMap or the generator."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from xiuhua.city.actions import derived
from xiuhua.city.actions.references import References
from xiuhua.city.actions.rows import Prepared, Touched, identity_at, prepare
from xiuhua.city.layers import LAYERS, Layer, version_key
from xiuhua.city.models import District
from xiuhua.foundation import bulk, layers
from xiuhua.foundation.events import record
from xiuhua.foundation.rejections import Rejection


@dataclass
class LoadReport:
    """What a load did. Counts are objects; ``rejected`` lists the rows that were not taken."""

    layer: str
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: list[Rejection] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many objects differ from before."""
        return self.inserted + self.updated + self.removed

    def tally(self, source: str) -> dict[str, str | int]:
        """What the event of the load keeps."""
        return {
            "source": source,
            "inserted": self.inserted,
            "updated": self.updated,
            "removed": self.removed,
            "rejected": len(self.rejected),
        }


def load(
    district: District,
    layer: str,
    rows: Iterable[dict[str, Any]],
    *,
    actor: str,
    source: str,
    prune: bool = False,
) -> LoadReport:
    """Insert or update the objects of ``layer`` by code, in one transaction.

    ``rows`` are dicts with ``code``, names, the fields of the layer (see city/layers.py; references as
    codes) and ``geometry`` (shapely, WGS-84) or ``lon`` and ``lat``; ``_row`` may give the row's number in
    the file. Loading the same rows again changes nothing. ``prune`` removes objects that are not in
    ``rows``; one that something else refers to raises ``django.db.models.ProtectedError`` and undoes all.
    """
    spec = LAYERS[layer]
    prepared = prepare(spec, References.of(district), _with_source(rows, source))
    if spec.is_points:
        derived.add_area_keys(district, prepared)
    with transaction.atomic():
        report, touched = _write(district, spec, prepared, prune=prune)
        if layer == "areas":
            relinked = derived.link_parents(district, prepared, touched.ids)
            report.updated += len(relinked - touched.written)
            report.unchanged -= len(relinked - touched.written)
        if report.changed:
            derived.refresh(district, spec, prepared, touched)
            layers.bump(version_key(district.code, layer))
            record(
                chain=f"layer:{district.code}:{layer}",
                verb="layer.loaded",
                actor=actor,
                subject=f"layer:{district.code}:{layer}",
                after=report.tally(source) | {"unchanged": report.unchanged},
            )
    return report


def _with_source(rows: Iterable[dict[str, Any]], source: str) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield row if row.get("source") else {**row, "source": source}


def _write(district: District, spec: Layer, prepared: Prepared, *, prune: bool) -> tuple[LoadReport, Touched]:
    model, columns = spec.model, prepared.columns
    identify = identity_at(spec, columns)
    known = {
        identify(row[1:]): (row[0], hash(_comparable(row[1:])))
        for row in bulk.values(model, ("id", *columns), district=district)
    }
    report = LoadReport(spec.key, rejected=prepared.rejected)
    fresh: list[int] = []
    changed: list[int] = []
    for position, values in enumerate(prepared.values):
        found = known.get(identify(values))
        if found is None:
            fresh.append(position)
        elif found[1] != hash(values):
            changed.append(position)
        else:
            report.unchanged += 1
    report.inserted, report.updated = len(fresh), len(changed)
    bulk.insert(model, ("district", *columns), ((district.pk, *prepared.values[position]) for position in fresh))
    bulk.update(
        model,
        columns,
        ((*prepared.values[position], known[identify(prepared.values[position])][0]) for position in changed),
    )
    removed = _prune(spec, known, {identify(values) for values in prepared.values}) if prune else set()
    report.removed = len(removed)
    return report, _touched(district, spec, prepared, written={*fresh, *changed}, removed=removed)


def _comparable(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(bytes(value) if isinstance(value, memoryview) else value for value in values)


def _prune(spec: Layer, known: dict[tuple[Any, ...], tuple[int, int]], wanted: set[tuple[Any, ...]]) -> set[int]:
    surplus = [identity for key, (identity, _hash) in known.items() if key not in wanted]
    for start in range(0, len(surplus), bulk.CHUNK):
        spec.model._default_manager.filter(pk__in=surplus[start : start + bulk.CHUNK]).delete()
    return set(surplus)


def _touched(district: District, spec: Layer, prepared: Prepared, *, written: set[int], removed: set[int]) -> Touched:
    """Ids of the rows: of all for areas, whose parents may have moved, of the written ones otherwise."""
    identify = identity_at(spec, prepared.columns)
    wanted = {
        identify(prepared.values[position]): position
        for position in (range(len(prepared.values)) if spec.key == "areas" else written)
    }
    touched = Touched(removed=removed)
    if not wanted or not derived.concerns(spec):
        return touched
    key_columns = ("kind", "code", "valid_from") if spec.key == "areas" else ("code",)
    for identity, *key in bulk.values(spec.model, ("id", *key_columns), district=district):
        position = wanted.get(tuple(key))
        if position is not None:
            touched.ids[position] = identity
            if position in written:
                touched.written.add(identity)
    return touched
