"""What xiuhua decides where allauth asks: who may sign up, and that a new account leaves an event."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from xiuhua.people.actions.accounts import record_signup
from xiuhua.people.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up by the person, with a username and a password."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "Too many wrong entries for this account or from this address. "
            "Wait five minutes and try again. If you forgot your password, ask your administrator for a new one."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether a person may make an account without an administrator."""
        return bool(settings.SIGNUP_OPEN)

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        """Save the account, in the language of the page, with its event."""
        user.language = request.LANGUAGE_CODE
        with transaction.atomic():
            saved: User = super().save_user(request, user, form, commit=commit)
            if commit:
                record_signup(saved, via="password")
        return saved

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Go on in the language of the account, unless the browser has already chosen one."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        return response


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-up through the identity provider of the organisation."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Whoever the configured provider knows may have an account; it starts without assignments."""
        return True

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Save the account with its event."""
        with transaction.atomic():
            user: User = super().save_user(request, sociallogin, form)
            record_signup(user, via=sociallogin.account.provider)
        return user
