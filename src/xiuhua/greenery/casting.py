"""Whether one wall or one crown stands between a point on the ground and the sun (pure, compiled)."""

from numba import njit

from xiuhua.greenery.scene import Floats

# Bits of what shades a point: a wall, a crown in leaf, a bare crown.
WALL, CROWN, BARE_CROWN = 1, 2, 4


@njit(cache=True, nogil=True)
def behind(x: float, y: float, dx: float, dy: float, tangent: float, wall: Floats, one: int) -> bool:
    """Whether a wall stands between a point on the ground and the sun."""
    ax, ay = wall[one, 0] - x, wall[one, 1] - y
    bx, by = wall[one, 2] - x, wall[one, 3] - y
    # Both ends on one side of the ray: not crossed.
    left, right = ax * dy - ay * dx, bx * dy - by * dx
    if (left > 0.0) == (right > 0.0) and left != 0.0 and right != 0.0:
        return False
    across = left - right
    if across == 0.0:
        return False
    away = (left * (bx * dx + by * dy) - right * (ax * dx + ay * dy)) / across
    return bool(away > 0.0 and wall[one, 4] > away * tangent)


@njit(cache=True, nogil=True)
def under(x: float, y: float, dx: float, dy: float, flat: float, crown: Floats, one: int) -> bool:
    """Whether a crown stands between a point on the ground and the sun; ``flat`` is one over the tangent.

    An ellipsoid above the ground casts an ellipse: its middle is moved away from the sun by its height / tan a, half as
    wide as the crown, half as long as sqrt(r^2 + (half height / tan a)^2).
    """
    ox, oy, r = crown[one, 0] - x, crown[one, 1] - y, crown[one, 2]
    off, r2 = ox * dy - oy * dx, r * r
    if off * off >= r2:
        return False
    along, half = ox * dx + oy * dy - crown[one, 3] * flat, crown[one, 4] * flat
    return bool(along * along * r2 < (r2 - off * off) * (r2 + half * half))
