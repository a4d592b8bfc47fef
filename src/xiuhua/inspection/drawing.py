"""Draw the checks of a month: strata, how many draws each gets, and which frames are drawn.

A stratum is kind x town x grade x time band; its weight W_h is the sum of size x hours in use in the band over its
frames. Within a stratum frames are drawn in proportion to their own weight (PPS), systematically along a random order,
so that ``expected_draws = n_h w_i / W_h`` is exactly how often a frame is expected. A draw therefore stands for
``w_i / expected_draws = W_h / n_h``, and those of a stratum add up to W_h: splitting a stratum changes no index of the
whole. Sources: Madow 1949 (systematic PPS), Cochran 1977; Efraimidis and Spirakis 2006 (weighted draws without
putting back).

All chance comes from one seed by named streams, so that each step can be drawn again by itself.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

type Ints = npt.NDArray[np.int64]
type Floats = npt.NDArray[np.float64]

DAY = 24 * 60


@dataclass(frozen=True)
class Frames:
    """What can be drawn, one entry a frame: ``size`` in m, m2 or 1; ``opens`` and ``closes`` in minutes of the day."""

    code: npt.NDArray[np.str_]
    kind: npt.NDArray[np.str_]
    town: npt.NDArray[np.str_]
    grade: Ints
    size: Floats
    opens: Ints
    closes: Ints
    lon: Floats
    lat: Floats

    def __len__(self) -> int:
        return len(self.code)


@dataclass(frozen=True)
class Band:
    """A part of the day in minutes: from ``begins`` until before ``ends``."""

    key: str
    begins: int
    ends: int


@dataclass(frozen=True)
class Stratum:
    """Frames of one kind, town and grade in one band: ``members`` are their places, ``weights`` size x hours."""

    name: str
    kind: str
    town: str
    grade: int
    band: int
    members: Ints
    weights: Floats

    @property
    def weight(self) -> float:
        """W_h: size x hours of all of it."""
        return float(self.weights.sum())


def stream(seed: str, name: str) -> np.random.Generator:
    """The chance of one step: PCG64 started with SHA-256 of seed and name. Only plain ``random`` is asked of it."""
    return np.random.Generator(np.random.PCG64(int(hashlib.sha256(f"{seed}:{name}".encode()).hexdigest(), 16)))


def digest_of_seed(seed: str) -> str:
    """What is published before the month: SHA-256 of the seed as text."""
    return hashlib.sha256(seed.encode()).hexdigest()


def digest_of_frames(frames: Frames) -> str:
    """SHA-256 over everything the draw takes from the frames, a line each in the order of their codes."""
    lines = [
        f"{frames.code[i]};{frames.kind[i]};{frames.town[i]};{frames.grade[i]};{frames.size[i]:.2f};"
        f"{frames.opens[i]};{frames.closes[i]}"
        for i in np.argsort(frames.code, kind="stable").tolist()
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def hours_in_use(opens: npt.ArrayLike, closes: npt.ArrayLike, band: Band) -> Floats:
    """Hours of ``band`` in which each frame is in use; what closes before it opens is in use over midnight."""
    first, last = np.asarray(opens, dtype=np.float64), np.asarray(closes, dtype=np.float64)
    last = np.where(last <= first, last + DAY, last)
    today = np.minimum(last, band.ends) - np.maximum(first, band.begins)
    night = np.minimum(last, band.ends + DAY) - np.maximum(first, band.begins + DAY)
    return np.asarray(np.maximum(today, 0) + np.maximum(night, 0), dtype=np.float64) / 60


def strata_of(frames: Frames, bands: Sequence[Band], kinds: Sequence[str]) -> list[Stratum]:
    """Every stratum of ``kinds`` that is in use, ordered by kind, town, grade and band."""
    found = []
    chosen = np.flatnonzero(np.isin(frames.kind, np.array(list(kinds), dtype=str)))
    if not chosen.size:
        return []
    keys = np.stack([frames.kind[chosen], frames.town[chosen], np.char.zfill(frames.grade[chosen].astype(str), 3)])
    names, group = np.unique(keys, axis=1, return_inverse=True)
    group = group.ravel()
    hours = [hours_in_use(frames.opens, frames.closes, band) for band in bands]
    for number in range(names.shape[1]):
        members = chosen[group == number]
        kind, town, grade = (str(part) for part in names[:, number])
        for at, band in enumerate(bands):
            weights = frames.size[members] * hours[at][members]
            used = weights > 0
            if used.any():
                name = f"{kind}/{town or '-'}/{int(grade)}/{band.key}"
                found.append(Stratum(name, kind, town, int(grade), at, members[used], weights[used]))
    return found


def shares_out(weights: npt.ArrayLike, total: int, least: int = 0) -> Ints:
    """``total`` shared out in proportion to ``weights`` by largest remainders; each gets ``least`` where that fits."""
    given = np.asarray(weights, dtype=np.float64)
    if total <= 0 or not given.size or given.sum() <= 0:
        return np.zeros(given.size, dtype=np.int64)
    low = np.zeros(given.size, dtype=bool)
    if least * int((given > 0).sum()) <= total:
        # What would get less than the least gets it; the rest is shared among the others until nobody is below.
        while True:
            free = total - least * int(low.sum())
            exact = np.where(low, least, given / max(given[~low].sum(), 1e-300) * free)
            below = ~low & (given > 0) & (exact < least)
            if not below.any():
                break
            low |= below
    else:
        exact = given / given.sum() * total
    counts = np.floor(exact + 1e-9).astype(np.int64)
    missing = total - int(counts.sum())
    order = np.lexsort((np.arange(given.size), -(exact - counts)))
    counts[order[:missing]] += 1
    return counts


def allocate(strata: Sequence[Stratum], totals: Mapping[tuple[str, str], int], least: int = 2) -> Ints:
    """Draws of each stratum where ``totals`` says how many an area (kind, town) gets; two each where that fits.

    A stratum with less than two draws has no standard error: the page says so, nothing is made up.
    """
    counts = np.zeros(len(strata), dtype=np.int64)
    for area, total in totals.items():
        places = [at for at, each in enumerate(strata) if (each.kind, each.town) == area]
        counts[places] = shares_out([strata[at].weight for at in places], total, least)
    return counts


@dataclass(frozen=True)
class Drawn:
    """One entry a draw: place of the frame and of the stratum, and how often the frame was expected."""

    frame: Ints
    stratum: Ints
    expected: Floats

    def __len__(self) -> int:
        return len(self.frame)


def draw_panel(strata: Sequence[Stratum], counts: npt.ArrayLike, seed: str) -> Drawn:
    """The random panel: ``counts`` draws of each stratum by systematic PPS along a random order."""
    frames, owners, expected = [], [], []
    for at, (stratum, count) in enumerate(zip(strata, np.asarray(counts).tolist(), strict=True)):
        if not count:
            continue
        chance = stream(seed, f"panel:{stratum.name}")
        order = np.argsort(chance.random(stratum.members.size), kind="stable")
        ends = np.cumsum(stratum.weights[order])
        points = (chance.random() + np.arange(count)) * (ends[-1] / count)
        places = order[np.minimum(np.searchsorted(ends, points, side="right"), ends.size - 1)]
        frames.append(stratum.members[places])
        owners.append(np.full(count, at))
        expected.append(count * stratum.weights[places] / ends[-1])
    if not frames:
        return Drawn(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    return Drawn(np.concatenate(frames), np.concatenate(owners), np.concatenate(expected))


def draw_by_weight(weights: npt.ArrayLike, count: int, seed: str, name: str) -> Ints:
    """``count`` different places, heavier ones more likely; places without weight never."""
    given = np.asarray(weights, dtype=np.float64)
    some = np.flatnonzero(given > 0)
    keys = -np.log1p(-stream(seed, name).random(some.size)) / given[some]
    return np.sort(some[np.argsort(keys, kind="stable")[:count]])


def stands_for(size: npt.ArrayLike, hours: npt.ArrayLike, expected: npt.ArrayLike) -> Floats:
    """How much size x hours each draw stands for: the weight of its check in an index."""
    weight: Floats = np.asarray(size, dtype=np.float64) * np.asarray(hours) / np.asarray(expected)
    return weight
