"""What tests of Open311 share: a district at work, the doors of its interface, a reader of both forms."""

import json
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from casework.conftest import furnish, make_calendar
from plugins.open311_town import key_of, open_services
from xiuhua.interop.open311.documents import CHILDREN

BASE = "/open311/v2"


@pytest.fixture
def desks(two_districts):
    """Both districts at work."""
    make_calendar()
    return [furnish(district) for district in two_districts]


@pytest.fixture
def desk(desks):
    """The first of the two districts, with services."""
    open_services(desks[0])
    return desks[0]


@pytest.fixture
def key(desk):
    """The key of a resident's program."""
    return key_of(desk, "resident")


@pytest.fixture
def here(desk):
    """A place in the first district, as a form names it."""
    return {"jurisdiction_id": desk.district.code, "lat": "31.7", "long": "120.05"}


def tree(element: Element):
    """An XML element as JSON tells it: text as text, nothing as None."""
    children = list(element)
    if element.tag in CHILDREN:
        return [tree(child) for child in children]
    if children:
        return {child.tag: tree(child) for child in children}
    return element.text


def plain(value):
    """JSON as XML tells it: everything a text, nothing is None."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, bool):
        return str(value).lower()
    return None if value in (None, "") else str(value)


def read(answer):
    """The content of an answer in either form, as JSON tells it (``plain``)."""
    text = answer.content.decode()
    if answer["Content-Type"].startswith("text/xml"):
        assert answer["Content-Type"] == "text/xml; charset=utf-8"
        assert text.lower().startswith('<?xml version="1.0" encoding="utf-8"?>')
        return tree(fromstring(text))
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    return plain(json.loads(text))


@pytest.fixture
def ask(client):
    """Ask in both forms, see that they tell the same, and give the JSON: ``ask("services", jurisdiction_id=...)``."""

    def asked(resource, *, expect=200, base=BASE, **given):
        answers = [client.get(f"{base}/{resource}.{form}", given) for form in ("json", "xml")]
        assert [answer.status_code for answer in answers] == [expect, expect], answers[0].content.decode()
        assert read(answers[0]) == read(answers[1])
        assert all(answer["Access-Control-Allow-Origin"] == "*" for answer in answers)
        return json.loads(answers[0].content)

    return asked


@pytest.fixture
def send(client):
    """Send a form: ``send("requests", {...})`` gives the JSON; ``status`` is what is expected."""

    def sent(resource, form, *, status=200, base=BASE, kind="json", **more):
        answer = client.post(f"{base}/{resource}.{kind}", form, **more)
        assert answer.status_code == status, answer.content.decode()
        return json.loads(answer.content) if kind == "json" else read(answer)

    return sent
