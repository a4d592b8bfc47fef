"""The choices beside a work list, as links and options: what there is, what is chosen, how many each holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from xiuhua.casework.models import Report
from xiuhua.casework.states import STATES
from xiuhua.casework.vocabulary import categories, units
from xiuhua.casework.worklist_counts import number_text
from xiuhua.casework.worklist_criteria import COLOUR_NAMES, FLAGS, HARD, QUEUES, Criteria, area_names
from xiuhua.city.actions.derived import AREA_KEYS
from xiuhua.city.listing import Option
from xiuhua.city.models import District

# A single grid is chosen by the address, not from a list of a thousand.
OFFERED = [kind for column, kind in AREA_KEYS.items() if column != "grid"]
_INDENT = "\u3000"


@dataclass(frozen=True)
class Link:
    """A choice: its words, the query of its address, whether it is chosen, how many it holds where counted."""

    label: str
    query: str
    current: bool = False
    count: str = ""


@dataclass(frozen=True)
class Filter:
    """One filter with its options and the value that is chosen."""

    name: str
    label: str
    value: str
    options: list[Option]
    refused: str = ""

    @property
    def choices(self) -> SafeString:
        """The options as markup, the chosen one marked."""
        chosen = f'value="{escape(self.value)}"'
        written = _written(tuple(self.options))
        return mark_safe(written.replace(f"{chosen}>", f"{chosen} selected>", 1) if self.value else written)  # noqa: S308 - escaped


@lru_cache(maxsize=64)
def _written(options: Sequence[Option]) -> str:
    """Hundreds of options, alike on page after page."""
    found = []
    for group, some in groupby(options, key=lambda option: option.group):
        lines = format_html_join("", '<option value="{}">{}</option>', ((each.value, each.label) for each in some))
        found.append(format_html('<optgroup label="{}">{}</optgroup>', group, lines) if group else lines)
    return "".join(found)


def queue_links(criteria: Criteria, counts: Mapping[str, int] | None) -> list[Link]:
    """The queues, and the ledger of hard cases beside them."""

    def count(name: str) -> str:
        return number_text(counts.get(name, 0)) if counts is not None else ""

    found = [
        Link(_(label), criteria.address(queue=key, state="", ledger="", sort=""),
             criteria.queue == key and not criteria.state and not criteria.hard, count(key))
        for key, (label, _states) in QUEUES.items()
    ]  # fmt: skip
    ledger = criteria.address(queue="", state="", ledger=HARD, sort="")
    return [*found, Link(_("Hard cases"), ledger, criteria.hard, count(HARD))]


def flag_links(criteria: Criteria, counts: Mapping[str, int] | None) -> list[Link]:
    """What can be switched on and off; a count only where switching it on would show so many."""
    found = []
    for name, label in FLAGS.items():
        on = name in criteria.flags
        # Overdue cases and requests are counted among those whose clock runs, whichever queue is open.
        counted = counts is not None and not on and name in counts and criteria.queue in {"open", "units"}
        found.append(
            Link(
                _(label),
                criteria.address(**{name: "" if on else "1"}),
                on,
                number_text((counts or {})[name]) if counted else "",
            )
        )
    return found


def options(criteria: Criteria, district: District) -> list[Filter]:
    """The filters with everything that can be chosen in the district."""
    refused = criteria.refused
    made = [
        ("state", _("State"), criteria.state, [Option(key, state.name) for key, state in STATES.items()]),
        ("category", _("Category"), criteria.category, _categories()),
        ("area", _("Area"), criteria.area, _areas(criteria, district)),
        ("unit", _("Unit and below"), criteria.unit, _units(district)),
        ("source", _("Source"), criteria.source, [Option(key, str(name)) for key, name in Report.Source.choices]),
        ("colour", _("Time left"), criteria.colour, [Option(key, _(name)) for key, name in COLOUR_NAMES.items()]),
    ]
    return [Filter(name, label, value, found, refused.get(name, "")) for name, label, value, found in made]


def _categories() -> list[Option]:
    """Every category under its class; a class keeps its Chinese name in addresses, whatever the page speaks."""
    found: list[Option] = []
    classes: list[str] = []
    for category in categories().values():
        if category.class_zh not in classes:
            classes.append(category.class_zh)
            whole = _("All of %(class)s") % {"class": category.class_name}
            found.append(Option(f"class:{category.class_zh}", whole, category.class_name))
        found.append(Option(category.key, category.name, category.class_name))
    names = list(dict.fromkeys(option.group for option in found))
    return sorted(found, key=lambda option: names.index(option.group))


def _areas(criteria: Criteria, district: District) -> list[Option]:
    titles = {AREA_KEYS["town"]: _("Towns and subdistricts"), AREA_KEYS["community"]: _("Communities")}
    return [
        Option(value, label, titles.get(value.partition(":")[0], ""))
        for value, label in area_names(district).items()
        if value.partition(":")[0] in OFFERED or value == criteria.area
    ]


def _units(district: District) -> list[Option]:
    return [Option(unit.code, _INDENT * unit.depth + unit.name) for unit in units(district.code).values()]
