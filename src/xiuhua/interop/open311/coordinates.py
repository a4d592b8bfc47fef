"""Where something is: ``lat`` and ``long`` in WGS-84, both or neither."""

import math
from collections.abc import Mapping

from django.utils.translation import gettext as _

from xiuhua.interop.open311.faults import Fault

LONGEST = 40


def coordinates(given: Mapping[str, str]) -> tuple[tuple[float, float] | None, list[Fault]]:
    """Longitude and latitude, None when none was given, and what is wrong with them."""
    texts = {name: (given.get(name) or "").strip() for name in ("lat", "long")}
    if not any(texts.values()):
        return None, []
    if missing := [name for name, text in texts.items() if not text]:
        return None, [
            Fault("coordinates", _("%(name)s is missing: give lat and long together.") % {"name": missing[0]})
        ]
    found, faults = {}, []
    for name, limit in (("lat", 90), ("long", 180)):
        try:
            found[name] = float(texts[name]) if len(texts[name]) <= LONGEST else math.nan
        except ValueError:
            found[name] = math.nan
        if not abs(found[name]) <= limit:
            text = _("%(name)s must be a number from %(least)s to %(most)s.")
            faults.append(Fault("coordinates", text % {"name": name, "least": -limit, "most": limit}))
    return (None, faults) if faults else ((found["long"], found["lat"]), [])
