"""The pages of the indicators in docs/indicators, written from their YAML file."""

from collections.abc import Iterator

from xiuhua.casework.indicators import described

_ROWS = ("unit", "numerator", "denominator", "formula", "grain", "fact", "direction", "missing", "version", "source")
_TITLES = {"missing": "no value when", "direction": "better when"}


def pages() -> Iterator[tuple[str, str]]:
    """The name and the text of each page, and of the list of all."""
    entries = described()
    for key, entry in entries.items():
        lines = [f"# {entry['zh']} {entry['en']}", "", f"`{key}`", "", "| | |", "|---|---|"]
        lines += [f"| {_TITLES.get(name, name)} | {entry[name]} |" for name in _ROWS]
        yield f"{key}.md", "\n".join([*lines, ""])
    lines = [
        "# Indicators", "", "Written by `xiuhua casework indicator-pages docs/indicators` from",
        "`casework/indicators.yaml`. `xiuhua casework indicators` counts them from the live cases.", "",
        "| | | unit | better when |", "|---|---|---|---|",
    ]  # fmt: skip
    for key, entry in entries.items():
        lines.append(f"| [{entry['zh']}]({key}.md) | {entry['en']} | {entry['unit']} | {entry['direction']} |")
    yield "README.md", "\n".join([*lines, ""])
