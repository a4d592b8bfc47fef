"""The lifecycle as a page: the diagram and the table of docs/rooms/casework.md, drawn from states.py."""

import re

from xiuhua.casework.states import MOVES, STATES

BEGIN, END = "<!-- lifecycle: written by `xiuhua casework lifecycle` -->", "<!-- /lifecycle -->"


def diagram() -> str:
    """The states and the moves between them as a Mermaid state diagram."""
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{state.zh} {state.en}" as {key}' for key, state in STATES.items()]
    edges: dict[tuple[str, str], list[str]] = {}
    for move in MOVES.values():
        for start in move.start or ("[*]",):
            if move.to:
                edges.setdefault((start, move.to), []).append(f"{move.zh} {move.en}")
    for (start, end), names in edges.items():
        lines.append(f"    {start} --> {end}: {' / '.join(names)}")
    lines += [f"    {key} --> [*]" for key, state in STATES.items() if not state.open]
    return "\n".join([*lines, "```"])


def tables() -> str:
    """States with their limits and timers, and moves with what they need, as Markdown."""
    lines = ["| State | | Limit | When it has passed | Clock |", "|---|---|---|---|---|"]
    for key, state in STATES.items():
        timer = f"`{state.timer}`" if state.timer else ""
        limit = f"{int(state.limit.total_seconds() // 60)} min" if state.limit else "deadline" if state.clock else ""
        lines.append(f"| `{key}` | {state.en} {state.zh} | {limit} | {timer} | {'runs' if state.clock else ''} |")
    lines += ["", "| Move | | From | To | Permission | Needs | May take | |", "|---|---|---|---|---|---|---|---|"]
    for key, move in MOVES.items():
        start = ", ".join(move.start) or "nothing"
        marks = [("not the fixer", move.not_fixer), ("automatic", move.automatic), ("public", move.public)]
        lines.append(
            f"| `{key}` | {move.en} {move.zh} | {start} | {move.to or 'stays'} | `{move.permission}` | "
            f"{', '.join(move.requires)} | {', '.join(move.takes)} | "
            f"{', '.join(name for name, holds in marks if holds)} |"
        )
    return "\n".join(lines)


def written_into(page: str) -> str:
    """``page`` with the part between its lifecycle marks drawn anew. Raises ``ValueError`` without marks."""
    drawn = f"{BEGIN}\n\n{diagram()}\n\n{tables()}\n\n{END}"
    text, count = re.subn(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _found: drawn, page, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"the page must have the marks {BEGIN} and {END} once")
    return text
