"""行路见荫: how much of the sun on the way to the park somebody is spared who looks for shade (pure).

A metre in the sun is felt as ``SUN`` metres, one in shade as one; people take the way that feels shortest, to whichever
entrance that is. The legs between street and door or entrance count as they are. CoolWalkability is what they feel less
than if everything lay in the sun, of what they would feel less if everything lay in shade.

Source: Wolf, Vierø and Szell 2025, CoolWalks for active mobility in urban street networks. ``SUN`` is our choice.
"""

from typing import NamedTuple

import numpy as np

from xiuhua.greenery.door import reach
from xiuhua.greenery.network import Network, Places
from xiuhua.greenery.scene import Floats

SUN = 2.0


class CoolWays(NamedTuple):
    """Of each door the way to the nearest entrance as it feels (m): in the shade there is, in none, in shade all along.

    inf where no entrance is reached, nan where no street is near the door.
    """

    felt_m: Floats
    bare_m: Floats
    shaded_m: Floats

    @property
    def possible_m(self) -> Floats:
        """What full shade would spare (m); 0 where no entrance is reached or none is known."""
        with np.errstate(invalid="ignore"):
            spared = self.bare_m - self.shaded_m
        return np.where(np.isfinite(spared), spared, 0.0)

    @property
    def share(self) -> Floats:
        """CoolWalkability of each way: 0 no shade helps, 1 all of it lies in shade; nan where nothing can be spared."""
        possible = self.possible_m
        with np.errstate(invalid="ignore", divide="ignore"):
            found = (self.bare_m - self.felt_m) / possible
        # Sums of lengths differ in their last digits.
        return np.where(possible > 0, np.clip(found, 0.0, 1.0), np.nan)


def cool_ways(network: Network, doors: Places, entrances: Places, shade: Floats, sun: float = SUN) -> CoolWays:
    """The ways of ``doors`` to the nearest of ``entrances``; ``shade`` (edges,) is the share of each edge in shade."""
    every = (shade, np.zeros(len(shade)), np.ones(len(shade)))
    return CoolWays(*(felt(network, doors, entrances, each, sun) for each in every))


def felt(network: Network, doors: Places, entrances: Places, shade: Floats, sun: float = SUN) -> Floats:
    """The way of each door as it feels (m) in ``shade``; in other shade nothing else of ``cool_ways`` changes."""
    worth = 1.0 + (sun - 1.0) * (1.0 - shade)
    stretched = network._replace(length=network.length * worth)
    return reach(stretched, _along(doors, worth), _along(entrances, worth)).walk_m


def _along(places: Places, worth: Floats) -> Places:
    offset, on = places.offset.copy(), places.edge >= 0
    offset[on] *= worth[places.edge[on]]
    return places._replace(offset=offset)
