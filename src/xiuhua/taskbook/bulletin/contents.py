"""What the bulletin of a month says, before it is written in a language: goals, scores, ledgers, revisions, values."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from xiuhua.city.models import District
from xiuhua.foundation.indicators import indicators
from xiuhua.foundation.plain import plain
from xiuhua.taskbook.bulletin import addresses
from xiuhua.taskbook.bulletin.figures import Figure, Figures
from xiuhua.taskbook.bulletin.goals import GoalLine, Lights, goal_lines, lights, look_ahead
from xiuhua.taskbook.bulletin.ledger import Ledger, Pace, ledger, paces
from xiuhua.taskbook.bulletin.revised import Changed, changes
from xiuhua.taskbook.bulletin.standing import Ranking, rankings
from xiuhua.taskbook.freezing import closing_of
from xiuhua.taskbook.groups import DISTRICT, UNIT, Groups
from xiuhua.taskbook.models import Book, Value
from xiuhua.taskbook.months import edges_of, month_after

# Which values are figures of a bulletin; finer areas are asked for through the interface.
_SCOPES = (DISTRICT, "town", UNIT)


@dataclass(frozen=True)
class Source:
    """What a bulletin is made from. ``until`` is the first instant after the month, ``last`` its last day."""

    district: District
    month: date
    until: datetime
    last: date
    books: list[Book]
    values: dict[tuple[str, str, str], Value]
    groups: Groups

    @classmethod
    def of(cls, district: District, month: date) -> "Source":
        """Read it; books are those in force in the month, drafts left out."""
        following = month_after(month)
        _begin, until = edges_of([month], district.time_zone)
        books = Book.objects.filter(district=district, first_year__lte=month.year, last_year__gte=month.year)
        rows = Value.objects.filter(district=district, month=month, scope__in=_SCOPES)
        return cls(
            district, month, until, date.fromordinal(following.toordinal() - 1),
            list(books.exclude(state=Book.State.DRAFT).select_related("district").order_by("key")),
            {(row.indicator, row.scope, row.code): row for row in rows.order_by("indicator", "scope", "code")},
            Groups.of(district),
        )  # fmt: skip

    def data_until(self, wanted: Iterable[str], scope: str, code: str) -> datetime | None:
        """How far the data of these indicators reach for a group: the earliest of them."""
        found = [row.data_until for key in wanted if (row := self.values.get((key, scope, code)))]
        return min(found, default=None)


@dataclass(frozen=True)
class Contents:
    """Everything that a bulletin says. ``published_at`` is None for a provisional one.

    The first ``printed`` figures stand in the PDF; the workbook has them all.
    """

    district: District
    month: date
    published_at: datetime | None
    lights: Lights
    goals: list[GoalLine]
    rankings: list[Ranking]
    ledger: Ledger
    paces: list[Pace]
    changes: list[Changed]
    figures: list[Figure]
    printed: int

    @property
    def provisional(self) -> bool:
        """Whether the month was not published yet, so that its figures may still change."""
        return self.published_at is None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say about the month."""
        return not (self.figures[self.printed :] or any(line.value for line in self.goals) or self.rankings)

    def revised(self, figure: Figure) -> Changed | None:
        """The last revision of a figure of this month; the figure itself stays as it was published."""
        found = [each for each in self.changes if each.month == self.month and each.figure == figure.key]
        return found[-1] if found else None

    def digest(self) -> str:
        """SHA-256 of everything that is said: the same content has the same digest."""
        said = {
            "district": [self.district.code, self.district.name_zh, self.district.name_en, self.district.synthetic],
            "month": self.month,
            "published_at": self.published_at,
            "lights": asdict(self.lights),
            **{
                name: [asdict(each) for each in getattr(self, name)]
                for name in ("goals", "rankings", "paces", "changes", "figures")
            },
            "ledger": asdict(self.ledger),
        }
        text = json.dumps(plain(said), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def contents_of(district: District, month: date) -> Contents:
    """What a bulletin of ``month`` (its first day) says now. Figures that are printed have the first numbers."""
    source, figures = Source.of(district, month), Figures()
    closing = closing_of(district, month)
    ahead = look_ahead(source)
    counted, book = lights(source, figures, ahead), ledger(source, figures)
    goals, ranked, pace = goal_lines(source, figures, ahead), rankings(source, figures), paces(source, figures)
    changed = changes(source)
    known, printed = indicators(), len(figures)
    for row in source.values.values():
        group = source.groups.name(row.scope, row.code)
        figures.value(row, known.get(row.indicator), group, addresses.of_value(district.code, row))
    return Contents(
        district, month, closing.published_at if closing else None, counted, goals, ranked, book, pace, changed,
        list(figures), printed,
    )  # fmt: skip
