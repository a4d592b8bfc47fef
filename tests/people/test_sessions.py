"""Who a session belongs to: as Django says it, at the cost of the statement."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from xiuhua.people.models import User
from xiuhua.people.sessions import SessionStore


@pytest.fixture
def signed_in(db):
    user = User.objects.create_user("somebody", password="long enough to keep")
    client = Client()
    client.force_login(user)
    return user, client


def known(client):
    """Whether the server knows who the client is."""
    return client.get("/patrol/api/session").status_code != 401


def test_a_session_is_known_until_it_ends(signed_in):
    _user, client = signed_in
    assert known(client)
    key = client.cookies["sessionid"].value
    assert SessionStore(key).load()
    Session.objects.filter(session_key=key).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not known(client)
    assert SessionStore(key).load() == {}


def test_a_session_that_was_never_made_is_nobody(db):
    client = Client()
    client.cookies["sessionid"] = "x" * 32
    assert not known(client)


@pytest.mark.parametrize("change", ["closed", "gone", "password"])
def test_an_account_that_changed_is_known_no_more_at_once(signed_in, change):
    user, client = signed_in
    assert known(client)
    if change == "gone":
        user.delete()
    elif change == "closed":
        User.objects.filter(pk=user.pk).update(is_active=False)
    else:
        user.set_password("another one, as long")
        user.save()
    assert not known(client)


def test_a_name_and_its_password_sign_in(signed_in, client):
    assert client.login(username="somebody", password="long enough to keep")
    assert not client.login(username="somebody", password="wrong")
