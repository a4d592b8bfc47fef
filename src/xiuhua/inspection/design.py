"""The design of a plan: what ``Plan.design`` holds, read and checked. Pure: dictionaries in, values and faults out.

``{"kinds": [{"kind": "road_section", "standard": "carriageway@2022", "checks": 420}, ...], "bands": [["am", "08:00",
"12:00"], ...], "hours": [["08:00", "12:00"], ...], "shares": {"panel": 0.7, "led": 0.2, "repeats": 0.1}, ...}``; what
is left out has the value of ``Design``. ``checks`` are all of a month, repeats and led ones included.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import time
from itertools import pairwise
from typing import Any

from xiuhua.foundation.worktime import gettext_noop
from xiuhua.inspection.drawing import DAY, Band

KEY = re.compile(r"[a-z0-9]{1,12}")
MOST_CHECKS = 50_000
# Least and most of each number.
LIMITS: dict[str, tuple[float, float]] = {
    "minutes": (1, 240), "speed_kmh": (2, 60), "detour": (1, 3), "a_day": (1, 60), "floor": (0, 1000),
    "deff": (1, 20), "level": (0.5, 0.999), "p0": (0.5, 0.9999), "accept": (0, 1000), "near_m": (10, 1000),
    "recent_days": (1, 365), "repeat_minutes": (1, 120),
}  # fmt: skip
WHOLE = ("a_day", "floor", "accept", "recent_days", "repeat_minutes")


@dataclass(frozen=True)
class KindPlan:
    """How many checks of one kind by which standard (``key@version``) a month."""

    kind: str
    standard: str
    checks: int


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong with a design; ``rule`` and ``remedy`` are msgids."""

    field: str
    value: str
    rule: str
    remedy: str


