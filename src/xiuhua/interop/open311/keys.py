"""Whose key a client shows: required for whatever is written."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from xiuhua.interop.open311.faults import fault
from xiuhua.people.api_keys import account_of, count
from xiuhua.people.models import User


def account(request: HttpRequest) -> User:
    """The account of ``api_key``, from the form or the address. Raises ``Faulty`` (403) without one that holds.

    And ``TooOften`` for one that was used too often for now.
    """
    key = (request.POST.get("api_key") or request.GET.get("api_key") or "").strip()
    if not key:
        raise fault("api_key_missing", _("Give api_key: writing needs a key."))
    user = account_of(key)
    if user is None:
        raise fault("api_key", _("This api_key is unknown, revoked or expired."))
    count(key)
    return user
