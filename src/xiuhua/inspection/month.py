"""A month of checks from a design, what it is drawn from, and a seed: the same three give the same month.

``draw_month`` says what is checked, on which day, in which band and by whom; ``route_month`` then orders each day of
each inspector and says what does not fit. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from xiuhua.foundation.estimators.acceptance import Severity, checks_of
from xiuhua.inspection.dealing import NOBODY, Team, deal, name_repeats
from xiuhua.inspection.design import Design
from xiuhua.inspection.drawing import (
    Drawn,
    Floats,
    Frames,
    Ints,
    Stratum,
    allocate,
    draw_by_weight,
    draw_panel,
    hours_in_use,
    shares_out,
    strata_of,
    stream,
)
from xiuhua.inspection.routing import PATIENCE, Stop, Trip, nearest_neighbour, route

PANEL, SEQUENTIAL, COMPLAINT, REPEAT = "panel", "sequential", "complaint", "repeat"
# What stays when a day is too short: the panel first, since the index rests on it.
PRIZES = {PANEL: 6, SEQUENTIAL: 4, REPEAT: 3, COMPLAINT: 2}
NO_TIME, NO_INSPECTOR = "no_time", "no_inspector"


@dataclass(frozen=True)
class Inputs:
    """Everything a month is drawn from. One entry a frame in ``led`` (weight of the complaint-led part)."""

    frames: Frames
    # Working days as ISO dates; when people work, in minutes of the day.
    days: tuple[str, ...]
    periods: tuple[tuple[int, int], ...]
    inspectors: tuple[str, ...]
    starts: tuple[tuple[float, float], ...]
    team: Team
    led: Floats
    # Frames of sequential tests that run.
    sequential: Ints
    # How closely to look at each area (kind, town).
    severity: Mapping[tuple[str, str], Severity]

    @property
    def towns(self) -> list[str]:
        """The towns that frames lie in, in the order of the columns of ``team.last``."""
        return sorted(set(self.frames.town.tolist()))


@dataclass(frozen=True)
class Month:
    """One entry a visit. ``stratum`` is its name, ``band`` its number, ``repeats`` the repeated visit or -1."""

    frame: Ints
    part: list[str]
    stratum: list[str]
    expected: Floats
    band: Ints
    inspector: Ints
    day: Ints
    repeats: Ints

    def __len__(self) -> int:
        return len(self.frame)


@dataclass(frozen=True)
class Routed:
    """One entry a visit: place in the route (-1: none) and second of the day, or why it is in none; metres of all."""

    order: Ints
    begins: Ints
    reason: list[str]
    metres: int


def totals_of(
    strata: Sequence[Stratum], design: Design, severity: Mapping[tuple[str, str], Severity]
) -> dict[tuple[str, str], int]:
    """Random checks of each area (kind, town), never below the floor.

    In proportion to weight; more where it failed, fewer where it was long clean.
    """
    found: dict[tuple[str, str], int] = {}
    for each in design.kinds:
        weights: dict[str, float] = {}
        for stratum in strata:
            if stratum.kind == each.kind:
                weights[stratum.town] = weights.get(stratum.town, 0.0) + stratum.weight
        normal = shares_out(list(weights.values()), design.panel_of(each.checks))
        for town, count in zip(weights, normal.tolist(), strict=True):
            level = severity.get((each.kind, town), Severity.NORMAL)
            found[each.kind, town] = checks_of(level, count, design.floor)
    return found


def strata_with_counts(inputs: Inputs, design: Design) -> tuple[list[Stratum], Ints]:
    """The strata of a design and the random checks of each; no chance in it, so a draft can show them."""
    bands = design.bands_in(inputs.periods)
    strata = strata_of(inputs.frames, bands, [each.kind for each in design.kinds])
    return strata, allocate(strata, totals_of(strata, design, inputs.severity))


def draw_month(inputs: Inputs, design: Design, seed: str) -> Month:
    """What is checked in the month, when and by whom."""
    bands, frames = design.bands_in(inputs.periods), inputs.frames
    strata, counts = strata_with_counts(inputs, design)
    panel = draw_panel(strata, counts, seed)
    led, part = _led(inputs, design, seed)
    hours = np.stack([hours_in_use(frames.opens, frames.closes, band) for band in bands], axis=1)
    led_band = _bands(hours[led], seed)
    frame = np.concatenate([panel.frame, led])
    band = np.concatenate([np.array([strata[at].band for at in panel.stratum.tolist()], dtype=np.int64), led_band])
    number = {town: at for at, town in enumerate(inputs.towns)}
    town = np.array([number[name] for name in frames.town[frame].tolist()], dtype=np.int64)
    dealt = deal(frame, town, band, inputs.team, len(inputs.days), design.a_day, seed)
    wanted = round(design.checks * design.repeats)
    again = name_repeats(frame, town, dealt, (frames.lon, frames.lat), inputs.team, wanted, seed, len(panel))
    names = _stratum_names(strata, panel) + [
        _name(frames, at, bands[in_].key) for at, in_ in zip(led, led_band, strict=True)
    ]
    return Month(
        frame=np.concatenate([frame, frame[again.visit]]),
        part=[PANEL] * len(panel) + part + [REPEAT] * again.visit.size,
        stratum=names + [names[at] for at in again.visit.tolist()],
        expected=np.concatenate([panel.expected, np.ones(led.size + again.visit.size)]),
        band=np.concatenate([band, band[again.visit]]),
        inspector=np.concatenate([dealt.inspector, again.inspector]),
        day=np.concatenate([dealt.day, dealt.day[again.visit]]),
        repeats=np.concatenate([np.full(frame.size, -1, dtype=np.int64), again.visit]),
    )


def _led(inputs: Inputs, design: Design, seed: str) -> tuple[Ints, list[str]]:
    """Frames of sequential tests, then those that complaints lead to, and the part of each."""
    frames, parts = [], []
    for each in design.kinds:
        own = inputs.frames.kind == each.kind
        count = round(each.checks * design.led)
        tested = inputs.sequential[own[inputs.sequential]][:count]
        called = draw_by_weight(np.where(own, inputs.led, 0.0), count - tested.size, seed, f"led:{each.kind}")
        frames += [tested, called]
        parts += [SEQUENTIAL] * tested.size + [COMPLAINT] * called.size
    return np.concatenate([np.zeros(0, dtype=np.int64), *frames]).astype(np.int64), parts


def _bands(hours: Floats, seed: str) -> Ints:
    """A band for each row in proportion to its hours in use; the first where it is never in use."""
    if not len(hours):
        return np.zeros(0, dtype=np.int64)
    ends = np.cumsum(hours, axis=1)
    points = stream(seed, "led bands").random(len(hours)) * ends[:, -1]
    found: Ints = np.minimum((ends <= points[:, None]).sum(axis=1), hours.shape[1] - 1) * (ends[:, -1] > 0)
    return found


def _stratum_names(strata: Sequence[Stratum], panel: Drawn) -> list[str]:
    return [strata[at].name for at in panel.stratum.tolist()]


def _name(frames: Frames, at: int, band: str) -> str:
    return f"{frames.kind[at]}/{frames.town[at] or '-'}/{int(frames.grade[at])}/{band}"


def route_month(
    inputs: Inputs, design: Design, month: Month, *, plain: bool = False, patience: int = PATIENCE
) -> Routed:
    """A route for each inspector and day; ``plain`` goes to the nearest each time, as a baseline.

    Whoever is repeated on a day is routed before whoever repeats: a repeat may begin when the first look has ended,
    and ``design.repeat_minutes`` later at the latest.
    """
    order = np.full(len(month), -1, dtype=np.int64)
    begins = np.full(len(month), -1, dtype=np.int64)
    repeated = month.repeats >= 0
    groups: dict[tuple[int, int], list[int]] = {}
    for visit, (who, day) in enumerate(zip(month.inspector.tolist(), month.day.tolist(), strict=True)):
        if who != NOBODY:
            groups.setdefault((day, who), []).append(visit)
    metres = 0
    for (_day, who), visits in sorted(groups.items(), key=lambda item: (bool(repeated[item[1]].any()), item[0])):
        stops, placed = [], []
        for visit in visits:
            stop = _stop(inputs, design, month, visit, begins)
            if stop is not None:
                stops.append(stop)
                placed.append(visit)
        trip = _trip(inputs, design, who)
        found = nearest_neighbour(trip, stops) if plain else route(trip, stops, patience=patience)
        metres += found.metres
        for place, (at, second) in enumerate(zip(found.order, found.begins, strict=True)):
            order[placed[at]], begins[placed[at]] = place + 1, second
    reason = [
        "" if at >= 0 else NO_INSPECTOR if who == NOBODY else NO_TIME
        for at, who in zip(order.tolist(), month.inspector.tolist(), strict=True)
    ]
    return Routed(order, begins, reason, metres)


def _stop(inputs: Inputs, design: Design, month: Month, visit: int, begins: Ints) -> Stop | None:
    """The stop of a visit; None for a repeat of what is in no route, and where the band is too short."""
    frame, service = int(month.frame[visit]), round(design.minutes * 60)
    if (first := int(month.repeats[visit])) >= 0:
        if begins[first] < 0:
            return None
        opens = int(begins[first]) + service
        closes = opens + design.repeat_minutes * 60
    else:
        band = design.bands_in(inputs.periods)[int(month.band[visit])]
        frames = inputs.frames
        day_long = frames.closes[frame] <= frames.opens[frame]
        opens = max(band.begins, 0 if day_long else int(frames.opens[frame])) * 60
        closes = min(band.ends, band.ends if day_long else int(frames.closes[frame])) * 60 - service
    if closes < opens:
        return None
    return Stop(
        float(inputs.frames.lon[frame]), float(inputs.frames.lat[frame]), opens, closes, service,
        PRIZES[month.part[visit]],
    )  # fmt: skip


def _trip(inputs: Inputs, design: Design, who: int) -> Trip:
    shift = design.shift(inputs.periods)
    lon, lat = inputs.starts[who]
    return Trip(lon, lat, shift[0][0] * 60, shift[-1][1] * 60, design.speed_kmh / 3.6, design.detour)


def packed(inputs: Inputs) -> dict[str, Any]:
    """The inputs as JSON, to be kept with the plan: what was drawn can then be drawn again."""
    frames, team = inputs.frames, inputs.team
    led = np.flatnonzero(inputs.led > 0)
    return {
        "frames": {
            "code": frames.code.tolist(), "kind": frames.kind.tolist(), "town": frames.town.tolist(),
            "grade": frames.grade.tolist(), "size": frames.size.tolist(), "opens": frames.opens.tolist(),
            "closes": frames.closes.tolist(), "lon": frames.lon.tolist(), "lat": frames.lat.tolist(),
        },
        "days": list(inputs.days),
        "periods": [list(period) for period in inputs.periods],
        "inspectors": list(inputs.inspectors),
        "starts": [list(start) for start in inputs.starts],
        "may": [np.packbits(row).tobytes().hex() for row in team.may],
        "last": team.last.astype(int).tolist(),
        "led": {str(at): float(inputs.led[at]) for at in led.tolist()},
        "sequential": inputs.sequential.tolist(),
        "severity": [[kind, town, level.value] for (kind, town), level in sorted(inputs.severity.items())],
    }  # fmt: skip


def unpacked(data: Mapping[str, Any]) -> Inputs:
    """The inputs that ``packed`` wrote."""
    given = data["frames"]

    def text(name: str) -> npt.NDArray[np.str_]:
        return np.array(given[name], dtype=np.str_)

    def whole(name: str) -> Ints:
        return np.array(given[name], dtype=np.int64)

    def real(name: str) -> Floats:
        return np.array(given[name], dtype=np.float64)

    frames = Frames(
        text("code"), text("kind"), text("town"),
        whole("grade"), real("size"), whole("opens"), whole("closes"), real("lon"), real("lat"),
    )  # fmt: skip
    count = len(frames)
    may = [np.unpackbits(np.frombuffer(bytes.fromhex(row), dtype=np.uint8), count=count) for row in data["may"]]
    towns = len(set(given["town"]))
    led = np.zeros(count)
    for at, weight in data["led"].items():
        led[int(at)] = weight
    return Inputs(
        frames, tuple(data["days"]), tuple((begins, ends) for begins, ends in data["periods"]),
        tuple(data["inspectors"]), tuple((lon, lat) for lon, lat in data["starts"]),
        Team(
            np.array(may, dtype=np.bool_).reshape(-1, count), np.array(data["last"], dtype=np.bool_).reshape(-1, towns)
        ),
        led, np.array(data["sequential"], dtype=np.int64),
        {(kind, town): Severity(level) for kind, town, level in data["severity"]},
    )  # fmt: skip
