"""The measured street of greenery and its pages, as those who read English see them."""

import pytest

from greenery.measured_town import measured_town
from xiuhua.people.models import Assignment, User


@pytest.fixture
def town(two_districts):
    """The measurement of the first district."""
    return measured_town(two_districts[0])


@pytest.fixture
def planner(db):
    """Somebody who may measure and plan there."""
    user = User.objects.create_user("planner", password="x")
    Assignment.objects.create(user=user, role="assessor", district_code="990001")
    return user


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def answer(english):
    """The answer of a page of greenery: ``answer("map/", 404)``; ``code`` is the district."""

    def ask(path, expect=200, *, code="990001", **more):
        found = english.get(f"/greenery/{code}/{path}", **more)
        assert found.status_code == expect
        return found

    return ask


@pytest.fixture
def page(answer):
    """The text of a page of greenery, asked for as ``answer`` is."""
    return lambda *asked, **more: answer(*asked, **more).content.decode()
