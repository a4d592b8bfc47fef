"""Numbers of pictures for templates: ``{% load number_words %}{{ y|add_up:4 }}``."""

from django import template

from xiuhua.taskbook.pages.wording import plain

register = template.Library()


@register.filter
def add_up(number: float, more: float) -> float:
    """The sum; Django's own ``add`` cuts off what stands behind the point."""
    return round(number + more, 1)


@register.filter
def plain_number(number: float) -> str:
    """A number beside an axis, with no digits that say nothing."""
    return plain(number) if float(number).is_integer() else f"{number:,.10g}" if abs(number) < 1 else plain(number, 1)
