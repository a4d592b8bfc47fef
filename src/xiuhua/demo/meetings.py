"""Meetings of the current book and what became of what was promised in them, act by act in the order of time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from xiuhua.demo.plan import read_yaml
from xiuhua.people.models import Organisation
from xiuhua.taskbook.actions.commitments import finish, promise
from xiuhua.taskbook.actions.meetings import close_meeting, open_meeting, review
from xiuhua.taskbook.models import Book, Commitment, Goal, Meeting

_OVERDUE = "超期未完成，继续督办"


@dataclass
class _Story:
    """The meetings held so far and the commitments made so far."""

    book: Book
    units: dict[str, Organisation]
    actor: str
    days: list[date]
    meetings: list[Meeting] = field(default_factory=list)
    made: list[tuple[dict[str, Any], Commitment]] = field(default_factory=list)


def hold_meetings(book: Book, now: datetime, *, actor: str) -> int:
    """Hold every meeting of ``meetings.yaml`` in ``book``. Returns how many commitments were made."""
    told = read_yaml("meetings.yaml")
    today = now.date()
    days = [today - timedelta(entry["ago"]) for entry in told["meetings"]]
    units = {unit.code: unit for unit in Organisation.objects.filter(district_code=book.district.code)}
    story = _Story(book, units, actor, days)
    goals = {goal.key: goal for goal in Goal.objects.filter(book=book)}
    acts: list[tuple[date, int, Callable[[datetime], None]]] = []
    for number, (day, entry) in enumerate(zip(days, told["meetings"], strict=True)):
        promises = [one for one in told["commitments"] if one["at"] == number]
        acts.append((day, 0, _meeting(story, number, entry["minutes"], promises, goals)))
        for one in promises:
            done = day + timedelta(one["done"]) if "done" in one else None
            if done and done <= today:
                acts.append((done, 1, _finishing(story, one, done)))
    for day, _order, act in sorted(acts, key=lambda each: each[:2]):
        act(min(datetime.combine(day, time(1, 30), tzinfo=UTC), now))
    return len(story.made)


def _meeting(
    story: _Story, number: int, minutes: str, promises: list[dict[str, Any]], goals: dict[str, Goal]
) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        day = story.days[number]
        meeting = open_meeting(
            story.book, held_on=day, title=f"任务书第 {number + 1} 次调度会", chair=story.units["GOV"],
            actor=story.actor, at=at,
        )  # fmt: skip
        story.meetings.append(meeting)
        for entry, commitment in story.made if minutes else ():
            _go_through(story, number, entry, commitment, at)
        for entry in promises:
            commitment = promise(
                goals[entry["goal"]], measure=entry["measure"], unit=story.units[entry["unit"]],
                due=day + timedelta(entry["due"]), meeting=meeting, actor=story.actor, at=at,
            )  # fmt: skip
            story.made.append((entry, commitment))
        if minutes:
            close_meeting(meeting, minutes=minutes, actor=story.actor, at=at)

    return act


def _go_through(story: _Story, number: int, entry: dict[str, Any], made: Commitment, at: datetime) -> None:
    """What the meeting says of a commitment that is open: as the file has it, else of what is due."""
    meeting, row = story.meetings[number], Commitment.objects.get(pk=made.pk)
    if row.state != Commitment.State.OPEN:
        return
    moved, dropped = entry.get("moved", {}), entry.get("dropped", {})
    said: dict[str, Any] = {"state": "open"}
    if moved.get("meeting") == number:
        said |= {"due": meeting.held_on + timedelta(moved["to"]), "note": moved["why"]}
    elif dropped.get("meeting") == number:
        said = {"state": "dropped", "note": dropped["why"]}
    elif row.due <= meeting.held_on:
        said["note"] = entry.get("overdue", _OVERDUE)
    else:
        return
    review(meeting, row, actor=story.actor, at=at, **said)


def _finishing(story: _Story, entry: dict[str, Any], day: date) -> Callable[[datetime], None]:
    def act(at: datetime) -> None:
        made = next(commitment for told, commitment in story.made if told is entry)
        finish(made, proof=entry["proof"], done_on=day, actor=story.actor, at=at)

    return act
