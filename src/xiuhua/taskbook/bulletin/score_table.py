"""The scores of a bulletin as a table: points of what could be had, drawn as a share of it, so that all compare."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from xiuhua.taskbook.bulletin.cells import Tree, link, measured, revised, scale
from xiuhua.taskbook.bulletin.contents import Contents
from xiuhua.taskbook.bulletin.figures import Figure
from xiuhua.taskbook.bulletin.printing import number, places
from xiuhua.taskbook.bulletin.standing import Pool, Ranking, Scored
from xiuhua.taskbook.bulletin.words import BANDS, word

type Place = Callable[[float], float]


def score_table(contents: Contents, ranking: Ranking) -> Tree:
    """The groups of one scope; those that were scored by the same goals stand together, since only they compare."""
    shares = [share for each in ranking.groups for share in _shares(each.points) if share is not None]
    place = scale(shares) if shares else None
    low, high = (min(shares), max(shares)) if shares else (0.0, 0.0)
    return {
        "title": f"{ranking.book_name} · {ranking.scope_name}",
        "low": f"{low:.0%}" if place else "",
        "high": f"{high:.0%}" if place else "",
        "ends": [place(low), place(high)] if place else [],
        "pools": _pools(contents, ranking.pools, place),
    }


def _pools(contents: Contents, pools: list[Pool], place: Place | None) -> list[Tree]:
    """Those that compare, each with its heading; those alone with their goals together at the end."""
    if len(pools) == 1:
        return [{"name": "", "rows": _rows(contents, pools[0].groups, place)}]
    told = [
        {
            "name": _("Compared by the same goals: %(goals)s") % {"goals": pool.goals},
            "rows": _rows(contents, pool.groups, place),
        }
        for pool in pools
        if len(pool.groups) > 1
    ]
    alone = [each for pool in pools if len(pool.groups) == 1 for each in pool.groups]
    name = _("Each by goals of its own: not compared")
    return [*told, {"name": name, "rows": _rows(contents, alone, place)}] if alone else told


def _rows(contents: Contents, groups: list[Scored], place: Place | None) -> list[Tree]:
    return [_scored(contents, each, place) for each in groups]


def _scored(contents: Contents, scored: Scored, place: Place | None) -> Tree:
    points, ranks = scored.points, scored.ranks
    value, low, high = _shares(points)
    band = "none" if points.value is None else scored.band
    return {
        "name": str(scored.name),
        "points": {
            **measured(points),
            "full": number(points.denominator, ""),
            "revised": revised(contents, points),
        },
        "ranks": {"f": ranks.number, "text": places(ranks), **link(ranks)} if ranks else None,
        "picture": _drawn(place, value, low, high) if place and value is not None else None,
        "band": scored.band,
        "word": word(BANDS, band),
    }


def _drawn(place: Place, value: float, low: float | None, high: float | None) -> Tree:
    ends = {} if low is None or high is None else {"low": place(low), "high": place(high)}
    return {"value": place(value), "low": None, "high": None, "target": None, **ends}


def _shares(points: Figure) -> tuple[float | None, float | None, float | None]:
    """Points, low and high as parts of what could be had; None for what is not there."""
    full = points.denominator
    value, low, high = (
        None if each is None or not full else each / full for each in (points.value, points.low, points.high)
    )
    return value, low, high
