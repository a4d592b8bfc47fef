"""Reads of the task book: books, values, forecasts, scores, commitments; only months that the reader may see."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from xiuhua.city.models import Area, District
from xiuhua.people.models import Organisation
from xiuhua.people.permissions import Person, grants_of
from xiuhua.taskbook.groups import DISTRICT, UNIT
from xiuhua.taskbook.models import (
    Book,
    Closing,
    Commitment,
    Forecast,
    Goal,
    Meeting,
    Milestone,
    Project,
    Review,
    Revision,
    Score,
    Value,
)
from xiuhua.taskbook.months import month_from

# Who sees months before they are published, drafts of books, and meetings.
INSIDE = "taskbook.follow"
# Who sees the cases behind a figure.
CASES = "case.view"
TOWN = "town"


@dataclass(frozen=True)
class Sight:
    """What a reader sees of a district: the published months, with ``inside`` also others, with ``cases`` its cases."""

    district: District
    published: dict[date, datetime]
    inside: bool
    cases: bool

    def sees(self, month: date) -> bool:
        """Whether the reader may see figures of this month."""
        return self.inside or month in self.published


class Reading(NamedTuple):
    """One row of ``Value``: raw ratios, not yet in the shown unit."""

    indicator: str
    version: int
    month: date
    scope: str
    code: str
    numerator: float
    denominator: float
    n: int
    n_eff: float | None
    value: float | None
    low: float | None
    high: float | None
    interval: str
    missing: str
    data_until: datetime
    computed_at: datetime
    code_digest: str


class Level(NamedTuple):
    """What a line of months needs of a value: raw ratios."""

    indicator: str
    month: date
    n: int
    value: float | None
    low: float | None
    high: float | None
    missing: str


@dataclass(frozen=True)
class Promised:
    """How many commitments of a goal there are, and how many of the open ones are late."""

    open: int
    late: int
    done: int


def sight(district: District, user: Person) -> Sight:
    """What ``user`` sees of ``district``."""
    found = grants_of(user, (INSIDE, CASES), district_code=district.code)
    published = dict(Closing.objects.filter(district=district).values_list("month", "published_at"))
    return Sight(district, published, bool(found[INSIDE]), bool(found[CASES]))


def books(seen: Sight) -> list[Book]:
    """The books of a district, the newest issued one first; drafts only for those inside."""
    rows = Book.objects.filter(district=seen.district)
    if not seen.inside:
        rows = rows.exclude(state=Book.State.DRAFT)
    order = {Book.State.ISSUED: 0, Book.State.CLOSED: 1, Book.State.DRAFT: 2}
    return sorted(rows, key=lambda book: (order[Book.State(book.state)], -book.last_year, book.key))


def goals(book: Book, today: date) -> list[tuple[Goal, Promised]]:
    """The goals with lead, supporting units and targets read, each with its commitments counted on ``today``."""
    still = Q(commitments__state=Commitment.State.OPEN)
    rows = (
        Goal.objects.filter(book=book)
        .select_related("lead")
        .prefetch_related("targets", "support")
        .annotate(
            still=Count("commitments", filter=still),
            late=Count("commitments", filter=still & Q(commitments__due__lt=today)),
            ended=Count("commitments", filter=Q(commitments__state=Commitment.State.DONE)),
        )
    )
    found: list[tuple[Goal, Promised]] = []
    for goal in rows:
        goal.book = book
        found.append((goal, Promised(goal.still, goal.late, goal.ended)))
    return found


def named_goals(book: Book) -> list[Goal]:
    """The goals with nothing but what stands in their own rows."""
    return list(Goal.objects.filter(book=book))


def values(
    seen: Sight,
    *,
    indicators: Collection[str] | None = None,
    scopes: Collection[str] | None = None,
    code: str | None = None,
    since: date | None = None,
    until: date | None = None,
) -> list[Reading]:
    """Values by indicator, scope, code and month; each part that is not None narrows them. Both months count."""
    rows = Value.objects.filter(_months(seen), district=seen.district)
    parts = {
        "indicator__in": indicators, "scope__in": scopes, "code": code, "month__gte": since, "month__lte": until,
    }  # fmt: skip
    rows = rows.filter(**{name: part for name, part in parts.items() if part is not None})
    return [Reading(*row) for row in rows.order_by("indicator", "scope", "code", "month").values_list(*Reading._fields)]


def levels(seen: Sight, indicators: Collection[str], since: date, until: date) -> dict[str, list[Level]]:
    """The months of each indicator for the whole district, in order; both ends count."""
    rows = Value.objects.filter(
        _months(seen), district=seen.district, indicator__in=indicators, scope=DISTRICT, code=""
    )
    rows = rows.filter(month__gte=since, month__lte=until).order_by("indicator", "month")
    found: dict[str, list[Level]] = {}
    for row in map(Level._make, rows.values_list(*Level._fields)):
        found.setdefault(row.indicator, []).append(row)
    return found


def one_value(seen: Sight, indicator: str, month: str, scope: str, code: str) -> Reading | None:
    """The value of one group in a month written as 2026-03; None where the reader sees none."""
    first = month_from(month)
    found = [] if first is None else values(
        seen, indicators=[indicator], scopes=[scope], code=code, since=first, until=first
    )  # fmt: skip
    return found[0] if found else None


def newest_month(seen: Sight, indicators: Collection[str] | None = None) -> date | None:
    """The last month with a value that the reader sees; None where there is none."""
    months = months_with_values(seen, indicators)
    return months[-1] if months else None


def months_with_values(seen: Sight, indicators: Collection[str] | None = None) -> list[date]:
    """The months that have values the reader sees, in order."""
    rows = Value.objects.filter(_months(seen), district=seen.district)
    if indicators is not None:
        rows = rows.filter(indicator__in=indicators)
    return list(rows.order_by("month").values_list("month", flat=True).distinct())


def forecasts(seen: Sight, found: Iterable[Goal], year: int, until: date | None = None) -> dict[int, list[Forecast]]:
    """What was forecast for the district by the end of ``year``: by goal, month after month."""
    rows = Forecast.objects.filter(_months(seen), goal__in=list(found), year=year, scope=DISTRICT, code="")
    if until is not None:
        rows = rows.filter(month__lte=until)
    by_goal: dict[int, list[Forecast]] = {}
    for row in rows.order_by("month"):
        by_goal.setdefault(row.goal_id, []).append(row)
    return by_goal


def finished_projects(book: Book) -> dict[str, tuple[int, int]]:
    """Of each kind of project: how many are done, and how many there are."""
    rows = Project.objects.filter(book=book).order_by().values("kind")
    counted = rows.annotate(done=Count("pk", filter=Q(done_on__isnull=False)), all=Count("pk"))
    return {row["kind"]: (row["done"], row["all"]) for row in counted}


def commitments(book: Book) -> QuerySet[Commitment]:
    """Every commitment of a book with its unit and goal."""
    return Commitment.objects.filter(goal__book=book).select_related("unit", "goal", "meeting")


def scores(seen: Sight, book: Book, *, scope: str | None = None, code: str | None = None) -> list[Score]:
    """Scores under a book, month after month."""
    rows = Score.objects.filter(_months(seen), book=book)
    parts = {"scope": scope, "code": code}
    return list(rows.filter(**{key: part for key, part in parts.items() if part is not None}).order_by("month", "code"))


def meeting_by_id(district: District, identity: int) -> Meeting | None:
    """A meeting of the district with its book and chair; None where there is none."""
    rows = Meeting.objects.select_related("book__district", "chair")
    return rows.filter(book__district=district, pk=identity).first()


def commitment_of(book: Book, identity: int) -> Commitment | None:
    """A commitment of the book; None where there is none."""
    return commitments(book).filter(pk=identity).first() if identity < 2**63 else None


def goal_of(book: Book, key: str) -> Goal | None:
    """A goal of the book by its key; None where there is none."""
    return Goal.objects.filter(book=book, key=key).select_related("book__district").first()


def units(district: District) -> list[Organisation]:
    """Every organisation of the district, by code."""
    return list(Organisation.objects.filter(district_code=district.code))


def unit_of(district: District, code: str) -> Organisation | None:
    """The organisation of a district by its code; None where there is none."""
    return Organisation.objects.filter(district_code=district.code, code=code).select_related("parent").first()


def known_area(district: District, kind: str, code: str) -> bool:
    """Whether the district has or had an area of this kind and code."""
    return Area.objects.filter(district=district, kind=kind, code=code).exists()


def _months(seen: Sight) -> Q:
    return Q() if seen.inside else Q(month__in=list(seen.published))


def scopes_of(seen: Sight, indicator: str, month: date) -> list[str]:
    """The kinds of groups that have a value of the indicator in the month."""
    rows = Value.objects.filter(_months(seen), district=seen.district, indicator=indicator, month=month)
    return list(rows.order_by("scope").values_list("scope", flat=True).distinct())


def names(district: District, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The name of each scope and code, in the language of the page; the code where nothing is called so."""
    wanted = set(pairs)
    units = {code for scope, code in wanted if scope == UNIT}
    areas = wanted - {(UNIT, code) for code in units} - {(DISTRICT, "")}
    found = {pair: pair[1] for pair in wanted} | {(DISTRICT, ""): district.name}
    if units:
        bodies = Organisation.objects.filter(district_code=district.code, code__in=units)
        found |= {(UNIT, body.code): body.name for body in bodies}
    if areas:
        kinds, codes = {kind for kind, _code in areas}, {code for _kind, code in areas}
        rows = (
            Area.objects.filter(district=district, kind__in=kinds, code__in=codes).defer("geom").order_by("valid_from")
        )
        found |= {pair: row.name or row.code for row in rows if (pair := (row.kind, row.code)) in areas}
    return found


