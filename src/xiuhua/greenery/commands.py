"""``xiuhua greenery``: measure the three promises of a district and print them with what was assumed."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.city.command_inputs import known_district
from xiuhua.city.models import Area, Building, District, Street
from xiuhua.greenery.figures import Figure, figures
from xiuhua.greenery.hours import Hours, all_day, summer
from xiuhua.greenery.measure import PARK_CLASSES_M2, Measured, Options, measure
from xiuhua.greenery.scene import Assumed
from xiuhua.greenery.scene_of import Surveyed, scene_of
from xiuhua.greenery.words import ENTRANCES, FIGURES, RULES, UNITS


@click.group()
def greenery() -> None:
    """Green from every window, a park at every door, shade on every walk."""


@greenery.command("measure")
@click.argument("district")
@click.option(
    "--range",
    "range_m",
    type=click.FloatRange(10, 500),
    default=50.0,
    show_default=True,
    help="How far a window looks for trees, in metres.",
)
@click.option(
    "--hours",
    "hours_key",
    type=click.Choice(["summer", "day"]),
    default="summer",
    show_default=True,
    help="Hours of shade: a day a week from June to August, 10:00 to 16:00; or 15 July, 7:00 to 19:00.",
)
@click.option("--crowns-block", is_flag=True, help="Let crowns hide other trees: the lower band.")
@click.option("--no-view", is_flag=True, help="Leave the share of view out, which takes longest.")
@click.option("--buildings", type=click.Path(dir_okay=False, path_type=Path), help="Write a CSV row for each home.")
@click.option("--streets", type=click.Path(dir_okay=False, path_type=Path), help="Write a CSV row for each street.")
def measure_command(
    district: str, range_m: float, hours_key: str, buildings: Path | None, streets: Path | None, *, crowns_block: bool,
    no_view: bool,
) -> None:  # fmt: skip
    """Measure DISTRICT as it stands today and print its figures, by town too, with all that was assumed."""
    found = known_district(district)
    surveyed = scene_of(found)
    if not surveyed.scene.buildings.measured.any():
        raise click.ClickException(
            _("%(district)s has no homes yet: load buildings first (xiuhua load buildings FILE --district %(code)s).")
            % {"district": found, "code": found.code}
        )
    options = Options(
        _hours(hours_key, found, surveyed), range_m, crowns_block=crowns_block, azimuths=0 if no_view else 90
    )
    began = timezone.now()
    measured = measure(surveyed.scene, options)
    seconds = (timezone.now() - began).total_seconds()
    click.echo(_("%(district)s, data of %(day)s, measured in %(seconds).1f s") % {
        "district": found, "day": surveyed.day, "seconds": seconds,
    })  # fmt: skip
    for line in (*_whole(measured, surveyed), *_towns(measured, surveyed), *_assumptions(measured)):
        click.echo(line)
    for path, rows in ((buildings, _building_rows), (streets, _street_rows)):
        if path:
            _write(path, rows(measured, surveyed))
            click.echo(_("Written: %(path)s") % {"path": path})


def _hours(key: str, district: District, surveyed: Surveyed) -> Hours:
    lon, lat, zone = surveyed.scene.lon, surveyed.scene.lat, district.time_zone
    year = datetime.now(ZoneInfo(zone)).year
    return summer(year, zone, lon, lat) if key == "summer" else all_day(date(year, 7, 15), zone, lon, lat)


def _whole(found: Measured, surveyed: Surveyed) -> Iterator[str]:
    homes, streets = surveyed.scene.buildings.measured, np.ones(len(surveyed.streets), dtype=bool)
    for figure in figures(found, homes, streets):
        yield _line(figure)
    for key, share in (("circle", found.circle), ("circle_national", found.circle_national)):
        yield f"  {_percent(share):>8}  {FIGURES[key]}"
    if not np.isnan(found.see.view).all():
        persons = surveyed.scene.buildings.persons
        sure = homes & ~np.isnan(found.see.view) & (persons > 0)
        mean = float(np.average(found.see.view[sure], weights=persons[sure])) if sure.any() else float("nan")
        yield f"  {_percent(mean):>8}  " + _("Share of the view taken by crowns, mean of persons")


def _line(figure: Figure) -> str:
    unknown = (
        " · " + _("unknown for %(count)s") % {"count": f"{figure.unknown:,.0f} {UNITS[figure.unit]}"}
        if figure.unknown else ""
    )  # fmt: skip
    of = _("of %(whole)s") % {"whole": f"{figure.whole:,.0f} {UNITS[figure.unit]}"}
    return f"  {_percent(figure.share):>8}  {FIGURES[figure.key]} ({of}{unknown})"


def _percent(share: float) -> str:
    return "–" if np.isnan(share) else f"{share:.1%}"


def _towns(found: Measured, surveyed: Surveyed) -> Iterator[str]:
    names = {
        area.pk: str(area) for area in Area.objects.filter(pk__in=np.unique(surveyed.towns).tolist()).order_by("code")
    }
    if not names:
        return
    shown = ("see", "door_500", "walk", "lined_official", "promise")
    yield ""
    yield _("By town") + ": " + " · ".join(str(FIGURES[key]) for key in shown)
    homes = surveyed.scene.buildings.measured
    for pk, name in names.items():
        by_key = {one.key: one for one in figures(found, homes & (surveyed.towns == pk), surveyed.street_towns == pk)}
        yield "  " + "".join(f"{_percent(by_key[key].share):>9}" for key in shown) + f"  {name}"


def _assumptions(found: Measured) -> Iterator[str]:
    scene = found.stage.scene
    yield ""
    yield _("Assumed")
    yield from _rules(scene.assumed)
    yield _("Left out or moved")
    yield from _rules(scene.rejected)
    yield _("Entrances of parks")
    for how, word in enumerate(ENTRANCES):
        count = int((found.stage.entrances.by == how).sum())
        yield f"  {count:>9,} / {len(scene.parks):,}  {word}"


def _rules(rules: Iterable[Assumed]) -> Iterator[str]:
    applied = [one for one in rules if one.count]
    for one in applied:
        yield f"  {one.count:>9,} / {one.total:,}  {RULES[one.key]}"
    if not applied:
        yield "  " + _("nothing")


def _building_rows(found: Measured, surveyed: Surveyed) -> Iterator[dict[str, Any]]:
    codes = dict(Building.objects.filter(pk__in=surveyed.buildings.tolist()).values_list("pk", "code"))
    see, door, persons = found.see, found.door, surveyed.scene.buildings.persons
    for at in np.flatnonzero(surveyed.scene.buildings.measured).tolist():
        yield {
            "code": codes[int(surveyed.buildings[at])], "persons": int(persons[at]), "windows": int(see.windows[at]),
            "share_one": _told(see.share_one[at]), "share_three": _told(see.share_three[at]),
            "seen_from_any_window": int(see.any_window[at]), "trees_near": int(see.near[at]),
            "view": _told(see.view[at]), "view_15": _told(see.view_15[at]),
            **{f"walk_m_{area:.0f}": _told(door.distance_m[each, at], 1) for each, area in enumerate(PARK_CLASSES_M2)},
            "straight_m": _told(door.straight_m[at], 1), "shade_of_walk": _told(found.walk[at]),
            "canopy_300m": _told(found.canopy_300m[at]),
        }  # fmt: skip


def _street_rows(found: Measured, surveyed: Surveyed) -> Iterator[dict[str, Any]]:
    codes = dict(Street.objects.filter(pk__in=surveyed.streets.tolist()).values_list("pk", "code"))
    held = found.streets
    for at in np.flatnonzero(~np.isnan(held.canopy)).tolist():
        yield {
            "code": codes[int(surveyed.streets[at])], "length_m": _told(held.length_m[at], 1),
            "canopy": _told(held.canopy[at]), "sides_lined": _told(held.lined[at]), "points": int(held.points[at]),
            "shade": _told(held.shade[at]), "by_walls": _told(held.grey[at]), "by_crowns": _told(held.green[at]),
            "by_both": _told(held.both[at]), "light": _told(held.light[at]),
        }  # fmt: skip


def _told(value: float, digits: int = 4) -> str:
    """Empty where unknown; ``inf`` where no entrance is reached."""
    return "" if np.isnan(value) else "inf" if np.isinf(value) else f"{value:.{digits}f}"


def _write(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    held = list(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(held[0]) if held else ["code"])
        writer.writeheader()
        writer.writerows(held)


commands: list[click.Command] = [greenery]
