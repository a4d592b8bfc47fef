"""Deal drawn visits to inspectors and days, and name the blind repeats; all chance from the seed.

Rotation beats statistics: an inspector gets one or two towns a month, not one of the month before where another may
be had, and never a frame that the own organisation answers for (``Team.may`` is False there). Every town gets at least
two inspectors where there are two, so that what an inspector sees can be told from how a town is. The working days of
the month are taken in one random order by everybody: who checks on fewer days checks when others are out too.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from xiuhua.foundation.geometry import distance_m
from xiuhua.inspection.drawing import Floats, Ints, shares_out, stream

type Bools = npt.NDArray[np.bool_]

# A repeat goes to somebody who is about this near on that day; later passes allow for more, the last one for those
# who were in that town last month.
PASSES = ((3_000.0, False), (12_000.0, False), (12_000.0, True))
REPEATS_A_DAY = 3
NOBODY = -1


@dataclass(frozen=True)
class Team:
    """Who checks: ``may[i, f]`` whether inspector i may check frame f, ``last[i, t]`` who was in town t last month."""

    may: Bools
    last: Bools

    def __len__(self) -> int:
        return len(self.may)


@dataclass(frozen=True)
class Dealt:
    """One entry a visit: inspector (-1: nobody may) and working day, by number."""

    inspector: Ints
    day: Ints


def deal(frame: Ints, town: Ints, band: Ints, team: Team, days: int, a_day: int, seed: str) -> Dealt:
    """Inspectors and days of visits, given by ``frame``, ``town`` (numbers of columns of ``last``) and ``band``.

    About ``a_day`` visits a day and inspector, spread over as many of the ``days`` as that takes.
    """
    inspector = np.full(frame.size, NOBODY, dtype=np.int64)
    chance = stream(seed, "inspectors")
    order = np.argsort(chance.random(frame.size), kind="stable")
    quota = _quotas(frame, town, team, chance.random(len(team)))
    for visit in order.tolist():
        here = town[visit]
        may = team.may[:, frame[visit]]
        if not may.any():
            continue
        room = np.where(may, quota[:, here], -np.inf)
        # Nobody with room may: whoever may, the one who is least over.
        chosen = int(np.argmax(room if room.max() > 0 else np.where(may, quota[:, here] - team.last[:, here], -np.inf)))
        inspector[visit] = chosen
        quota[chosen, here] -= 1
    day = _days(inspector, town, band, order, days, a_day, stream(seed, "days"))
    return Dealt(inspector, day)


def _quotas(frame: Ints, town: Ints, team: Team, lots: Floats) -> Floats:
    """How many visits of each town each inspector shall make: an equal load, few towns, another one than last month."""
    towns = team.last.shape[1]
    quota = np.zeros((len(team), towns))
    if not len(team) or not frame.size:
        return quota
    need = np.bincount(town, minlength=towns)
    ok = np.array([[bool(team.may[i, frame[town == t]].any()) for t in range(towns)] for i in range(len(team))])
    choice = ok.sum(axis=1)
    room = np.full(len(team), float(ceil(frame.size / len(team))))
    # The towns that have the fewest to choose from come first.
    for t in sorted(range(towns), key=lambda t: ((ok[:, t] & ~team.last[:, t]).sum(), -need[t], t)):
        left, block = int(need[t]), ceil(need[t] / 2)
        while left > 0:
            fresh = ok[:, t] & ~team.last[:, t]
            here = quota[:, t] > 0
            for some in (fresh & (room > 0), ok[:, t] & (room > 0) & ~fresh.any(), fresh & here, fresh, ok[:, t]):
                if some.any():
                    break
            else:
                break
            # Who can go to few towns goes first: the others are still wanted elsewhere.
            who = int(np.argmax(np.where(some, room + lots - frame.size * choice, -np.inf)))
            given = min(left, block, max(int(room[who]), 1))
            quota[who, t] += given
            room[who] -= given
            left -= given
    return quota


def _days(
    inspector: Ints, town: Ints, band: Ints, order: Ints, days: int, a_day: int, chance: np.random.Generator
) -> Ints:
    found = np.zeros(inspector.size, dtype=np.int64)
    calendar = np.argsort(chance.random(days), kind="stable")
    for who in np.unique(inspector[inspector != NOBODY]).tolist():
        own = order[inspector[order] == who]
        towns, counts = np.unique(town[own], return_counts=True)
        wanted = min(days, max(ceil(own.size / a_day), 1))
        parts = shares_out(counts, wanted, 1) if wanted >= towns.size else None
        first = 0
        for at, here in enumerate(towns.tolist()):
            visits = own[town[own] == here]
            visits = visits[np.argsort(band[visits], kind="stable")]
            # Fewer days than towns: the days are shared.
            some = calendar[:wanted] if parts is None else calendar[first : first + int(parts[at])]
            first += 0 if parts is None else int(parts[at])
            found[visits] = some[(np.arange(visits.size) + (at if parts is None else 0)) % some.size]
    return found


@dataclass(frozen=True)
class Repeats:
    """One entry a repeat: the visit that is repeated, and by whom."""

    visit: Ints
    inspector: Ints


def name_repeats(
    frame: Ints, town: Ints, dealt: Dealt, places: tuple[Floats, Floats], team: Team, count: int, seed: str, panel: int
) -> Repeats:  # fmt: skip
    """About ``count`` of the first ``panel`` visits, repeated by another inspector who is out near there on that day.

    ``places`` are longitude and latitude of the frames. On one day an inspector either repeats or is repeated: the
    route of the repeated is planned first, the other's is planned around the times found.
    """
    lon, lat = places
    middles: dict[tuple[int, int], tuple[float, float]] = {}
    out: dict[int, list[int]] = {}
    pairs = np.stack([dealt.inspector, dealt.day])
    for who, day in np.unique(pairs[:, dealt.inspector != NOBODY], axis=1).T.tolist():
        some = frame[(dealt.inspector == who) & (dealt.day == day)]
        middles[who, day] = (float(lon[some].mean()), float(lat[some].mean()))
        out.setdefault(day, []).append(who)
    role: dict[tuple[int, int], str] = {}
    made: dict[tuple[int, int], int] = {}
    visits: list[int] = []
    others: list[int] = []
    candidates = np.argsort(stream(seed, "repeats").random(panel), kind="stable")
    done: set[int] = set()
    for reach, again in PASSES:
        for visit in candidates.tolist():
            if len(visits) >= count:
                break
            who, day, place = int(dealt.inspector[visit]), int(dealt.day[visit]), int(frame[visit])
            if visit in done or who == NOBODY or role.get((who, day)) == "repeats":
                continue
            near = [
                (away, other)
                for other in out[day]
                if other != who and team.may[other, place] and role.get((other, day)) != "repeated"
                and made.get((other, day), 0) < REPEATS_A_DAY and (again or not team.last[other, town[visit]])
                and (away := float(distance_m(*middles[other, day], lon[place], lat[place]))) <= reach
            ]  # fmt: skip
            if not near:
                continue
            other = min(near)[1]
            role[who, day], role[other, day] = "repeated", "repeats"
            made[other, day] = made.get((other, day), 0) + 1
            visits.append(visit)
            others.append(other)
            done.add(visit)
    return Repeats(np.array(visits, dtype=np.int64), np.array(others, dtype=np.int64))
