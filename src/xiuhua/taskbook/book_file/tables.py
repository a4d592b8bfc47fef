"""A book as tables of rows by their key, so that two of them can be compared, and back to nested data."""

from dataclasses import dataclass, field
from typing import Any

from xiuhua.taskbook.book_file.schema import OWNER, SHEETS

type Row = dict[str, Any]
type Rows = dict[str, Row]

TABLES = ("goals", "targets", "commitments", "projects", "milestones")
# What happened to a thing, not what was promised of it: left out of a file, it stays as it is.
PROGRESS: dict[str, tuple[str, ...]] = {
    "commitments": ("state", "moved_to", "done_on", "proof"),
    "projects": ("started_on", "accepted_by", "done_on"),
    "milestones": ("done_on", "proof"),
}
_NUMBERS = {"number", "integer"}


@dataclass
class Tables:
    """Complete rows: texts and days empty ("") and numbers None where nothing is said.

    The key of a row inside another is theirs together: ``clean-roads/2024``.
    """

    book: Row
    goals: Rows = field(default_factory=dict)
    targets: Rows = field(default_factory=dict)
    commitments: Rows = field(default_factory=dict)
    projects: Rows = field(default_factory=dict)
    milestones: Rows = field(default_factory=dict)

    def table(self, name: str) -> Rows:
        """The rows of one of ``TABLES``."""
        rows: Rows = getattr(self, name)
        return rows


def flat(data: Row) -> Tables:
    """The tables of nested data that was checked."""
    groups = {group["key"]: group for group in data.get("groups", ())}
    found = Tables(_row("book", data))
    for order, goal in enumerate(data["goals"]):
        group = groups.get(goal.get("group", ""), {})
        row = _row("goals", goal) | {"score": dict(goal.get("score", {})), "order": order}
        row["support"] = sorted(goal.get("support", ()))
        row |= {"group_zh": group.get("name_zh", ""), "group_en": group.get("name_en", "")}
        found.goals[goal["key"]] = row
        for target in goal.get("targets", ()):
            found.targets[f"{goal['key']}/{target['year']}"] = _row("targets", target) | {"goal": goal["key"]}
        for commitment in goal.get("commitments", ()):
            row = _row("commitments", commitment) | {"goal": goal["key"]}
            found.commitments[f"{goal['key']}/{commitment['key']}"] = row
    for project in data.get("projects", ()):
        found.projects[project["key"]] = _row("projects", project)
        for milestone in project.get("milestones", ()):
            row = _row("milestones", milestone) | {"project": project["key"]}
            found.milestones[f"{project['key']}/{milestone['key']}"] = row
    return found


def _row(sheet: str, thing: Row) -> Row:
    columns = [column for column in SHEETS[sheet].columns if "." not in column.name]
    return {column.name: thing.get(column.name, None if column.kind in _NUMBERS else "") for column in columns}


def nested(tables: Tables) -> Row:
    """Nested data without anything that is empty, as a file holds it."""
    goals = [
        _said("goals", goal) | _inside(tables, "targets", key) | _inside(tables, "commitments", key)
        for key, goal in sorted(tables.goals.items(), key=lambda item: item[1]["order"])
    ]
    projects = [
        _said("projects", project) | _inside(tables, "milestones", key) for key, project in tables.projects.items()
    ]
    groups = {}
    for goal in tables.goals.values():
        if goal["group"]:
            group = {"key": goal["group"], "name_zh": goal["group_zh"], "name_en": goal["group_en"]}
            groups[goal["group"]] = _said("groups", group)
    book = _said("book", tables.book) | ({"groups": list(groups.values())} if groups else {})
    return book | {"goals": goals} | ({"projects": projects} if projects else {})


def _inside(tables: Tables, sheet: str, key: str) -> Row:
    """The rows of ``sheet`` that belong to ``key``, under their name; nothing where there are none."""
    rows = [_said(sheet, row) for row in tables.table(sheet).values() if row[OWNER[sheet]] == key]
    return {sheet: rows} if rows else {}


def _said(sheet: str, row: Row) -> Row:
    """What a row says, in the order of its sheet, without the key of what it lies in."""
    names = [column.name for column in SHEETS[sheet].columns if "." not in column.name]
    if sheet == "goals":
        names.append("score")
    kept = {name: row[name] for name in names if name != OWNER.get(sheet) and row[name] not in (None, "", [], {})}
    if kept.get("state") == "open":  # what every commitment is that says nothing
        del kept["state"]
    return kept
