"""Which of several forms on a page was refused."""

from django import template

from xiuhua.foundation.form_answers import Failed

register = template.Library()


@register.simple_tag
def failed_of(failed: Failed | None, *name: object) -> Failed | None:
    """``failed`` where it is of the form of this name, put together of its parts; else None."""
    return failed if failed and failed.form == "".join(map(str, name)) else None
