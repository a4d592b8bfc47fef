"""Signing in as Django and allauth do it; whose session it is, every request asks: at the cost of the statement."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend

from xiuhua.foundation.single import find_one
from xiuhua.people.models import User


class Accounts(ModelBackend):
    """Accounts with a password, by name."""

    def get_user(self, user_id: Any) -> User | None:
        """The account of a session; None where it is gone or closed."""
        user = find_one(User, id=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class PageAccounts(Accounts, AuthenticationBackend):  # type: ignore[misc] # allauth tells no types
    """Accounts that sign in on a page of allauth."""
