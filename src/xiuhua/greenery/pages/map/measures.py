"""What the map can be coloured by: where each value is kept, in which steps it is shown, what they are called."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xiuhua.greenery.models import ParkGreen

# How a value is kept: a share in thousandths, metres, a count, or the place of a word in a list.
SHARE, METRES, COUNT, WORD = "share", "metres", "count", "word"
# Values that are not values, as they are sent: unknown is grey, never nothing.
UNKNOWN, NONE_REACHED = -1, 1_000_000
type Word = str | Promise


@dataclass(frozen=True)
class Measure:
    """One measure of one layer of the city. ``steps``: the lower bound of every shade but the first; ``words`` of all.

    ``worse`` says that more is worse. ``total``: the figure of towns that stands for single homes further out.
    """

    key: str
    layer: str
    name: Word
    kind: str
    steps: tuple[int, ...]
    words: tuple[Word, ...]
    total: str = ""
    worse: bool = False


_SHARES = (_("below 20 %"), _("20 to 40 %"), _("40 to 60 %"), _("60 to 80 %"), _("80 % and more"))
_KEPT = (
    pgettext_lazy("promises", "none"), pgettext_lazy("promises", "one"), pgettext_lazy("promises", "two"),
    pgettext_lazy("promises", "all three"),
)  # fmt: skip
_QUARTERS = (200, 400, 600, 800)
ENTERED = tuple(ParkGreen.Entered)
_ALL = (
    Measure("see", "buildings", _("Windows that see three trees"), SHARE, _QUARTERS, _SHARES, "see"),
    Measure(
        "door", "buildings", _("Walk to the nearest park"), METRES, (301, 501, 1_001, 2_001),
        (_("up to 300 m"), _("up to 500 m"), _("up to 1,000 m"), _("up to 2,000 m"), _("farther, or none reached")),
        "door_500", worse=True,
    ),
    Measure(
        "walk", "buildings", _("Shade of the walk around home"), SHARE, (125, 250, 375, 500),
        (_("below 12.5 %"), _("12.5 to 25 %"), _("25 to 37.5 %"), _("37.5 to 50 %"), _("50 % and more")), "walk",
    ),
    Measure(
        "promise", "buildings", _("Promises kept"), COUNT, (1, 2, 3), _KEPT,
        "promise",
    ),
    Measure("canopy", "streets", _("Canopy over pavements"), SHARE, (100, 300, 600, 900),
            (_("below 10 %"), _("10 to 30 %"), _("30 to 60 %"), _("60 to 90 %"), _("90 % and more: tree-lined"))),
    Measure("shade", "streets", _("Shade on pavements"), SHARE, _QUARTERS, _SHARES),
    Measure("entered", "greens", _("How entrances are known"), WORD, (1, 2), tuple(one.label for one in ENTERED[:3])),
    Measure(
        "beyond", "greens", _("Persons in the circle, beyond the walk"), COUNT, (1, 100, 500, 2_000),
        (pgettext_lazy("persons", "nobody"), _("below 100"), _("100 to 500"), _("500 to 2,000"), _("2,000 and more")),
        worse=True,
    ),
)  # fmt: skip
# What towns are coloured by, whatever figure it is.
OF_TOWNS = Measure("towns", "areas", "", SHARE, _QUARTERS, _SHARES)
MEASURES = {measure.key: measure for measure in _ALL}
GROUPS = (
    ("buildings", _("Homes")),
    ("streets", _("Streets")),
    ("greens", _("Parks")),
)
