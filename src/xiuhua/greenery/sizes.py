"""The sizes of a tree that is planted or tried: as it stands after some years."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xiuhua.greenery.spots import Sapling

# Height, crown radius, height of the lowest branches (m).
SIZES: dict[str, tuple[Promise, Sapling]] = {
    "small": (_("small: 5 m high, crown 4 m"), Sapling(5.0, 2.0, 1.8)),
    "medium": (_("medium: 8 m high, crown 5 m"), Sapling(8.0, 2.5, 2.2)),
    "large": (_("large: 12 m high, crown 8 m"), Sapling(12.0, 4.0, 2.5)),
}
USUAL = "medium"
