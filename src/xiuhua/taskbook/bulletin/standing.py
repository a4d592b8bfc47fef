"""Scores of a month: points with their interval, the places that cannot be excluded, the band; never a single place."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xiuhua.taskbook.bulletin import addresses
from xiuhua.taskbook.bulletin.figures import Figure, Figures
from xiuhua.taskbook.groups import UNIT, Called
from xiuhua.taskbook.models import Score

if TYPE_CHECKING:
    from xiuhua.taskbook.bulletin.contents import Source

# Bands in the order in which they are printed; groups without a score come last.
BANDS = ("above", "same", "below", "")


@dataclass(frozen=True)
class Scored:
    """One group with its score; ``parts`` as they were kept with it."""

    code: str
    name: Called
    points: Figure
    ranks: Figure | None
    band: str
    parts: list[dict[str, Any]]


@dataclass(frozen=True)
class Pool:
    """Groups that were scored by the same goals: only these are compared. One alone has no place."""

    goals: int
    groups: list[Scored]


@dataclass(frozen=True)
class Ranking:
    """The groups of one scope under one book, in pools: clearly above, not separable, clearly below."""

    book: str
    book_name: Called
    scope: str
    scope_name: Called
    pools: list[Pool]

    @property
    def groups(self) -> list[Scored]:
        """All of them."""
        return [each for pool in self.pools for each in pool.groups]


def rankings(source: "Source", figures: Figures) -> list[Ranking]:
    """The scores of the month by book and scope; inside a band in the order of names, since the order says nothing."""
    found: dict[tuple[str, str], list[Score]] = {}
    rows = Score.objects.filter(book__in=source.books, month=source.month).select_related("book__district")
    for row in rows.order_by("book__key", "scope", "code"):
        found.setdefault((row.book.key, row.scope), []).append(row)
    order = sorted(found, key=lambda key: (key[0], key[1] == UNIT, key[1]))
    return [_ranking(source, figures, found[key]) for key in order]


def _ranking(source: "Source", figures: Figures, rows: list[Score]) -> Ranking:
    book, scope = rows[0].book, rows[0].scope
    alike: dict[tuple[str, ...], list[Score]] = {}
    for row in sorted(rows, key=lambda row: (BANDS.index(row.band) if row.band in BANDS else len(BANDS), row.code)):
        alike.setdefault(tuple(str(part.get("goal", "")) for part in row.parts), []).append(row)
    order = sorted(alike, key=lambda goals: (-len(alike[goals]), -len(goals), goals))
    return Ranking(
        book.key, Called(book.name_zh, book.name_en), scope, source.groups.scope(scope),
        [Pool(len(goals), [_scored(source, figures, row) for row in alike[goals]]) for goals in order],
    )  # fmt: skip


def _scored(source: "Source", figures: Figures, row: Score) -> Scored:
    name, address = source.groups.name(row.scope, row.code), addresses.of_score(row)
    keys = {str(part.get("indicator", "")) for part in row.parts}
    until = source.data_until(sorted(keys), row.scope, row.code)
    points = figures.score(row, name, until, address)
    placed = row.best_rank is not None and row.worst_rank is not None
    return Scored(
        row.code, name, points, figures.ranks(row, name, until, address) if placed else None, row.band, row.parts
    )
