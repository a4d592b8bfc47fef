"""What xiuhua decides where allauth asks: who may sign up, and that a new account leaves an event."""

import base64
import hashlib
import logging
from typing import Any

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from xiuhua.people.actions.accounts import record_signup
from xiuhua.people.models import User

log = logging.getLogger(__name__)


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

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send, and leave a mail server that does not answer to the log: the page must still come."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            log.exception("The mail %s was not sent; check the XIUHUA_SMTP settings.", template_prefix)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Go on in the language of the account, unless the browser has already chosen one."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if user.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        return response


class ProviderSession(requests.Session):
    """Calls the identity provider; where it does not answer, the person reads so instead of an error 500."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        """As requests does, with a limit of time."""
        try:
            return super().request(*args, **{"timeout": 10, **kwargs})
        except (requests.ConnectionError, requests.Timeout) as error:
            log.exception("The identity provider does not answer; check XIUHUA_OIDC_SERVER_URL.")
            page = render(context.request, "people/provider_silent.html", status=502)
            raise ImmediateHttpResponse(page) from error


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-up through the identity provider of the organisation."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Whoever the configured provider knows may have an account; it starts without assignments."""
        return True

    def get_requests_session(self) -> ProviderSession:
        """The session with which allauth calls the provider."""
        return ProviderSession()

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Save the account with its event."""
        with transaction.atomic():
            user: User = super().save_user(request, sociallogin, form)
            record_signup(user, via=sociallogin.account.provider)
        return user


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors whose secrets are not readable in a copy of the database."""

    def encrypt(self, text: str) -> str:
        """Seal a secret with a key derived from the installation's own."""
        return self._seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret; one sealed under another key opens to nothing, so no code fits it."""
        try:
            return self._seal().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            log.warning("A second factor was sealed under another XIUHUA_SECRET_KEY and cannot be used.")
            return ""

    @staticmethod
    def _seal() -> Fernet:
        key = hashlib.sha256(b"xiuhua second factors:" + settings.SECRET_KEY.encode()).digest()
        return Fernet(base64.urlsafe_b64encode(key))
