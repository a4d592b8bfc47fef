"""The outline of the district: an irregular smooth polygon of a stated area about the town seats."""

import numpy as np
import shapely

from xiuhua.demo.plan import district_file, generator, to_plane


def draw_outline(seed: int) -> shapely.Polygon:
    """A polygon on the plane, exactly ``area_km2`` large, that keeps well clear of every town seat."""
    plan = district_file()
    rng = generator(seed, "outline")
    seats = shapely.MultiPoint(to_plane([town["seat"] for town in plan["towns"]]))
    base = seats.convex_hull.buffer(3_600, quad_segs=32).exterior
    count = 720
    at = np.arange(count) / count
    ring = np.array([base.interpolate(step, normalized=True).coords[0] for step in at])
    tangent = np.roll(ring, -1, axis=0) - np.roll(ring, 1, axis=0)
    normal = np.column_stack([tangent[:, 1], -tangent[:, 0]]) / np.hypot(tangent[:, 0], tangent[:, 1])[:, None]
    shift = np.zeros(count)
    # Amplitudes fall with the order: bays of kilometres, then the small steps of field boundaries.
    for order in (3, 4, 5, 7, 9, 13, 19, 28, 41, 60):
        amplitude = 620 if order <= 5 else 1_900 / order  # noqa: PLR2004 - the three long waves shape the district
        shift += amplitude * rng.normal() * 0.6 * np.cos(2 * np.pi * order * at + rng.uniform(0, 2 * np.pi))
    shape = shapely.Polygon(ring + np.clip(shift, -1_500, 1_500)[:, None] * normal).buffer(0)
    factor = np.sqrt(plan["area_km2"] * 1e6 / shape.area)
    centre = np.array([shape.centroid.x, shape.centroid.y])
    return shapely.Polygon((np.asarray(shape.exterior.coords) - centre) * factor + centre)