@dataclass(frozen=True)
class Design:
    """A checked design. Times are minutes of the day on the clock of the district."""

    kinds: tuple[KindPlan, ...]
    # Parts of the day between which checks are spread; and when people work, empty: as the district's calendar says.
    bands: tuple[Band, ...] = ()
    hours: tuple[tuple[int, int], ...] = ()
    panel: float = 0.7
    led: float = 0.2
    repeats: float = 0.1
    # A check takes so many minutes; on foot 5 km/h, by e-bike 15.
    minutes: float = 12.0
    speed_kmh: float = 15.0
    detour: float = 1.3
    a_day: int = 12
    # Random checks of a kind in a town and month, at least.
    floor: int = 10
    # Our assumption until own repeats say otherwise (New York: 1.8 to 2.8).
    deff: float = 2.0
    level: float = 0.95
    # A town passes a month with at most ``accept`` failures; what is to be shown is ``p0``.
    p0: float = 0.95
    accept: int = 0
    # Complaints: cases nearer than this many metres, reported in so many days before.
    near_m: float = 100.0
    recent_days: int = 30
    repeat_minutes: int = 15

    @property
    def checks(self) -> int:
        """All checks of the month."""
        return sum(each.checks for each in self.kinds)

    def panel_of(self, checks: int) -> int:
        """How many of ``checks`` are drawn at random."""
        return max(round(checks * self.panel), min(checks, 1))

    def shift(self, periods: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        """When people work: the hours of the design, else ``periods`` of the calendar, in minutes of the day."""
        return self.hours or tuple(periods)

    def bands_in(self, periods: Sequence[tuple[int, int]]) -> tuple[Band, ...]:
        """The bands of the design; without any one for each period of work."""
        if self.bands:
            return self.bands
        return tuple(Band(f"t{begins // 60:02}", begins, ends) for begins, ends in self.shift(periods))


def minutes_of(text: object) -> int | None:
    """``"08:30"`` as minutes of the day; ``"24:00"`` is the end of the day; None for what is no time."""
    if text == "24:00":
        return DAY
    try:
        clock = time.fromisoformat(text if isinstance(text, str) else "")
    except ValueError:
        return None
    return clock.hour * 60 + clock.minute


def clock(minutes: int) -> str:
    """Minutes of the day as ``08:30``."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def read(data: Mapping[str, Any]) -> tuple[Design | None, list[Wrong]]:
    """The design that ``data`` describes, or None with everything that is wrong."""
    wrong: list[Wrong] = []
    known = {"kinds", "bands", "hours", "shares", *LIMITS}
    wrong += [
        Wrong(key, "", gettext_noop("A design has no such key."), gettext_noop("Leave it out."))
        for key in data
        if key not in known
    ]
    kinds = _kinds(data.get("kinds"), wrong)
    bands = tuple(
        Band(key, begins, ends) for key, begins, ends in _spans(data.get("bands", []), "bands", wrong, named=True)
    )
    hours = tuple((begins, ends) for _key, begins, ends in _spans(data.get("hours", []), "hours", wrong, named=False))
    shares = _shares(data.get("shares", {}), wrong)
    numbers = {name: _number(name, data[name], wrong) for name in LIMITS if name in data}
    if hours and (away := [band for band in bands if not any(_meet(band, span) for span in hours)]):
        wrong.append(Wrong(
            "bands", away[0].key, gettext_noop("Nobody works in this band."),
            gettext_noop("Give hours that reach into every band, or leave the band out."),
        ))  # fmt: skip
    if wrong:
        return None, wrong
    given: dict[str, Any] = {**shares, **numbers}
    return Design(kinds, bands, hours, **given), []


def written(design: Design) -> dict[str, Any]:
    """The design as ``read`` takes it again."""
    numbers = {key: value for key, value in asdict(design).items() if key in LIMITS}
    return {
        "kinds": [asdict(each) for each in design.kinds],
        "bands": [[band.key, clock(band.begins), clock(band.ends)] for band in design.bands],
        "hours": [[clock(begins), clock(ends)] for begins, ends in design.hours],
        "shares": {"panel": design.panel, "led": design.led, "repeats": design.repeats},
        **numbers,
    }


def default_of(name: str) -> Any:
    """What a design holds that says nothing of ``name``."""
    return next(field.default for field in fields(Design) if field.name == name)


def _meet(band: Band, span: tuple[int, int]) -> bool:
    return min(band.ends, span[1]) > max(band.begins, span[0])


def _kinds(given: object, wrong: list[Wrong]) -> tuple[KindPlan, ...]:
    rows = given if isinstance(given, list) else []
    found: list[KindPlan] = []
    for row in rows:
        told = row if isinstance(row, dict) else {}
        kind, standard, checks = (told.get(key) for key in ("kind", "standard", "checks"))
        if not (isinstance(kind, str) and kind and isinstance(standard, str) and "@" in standard):
            wrong.append(Wrong(
                "kinds", str(row)[:80], gettext_noop("Each kind names the kind of frames and the standard."),
                gettext_noop("Write kind, standard (key@version) and checks."),
            ))  # fmt: skip
        elif isinstance(checks, bool) or not isinstance(checks, int) or not 1 <= checks <= MOST_CHECKS:
            wrong.append(Wrong(
                f"checks {kind}", str(checks), gettext_noop("The checks of a month are a whole number: 1 to 50,000."),
                gettext_noop("Give how many checks the month shall have, or leave the kind out."),
            ))  # fmt: skip
        else:
            found.append(KindPlan(kind, standard, checks))
    if not rows:
        wrong.append(Wrong(
            "kinds", "", gettext_noop("The design names nothing to check."),
            gettext_noop("Give a number of checks for one kind at least."),
        ))  # fmt: skip
    if len({each.kind for each in found}) < len(found):
        wrong.append(Wrong(
            "kinds", "", gettext_noop("A kind is named twice."), gettext_noop("Keep one row a kind."),
        ))  # fmt: skip
    return tuple(found)


def _spans(given: object, field: str, wrong: list[Wrong], *, named: bool) -> list[tuple[str, int, int]]:
    found = []
    for row in given if isinstance(given, list) else [given]:
        parts = list(row) if isinstance(row, (list, tuple)) else []
        key = parts.pop(0) if named and parts else ""
        times = [minutes_of(part) for part in parts]
        sound = len(times) == 2 and None not in times and times[0] < times[1]  # type: ignore[operator]  # noqa: PLR2004
        if not sound or (named and not (isinstance(key, str) and KEY.fullmatch(key))):
            wrong.append(Wrong(
                field, str(row)[:80], gettext_noop("A time runs from an early to a late hour, a band has a short key."),
                gettext_noop("Write it like 08:00-12:00; the key has small letters and digits."),
            ))  # fmt: skip
        else:
            found.append((key, times[0] or 0, times[1] or 0))
    found.sort(key=lambda span: span[1])
    if any(later[1] < earlier[2] for earlier, later in pairwise(found)):
        wrong.append(Wrong(
            field, "", gettext_noop("Two times overlap."), gettext_noop("Let one end before the next begins."),
        ))  # fmt: skip
    return found


def _shares(given: object, wrong: list[Wrong]) -> dict[str, float]:
    default = {name: float(default_of(name)) for name in ("panel", "led", "repeats")}
    found = {**default, **given} if isinstance(given, dict) else {}
    sound = set(found) == set(default) and all(
        isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1 for value in found.values()
    )
    if not sound or abs(sum(found.values()) - 1) > 1e-6 or found["panel"] <= 0:  # noqa: PLR2004
        wrong.append(Wrong(
            "shares", str(given)[:80], gettext_noop("Panel, led and repeats are shares that add up to 1."),
            gettext_noop("Start with 0.7, 0.2 and 0.1."),
        ))  # fmt: skip
        return default
    return {name: float(value) for name, value in found.items()}


def _number(name: str, value: object, wrong: list[Wrong]) -> float:
    least, most = LIMITS[name]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value <= most:
        if name not in WHOLE:
            return float(value)
        if value == int(value):
            return int(value)
    wrong.append(Wrong(
        name, str(value)[:40], gettext_noop("This number is outside of what a plan can work with."),
        f"{least:g} - {most:g}",
    ))  # fmt: skip
    return least
