"""What a revision says, in words: ``{% load revision_words %}{{ revision|revised:"before" }}``."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from xiuhua.foundation.indicators import indicators, shown
from xiuhua.taskbook.models import Revision
from xiuhua.taskbook.pages.wording import missing_text, number, plain

register = template.Library()


@register.filter
def revised(revision: Revision, side: str) -> str:
    """The figure ``before`` or ``after``: a value in its unit with what was counted, a score with its full points."""
    kept = revision.before if side == "before" else revision.after
    if not isinstance(kept, dict):
        return "–" if kept is None else str(kept)
    return _score(kept) if revision.subject == "score" else _value(kept, revision.key)


@register.filter
def revised_name(revision: Revision) -> str:
    """What the figure is called: the indicator, or the score."""
    indicator = indicators().get(revision.key) if revision.subject == "value" else None
    return indicator.name if indicator else _("The score") if revision.subject == "score" else revision.key


def _value(kept: dict[str, Any], key: str) -> str:
    indicator = indicators().get(key)
    unit = indicator.unit if indicator else ""
    if kept.get("value") is None:
        return missing_text(str(kept.get("missing", "")))
    said = number(shown(kept["value"], unit), unit)
    if kept.get("denominator"):
        said += f" ({plain(kept['numerator'])} / {plain(kept['denominator'])})"
    return said


def _score(kept: dict[str, Any]) -> str:
    if kept.get("points") is None:
        return "–"
    return f"{plain(kept['points'], 2)} / {plain(kept['full'])}"
