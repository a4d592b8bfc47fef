"""An indicator: where it stands in every group and month, how it is computed; all of them listed."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from xiuhua.city.models import Kind
from xiuhua.foundation.indicators import Indicator, indicators, shown
from xiuhua.taskbook.groups import DISTRICT, UNIT
from xiuhua.taskbook.pages.asked import asked_month, asked_text, indicator_of, sight_of
from xiuhua.taskbook.pages.charts import chart
from xiuhua.taskbook.pages.goal_rows import line_text
from xiuhua.taskbook.pages.pictures.shades import Shades, shades
from xiuhua.taskbook.pages.wording import KINDS, estimator_name, interval, missing_text, number, plain, scope_name
from xiuhua.taskbook.queries import (
    Reading,
    Sight,
    goals_with,
    months_with_values,
    names,
    newest_of_each,
    scopes_of,
    values,
)


@dataclass(frozen=True)
class Row:
    """One group and month as a row of the table."""

    reading: Reading
    name: str
    value: str
    doubt: str
    missing: str
    published: bool
    shade: int = 0

    @property
    def method(self) -> str:
        """What the interval was computed by."""
        return estimator_name(self.reading.interval)

    @property
    def n(self) -> str:
        """The number of observations as text."""
        return f"{self.reading.n:,}"

    @property
    def numerator(self) -> str:
        """The numerator as text."""
        return plain(self.reading.numerator)

    @property
    def denominator(self) -> str:
        """The denominator as text."""
        return plain(self.reading.denominator)


@require_safe
def every_indicator(request: HttpRequest, district_code: str) -> HttpResponse:
    """All indicators by the room that offers them, each with its newest value of the district."""
    seen = sight_of(request, district_code)
    newest = newest_of_each(seen)
    rooms: dict[str, list[tuple[Indicator, str, str, Row | None]]] = {}
    for key, each in sorted(indicators().items()):
        row = row_of(seen, newest[key], each.unit, "") if key in newest else None
        rooms.setdefault(each.room, []).append((each, each.name, each.said("formula"), row))
    context = {"district": seen.district, "rooms": sorted(rooms.items()), "any": bool(newest), "inside": seen.inside}
    return render(request, "taskbook/indicators.html", context)


@require_safe
def indicator(request: HttpRequest, district_code: str, indicator_key: str) -> HttpResponse:
    """One indicator for ``?month=`` by ``?scope=`` (towns first), and the months of ``?code=`` in that scope."""
    seen, described = sight_of(request, district_code), indicator_of(indicator_key)
    key = described.key
    months = months_with_values(seen, [key])
    month = asked_month(request, seen, months)
    context = {
        "district": seen.district, "indicator": described, "name": described.name, "months": months[::-1],
        "month": month, "inside": seen.inside, "goals": (found := goals_with(seen, key)),
        "published_at": seen.published.get(month) if month else None, "definition": definition(described),
        "caveats": described.warnings, "evidence": described.evidence.get("drill", ""), "sees_cases": seen.cases,
    }  # fmt: skip
    if month is not None:
        scopes = [scope for scope in scopes_of(seen, key, month) if scope != DISTRICT]
        scope = wanted if (wanted := asked_text(request, "scope")) in scopes else _first(scopes)
        code = asked_text(request, "code")
        here = [*values(seen, indicators=[key], scopes=[DISTRICT, scope], since=month, until=month)]
        called = names(seen.district, [(each.scope, each.code) for each in here])
        chosen = (scope, code) if code and (scope, code) in called else (DISTRICT, "")
        series = values(seen, indicators=[key], scopes=[chosen[0]], code=chosen[1])
        rows, shading = group_rows(seen, [each for each in here if each.scope == scope], described, called)
        whole = next((each for each in here if each.scope == DISTRICT), None)
        drawn = chart(seen, series, described.unit, found if chosen == (DISTRICT, "") else ())
        context |= {
            "scopes": [(each, scope_name(each, _kinds(seen, scopes))) for each in scopes], "scope": scope, "rows": rows,
            "chosen": chosen, "chosen_name": called.get(chosen, seen.district.name),
            "whole": row_of(seen, whole, described.unit, seen.district.name) if whole else None,
            "history": [row_of(seen, each, described.unit, "") for each in reversed(series)], "chart": drawn,
            "chart_text": line_text(drawn, described.unit), "legend": legend(shading, described.unit),
            "mapped": bool(scope) and scope != UNIT and any(row.shade for row in rows),
        }  # fmt: skip
    return render(request, "taskbook/indicator.html", context)


def group_rows(
    seen: Sight, here: list[Reading], described: Indicator, called: dict[tuple[str, str], str]
) -> tuple[list[Row], Shades]:
    """The rows of one scope in one month by name, and the shades of their values."""
    shading = shades(shown(each.value, described.unit) for each in here)
    rows = [row_of(seen, each, described.unit, called[each.scope, each.code], shading) for each in here]
    return sorted(rows, key=lambda row: row.reading.code), shading


def row_of(seen: Sight, reading: Reading, unit: str, name: str, shading: Shades | None = None) -> Row:
    """A reading in words."""
    value = shown(reading.value, unit)
    return Row(
        reading, name, number(value, unit), interval(shown(reading.low, unit), shown(reading.high, unit), unit),
        missing_text(reading.missing) if reading.value is None else "", reading.month in seen.published,
        shading.of(value) if shading else 0,
    )  # fmt: skip


def legend(shading: Shades, unit: str) -> list[tuple[int, str]]:
    """Each class of the map with its bounds in words."""
    return [(at, interval(low, high, unit)) for at, low, high in shading.classes]


def definition(described: Indicator) -> list[tuple[str, str]]:
    """What an indicator says of itself, with names, in the order in which one asks."""
    told = [
        (_("Formula"), described.said("formula")), (_("Numerator"), described.said("numerator")),
        (_("Denominator"), described.said("denominator")), (_("No value when"), described.said("missing")),
        (_("What is counted"), described.grain), (_("Kind"), _(KINDS.get(described.kind, described.kind))),
        (_("Interval by"), estimator_name(described.estimator)),
        (_("Why there is no interval"), described.said("no_interval")),
        (_("Fewest observations"), str(described.min_n)), (_("Source"), described.said("source")),
        (_("Answers for it"), described.said("owner")), (_("Last reviewed"), described.reviewed_on.isoformat()),
        (_("Key"), described.key),
    ]  # fmt: skip
    return [(word, text) for word, text in told if text]


def _first(scopes: list[str]) -> str:
    return "town" if "town" in scopes else next(iter(scopes), "")


def _kinds(seen: Sight, scopes: list[str]) -> dict[str, str]:
    return {kind.key: kind.name for kind in Kind.objects.filter(domain="area", key__in=scopes)}
