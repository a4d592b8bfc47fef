"""Load a drawing through the same actions as a district's own files."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone

from xiuhua.city.actions.codes import load_codes
from xiuhua.city.actions.districts import create_district
from xiuhua.city.actions.duties import load_duties
from xiuhua.city.actions.kinds import seed_kinds
from xiuhua.city.actions.load import LoadReport, load
from xiuhua.city.models import District
from xiuhua.demo.accounts import make_accounts
from xiuhua.demo.campaigns import make_campaigns
from xiuhua.demo.cases.album import add_photos
from xiuhua.demo.cases.history import write_history
from xiuhua.demo.cases.today import make_today
from xiuhua.demo.catalogue import load_catalogue
from xiuhua.demo.drawing import Drawing, draw
from xiuhua.demo.duties import duty_rows
from xiuhua.demo.greenery import measure_soon, tend_trees
from xiuhua.demo.inspection import inspect_months, see_squares
from xiuhua.demo.lists import make_lists
from xiuhua.demo.living_rooms import make_living_rooms
from xiuhua.demo.organisations import organisation_rows
from xiuhua.demo.plan import SCALES, Row, district_file, read_yaml
from xiuhua.demo.scores import score_months
from xiuhua.demo.staff import make_staff
from xiuhua.demo.taskbook import load_taskbooks
from xiuhua.demo.years import declare_missing
from xiuhua.people.actions.organisations import load_organisations

ACTOR = "system:demo"
# How many of the cases that were closed last get photos.
PICTURED = 20


class DrawingRefusedError(Exception):
    """A drawn row was refused at the door: a fault of the drawing, never of the user."""


def build(
    scale: str, seed: int, password: str, say: Callable[[str], Any], *, cases: int | None = None
) -> District:  # fmt: skip
    """Draw the district and load everything it holds; loading it again changes nothing.

    ``say`` is told each step as a line of text; ``cases`` is how many there were in the two years, as the scale has it
    where none is given.
    """
    clock = _Clock(say)
    drawing = draw(scale, seed)
    clock.tick("drawn")
    district = load_drawing(drawing, seed, clock.tick)
    made = make_accounts(district.code, drawing.areas.rows, password, actor=ACTOR)
    clock.tick(f"{made} accounts")
    furnish(district, drawing, password, clock.tick)
    work(district, drawing, seed, SCALES[scale].cases if cases is None else cases, clock.tick, say)
    return district


def work(
    district: District, drawing: Drawing, seed: int, cases: int, tick: Callable[[str], Any], say: Callable[[str], Any]
) -> None:  # fmt: skip
    """Two years of cases, as many as ``cases``, and those of today; the months scored and published."""
    now = timezone.now()
    tick(f"task books: {load_taskbooks(district, seed, now, actor=ACTOR)}")
    tick(f"cases: {write_history(district, drawing, cases, seed, now, actor=ACTOR, say=say):,}")
    tick(f"cases with photos: {add_photos(district, PICTURED)}")
    tick(f"cases of today: {make_today(district, drawing, seed, now)}")
    tick(f"checks of two months: {inspect_months(district, seed, now, actor=ACTOR)}")
    tick(f"living rooms: {make_living_rooms(district, seed, now)}")
    tick(f"sites of campaigns: {make_campaigns(district, seed, now)}")
    tick(f"places of the red and black lists: {make_lists(district, seed, now)}")
    tick(f"trees planted and felled: {tend_trees(district, drawing, seed, now)}")
    tick(f"squares that somebody saw: {see_squares(district, now, actor=ACTOR)}")
    tick(f"months scored and published: {score_months(district, timezone.now(), actor=ACTOR)}")
    measure_soon()


def furnish(district: District, drawing: Drawing, password: str, tick: Callable[[str], Any]) -> None:
    """What casework needs: standards and services, everybody who works on cases, declared years."""
    standards, services = load_catalogue(actor=ACTOR)
    tick(f"standards: {standards}, services: {services}")
    tick(f"staff: {make_staff(district.code, drawing.areas.rows, password, actor=ACTOR)}")
    if years := declare_missing(district.calendar, timezone.now(), actor=ACTOR):
        tick(f"calendar {district.calendar}: declared {', '.join(map(str, years))} with fixed holidays alone")


def load_drawing(drawing: Drawing, seed: int, tick: Callable[[str], Any] = lambda _step: None) -> District:
    """Load a drawing: district, vocabulary, codes, areas, organisations, every layer, duties."""
    plan = district_file()
    seed_kinds()
    district = create_district(
        plan["code"], plan["name_zh"], name_en=plan["name_en"], time_zone=plan["time_zone"],
        calendar=plan["calendar"], synthetic=True, attribution=plan["attribution"], actor=ACTOR,
    )  # fmt: skip
    source = f"drawn, seed {seed}"
    for kind, data in (("component", "components"), ("event", "events")):
        _load_codes(kind, read_yaml("codes.yaml")[data])
    tick(_checked(load(district, "areas", drawing.areas.rows, actor=ACTOR, source=source)))
    inserted, updated = load_organisations(district.code, organisation_rows(drawing.areas), actor=ACTOR)
    tick(f"organisations: {inserted + updated}")
    for layer, table in drawing.tables.items():
        tick(_checked(load(district, layer, table.rows(), actor=ACTOR, source=source)))
    rows = duty_rows(drawing.areas, drawing.tables["sites"])
    tick(_checked(load_duties(district, rows, actor=ACTOR, source=source)))
    return district


def _load_codes(kind: str, data: Row) -> None:
    _set, rejected = load_codes(
        data["key"], data["version"], kind=kind, name_zh=data["name_zh"], name_en=data["name_en"],
        source="xiuhua demo", rows=_code_rows(data), actor=ACTOR,
    )  # fmt: skip
    if rejected:
        raise DrawingRefusedError(f"{data['key']}: {rejected[0]}")


def _code_rows(data: Row) -> Iterable[dict[str, str]]:
    for heading, codes in data["classes"].items():
        class_zh, _slash, class_en = heading.split(" ", 1)[1].partition(" / ")
        for code, (zh, en) in codes.items():
            yield {"code": code, "class_zh": class_zh, "class_en": class_en, "name_zh": zh, "name_en": en}


def _checked(report: LoadReport) -> str:
    if report.rejected:
        raise DrawingRefusedError(f"{report.layer}: {len(report.rejected)} rows refused, first {report.rejected[0]}")
    return f"{report.layer}: {report.inserted + report.updated + report.unchanged:,}"


class _Clock:
    """Says each step with the seconds it took."""

    def __init__(self, say: Callable[[str], Any]) -> None:
        self._say, self._since = say, time.perf_counter()

    def tick(self, step: str) -> None:
        now = time.perf_counter()
        self._say(f"{step} ({now - self._since:.1f} s)")
        self._since = now
