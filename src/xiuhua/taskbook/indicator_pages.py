"""The pages of the indicators in docs/indicators, written from the files of the rooms."""

from collections.abc import Iterator

from xiuhua.foundation.indicators import Indicator, indicators

_BETTER = {"up": "more is better", "down": "less is better", "band": "within a band is best"}


def pages() -> Iterator[tuple[str, str]]:
    """The name and the text of each page, and of the list of all."""
    known = sorted(indicators().values(), key=lambda one: (one.room, one.group, one.key))
    for one in known:
        yield f"{one.key}.md", _page(one)
    lines = [
        "# Indicators", "", "Written by `xiuhua taskbook indicator-pages docs/indicators` from the `indicators.yaml`",
        "of each room. `xiuhua taskbook measure` counts them over the lake, `xiuhua casework indicators` those of",
        "casework from the live cases; the measure is the same.", "",
        "| | | room | kind | unit | better | interval |", "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    lines += [
        f"| [{one.name_zh}]({one.key}.md) | {one.name_en} | {one.room} | {one.kind} | {one.unit} | {one.direction} | "
        f"{one.estimator} |"
        for one in known
    ]
    yield "README.md", "\n".join([*lines, ""])


def _page(one: Indicator) -> str:
    least, most = ("none" if bound is None else f"{bound:g}" for bound in one.bounds)
    rows = {
        "unit": one.unit,
        "kind": f"{one.kind}, {_BETTER[one.direction]}",
        "numerator": one.numerator,
        "denominator": one.denominator,
        "formula": one.formula + (f" ({one.zh['formula']})" if "formula" in one.zh else ""),
        "counts in the month of": one.time + (f", known {one.lag_days} days later" if one.lag_days else ""),
        "what is counted": f"{one.grain}, from {', '.join(f'`{fact}`' for fact in one.facts)}",
        "by": ", ".join(one.dimensions),
        "bounds": f"{least} to {most}",
        "interval": f"{one.estimator} (95 %)" if one.estimator != "none" else f"none: {one.no_interval}",
        "too few below": f"n = {one.min_n}",
        "no value when": one.missing,
        "without a value a score is": one.on_missing,
        "evidence": ", ".join(f"{name}: {value}" for name, value in one.evidence.items()) or "none",
        "owner": one.owner,
        "version": f"{one.version}",
        "last reviewed": one.reviewed_on.isoformat(),
        "source": one.source,
    }
    lines = [f"# {one.name_zh} {one.name_en}", "", f"`{one.key}`", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {text} |" for name, text in rows.items()]
    if one.caveats:
        lines += ["", "## Caveats", ""]
        lines += [f"- {zh}. {en}." for zh, en in zip(one.caveats_zh, one.caveats, strict=True)]
    return "\n".join([*lines, ""])
