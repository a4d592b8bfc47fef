"""Two years of cases written in bulk: batch by batch, each whole or not at all, in memory that does not grow."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max

from xiuhua.casework.actions.numbers import SIZE, written
from xiuhua.casework.models import Case, NumberBlock
from xiuhua.city.area_index import area_index
from xiuhua.city.models import District
from xiuhua.demo.cases.arrivals import Arrivals, Kind, by_day, draw_arrivals, kinds
from xiuhua.demo.cases.fate import Fate
from xiuhua.demo.cases.life import Person
from xiuhua.demo.cases.places import Spots, draw_spots, usable
from xiuhua.demo.cases.rows import Rows
from xiuhua.demo.cases.texts import Addresses, addresses
from xiuhua.demo.cases.world import World, survey
from xiuhua.demo.drawing import Drawing
from xiuhua.demo.outline import draw_outline
from xiuhua.demo.plan import Floats, Ints, to_lonlat
from xiuhua.foundation import bulk, events
from xiuhua.foundation.models import Event

BATCH = 5_000
_SOURCES, _SHARES = ("inspector", "hotline", "web", "phone", "open311", "api"), (46, 22, 15, 13, 3, 1)
_WRONG = 0.05  # share of the reports from outside whose category the desk corrects
_OWN = 0.05  # share of the reports on the web that the resident of the demonstration made


@dataclass
class Plan:
    """What is decided before any case lives: when, what and where, and the numbers of the cases."""

    kinds: list[Kind]
    arrivals: Arrivals
    spots: Spots
    days: list[date]
    day: Ints
    place: Ints
    # For each case those that may be merged into it: instants and indexes.
    incoming: dict[int, list[tuple[int, int]]] = field(default_factory=dict)


def make_plan(district: District, drawing: Drawing, count: int, until: datetime, seed: int, world: World) -> Plan:
    """``count`` cases of the two years up to ``until``; a few fewer where the last day has not ended."""
    every = usable(kinds(), drawing)
    arrivals = draw_arrivals(every, count, until, world.zone, seed)
    spots = draw_spots(every, arrivals, drawing, draw_outline(seed), seed)
    plan = Plan(every, arrivals, spots, *by_day(arrivals.at, world.zone))
    again = np.flatnonzero(spots.earlier >= 0)
    soon = again[arrivals.at[again] - arrivals.at[spots.earlier[again]] < 86_400]  # noqa: PLR2004 - a day
    for index in soon.tolist():
        master = int(spots.earlier[index])
        plan.incoming.setdefault(master, []).append((int(arrivals.at[index]) + 200 + index % 400, index))
    return plan


def write_history(
    district: District, drawing: Drawing, count: int, seed: int, now: datetime, *, actor: str,
    say: Callable[[str], Any] = lambda _text: None,
) -> int:  # fmt: skip
    """Write ``count`` cases that end or stand as they are at ``now``. Returns how many there are.

    What an earlier run wrote stays: it goes on behind the last whole batch, with the present of that run.
    """
    chain = f"cases:{district.code}"
    done = [event.after or {} for event in Event.objects.filter(chain=chain, verb="cases.drawn").order_by("sequence")]
    if done:
        now, count = datetime.fromisoformat(done[0]["now"]), done[0]["of"]
    world = survey(district, usable(kinds(), drawing), now, seed)
    plan = make_plan(district, drawing, count, now, seed, world)
    writer = _Writer(world, plan, addresses(drawing), seed, now)
    total = len(plan.arrivals)
    for number, start in enumerate(range(0, total, BATCH)):
        stop = min(start + BATCH, total)
        if number < len(done):
            writer.skip(start, stop)
            continue
        with transaction.atomic():
            if not number:
                writer.write_numbers()
            digest = writer.write(start, stop)
            events.record(
                chain=chain, verb="cases.drawn", actor=actor, subject=chain, at=now,
                after={"batch": number, "cases": stop - start, "of": count, "now": now.isoformat(), "sha256": digest},
            )  # fmt: skip
        if total > 10 * BATCH and number % 20 == 19:  # noqa: PLR2004 - a line now and then
            say(f"cases: {stop:,} of {total:,}")
    return total


@dataclass
class _Writer:
    """Lets the cases of a batch live and writes their rows."""

    world: World
    plan: Plan
    addresses: Addresses
    seed: int
    now: datetime
    # Cases that were merged: index -> index of the master and instant.
    merged: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    pk_of_master: dict[int, int] = field(default_factory=dict)

    def write_numbers(self) -> None:
        """Take the numbers of all the days, so that the desks go on behind them."""
        counts = np.bincount(self.plan.day, minlength=len(self.plan.days)).tolist()
        rows = (
            (self.world.district.pk, day, start + 1, max(SIZE - (amount - start), 0))
            for day, amount in zip(self.plan.days, counts, strict=True)
            for start in range(0, amount, SIZE)
        )
        bulk.insert(NumberBlock, ("district", "day", "start", "left"), rows)

    def skip(self, start: int, stop: int) -> None:
        """Live through a batch that was written by an earlier run, for what later cases need to know of it."""
        masters = {fate.life.number: index for index, fate in self._lives(start, stop) if index in self.plan.incoming}
        numbers = list(masters)
        for some in range(0, len(numbers), 900):
            rows = Case.objects.filter(number__in=numbers[some : some + 900]).values_list("number", "pk")
            self.pk_of_master |= {masters[number]: pk for number, pk in rows}

    def write(self, start: int, stop: int) -> str:
        """Write the cases ``start`` to ``stop``. Returns a digest of what they are."""
        lives = self._lives(start, stop)
        rows = Rows(self.world, self.now, Random(f"{self.seed} rows {start}"))  # noqa: S311 - a drawing
        before = Case.objects.aggregate(last=Max("pk"))["last"] or 0
        for (_index, fate), address in zip(lives, self.addresses.of(self.plan.spots.xy[start:stop]), strict=True):
            rows.add(fate, address, self.plan.kinds[fate.kind])
        rows.insert_cases()
        found = Case.objects.filter(pk__gt=before, district=self.world.district).order_by()
        pks = dict(found.values_list("number", "pk").iterator(chunk_size=5000))
        self.pk_of_master |= {index: pks[fate.life.number] for index, fate in lives if index in self.plan.incoming}
        rows.insert_rest(pks)
        merged = [
            (self.pk_of_master[self.merged[index][0]], pks[fate.life.number])
            for index, fate in lives
            if fate.life.state == "merged"
        ]
        bulk.update(Case, ("master",), merged)
        text = "\n".join(f"{fate.life.number} {fate.life.state} {len(fate.life.steps)}" for _index, fate in lives)
        return hashlib.sha256(text.encode()).hexdigest()

    def _lives(self, start: int, stop: int) -> list[tuple[int, Fate]]:
        """Every case of the batch as it fares, with its index."""
        plan, rng = self.plan, Random(f"{self.seed} cases {start}")  # noqa: S311 - a drawing
        xy = plan.spots.xy[start:stop]
        lonlat = to_lonlat(xy)
        places = self._places(lonlat)
        found = []
        for index, (lon, lat), where in zip(range(start, stop), lonlat.tolist(), places, strict=True):
            kind = int(plan.arrivals.kind[index])
            source = rng.choices(_SOURCES, _SHARES)[0]
            fate = Fate(self.world, rng, kind, self.world.categories[kind], lon, lat, *where, source,
                        self._reporter(source, where[0], rng))  # fmt: skip
            if source != "inspector" and rng.random() < _WRONG:
                other = rng.choice(self.world.categories)
                fate.wrong = other if other.pk != fate.category.pk else None
            incoming = [(_instant(at), self._number(other)) for at, other in plan.incoming.get(index, ())]
            if index in self.merged:
                master, at = self.merged[index]
                fate.master = (self._number(master), at)
            fate.begin(self._number(index), _instant(int(plan.arrivals.at[index])), self.now, sorted(incoming))
            fate.run()
            if incoming:
                by_number = {self._number(other): other for _at, other in plan.incoming[index]}
                self.merged |= {by_number[number]: (index, at) for number, at in fate.life.absorbed.items()}
            found.append((index, fate))
        return found

    def _places(self, lonlat: Floats) -> list[tuple[tuple[str, ...], tuple[int, ...], dict[str, int]]]:
        """For each point the codes of its areas, coarse to fine; those that duties speak of; and ids by kind."""
        index, district = area_index(self.world.district, self.now), self.world.district.code
        lon, lat = lonlat[:, 0].copy(), lonlat[:, 1].copy()
        columns = [index.ids_at(layer.kind, lon, lat).tolist() for layer in index.kinds]
        names = [layer.kind for layer in index.kinds]
        codes = {place.id: place.code for layer in index.kinds for place in layer.places}
        found = []
        for row in zip(*columns, strict=True):
            by_kind = {name: pk for name, pk in zip(names, row, strict=True) if pk}
            within = dict.fromkeys([district, *(codes[pk] for pk in by_kind.values())])
            groups = tuple(by_kind.get(kind, 0) for kind in ("town", "functional_area"))
            found.append((tuple(within), groups, by_kind))
        return found

    def _reporter(self, source: str, areas: tuple[str, ...], rng: Random) -> Person:
        if source == "inspector":
            near = [person for person, area in self.world.inspectors if area in areas]
            return rng.choice(near or [person for person, _area in self.world.inspectors])
        if source in {"web", "phone"} and rng.random() < _OWN:
            return self.world.resident
        return Person(None, source)

    def _number(self, index: int) -> str:
        return written(self.world.district, self.plan.days[self.plan.day[index]], int(self.plan.place[index]))


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
