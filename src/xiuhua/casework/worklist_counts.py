"""How many cases each queue would show: counted in one query, no further than ``CAP``, by index or not at all."""

from collections.abc import Iterator
from dataclasses import replace

from django.db.models import QuerySet

from xiuhua.casework.compound import counted
from xiuhua.casework.models import Case
from xiuhua.casework.states import CLOCK, OPEN, STATES
from xiuhua.casework.worklist_criteria import HARD, QUEUES, Criteria
from xiuhua.casework.worklist_queues import Selection, narrowing, todo
from xiuhua.casework.worklists import WorkList

CAP = 10_000
# Flags whose cases are counted, beside the queues.
COUNTED = ("overdue", "asked")


def counts(work: WorkList) -> dict[str, int] | None:
    """How many cases each queue, each state, "overdue", "asked" and the ledger would show, up to ``CAP + 1``.

    Only filters that an index answers are taken into account: None with others, since they look at case after case.
    """
    asked = work.criteria
    if asked.text or asked.source or asked.colour or asked.dated or asked.flags:
        return None
    named = list(_questions(work, replace(asked, queue="", state="", hard=False)))
    found: dict[str, int] = {}
    for (name, _cases), number in zip(named, counted([cases for _name, cases in named], CAP), strict=True):
        found[name] = found.get(name, 0) + number
    for queue, (_label, states) in QUEUES.items():
        found[queue] = found.get(queue, 0) if queue == "todo" else sum(found.get(state, 0) for state in states)
    return found


def _questions(work: WorkList, plain: Criteria) -> Iterator[tuple[str, "QuerySet[Case]"]]:
    parts = work.sight.parts()
    yield from _of("", work, dict.fromkeys(STATES, parts), plain)
    yield from _of("todo", work, todo(work.sight), plain)
    for flag in COUNTED:
        yield from _of(flag, work, dict.fromkeys(CLOCK, parts), replace(plain, flags=frozenset({flag})))
    yield from _of(HARD, work, dict.fromkeys(OPEN, parts), replace(plain, hard=True))


def _of(name: str, work: WorkList, chosen: Selection, criteria: Criteria) -> Iterator[tuple[str, "QuerySet[Case]"]]:
    for state, parts in chosen.items():
        found = narrowing(state, criteria, work.sight, work.now, work.calendar)
        for part in parts if found else ():
            yield name or state, Case.objects.filter(part, found.fast, district=work.sight.district, state=state)


def number_text(count: int) -> str:
    """A count as it is shown: from ``CAP`` on it was not counted further."""
    return f"{CAP:,}+" if count > CAP else f"{count:,}"
