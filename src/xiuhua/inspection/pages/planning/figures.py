"""What a design comes to before and after it is drawn: strata with their checks, areas with their precision, hours."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from xiuhua.inspection.design import Design
from xiuhua.inspection.month import Inputs, strata_with_counts
from xiuhua.inspection.operating import half_width
from xiuhua.inspection.pages.planning.curve import Picture, picture
from xiuhua.inspection.pages.planning.words import size_text


@dataclass(frozen=True)
class StratumRow:
    """A stratum as the page shows it; ``half`` is None where less than two checks allow no standard error."""

    kind: str
    town: str
    grade: int
    band: str
    frames: int
    size: str
    share: float
    checks: int
    half: float | None


@dataclass(frozen=True)
class AreaRow:
    """A town of a kind: its random checks and what they can tell."""

    kind: str
    town: str
    checks: int
    half: float | None


@dataclass(frozen=True)
class Figures:
    """Everything a page says of a design."""

    strata: list[StratumRow]
    areas: list[AreaRow]
    panel: int
    led: int
    repeats: int
    half: float | None
    lone: int
    hours: float
    hours_there: float | None
    curve: Picture | None
    curve_checks: int

    @property
    def total(self) -> int:
        """All checks of the month."""
        return self.panel + self.led + self.repeats

    @property
    def too_much(self) -> bool:
        """Whether there are fewer hours than the checks take."""
        return self.hours_there is not None and self.hours > self.hours_there


def figures(
    inputs: Inputs, design: Design, kinds: Mapping[str, str], towns: Mapping[str, str], inspectors: int | None
) -> Figures:
    """The figures of ``design``; ``kinds`` and ``towns`` name codes, ``inspectors`` is how many there are."""
    strata, counts = strata_with_counts(inputs, design)
    whole = sum(stratum.weight for stratum in strata) or 1.0
    bands = design.bands_in(inputs.periods)
    rows: list[StratumRow] = []
    areas: dict[tuple[str, str], int] = {}
    for stratum, count in zip(strata, counts.tolist(), strict=True):
        band = bands[stratum.band]
        rows.append(StratumRow(
            kinds.get(stratum.kind, stratum.kind), towns.get(stratum.town, stratum.town), stratum.grade,
            f"{band.begins // 60:02}:{band.begins % 60:02}-{band.ends // 60:02}:{band.ends % 60:02}",
            stratum.members.size, size_text(stratum.kind, float(inputs.frames.size[stratum.members].sum())),
            stratum.weight / whole, count, _half(count, design),
        ))  # fmt: skip
        area = (stratum.kind, stratum.town)
        areas[area] = areas.get(area, 0) + count
    panel = int(counts.sum())
    smallest = min(areas.values(), default=0)
    shift = sum(ends - begins for begins, ends in design.shift(inputs.periods)) / 60
    led = sum(round(each.checks * design.led) for each in design.kinds)
    repeats = round(design.checks * design.repeats)
    return Figures(
        rows,
        [
            AreaRow(kinds.get(kind, kind), towns.get(town, town), count, _half(count, design))
            for (kind, town), count in areas.items()
        ],
        panel, led, repeats, _half(panel, design), int(np.sum(counts < 2)),  # noqa: PLR2004
        (panel + led + repeats) * (design.minutes + way_minutes(inputs, design)) / 60,
        shift * len(inputs.days) * inspectors if inspectors is not None else None,
        picture(smallest, design.accept, design.deff), smallest,
    )  # fmt: skip


def way_minutes(inputs: Inputs, design: Design) -> float:
    """Minutes of way to a check: a tour of ``a_day`` places spread over a town (Beardwood et al. 1959), rounded up."""
    frames = inputs.frames
    if not len(frames):
        return 0.0
    spans = []
    for town in inputs.towns:
        own = frames.town == town
        lon, lat = frames.lon[own], frames.lat[own]
        height, width = np.ptp(lat) * 111_000, np.ptp(lon) * 111_000 * np.cos(np.radians(lat.mean()))
        spans.append(float(height * width))
    tour = 0.7124 * np.sqrt(np.mean(spans) * design.a_day) * design.detour
    return float(tour / design.a_day / (design.speed_kmh / 3.6) / 60)


def _half(checks: int, design: Design) -> float | None:
    return half_width(checks, design.p0, design.deff, design.level) if checks > 1 else None
