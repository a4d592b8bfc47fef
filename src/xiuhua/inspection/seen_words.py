"""What the sources of sightings and the classes of age are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SOURCE_WORDS: dict[str, Promise] = {
    "check": _("inspection check"),
    "case": _("case reported or looked at"),
    "sweep": _("vehicle at work"),
    "patrol": _("patrol or passing vehicle"),
    "camera": _("camera"),
}
# Upper ends in days of the shades of the map, from the freshest on; what lies beyond the last is older.
STEPS = (7, 30, 90, 365)
STEP_WORDS: tuple[Promise, ...] = (
    _("within 7 days"), _("within 30 days"), _("within 90 days"), _("within a year"), _("longer ago"),
)  # fmt: skip