def goals_with(seen: Sight, indicator: str) -> list[Goal]:
    """The goals of issued and closed books, for those inside also of drafts, that the indicator measures."""
    rows = Goal.objects.filter(book__district=seen.district, indicator=indicator)
    if not seen.inside:
        rows = rows.exclude(book__state=Book.State.DRAFT)
    return list(rows.select_related("book", "lead").prefetch_related("targets").order_by("-book__last_year", "order"))


def newest_of_each(seen: Sight) -> dict[str, Reading]:
    """The newest district value of every indicator."""
    month = newest_month(seen)
    if month is None:
        return {}
    since = month.replace(year=month.year - 1)
    return {row.indicator: row for row in values(seen, scopes=[DISTRICT], code="", since=since)}


def months_of_group(seen: Sight, book: Book | None, scope: str, code: str) -> list[date]:
    """The months in which a unit or an area has a value or, under ``book``, a score, in order."""
    rows = Value.objects.filter(_months(seen), district=seen.district, scope=scope, code=code)
    found = set(rows.order_by().values_list("month", flat=True).distinct())
    if book is not None:
        scored = Score.objects.filter(_months(seen), book=book, scope=scope, code=code)
        found |= set(scored.order_by().values_list("month", flat=True))
    return sorted(found)


def revisions(district: District, scope: str | None = None, code: str | None = None) -> list[Revision]:
    """What was revised after its month was published, the newest first."""
    rows = Revision.objects.filter(closing__district=district).select_related("closing")
    parts = {"scope": scope, "code": code}
    return list(rows.filter(**{key: part for key, part in parts.items() if part is not None}))


