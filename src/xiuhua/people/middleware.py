"""Whoever is signed in is asked for their assignments at most once in a request, by whatever asks first."""

from collections.abc import Callable
from functools import partial

from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from xiuhua.people.models import User
from xiuhua.people.permissions import Person

type Answer = Callable[[HttpRequest], HttpResponseBase]


def assignments_once(get_response: Answer) -> Answer:
    """Let the account of each request remember its assignments. Neither account nor assignments are read before use."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        request.user = SimpleLazyObject(partial(account_of, request))  # type: ignore[assignment]
        return get_response(request)

    return answered


def account_of(request: HttpRequest) -> Person:
    """Whose request it is: the account itself, where ``request.user`` asks it again for each attribute."""
    user: Person = get_user(request)
    if isinstance(user, User):
        user.remembers = True
    return user
