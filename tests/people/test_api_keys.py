"""Keys of programs: whose they are, when they open nothing, and who sees them."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis.strategies import text

from people.conftest import PASSWORD
from xiuhua.foundation.models import Event
from xiuhua.people import api_keys
from xiuhua.people.actions.accounts import set_active
from xiuhua.people.actions.api_keys import issue, revoke
from xiuhua.people.actions.assignments import grant
from xiuhua.people.api_keys import account_of, bearer, remember
from xiuhua.people.commands import people
from xiuhua.people.models import ApiKey


@pytest.fixture
def ann(person):
    return person("ann", "dispatcher", unit="990001-001")


def test_a_key_stands_for_its_account_and_is_not_kept(ann):
    key = issue(ann, "hotline program", actor="ann")
    assert account_of(key) == ann
    row = ApiKey.objects.get()
    assert key.startswith(row.prefix)
    assert key not in {str(value) for value in vars(row).values()}
    event = Event.objects.get(verb="api_key.issued")
    assert event.actor == "ann"
    assert row.prefix in str(event.after)
    assert key not in str(event.after)


def test_two_keys_differ_and_each_opens(ann, person):
    bob = person("bob")
    keys = [issue(ann, "one", actor="ann"), issue(ann, "two", actor="ann"), issue(bob, "three", actor="bob")]
    assert len(set(keys)) == len(keys)
    assert [account_of(key) for key in keys] == [ann, ann, bob]


def test_a_key_opens_nothing_once_revoked(ann):
    key, other = issue(ann, "lost", actor="ann"), issue(ann, "kept", actor="ann")
    row = ApiKey.objects.get(name="lost")
    revoke(row, actor="engineer")
    revoke(row, actor="engineer")
    assert account_of(key) is None
    assert account_of(other) == ann
    assert Event.objects.filter(verb="api_key.revoked", actor="engineer").count() == 1


def test_a_key_opens_nothing_after_its_time(ann):
    ends = timezone.now() + timedelta(days=30)
    key = issue(ann, "for a month", actor="ann", expires_at=ends)
    assert account_of(key, at=ends - timedelta(seconds=1)) == ann
    assert account_of(key, at=ends) is None


def test_a_closed_account_opens_nothing(ann):
    key = issue(ann, "program", actor="ann")
    ann.is_active = False
    ann.save()
    assert account_of(key) is None
    with pytest.raises(ValidationError, match="停用"):
        issue(ann, "another", actor="ann")


@pytest.mark.parametrize(
    "wrong", ["", "xh_", "xh_x", "\x00", "钥匙", "\ud800", "x" * 5000], ids=["none", "mark", "short", "nul", "zh", "half", "long"]
)  # fmt: skip
def test_what_is_no_key_is_nobody(ann, wrong):
    key = issue(ann, "program", actor="ann")
    assert account_of(wrong) is None
    assert account_of(key[:-1]) is None
    assert account_of(key + " ") is None


@given(text(max_size=60))
def test_a_digest_is_made_of_every_text(anything):
    assert len(api_keys.digest(anything)) == 64


def test_an_account_is_found_by_one_query_and_its_use_is_written_once_an_hour(ann):
    key, now = issue(ann, "program", actor="ann"), timezone.now()
    account_of(key, at=now)
    assert ApiKey.objects.get().used_at == now
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for minutes in range(0, 60, 10):
            user = account_of(key, at=now + timedelta(minutes=minutes))
            assert user.organisation.code == "990001-001"
    assert len(asked) == 6
    later = now + timedelta(minutes=61)
    account_of(key, at=later)
    assert ApiKey.objects.get().used_at == later


@pytest.fixture
def remembering():
    remember(3600)
    yield
    remember(0)


@pytest.mark.django_db(transaction=True)
def test_a_server_remembers_a_key_until_something_of_it_changes(ann, remembering, django_assert_num_queries):
    key = issue(ann, "phone", actor="test")
    account_of(key)
    with django_assert_num_queries(0):
        first, second = account_of(key), account_of(key)
    assert first == second == ann
    first.username = "changed by who got it"
    assert account_of(key).username == ann.username
    grant(ann, "assessor", district_code="990001", actor="test")
    assert {row[1] for row in account_of(key).assigned} == {"dispatcher", "assessor"}
    set_active(ann, active=False, actor="test")
    assert account_of(key) is None
    set_active(ann, active=True, actor="test")
    assert account_of(key) == ann
    revoke(ApiKey.objects.get(), actor="test")
    assert account_of(key) is None


@pytest.mark.parametrize(
    ("header", "key"),
    [("Bearer abc", "abc"), ("bearer abc", "abc"), ("Basic abc", None), ("", None), ("Bearer", ""), ("Bearer  a b", "a b")],
)  # fmt: skip
def test_the_header_is_read(rf, header, key):
    assert bearer(rf.get("/", headers={"Authorization": header})) == key


@pytest.mark.parametrize(
    ("name", "days"), [(" ", 1), ("x" * 81, 1), ("late", -1)], ids=["no name", "long name", "expired"]
)
def test_a_key_without_sense_is_refused(ann, name, days):
    with pytest.raises(ValidationError):
        issue(ann, name, actor="ann", expires_at=timezone.now() + timedelta(days=days))
    assert not ApiKey.objects.exists()


def test_an_account_has_at_most_so_many_keys(ann, monkeypatch):
    monkeypatch.setattr("xiuhua.people.actions.api_keys.MOST", 2)
    for name in "ab":
        issue(ann, name, actor="ann")
    with pytest.raises(ValidationError):
        issue(ann, "c", actor="ann")
    revoke(ApiKey.objects.first(), actor="ann")
    assert issue(ann, "c", actor="ann")


def test_the_page_shows_a_key_once_and_revokes_it(client, ann):
    client.login(username="ann", password=PASSWORD)
    page = client.post(reverse("people:keys"), {"name": "热线程序", "days": "365"})
    key = page.context["issued"]
    assert key in page.content.decode()
    assert page.headers["Cache-Control"].count("no-store") == 1
    assert account_of(key) == ann
    again = client.get(reverse("people:keys")).content.decode()
    assert key not in again
    assert "热线程序" in again
    row = ApiKey.objects.get()
    assert row.expires_at is not None
    answer = client.post(reverse("people:revoke-key", args=[row.pk]), follow=True)
    assert "已吊销" in answer.content.decode()
    assert account_of(key) is None


def test_the_page_says_what_is_wrong(client, ann):
    client.force_login(ann)
    page = client.post(reverse("people:keys"), {"name": "", "days": "7000"})
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"name", "days"}
    assert not ApiKey.objects.exists()


def test_nobody_revokes_the_key_of_another(client, ann, person):
    issue(ann, "program", actor="ann")
    client.force_login(person("bob"))
    number = ApiKey.objects.get().pk
    assert client.post(reverse("people:revoke-key", args=[number])).status_code == 404
    assert client.get(reverse("people:revoke-key", args=[number])).status_code == 405
    assert ApiKey.objects.get().revoked_at is None


def test_the_page_needs_an_account_and_its_forms_a_token(client, ann):
    assert client.get(reverse("people:keys")).status_code == 302
    strict = client.__class__(enforce_csrf_checks=True)
    strict.force_login(ann)
    assert strict.post(reverse("people:keys"), {"name": "x", "days": ""}).status_code == 403
    assert not ApiKey.objects.exists()


def test_a_key_is_issued_listed_and_revoked_by_command(ann):
    def run(*arguments):
        return CliRunner().invoke(people, ["key", *arguments])

    issued = run("issue", "ann", "nightly export", "--days", "7")
    assert issued.exit_code == 0
    assert account_of(issued.output.strip()) == ann
    number = ApiKey.objects.get().pk
    listed = run("list", "ann").output
    assert f"ann\t{number}\txh_" in listed
    assert issued.output.strip() not in listed
    assert run("list").output == listed
    assert run("revoke", "ann", str(number + 1)).exit_code == 2
    assert run("revoke", "ann", str(number)).exit_code == 0
    assert account_of(issued.output.strip()) is None
    assert "revoked" in run("list").output
    assert run("issue", "nobody", "x").exit_code == 2
