"""How often one address may report, say "me too" and send photos without an account (settings ``XIUHUA_LIMIT_*``)."""

import math

from allauth.core.internal.ratelimit import parse_rates
from allauth.core.ratelimit import consume
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


class TooMany(Exception):  # noqa: N818 - a limit, told to a person
    """The address has done this too often for now; in ``seconds`` at the latest it may again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(str(seconds))
        self.seconds = seconds


def count(request: HttpRequest, action: str, times: int = 1) -> None:
    """Count ``action`` (report, join or photos) of this address. Raises ``TooMany``.

    The limits stand beside those of the identity pages and are counted in the shared cache, for all processes.
    """
    for _time in range(times):
        if not consume(request, action=f"casework-{action}"):
            raise TooMany(_longest(action))


def _longest(action: str) -> int:
    """The seconds after which nothing of now counts any more."""
    rates = parse_rates(settings.ACCOUNT_RATE_LIMITS[f"casework-{action}"])
    return max((math.ceil(float(rate.duration)) for rate in rates), default=0)


def too_many(request: HttpRequest, often: TooMany) -> HttpResponse:
    """The page that says to wait; a draft stays in the session."""
    context = {
        "status": 429, "title": _("Too many at once from this address"),
        "remedy": _(
            "Wait an hour, then go on: what you wrote is kept. With an account there is no limit; in an emergency "
            "call the hotline."
        ),
    }  # fmt: skip
    response = render(request, "web/error.html", context, status=429)
    response["Retry-After"] = str(often.seconds)
    return response
