"""What was promised and what is built, as it stood at the end of the month: commitments, projects, their milestones."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from xiuhua.taskbook.bulletin import addresses
from xiuhua.taskbook.bulletin.figures import PIECES, Figure, Figures
from xiuhua.taskbook.groups import Called
from xiuhua.taskbook.models import Book, Commitment, Goal, Milestone, Project

if TYPE_CHECKING:
    from xiuhua.taskbook.bulletin.contents import Source

DONE, LATE, OPEN = "done", "late", "open"


@dataclass(frozen=True)
class Promise:
    """One commitment as it stood at the end of the month: done, late or open; ``days`` is how late it was."""

    goal: Called
    measure: str
    unit: Called
    first_due: date
    due: date
    done_on: date | None
    state: str
    days: int


@dataclass(frozen=True)
class Ledger:
    """The commitments that matter in the month: those that were due, those that are late; None without a book."""

    due: Figure | None
    kept: Figure | None
    late: Figure | None
    open: Figure | None
    promises: list[Promise]


@dataclass(frozen=True)
class Pace:
    """How far the projects of a kind have come: finished ones, and milestones done of those due so far."""

    book: str
    kind: str
    name: Called
    finished: Figure
    steps: Figure
    all_steps: int


def ledger(source: "Source", figures: Figures) -> Ledger:
    """The commitments of the books in force. What was moved or done after the month does not count back into it."""
    if not source.books:
        return Ledger(None, None, None, None, [])
    first, last = source.month, source.last
    rows = Commitment.objects.filter(goal__book__in=source.books).exclude(state=Commitment.State.DROPPED)
    rows = rows.select_related("goal", "unit", "meeting").prefetch_related("reviews__meeting").order_by("due", "pk")
    known = [row for row in rows if row.meeting is None or row.meeting.held_on <= last]
    promises = [_promise(row, last) for row in known]
    due = [each for each in promises if first <= each.due <= last]
    late = [each for each in promises if each.state == LATE]
    still = [each for each in promises if each.state != DONE]
    address = addresses.of_book(source.books[0], source.month.year)

    def count(key: str, zh: str, en: str, part: int, whole: int) -> Figure:
        return figures.count(f"commitments:{key}", Called(zh, en), part, whole, source.until, address, PIECES)

    return Ledger(
        count("due", "本月到期承诺", "Commitments due in the month", len(due), len(promises)),
        count(
            "kept", "本月到期承诺中已兑现", "Of those due in the month, kept",
            sum(each.state == DONE for each in due), len(due),
        ),
        count("late", "逾期未兑现承诺", "Commitments that are late", len(late), len(still)),
        count("open", "未完成承诺", "Open commitments", len(still), len(promises)),
        [each for each in promises if each in due or each.state == LATE],
    )  # fmt: skip


def _promise(row: Commitment, last: date) -> Promise:
    later = [review for review in row.reviews.all() if review.meeting.held_on > last]
    due = min(later, key=lambda review: (review.meeting.held_on, review.pk)).due_before if later else row.due
    done = row.done_on if row.done_on is not None and row.done_on <= last else None
    state = DONE if done else LATE if due <= last else OPEN
    end = done or last
    return Promise(
        Called(row.goal.name_zh, row.goal.name_en), row.measure, Called(row.unit.name_zh, row.unit.name_en),
        row.first_due, due, done, state, max((end - due).days, 0),
    )  # fmt: skip


def paces(source: "Source", figures: Figures) -> list[Pace]:
    """The projects of the books in force by kind."""
    return [_pace(source, figures, book, kind) for book in source.books for kind in _kinds(book)]


def _kinds(book: Book) -> list[str]:
    return list(Project.objects.filter(book=book).order_by("kind").values_list("kind", flat=True).distinct())


def _pace(source: "Source", figures: Figures, book: Book, kind: str) -> Pace:
    projects = Project.objects.filter(book=book, kind=kind)
    steps = Milestone.objects.filter(project__in=projects)
    due = steps.filter(due__lte=source.last)
    goal = Goal.objects.filter(book=book, project_kind=kind).order_by("order", "key").first()
    name = Called(goal.name_zh, goal.name_en) if goal else Called(kind, "")
    address = addresses.of_projects(book)
    finished = figures.count(
        f"projects:{book.key}:{kind}:done", Called(f"{name.zh} 已完成", f"{name.en or name.zh}, finished"),
        projects.filter(done_on__lte=source.last).count(), projects.count(), source.until, address,
        (goal.unit if goal else "") or "个",
    )  # fmt: skip
    reached = figures.count(
        f"steps:{book.key}:{kind}", Called(f"{name.zh} 到期节点已完成", f"{name.en or name.zh}, milestones done"),
        due.filter(done_on__lte=source.last).count(), due.count(), source.until, address, "个",
    )  # fmt: skip
    return Pace(book.key, kind, name, finished, reached, steps.count())
