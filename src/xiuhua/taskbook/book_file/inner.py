"""What contradicts itself within a book: double keys, years outside it, groups without goals, percentages above 100."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from xiuhua.foundation.placed.faults import Fault
from xiuhua.foundation.placed.reading import Path_, Read

PERCENT = "%"


def inner_faults(read: Read) -> Iterator[Fault]:
    """Everything of the kind; parts that are not even of the right type are left to the schema."""
    data = read.data
    first, last = data.get("first_year"), data.get("last_year")
    if isinstance(first, int) and isinstance(last, int) and first > last:
        rule = _("The first year lies after the last.")
        yield Fault(read.place(("first_year",)), "first_year", str(first), rule, _("Exchange the two."))
    for name in ("groups", "goals", "projects"):
        yield from _twice(read, (name,), "key")
    yield from _groups(read)
    for path, goal in things(read.data, ("goals",)):
        yield from _twice(read, (*path, "targets"), "year")
        yield from _twice(read, (*path, "commitments"), "key")
        yield from _goal(read, path, goal, first, last)
        for inner, commitment in things(read.data, (*path, "commitments")):
            yield from _commitment(read, inner, commitment)
    for path, project in things(read.data, ("projects",)):
        yield from _twice(read, (*path, "milestones"), "key")
        yield from _project(read, path, project)


def things(data: dict[str, Any], path: Path_) -> Iterator[tuple[Path_, dict[str, Any]]]:
    """The keyed things of the list at ``path``, each with its own path."""
    at: Any = data
    for part in path:
        if isinstance(at, dict):
            at = at.get(part)
        elif isinstance(at, list) and isinstance(part, int):
            at = at[part]
    for number, each in enumerate(at if isinstance(at, list) else ()):
        if isinstance(each, dict):
            yield (*path, number), each


def _twice(read: Read, path: Path_, name: str) -> Iterator[Fault]:
    seen: dict[Any, str] = {}
    for inner, thing in things(read.data, path):
        value = thing.get(name)
        if not isinstance(value, str | int):
            continue
        place = read.place((*inner, name))
        if value in seen:
            rule = _("This stands twice; first in %(place)s.") % {"place": seen[value] or "?"}
            yield Fault(place, name, str(value), rule, _("Give each its own, or remove one of the two."))
        seen.setdefault(value, place)


def _groups(read: Read) -> Iterator[Fault]:
    groups = {str(group.get("key")): path for path, group in things(read.data, ("groups",))}
    used = {str(goal["group"]) for _path, goal in things(read.data, ("goals",)) if goal.get("group")}
    for path, goal in things(read.data, ("goals",)):
        if goal.get("group") and str(goal["group"]) not in groups:
            rule = _("There is no such group in the book; known are: %(keys)s.") % {"keys": ", ".join(groups) or "-"}
            place = read.place((*path, "group"))
            yield Fault(place, "group", str(goal["group"]), rule, _("Add it to the groups, or use one of these."))
    for key in sorted(set(groups) - used):
        rule, remedy = _("No goal belongs to this group."), _("Put a goal into it, or remove it.")
        yield Fault(read.place((*groups[key], "key")), "groups", key, rule, remedy)


def _goal(read: Read, path: Path_, goal: dict[str, Any], first: Any, last: Any) -> Iterator[Fault]:
    if goal.get("indicator") and goal.get("project_kind"):
        rule = _("A goal is measured by an indicator or counts projects, not both.")
        kind, remedy = str(goal["project_kind"]), _("Remove one of indicator and project_kind, or make two goals.")
        yield Fault(read.place((*path, "project_kind")), "project_kind", kind, rule, remedy)
    if ("baseline" in goal) != ("baseline_year" in goal):
        missing = "baseline_year" if "baseline" in goal else "baseline"
        rule = _("A baseline needs its year, and a year its baseline.")
        yield Fault(read.place(path), missing, "", rule, _("Give both or neither."))
    for inner, target in things(read.data, (*path, "targets")):
        year, value = target.get("year"), target.get("value")
        if isinstance(year, int) and isinstance(first, int) and isinstance(last, int) and not first <= year <= last:
            rule = _("The year lies outside the book, which is for %(first)s to %(last)s.")
            place = read.place((*inner, "year"))
            yield Fault(
                place, "year", str(year), rule % {"first": first, "last": last},
                _("Correct the year, or the years of the book."),
            )  # fmt: skip
        if goal.get("unit") == PERCENT and isinstance(value, int | float) and not 0 <= value <= 100:  # noqa: PLR2004 - per cent
            rule, remedy = _("A share lies between 0 and 100 %."), _("Check the value and the unit of the goal.")
            yield Fault(read.place((*inner, "value")), "value", f"{value:g}", rule, remedy)
    score = goal.get("score")
    if isinstance(score, dict) and ("step" in score) != ("deduct" in score):
        missing = "step" if "deduct" in score else "deduct"
        rule = _("A rule that deducts says how much for which step.")
        yield Fault(read.place((*path, "score")), f"score.{missing}", "", rule, _("Give both or neither."))


def _commitment(read: Read, path: Path_, commitment: dict[str, Any]) -> Iterator[Fault]:
    state = commitment.get("state")
    if (state == "done" and "done_on" not in commitment) or (state in {"open", "dropped"} and "done_on" in commitment):
        rule = _("What is done has a day on which it was done, and nothing else has.")
        yield Fault(
            read.place(path), "done_on", str(commitment.get("done_on", "")), rule, _("Correct state or done_on.")
        )
    if (state == "dropped" or "done_on" in commitment) and not commitment.get("proof"):
        rule = _("What is done needs a proof, what was dropped a reason.")
        yield Fault(read.place(path), "proof", "", rule, _("Write it into proof."))


def _project(read: Read, path: Path_, project: dict[str, Any]) -> Iterator[Fault]:
    if ("lon" in project) != ("lat" in project):
        missing = "lat" if "lon" in project else "lon"
        rule, remedy = _("A place has a longitude and a latitude."), _("Give both or neither.")
        yield Fault(read.place(path), missing, "", rule, remedy)
    if ("accepted_by" in project) != ("done_on" in project):
        missing = "done_on" if "accepted_by" in project else "accepted_by"
        rule = _("An acceptance has a level and a day.")
        yield Fault(read.place(path), missing, "", rule, _("Give both or neither."))
    for inner, milestone in things(read.data, (*path, "milestones")):
        if "done_on" in milestone and not milestone.get("proof"):
            rule, remedy = _("What is done needs a proof."), _("Write it into proof.")
            yield Fault(read.place(inner), "proof", "", rule, remedy)
        if "done_on" in project and "done_on" not in milestone:
            rule = _("The project is accepted, but this milestone is not done.")
            yield Fault(read.place(inner), "done_on", "", rule, _("Say when it was done, or leave the acceptance out."))
