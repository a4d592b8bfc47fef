"""The bent lattice on which streets and blocks lie.

Streets are lines of constant u or v on a lattice of 25 m cells. A smooth map bends the lattice into the
plane, so that streets curve a little and turn with the land, while blocks, plots and rows of houses stay
simple rectangles in (u, v). Every corner is read from one table: neighbours share it to the last bit.
"""

from dataclasses import dataclass

import numpy as np

from xiuhua.demo.plan import Floats, Ints, district_file, generator, to_plane

CELL = 25.0
WIDTH, HEIGHT = 1200, 960  # cells, 30 x 24 km
_TURN = np.radians(7.0)


@dataclass(frozen=True)
class Lattice:
    """``waves`` holds one row a sine wave: amplitude x, amplitude y, wave vector x, wave vector y, phase."""

    waves: Floats
    table: Floats

    def bend(self, u: Floats, v: Floats) -> Floats:
        """Lattice coordinates in cells to the plane: (n, 2) metres."""
        return _bend(self.waves, np.asarray(u, dtype=np.float64), np.asarray(v, dtype=np.float64))

    def corners(self, u: Ints, v: Ints) -> Floats:
        """The same for whole cells, read from the table."""
        return np.asarray(self.table[u, v], dtype=np.float64)

    def axes(self, u: Floats, v: Floats) -> tuple[Floats, Floats]:
        """Metres moved per metre of u and per metre of v: two (n, 2) arrays."""
        around = self.bend(
            np.concatenate([u + 0.5, u - 0.5, u, u]), np.concatenate([v, v, v + 0.5, v - 0.5])
        ).reshape(4, -1, 2)  # fmt: skip
        return (around[0] - around[1]) / CELL, (around[2] - around[3]) / CELL

    def unbend(self, xy: Floats) -> Floats:
        """The plane back to lattice coordinates (n, 2), by fixed-point iteration."""
        uv = np.column_stack([xy[:, 0] / CELL + WIDTH / 2, xy[:, 1] / CELL + HEIGHT / 2])
        for _ in range(30):
            uv += (xy - self.bend(uv[:, 0], uv[:, 1])) / CELL
        return uv


def _bend(waves: Floats, u: Floats, v: Floats) -> Floats:
    x, y = (u - WIDTH / 2) * CELL, (v - HEIGHT / 2) * CELL
    east, north = x * np.cos(_TURN) - y * np.sin(_TURN), x * np.sin(_TURN) + y * np.cos(_TURN)
    for amplitude_x, amplitude_y, wave_x, wave_y, phase in waves:
        sine = np.sin(wave_x * x + wave_y * y + phase)
        east, north = east + amplitude_x * sine, north + amplitude_y * sine
    return np.stack([east, north], axis=-1)


def make_lattice(seed: int) -> Lattice:
    """A lattice bent by five waves of 6 to 15 km whose slopes stay small enough never to fold."""
    rng = generator(seed, "lattice")
    waves = []
    for length_km in (15, 12, 9.5, 7.5, 6):
        heading, push = rng.uniform(0, 2 * np.pi, 2)
        wave = 2 * np.pi / (length_km * 1000)
        amplitude = 0.14 / wave
        waves.append((
            amplitude * np.cos(push), amplitude * np.sin(push),
            wave * np.cos(heading), wave * np.sin(heading), rng.uniform(0, 2 * np.pi),
        ))  # fmt: skip
    table_u, table_v = np.meshgrid(np.arange(WIDTH + 1), np.arange(HEIGHT + 1), indexing="ij")
    held = np.array(waves)
    return Lattice(held, _bend(held, table_u.astype(np.float64), table_v.astype(np.float64)))


@dataclass(frozen=True)
class Density:
    """How built-up the land is: 1 in the middle of a town, falling to 0 in the fields."""

    seats: Floats
    cores: Floats

    def at(self, xy: Floats) -> Floats:
        """Density (n,) of points (n, 2) of the plane."""
        gap = np.hypot(xy[:, None, 0] - self.seats[None, :, 0], xy[:, None, 1] - self.seats[None, :, 1])
        pull = np.exp(-((gap / (self.cores * 1000)) ** 2) / 1.3)
        return np.asarray(1 - np.prod(1 - pull, axis=1), dtype=np.float64)


def make_density() -> Density:
    """The density about the town seats of the district file."""
    towns = district_file()["towns"]
    return Density(to_plane([town["seat"] for town in towns]), np.array([town["core"] for town in towns]))
