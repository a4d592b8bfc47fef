"""Numbers as a bulletin prints them: short, and never rounded to a bound that was not reached."""

from django.utils.translation import get_language, pgettext

from xiuhua.taskbook.bulletin.figures import PERCENT, PLACES, POINTS, Figure
from xiuhua.taskbook.pages.wording import unit_name

_HUNDRED = 100.0
# At most so many digits after the point, where fewer would print 100 % for what is not all, or 0 for what is not none.
_MOST = 4
# The unit of grades from 1 to 5.
GRADES = "score"
# What a forecast calls its method when the year is over.
MEASURED = "measured"


def number(value: float | None, unit: str) -> str:
    """The number alone: shares and points with one digit after the point, others with at most two; a dash for None.

    99.97 % is printed as 99.97, not as 100.0: "all" is said only of all.
    """
    if value is None:
        return "—"
    if unit == POINTS:
        return f"{value:,.1f}".removesuffix(".0")
    if unit != PERCENT:
        text = f"{value:,.2f}"
        return text.rstrip("0").rstrip(".")
    for digits in range(1, _MOST + 1):
        text = f"{value:.{digits}f}"
        rounded = float(text)
        if (rounded == _HUNDRED) == (value == _HUNDRED) and (rounded == 0) == (value == 0):
            break
    return text.removesuffix(".0") if value in {0.0, _HUNDRED} else text


def likelihood(figure: Figure) -> str:
    """A probability in whole percent; never a bare 0 or 100, unless what was foretold has come."""
    if figure.value is None:
        return "—"
    if figure.version == MEASURED:
        return f"{figure.value:.0f}"
    return "<1" if figure.value < 1 else ">99" if figure.value > _HUNDRED - 1 else f"{figure.value:.0f}"


def unit_word(unit: str) -> str:
    """The unit in the language of the page; nothing for what is merely counted, in English."""
    if unit == PLACES:
        return ""
    if unit == GRADES:
        return pgettext("bulletin", "of 5")
    if _english() and not unit.isascii():
        return "pts" if unit == POINTS else ""
    return unit_name(unit)


def with_unit(value: float | None, unit: str) -> str:
    """Number and unit, as in 95.3 % or 12 项."""
    word = unit_word(unit) if value is not None else ""
    return f"{number(value, unit)} {word}".rstrip()


def interval(figure: Figure) -> str:
    """Low and high, as in 93.1–96.8; empty where there is no interval."""
    if figure.low is None or figure.high is None:
        return ""
    low, high = number(figure.low, figure.unit), number(figure.high, figure.unit)
    return low if low == high else f"{low}–{high}"


def places(figure: Figure) -> str:
    """Places that cannot be excluded: 2–5, or 1 where only one is left."""
    if figure.low is None or figure.high is None:
        return "—"
    low, high = int(figure.low), int(figure.high)
    return str(low) if low == high else f"{low}–{high}"


def whole(value: float | None) -> str:
    """A count or sum with separators; without needless digits."""
    if value is None:
        return "—"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.2f}"


def _english() -> bool:
    return (get_language() or "").startswith("en")
