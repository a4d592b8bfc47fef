"""When cases arise and of which category: seasons, weekdays, hours, busy and quiet days. Pure computation."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from xiuhua.demo.plan import Ints, generator, read_yaml

DAYS = 730
# Monday to Sunday: fewer patrols at the weekend, more residents out of doors.
_WEEK = np.array([1.08, 1.04, 1.0, 1.02, 1.06, 0.93, 0.87])
_GROWTH = 0.25  # more is reported at the end of the two years than at their beginning
_SPREAD = 0.22  # of the logarithm of what a single day brings


@dataclass(frozen=True)
class Kind:
    """A category with what ``cases.yaml`` says of it. ``set`` is events or components."""

    set: str
    code: str
    weight: float
    near: str
    months: tuple[float, ...]
    hours: tuple[float, ...]
    said: tuple[str, ...]


@dataclass(frozen=True)
class Arrivals:
    """Cases in the order in which they are reported: seconds since the epoch, and the number of their kind."""

    at: Ints
    kind: Ints

    def __len__(self) -> int:
        return len(self.at)


def kinds() -> list[Kind]:
    """Every category that arises, in the order of the file."""
    data = read_yaml("cases.yaml")
    return [
        Kind(
            part, code, line[0], line[1], tuple(data["seasons"][line[2]]), tuple(data["hours"][line[3]]),
            tuple(line[4:]),
        )
        for part in ("events", "components")
        for code, line in data[part].items()
    ]  # fmt: skip


def draw_arrivals(every: list[Kind], count: int, until: datetime, zone: ZoneInfo, seed: int) -> Arrivals:
    """``count`` cases of the two years up to ``until``, by the clock of ``zone``."""
    rng = generator(seed, "cases-arrivals")
    days = [until.astimezone(zone).date() - timedelta(days=n) for n in range(DAYS - 1, -1, -1)]
    midnight = _midnights(days, zone)
    month = np.array([day.month - 1 for day in days])
    general = _WEEK[[day.weekday() for day in days]] * np.exp(rng.normal(0, _SPREAD, DAYS))
    general *= 1 - _GROWTH + _GROWTH * np.arange(DAYS) / DAYS
    shares = np.array([kind.weight for kind in every])
    at, which = [], []
    for number, amount in enumerate(rng.multinomial(count, shares / shares.sum()).tolist()):
        kind = every[number]
        daily = general * np.array(kind.months)[month] * np.exp(rng.normal(0, _SPREAD, DAYS))
        day = rng.choice(DAYS, size=amount, p=daily / daily.sum())
        hour = rng.choice(24, size=amount, p=np.array(kind.hours) / sum(kind.hours))
        at.append(midnight[day] + hour * 3600 + rng.integers(0, 3600, amount))
        which.append(np.full(amount, number))
    times, numbers = np.concatenate(at), np.concatenate(which)
    kept = times <= int(until.timestamp())
    order = np.argsort(times[kept], kind="stable")
    return Arrivals(times[kept][order], numbers[kept][order])


def _midnights(days: list[date], zone: ZoneInfo) -> npt.NDArray[np.int64]:
    starts = [datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC).timestamp() for day in days]
    return np.array(starts, dtype=np.int64)


def by_day(at: Ints, zone: ZoneInfo) -> tuple[list[date], Ints, Ints]:
    """The local day of each instant: the days in order, the number of the day and the place within it, from 1.

    ``at`` must be sorted and the zone keep one offset within a day.
    """
    if not len(at):
        return [], np.empty(0, np.int64), np.empty(0, np.int64)
    first = datetime.fromtimestamp(int(at[0]), zone).date()
    last = datetime.fromtimestamp(int(at[-1]), zone).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    edges = _midnights(days, zone)
    number = np.searchsorted(edges, at, side="right") - 1
    starts = np.searchsorted(number, np.arange(len(days)))
    place = np.arange(len(at)) - starts[number] + 1
    return days, np.asarray(number, np.int64), np.asarray(place, np.int64)
