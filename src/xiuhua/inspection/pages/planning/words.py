"""How planning says kinds, sizes, shares and reasons."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiuhua.city.models import Kind
from xiuhua.inspection.models import Visit

KINDS = {
    "road_section": gettext_lazy("Road sections"),
    "bank_reach": gettext_lazy("Banks of rivers and lakes"),
    "green_plot": gettext_lazy("Green plots"),
    "path": gettext_lazy("Paths to sit on"),
    "square": gettext_lazy("Squares to sit on"),
}
UNITS = {"road_section": "km", "bank_reach": "km", "path": "km", "green_plot": "ha", "square": "ha"}
REASONS = {
    "no_time": gettext_lazy("It does not fit into the working hours of the day."),
    "no_inspector": gettext_lazy(
        "Nobody may check it: outside of all assignments, or in the duty of the own organisation."
    ),
    "not_made": gettext_lazy("It was not made by the end of the month."),
}
STATES = {"draft": "", "committed": "info", "revealed": "good", "dropped": "warn"}


def kind_names() -> dict[str, str]:
    """The names of the kinds of frames in the language of the page."""
    found = {kind.key: kind.name for kind in Kind.objects.filter(domain="site")}
    return {**found, **{key: str(text) for key, text in KINDS.items()}}


def size_text(kind: str, size: float) -> str:
    """Kilometres of lines, hectares of plots, or how many places."""
    unit = UNITS.get(kind)
    if unit == "km":
        return f"{size / 1000:,.1f} km"
    if unit == "ha":
        return f"{size / 10_000:,.1f} ha"
    return f"{size:,.0f}"


def points(share: float | None) -> str:
    """A half width in percentage points; a dash where there is none."""
    return "–" if share is None else _("± %(points)s points") % {"points": f"{share * 100:.1f}"}


def percent(share: float | None) -> str:
    """A share in per cent, never rounded up to 100."""
    if share is None:
        return "–"
    text = f"{share * 100:.1f}"
    return f"{'99.9' if text == '100.0' and share < 1 else text} %"


def reason_text(visit: Visit) -> str:
    """Why a visit is in no route, or was not made."""
    return str(REASONS.get(visit.reason, visit.reason))
