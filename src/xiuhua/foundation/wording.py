"""Errors of pure modules in the language of the person who reads them."""

from django.utils.translation import gettext

from xiuhua.foundation.worktime import Refusal


def in_words(error: Exception) -> str:
    """What ``error`` says, in the active language where its words are marked for translation."""
    if isinstance(error, Refusal):
        return gettext(error.template) % error.values
    return str(error)
