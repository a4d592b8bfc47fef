"""Dates as pages write them: year first, in one piece. Browsers break a line at a hyphen; a ``time`` is kept whole."""

from datetime import date, datetime

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter(expects_localtime=True)
def day(value: date | None) -> SafeString | str:
    """A date, or that of an instant in the zone of the page, as 2026-07-15; empty where there is none."""
    return format_html("<time>{}</time>", date_format(value, "Y-m-d")) if value else ""


@register.filter(expects_localtime=True)
def minute(value: datetime | None) -> SafeString | str:
    """An instant, in the zone of the page, as 2026-07-15 09:30; empty where there is none."""
    return format_html("<time>{}</time>", date_format(value, "Y-m-d H:i")) if value else ""
