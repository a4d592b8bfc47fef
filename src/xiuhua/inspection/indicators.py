"""Indicators of inspection as expressions over the facts of visits, checks and findings. Words in the YAML file beside.

The share of a town is a weighted mean over strata (see ``estimates.py``, which computes the same from arrays), its
doubt that of checks made in walks. Towns add up to the district by metre-minutes, in whole numbers. Only valid checks
of the random panel count: what complaints or a sequential test led to would make the index fall when inspectors look
harder.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis

from xiuhua.foundation.indicator_files import declare
from xiuhua.foundation.indicators import Counted, Design, Look
from xiuhua.inspection.estimates import HISTORY_MIN, HISTORY_MONTHS, MOST_UNSEEN, USUAL_DEFF
from xiuhua.lake.measures import instant

FILE = Path(__file__).with_name("indicators.yaml")
ROADS, WATERS, GREENS = "road_section", "bank_reach", "green_plot"
CARRIAGEWAY = "carriageway"
_NO = ibis.literal(value=False)
_NONE, _NOTHING = 0.0, 1e-14


def roads_clean_seen(look: Look) -> Counted:
    """Metre-minutes of roads by the share of panel checks that passed."""
    return _index(look, ROADS)


def roads_clean_level(look: Look) -> Counted:
    """The same; the estimator turns it into what is demonstrated."""
    return _index(look, ROADS)


def roads_restored_in_time(look: Look) -> Counted:
    """Failures of roads put right within their limit, of all whose limit has passed."""
    return _restored(look, ROADS)


def waters_clean_seen(look: Look) -> Counted:
    """Metre-minutes of banks by the share of panel checks that passed."""
    return _index(look, WATERS)


def waters_clean_level(look: Look) -> Counted:
    """The same; the estimator turns it into what is demonstrated."""
    return _index(look, WATERS)


def waters_restored_in_time(look: Look) -> Counted:
    """Failures of waters put right within their limit, of all whose limit has passed."""
    return _restored(look, WATERS)


def greens_clean_seen(look: Look) -> Counted:
    """Square-metre-minutes of green by the share of panel checks that passed."""
    return _index(look, GREENS)


def greens_clean_level(look: Look) -> Counted:
    """The same; the estimator turns it into what is demonstrated."""
    return _index(look, GREENS)


def greens_restored_in_time(look: Look) -> Counted:
    """Failures of green put right within their limit, of all whose limit has passed."""
    return _restored(look, GREENS)


def carriageway_score(look: Look) -> Counted:
    """The mean carriageway score by metre-minutes."""
    rows = look.once(f"inspection score {ROADS}", lambda: _towns(look, ROADS, _scored, shares=False))
    return _weighed(rows)


def checks_made(look: Look) -> Counted:
    """Planned visits of which a check was made, of all whose day is over."""
    visit = look.table("inspection_visit")
    return Counted(visit, visit.day, visit.made.cast("int64"), ibis.literal(1, type="int64"))


def inspectors_agree(look: Look) -> Counted:
    """Blind repeats that came to the same, of all that could be compared with the first check."""
    check = look.table("inspection")
    judged = check.filter(check.valid, check.passed.notnull())
    first = judged.select(first=judged.inspection, first_passed=judged.passed)
    again = judged.filter(judged.repeats.notnull())
    rows = again.inner_join(first, again.repeats == first.first)
    return Counted(rows, rows.seen_at, (rows.passed == rows.first_passed).cast("int64"), ibis.literal(1, type="int64"))


def _index(look: Look, kind: str) -> Counted:
    rows = look.once(f"inspection index {kind}", lambda: _towns(look, kind, _passed, shares=True))
    return _weighed(rows)


def _passed(check: Any) -> tuple[Any, Any]:
    return check.filter(check.passed.notnull()), lambda rows: rows.passed.cast("float64")


def _scored(check: Any) -> tuple[Any, Any]:
    scored = check.filter(check.score.notnull(), check.standard.startswith(f"{CARRIAGEWAY}@"))
    return scored, lambda rows: rows.score


def _weighed(rows: Any) -> Counted:
    told = rows.absent == 0
    whole = rows.whole.round().cast("int64")
    above = ibis.ifelse(told, rows.whole * rows.value, _NONE).fill_null(_NONE).round().cast("int64")
    return Counted(
        rows, None, above, whole, n=rows.n.cast("int64"),
        design=Design(variance=rows.variance, df=rows.df, alike=rows.alike, absent=rows.absent),
    )  # fmt: skip


def _towns(look: Look, kind: str, which: Callable[[Any], tuple[Any, Any]], *, shares: bool) -> Any:
    """A row for each month and town: its weight, value and variance as in ``estimates.areas``.

    ``absent`` is the weight again where the town has no value; ``variance`` (of value x weight) is no number where
    one walk alone was made; ``alike`` is n over the design effect of the months before.
    """
    visit, check = look.table("inspection_visit"), look.table("inspection")
    drawn = visit.filter(visit.part == "panel", visit.kind == kind, visit.town.notnull(), visit.month.notnull())
    panel = check.filter(
        check.part == "panel", check.kind == kind, check.valid, check.weight.notnull(), check.town.notnull()
    )
    panel, value_of = which(panel)
    if not shares:
        drawn = drawn.filter(drawn.standard.startswith(f"{CARRIAGEWAY}@"))
    cell, stratum = ["month", "town"], ["month", "town", "stratum"]
    sizes = drawn.group_by(stratum).aggregate(whole=drawn.weight.sum())
    towns = sizes.group_by(cell).aggregate(whole=sizes.whole.sum())
    rows = panel.select(*stratum, "walk", "weight", y=value_of(panel))
    looked = rows.group_by(stratum).aggregate(added=rows.weight.sum()).inner_join(sizes, stratum)
    rows = rows.inner_join(looked.select(*stratum, "added", "whole"), stratum)
    rows = rows.select(*cell, "walk", "y", w=rows.weight * rows.whole / rows.added)
    mean = rows.group_by(cell).aggregate(
        looked=rows.w.sum(), value=(rows.w * rows.y).sum() / rows.w.sum(), n=rows.count()
    )
    walks = rows.group_by([*cell, "walk"]).aggregate(w=rows.w.sum(), wy=(rows.w * rows.y).sum())
    walks = walks.inner_join(mean, cell)
    walks = walks.select(*cell, z=(walks.wy - walks.value * walks.w) / walks.looked)
    doubt = walks.group_by(cell).aggregate(k=walks.count(), zz=(walks.z * walks.z).sum())
    found = towns.left_join(mean, cell).drop("month_right", "town_right")
    found = found.left_join(doubt, cell).drop("month_right", "town_right")
    seen = found.looked.fill_null(_NONE)
    gone = (seen <= 0) | ((found.whole - seen) > MOST_UNSEEN * found.whole * (1 + 1e-12))
    v = ibis.ifelse(found.k > 1, found.zz * found.k / (found.k - 1).cast("float64"), ibis.literal(float("nan")))
    p = found.value
    spread = p * (1 - p)
    deff = ibis.ifelse(
        (found.k > 1) & (v > _NOTHING) & (spread > 0) & ~gone, found.n * v / spread, ibis.null("float64")
    )
    found = found.mutate(
        n=found.n.fill_null(0), absent=ibis.ifelse(gone, found.whole, _NONE),
        variance=ibis.ifelse(gone, _NONE, v * found.whole * found.whole),
        df=ibis.ifelse(gone, 0, (found.k - 1).fill_null(0)).cast("float64"),
        deff=deff, ordinal=found.month.year() * 12 + found.month.month(),
    )  # fmt: skip
    return _asked_months(look, _with_history(found))


def _with_history(found: Any) -> Any:
    """With ``alike``: n over the mean design effect of the towns in the twelve months before."""
    known = found.filter(found.deff.notnull()).select(then="ordinal", before="deff")
    months = found.select("ordinal").distinct()
    pairs = months.inner_join(known, [known.then < months.ordinal, known.then >= months.ordinal - HISTORY_MONTHS])
    usual = pairs.group_by("ordinal").aggregate(mean=pairs.before.mean(), figures=pairs.count())
    rows = found.left_join(usual, "ordinal").drop("ordinal_right")
    history = ibis.ifelse(
        rows.figures.fill_null(0) >= HISTORY_MIN, ibis.greatest(rows["mean"], 1.0), ibis.literal(USUAL_DEFF)
    )
    return rows.mutate(alike=ibis.ifelse(rows.absent > 0, _NONE, rows.n / history))


def _asked_months(look: Look, found: Any) -> Any:
    """The rows of the months that are asked for, with their number."""
    months = [(number, edge.date()) for number, edge in enumerate(look.edges[:-1])]
    asked = ibis.memtable(months, schema={"number": "int64", "first": "date"})
    rows = found.inner_join(asked, found.month == asked["first"])
    return rows.select("town", "whole", "value", "n", "absent", "variance", "df", "alike", month=rows.number)


def _restored(look: Look, kind: str) -> Counted:
    """Cases born of findings whose limit has passed; in time where handed back by then and fixed."""
    item, case = look.table("inspection_item"), look.table("case")
    born = item.filter(item.kind == kind, item["case"].notnull(), item.valid).select(number="case").distinct()
    rows = born.inner_join(case, born.number == case["case"])
    now = instant(look.now)
    due = (rows.deadline <= now) & ~rows.state.isin(["rejected", "merged"])
    late = rows.overdue | (rows.clock & (rows.deadline < now).fill_null(_NO))
    waiting = rows.state.isin(["reported", "check_filing", "filed", "suspended"])
    unfixed = (rows.state == "closed") & (rows.closing_reason != "fixed")
    good = ((~late & ~waiting) | rows.exempt) & ~unfixed
    due, good = due.fill_null(_NO), good.fill_null(_NO)
    return Counted(rows, rows.deadline, (due & good).cast("int64"), due.cast("int64"))


declare(
    FILE,
    "inspection",
    {
        one.__name__: one
        for one in (
            roads_clean_seen, roads_clean_level, roads_restored_in_time, waters_clean_seen, waters_clean_level,
            waters_restored_in_time, greens_clean_seen, greens_clean_level, greens_restored_in_time, carriageway_score,
            checks_made, inspectors_agree,
        )
    },
)  # fmt: skip
