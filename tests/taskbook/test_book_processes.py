"""Two people at the same thing at the same moment: one wins, the other is told."""

from datetime import date

import pytest

from plugins.threads import database_on_disk, together
from taskbook.small_book import BOOK, NOW, furnish
from xiuhua.foundation.events import verify
from xiuhua.taskbook.actions.books import issue_book
from xiuhua.taskbook.actions.commitments import drop, finish, promise
from xiuhua.taskbook.actions.load import load_book
from xiuhua.taskbook.actions.plan import put
from xiuhua.taskbook.actions.projects import finish_milestone
from xiuhua.taskbook.book_file.yaml_in import read_yaml
from xiuhua.taskbook.models import Book, Commitment, Milestone, Target
from xiuhua.taskbook.refusals import Conflict, TaskbookError


@pytest.fixture
def district(transactional_db, two_districts):
    furnish(two_districts[0])
    return two_districts[0]


@pytest.fixture
def real_database(district, tmp_path):
    with database_on_disk(tmp_path):
        yield


def load(district, **more):
    return load_book(read_yaml(BOOK.encode()), district, actor="t", at=NOW, **more)


def one_of(outcomes, won):
    """One of the outcomes is of the kind ``won``, the others were told who was first."""
    lost = [one for one in outcomes if isinstance(one, Conflict)]
    assert sum(isinstance(one, won) for one in outcomes) == 1, outcomes
    assert len(lost) == len(outcomes) - 1, outcomes
    assert all(one.by and one.remedy for one in lost)


def test_of_two_at_once_one_is_told(district, real_database):
    book = issue_book(load(district).book, actor="t", at=NOW)
    for number in range(4):
        unit = Commitment.objects.first().unit
        row = promise(
            Commitment.objects.first().goal, measure=f"第{number}项", unit=unit, due=date(2024, 9, 1), actor="t", at=NOW
        )
        outcomes = together(
            lambda row=row: finish(row, proof="照片", actor="finisher", expected_version=1, at=NOW),
            lambda row=row: drop(row, reason="不做了", actor="dropper", expected_version=1, at=NOW),
            errors=TaskbookError,
        )
        one_of(outcomes, Commitment)
        row.refresh_from_db()
        assert row.version == 2
    milestone = Milestone.objects.get(key="plan")
    acts = [lambda who=who: finish_milestone(milestone, proof=who, actor=who, at=NOW) for who in ("a", "b", "c")]
    one_of(together(*acts, errors=TaskbookError), Milestone)
    assert not verify(f"book:{district.code}:{book.key}").breaks


def test_two_who_load_the_same_new_book_make_one(district, real_database):
    first, second = together(lambda: load(district), lambda: load(district), errors=TaskbookError)
    assert sorted([first.unchanged, second.unchanged]) == [False, True]
    assert Book.objects.count() == 1


def test_two_who_change_different_goals_both_succeed(district, real_database):
    book = load(district).book
    acts = [
        lambda year=year, goal=goal: put(book, "targets", {"goal": goal, "year": year, "value": year - 2000}, actor="t")
        for goal, year in (("closing", 2022), ("rooms", 2023), ("rooms", 2022))
    ]
    together(*acts, errors=TaskbookError)
    found = set(Target.objects.values_list("goal__key", "year", "value"))
    assert found >= {("closing", 2022, 22.0), ("rooms", 2023, 23.0), ("rooms", 2022, 22.0)}
    assert Book.objects.get().version == 4
