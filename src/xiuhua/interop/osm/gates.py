"""Gates of OpenStreetMap: to which green space each leads."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from xiuhua.city.models import District, GreenSpace
from xiuhua.foundation.geometry import from_wkb, metres_per_degree
from xiuhua.interop.osm.rows import Member
from xiuhua.interop.osm.rules import LayerRules


def at_greens(
    district: District, layer: LayerRules, members: Sequence[Member], rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The ``rows`` of gates that stand at a green space of ``district``, each with the code of the nearest (``green``).

    How near a gate must stand to the boundary is the ``near_m`` of the rule that took it from ``members``.
    """
    greens = GreenSpace.objects.filter(district=district, kind__in=layer.green_kinds).order_by("code")
    codes, wkb = zip(*greens.values_list("code", "geom"), strict=True) if greens.exists() else ((), ())
    if not rows or not codes:
        return []
    at = np.array([(row["lon"], row["lat"]) for row in rows])
    scale = np.array(metres_per_degree(float(at[:, 1].mean())))
    edges = shapely.boundary(shapely.transform([from_wkb(one) for one in wkb], lambda degrees: degrees * scale))
    pairs, distances = shapely.STRtree(edges).query_nearest(
        shapely.points(at * scale), return_distance=True, all_matches=False
    )
    kept = []
    for number, green, distance in zip(*pairs.tolist(), distances.tolist(), strict=True):
        row = rows[number]
        (rule, *_others) = members[row["_row"] - 1][1]
        if distance <= rule.near_m:
            kept.append({**row, "green": codes[green]})
    return kept
