"""Programs with a key come in by the shorter way and get the same answers; everybody else by the way of pages."""

import io
import json
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from xiuhua.conf.doors import Doors
from xiuhua.people.actions.api_keys import issue
from xiuhua.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    # The connection belongs to the test.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    pages = WSGIHandler()
    doors = Doors(pages)

    def ask(path, method="GET", body=b"", **headers):
        environ = {"PATH_INFO": path, "REQUEST_METHOD": method, "HTTP_HOST": "localhost"}
        setup_testing_defaults(environ)
        environ |= {
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/json",
        }
        environ |= {"HTTP_" + name.upper(): value for name, value in headers.items()}
        seen = {}
        answer = doors(environ, lambda status, found: seen.update(status=int(status[:3]), headers=dict(found)))
        content = b"".join(answer)
        return seen["status"], seen["headers"], content

    yield ask
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def key():
    return issue(User.objects.create_user("program"), "test", actor="test")


def test_a_program_gets_the_answer_that_a_page_gets(ask, key):
    by_page, by_key = ask("/api/city/districts"), ask("/api/city/districts", authorization=f"Bearer {key}")
    assert by_page[0] == by_key[0] == 200
    assert by_page[2] == by_key[2]
    assert by_key[1]["X-Content-Type-Options"] == "nosniff"


def test_a_program_is_answered_in_its_language_and_told_of_a_wrong_key(ask):
    status, _headers, content = ask("/api/city/districts", authorization="bearer xh_wrong", accept_language="en")
    assert status == 401
    assert json.loads(content)["title"] == "Unknown key"
    _status, _headers, content = ask("/api/city/districts", authorization="Bearer xh_wrong", accept_language="zh-hans")
    assert json.loads(content)["title"] == "未知密钥"


def test_a_key_on_a_page_is_no_way_around_the_session(ask, key):
    status, headers, _content = ask("/people/", authorization=f"Bearer {key}")
    assert status in {302, 403, 404}
    assert "Content-Security-Policy" in headers


def test_a_program_writes_without_a_csrf_token_and_somebody_without_a_key_does_not(ask, key):
    number = "990001-260101-00001"
    with_key = ask(f"/api/cases/{number}/moves/file", "POST", b"{}", authorization=f"Bearer {key}")
    without = ask(f"/api/cases/{number}/moves/file", "POST", b"{}")
    assert (with_key[0], without[0]) == (404, 401)


def test_an_unknown_host_is_refused_by_both_ways(ask, key):
    assert ask("/api/city/districts", host="elsewhere.example")[0] == 400
    assert ask("/api/city/districts", host="elsewhere.example", authorization=f"Bearer {key}")[0] == 400
