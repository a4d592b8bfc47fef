"""Places by their address, and places as a form gives them."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from xiuhua.city import queries
from xiuhua.city.layers import LAYERS
from xiuhua.city.models import District, local

HITS = 8
# An address that names nothing as a whole is tried by its beginning, so many characters of it.
BEGINNINGS = (8, 6, 4, 3, 2)
_NUMBER = re.compile(r"[0-9０-９#].*$")
SEARCHED = 60


@dataclass(frozen=True)
class Hit:
    """A place that an address may mean; ``value`` is what the form sends when it is chosen."""

    value: str
    title: str
    layer: str


def find(district: District, text: str) -> list[Hit]:
    """What an address may mean, likeliest first; of "人民路128号对面" the street, since house numbers are not known."""
    text = text.replace("\x00", "").strip()[:SEARCHED]
    tries = [text, _NUMBER.sub("", text).strip(), *(text[:length] for length in BEGINNINGS if length < len(text))]
    for attempt in dict.fromkeys(tries):
        if len(attempt) > 1 and (found := queries.search(district, attempt, HITS)):
            return [
                Hit(
                    f"{each.lon:.6f} {each.lat:.6f} {local(each.title_zh, each.title_en) or each.code}",
                    local(each.title_zh, each.title_en) or each.code,
                    str(LAYERS[each.layer].label),
                )
                for each in found
            ]
    return []


def chosen_hit(value: str) -> tuple[float, float, str] | None:
    """Longitude, latitude and title of a hit that was chosen; None for anything else."""
    parts = value.split(" ", 2)
    if len(parts) != 3:  # noqa: PLR2004 - longitude, latitude, title
        return None
    lon, lat = _degrees(parts[0], 180), _degrees(parts[1], 90)
    return None if lon is None or lat is None else (lon, lat, parts[2][:200])


def coordinates(given: Mapping[str, str]) -> tuple[float, float] | None:
    """The coordinates typed into a form, or put there by the map; None where there are none or they are nonsense."""
    lon, lat = _degrees(given.get("lon", ""), 180), _degrees(given.get("lat", ""), 90)
    return None if lon is None or lat is None else (lon, lat)


def _degrees(text: str, most: int) -> float | None:
    try:
        number = float(text.strip())
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) <= most else None
