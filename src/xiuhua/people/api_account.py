"""Who sends a request of the JSON interface: an API key, a session, or nobody."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from xiuhua.foundation.problems import Problem
from xiuhua.people.api_keys import TooOften, account_of, bearer, count
from xiuhua.people.models import User

_READS = ("GET", "HEAD", "OPTIONS")


def anyone(request: HttpRequest) -> User | AnonymousUser:
    """Let everybody in and know who it is: the account of the key, else of the session, else nobody.

    A key that opens nothing is told (401), not taken for nobody. What a session writes needs the CSRF token (403): a
    browser sends its cookie along whoever asks it to, a key only who has it.
    """
    key = bearer(request)
    if key is not None:
        account = account_of(key)
        if account is None:
            raise Problem(
                401, _("Unknown key"), _("The API key is unknown, revoked or expired."),
                _("Issue a new one under My account, API keys, and send it as Authorization: Bearer KEY."),
            )  # fmt: skip
        try:
            count(key)
        except TooOften as often:
            raise Problem(
                429, _("Too many requests"),
                _("This API key was used more often than it may be: at most %(rate)s.")
                % {"rate": settings.XIUHUA_LIMIT_KEY},
                _("Wait %(seconds)s seconds, then go on more slowly; the header Retry-After says so too.")
                % {"seconds": often.seconds},
                retry_after=often.seconds,
            ) from None  # fmt: skip
        request.user = account
        return account
    user = request.user
    if user.is_authenticated and request.method not in _READS and check_csrf(request):
        raise Problem(
            403, _("The CSRF token is missing"), _("A session may write only with its token."),
            _("Send the cookie csrftoken as header X-CSRFToken, or use an API key."),
        )  # fmt: skip
    return user


class Account(AuthBase):
    """Let in who has an account; 401 for others."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "An API key (My account, API keys); pages of this site use their session instead."

    def __call__(self, request: HttpRequest) -> User:
        """The account that asks."""
        user = anyone(request)
        if not isinstance(user, User):
            raise Problem(
                401, _("No account"), _("This needs an account."),
                _("Send an API key as Authorization: Bearer KEY, or sign in."),
            )  # fmt: skip
        return user


account = Account()


def sender(request: HttpRequest) -> User | None:
    """The account that was found; None for nobody."""
    return request.user if isinstance(request.user, User) else None
