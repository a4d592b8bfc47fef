"""The work list as a page: who sees what, that nothing asked of it fails, and how little it asks of the database."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from casework.conftest import MONDAY
from xiuhua.casework.models import SavedView

pytestmark = pytest.mark.django_db
WORK = "/work/"


def as_(user, language="en"):
    client = Client(headers={"Accept-Language": language})
    client.force_login(user)
    return client


def test_the_dispatcher_sees_what_waits_for_the_desk(desk):
    waits, away = desk.at_state("reported"), desk.at_state("handling")
    answer = as_(desk.people["dispatcher"]).get(WORK)
    assert answer.status_code == 200
    assert waits.number in answer.content.decode()
    assert away.number not in answer.content.decode()
