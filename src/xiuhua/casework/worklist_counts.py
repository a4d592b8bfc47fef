"""How many cases each queue would show: counted in one query, no further than ``CAP``, by index or not at all."""

from collections.abc import Iterator
from dataclasses import replace

from xiuhua.casework.compound import Counting, Question, counting
from xiuhua.casework.states import CLOCK, OPEN, STATES
from xiuhua.casework.worklist_criteria import HARD, QUEUES, Criteria
from xiuhua.casework.worklist_queues import Selection, todo
from xiuhua.casework.worklists import WorkList, narrowed

CAP = 1_000
# Flags whose cases are counted, beside the queues.
COUNTED = ("overdue", "asked")


def counts(work: WorkList) -> dict[str, int] | None:
    """How many cases each queue, each state, "overdue", "asked" and the ledger would show, up to ``CAP + 1``.

    Only filters that an index answers are taken into account: None with others, since they look at case after case.
    """
    asked = work.criteria
    if asked.text or asked.source or asked.colour or asked.dated or asked.flags:
        return None
    plain = replace(work, criteria=replace(asked, queue="", state="", hard=False, sort=""))
    names, counting_all = plain.kept("counts", _counting)
    found: dict[str, int] = {}
    for question, state, number in counting_all.found(plain.values(counting_all.values)):
        name = names[question] or state
        found[name] = found.get(name, 0) + number
    for queue, (_label, states) in QUEUES.items():
        found[queue] = found.get(queue, 0) if queue == "todo" else sum(found.get(state, 0) for state in states)
    return found


def _counting(work: WorkList) -> tuple[list[str], Counting]:
    named = list(_questions(work, work.criteria))
    return [name for name, _question in named], counting([question for _name, question in named], CAP)


def _questions(work: WorkList, plain: Criteria) -> Iterator[tuple[str, Question]]:
    parts = work.sight.parts()
    asked: list[tuple[str, Selection, Criteria]] = [
        ("", [(tuple(STATES), parts)], plain),
        ("todo", todo(work.sight), plain),
    ]
    for name, chosen, criteria in asked:
        for states, cases, _more in narrowed(work, chosen, criteria):
            yield name, Question(cases, states)
    # These are few in each state: one question for all states is planned sooner than one for each.
    few: list[tuple[str, Selection, Criteria]] = [
        (HARD, [(OPEN, parts)], replace(plain, hard=True)),
        *((flag, [(CLOCK, parts)], replace(plain, flags=frozenset({flag}))) for flag in COUNTED),
    ]
    for name, chosen, criteria in few:
        for states, cases, _more in narrowed(work, chosen, criteria, at_once=True):
            yield name, Question(cases, states[:1])


def number_text(count: int) -> str:
    """A count as it is shown: from ``CAP`` on it was not counted further."""
    return f"{CAP:,}+" if count > CAP else f"{count:,}"