def projects(book: Book) -> list[Project]:
    """The projects of a book by kind, each with unit and milestones."""
    rows = Project.objects.filter(book=book).select_related("unit").prefetch_related("milestones")
    return list(rows)


def project_of(book: Book, key: str) -> Project | None:
    """A project of the book by its key; None where there is none."""
    return Project.objects.filter(book=book, key=key).select_related("book__district", "unit").first()


def milestone_of(book: Book, project: str, key: str) -> Milestone | None:
    """A step of a project by both keys; None where there is none."""
    rows = Milestone.objects.filter(project__book=book, project__key=project, key=key)
    return rows.select_related("project__book__district", "project__unit").first()


def milestones_of_unit(book: Book, unit: Organisation) -> list[Milestone]:
    """The steps of the projects of a unit, the next due first."""
    rows = Milestone.objects.filter(project__book=book, project__unit=unit).select_related("project")
    return sorted(rows, key=lambda step: (step.done_on is not None, step.due, step.pk))


def project_targets(book: Book) -> dict[str, tuple[str, float | None, int | None]]:
    """Of each kind of project that a goal counts: the name of the goal, its last target and the year of it."""
    found = {}
    for goal in Goal.objects.filter(book=book).exclude(project_kind="").prefetch_related("targets"):
        last = max(goal.targets.all(), key=lambda target: target.year, default=None)
        found[goal.project_kind] = (goal.name, last.value if last else None, last.year if last else None)
    return found


def meetings(book: Book) -> QuerySet[Meeting]:
    """The meetings of a book, the newest first, with how many commitments each reviewed and made."""
    rows = Meeting.objects.filter(book=book).select_related("chair")
    return rows.annotate(reviewed=Count("reviews", distinct=True), made=Count("commitments", distinct=True)).order_by(
        "-held_on", "-pk"
    )


def reviews(meeting: Meeting) -> QuerySet[Review]:
    """What a meeting said, in the order in which it was said."""
    return Review.objects.filter(meeting=meeting).select_related("commitment__unit", "commitment__goal", "user")


def closings(district: District) -> list[Closing]:
    """The published months, the newest first."""
    return list(Closing.objects.filter(district=district).order_by("-month"))
