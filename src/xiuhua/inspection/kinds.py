"""The kinds of what can be checked: by what they are measured, and how one of them is called."""

from xiuhua.city.models import Kind
from xiuhua.foundation.single import find_same
from xiuhua.inspection.standard_words import KINDS

# Pieces cut from lines, in metres; plots, in square metres. Everything else is a kind of sites, each of which is one.
LINES = frozenset({"road_section", "bank_reach", "path"})
AREAS = frozenset({"green_plot", "square"})


def kind_name(key: str) -> str:
    """The name of a kind of frames in the language of the page; the key itself where nobody named it."""
    if key in KINDS:
        return str(KINDS[key])
    found = find_same(Kind, domain="site", key=key)
    return found.name if found else key
