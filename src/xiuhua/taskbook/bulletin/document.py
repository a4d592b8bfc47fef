"""The printed bulletin as texts and numbers between 0 and 1, in one language; how it looks is said in bulletin.typ."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from xiuhua.taskbook.bulletin import addresses
from xiuhua.taskbook.bulletin.cells import Tree, link, measured, revised, revised_text, scale, shown
from xiuhua.taskbook.bulletin.contents import Contents
from xiuhua.taskbook.bulletin.figures import Figure
from xiuhua.taskbook.bulletin.goals import COLOURS, GoalLine
from xiuhua.taskbook.bulletin.ledger import Pace, Promise
from xiuhua.taskbook.bulletin.notes import labels, notes
from xiuhua.taskbook.bulletin.printing import interval, likelihood, places, whole, with_unit
from xiuhua.taskbook.bulletin.revised import Changed
from xiuhua.taskbook.bulletin.score_table import score_table
from xiuhua.taskbook.bulletin.words import INTERVALS, LIGHTS, MEANINGS, REASONS, STATES, word


@dataclass(frozen=True)
class Edition:
    """Which bulletin it is: ``made_at`` stands in the file as the time of its making."""

    version: int
    made_at: datetime


def document(contents: Contents, edition: Edition, language: str) -> Tree:
    """Everything that is printed, in ``language`` (zh-hans or en)."""
    with override(language):
        return _document(contents, edition)


def _document(contents: Contents, edition: Edition) -> Tree:
    zone, found = ZoneInfo(contents.district.time_zone), contents.lights
    return {
        "lang": "en" if (get_language() or "").startswith("en") else "zh",
        "title": _("Monthly bulletin of the task book"),
        "district": contents.district.name,
        "month": month_text(contents),
        "edition": _("Edition %(number)s") % {"number": edition.version},
        "status": _status(contents, zone),
        "published": _published(contents, zone),
        "synthetic": _("Synthetic data: drawn, not surveyed.") if contents.district.synthetic else "",
        "provisional": contents.provisional,
        "watermark": pgettext("bulletin", "PROVISIONAL") if contents.provisional else "",
        "labels": labels(),
        "lights": [
            {"colour": each, "word": word(LIGHTS, each), "means": word(MEANINGS, each), **shown(getattr(found, each))}
            for each in COLOURS
        ],
        "facts": _facts(contents),
        "goals": [
            {"name": name, "rows": [_goal(contents, each) for each in lines]}
            for name, lines in _grouped(contents.goals)
        ],
        "rankings": [score_table(contents, each) for each in contents.rankings],
        "promises": [_promise(each) for each in contents.ledger.promises],
        "paces": [_pace(each) for each in contents.paces],
        "changes": [_changed(each, zone) for each in contents.changes],
        "notes": notes(contents, zone),
        "figures": [traced(each, zone) for each in contents.figures[: contents.printed]],
        "more": len(contents.figures) - contents.printed,
        "trace": addresses.whole(addresses.of_bulletin(contents.district, contents.month, edition.version)),
    }  # fmt: skip


def month_text(contents: Contents) -> str:
    """The month as a heading writes it."""
    if (get_language() or "").startswith("en"):
        return f"{contents.month:%B %Y}"
    return f"{contents.month.year} 年 {contents.month.month} 月"


def _status(contents: Contents, zone: ZoneInfo) -> str:
    provisional = _("Provisional: the month is not published, its figures may still change.")
    return _published(contents, zone) or provisional


def _published(contents: Contents, zone: ZoneInfo) -> str:
    if contents.published_at is None:
        return ""
    return _("Published on %(day)s") % {"day": f"{contents.published_at.astimezone(zone):%Y-%m-%d}"}


def _facts(contents: Contents) -> list[Tree]:
    found = contents.ledger
    told = (
        (pgettext("bulletin", "due"), found.due),
        (pgettext("bulletin", "of them kept"), found.kept),
        (pgettext("bulletin", "late"), found.late),
        (pgettext("bulletin", "open in all"), found.open),
    )
    return [{"label": label, **shown(figure)} for label, figure in told if figure is not None]


def _grouped(lines: Iterable[GoalLine]) -> list[tuple[str, list[GoalLine]]]:
    found: dict[str, list[GoalLine]] = {}
    for line in lines:
        found.setdefault(str(line.group), []).append(line)
    return list(found.items())


def _goal(contents: Contents, line: GoalLine) -> Tree:
    value, aim, expected, chance = line.value, line.target, line.expected, line.chance
    return {
        "name": str(line.name),
        "lead": str(line.lead) if line.lead else pgettext("bulletin", "no lead unit"),
        "value": {**measured(value), "revised": revised(contents, value)} if value else None,
        "missing": "" if value else pgettext("bulletin", "not measured"),
        "target": _aim(aim, line) if aim else None,
        "expected": {**shown(expected), "interval": interval(expected)} if expected else None,
        "chance": {**shown(chance), "text": likelihood(chance)} if chance else None,
        "light": line.light,
        "word": word(LIGHTS, line.light),
        "reason": word(REASONS, line.reason) if line.light == "grey" and line.reason else word(MEANINGS, line.light),
        "picture": _picture(value, aim),
    }


def _aim(figure: Figure, line: GoalLine) -> Tree:
    """What shall be reached; a band says neither "at least" nor "at most"."""
    signs = {"up": "≥", "down": "≤"}
    return {**shown(figure), "year": str(line.year), "sign": signs.get(line.direction, "")}


def _picture(value: Figure | None, aim: Figure | None) -> Tree | None:
    """Value, interval and target on a line of their own from 0 to 1: no scale is shared between goals."""
    if value is None or value.value is None:
        return None
    points = [value.value, value.low, value.high, aim.value if aim else None]
    place = scale([point for point in points if point is not None])
    return {
        "value": place(value.value),
        "low": place(value.low) if value.low is not None else None,
        "high": place(value.high) if value.high is not None else None,
        "target": place(aim.value) if aim and aim.value is not None else None,
    }


def _promise(promise: Promise) -> Tree:
    moved = _("first due %(day)s") % {"day": promise.first_due} if promise.first_due != promise.due else ""
    return {
        "measure": promise.measure,
        "goal": str(promise.goal),
        "unit": str(promise.unit),
        "due": promise.due.isoformat(),
        "moved": moved,
        "state": promise.state,
        "word": word(STATES, promise.state),
        "days": _("%(days)s days late") % {"days": promise.days} if promise.days else "",
    }


def _pace(pace: Pace) -> Tree:
    finished, steps = pace.finished, pace.steps
    return {
        "name": str(pace.name),
        "finished": {**shown(finished), "of": whole(finished.denominator)},
        "steps": {**shown(steps), "of": whole(steps.denominator), "all": str(pace.all_steps)},
        "share": _share(steps.numerator, pace.all_steps),
        "planned": _share(steps.denominator, pace.all_steps),
    }


def _share(part: float | None, whole_: float | None) -> float:
    return round((part or 0) / whole_, 4) if whole_ else 0.0


def _changed(change: Changed, zone: ZoneInfo) -> Tree:
    return {
        "month": f"{change.month:%Y-%m}",
        "what": f"{change.group} {change.name}",
        "before": revised_text(change.before, change.unit),
        "after": revised_text(change.after, change.unit),
        "reason": change.reason,
        "at": f"{change.at.astimezone(zone):%Y-%m-%d}",
    }


def traced(figure: Figure, zone: ZoneInfo) -> Tree:
    """A figure with all that it is made of, as the last table of the bulletin and its page show it."""
    ratio = "" if figure.numerator is None else f"{whole(figure.numerator)} / {whole(figure.denominator)}"
    text = places(figure) if figure.interval == "rank" else with_unit(figure.value, figure.unit)
    if figure.key.startswith("chance:"):
        text = f"{likelihood(figure)} {figure.unit}"
    return {
        "f": figure.number,
        "name": figure.name,
        "text": text,
        "ratio": ratio,
        "n": "" if figure.n is None else whole(figure.n),
        "doubt": interval(figure) if figure.low is not None and figure.interval != "rank" else "",
        "how": word(INTERVALS, figure.interval) if figure.interval else word(REASONS, figure.reason),
        "version": figure.version,
        "until": f"{figure.data_until.astimezone(zone):%Y-%m-%d %H:%M}" if figure.data_until else "",
        **link(figure),
    }
