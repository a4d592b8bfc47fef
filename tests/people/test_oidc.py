"""Sign-in at an identity provider, over real HTTP against a provider of the test."""

from http.client import HTTPConnection
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from people.oidc_provider import CLIENT, SECRET, Provider
from xiuhua.foundation.models import Event
from xiuhua.people.models import User

pytestmark = pytest.mark.django_db
CLAIMS = {"sub": "8-1", "preferred_username": "wei", "name": "韦", "email": "wei@example.org"}


def configure(settings, url):
    app = {
        "provider_id": "oidc", "name": "District identity", "client_id": CLIENT, "secret": SECRET,
        "settings": {"server_url": url, "fetch_userinfo": True},
    }  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


@pytest.fixture
def provider(settings, two_districts):
    with Provider(dict(CLAIMS)) as made:
        configure(settings, made.url)
        yield made


def to_provider(client):
    """Press the button; returns the address of the provider to which the browser is sent."""
    answer = client.post(reverse("openid_connect_login", args=["oidc"]))
    assert answer.status_code == 302, answer.content.decode()[:500]
    return answer.url


def visit(url):
    """Follow the browser to the provider; returns where it sends it back to."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=5)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    connection.close()
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def come_back(client, url):
    return client.get(url, headers={"accept-language": "en"})


def signed_in(client):
    return client.session.get("_auth_user_id")


def test_the_sign_in_page_offers_the_provider_and_only_where_there_is_one(client, provider, settings):
    page = client.get(reverse("account_login"), headers={"accept-language": "en"}).content.decode()
    assert "Sign in with District identity" in page
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    assert "District identity" not in client.get(reverse("account_login")).content.decode()


def test_a_person_whom_the_provider_knows_gets_in_with_an_account_without_roles(client, provider):
    url = to_provider(client)
    query = parse_qs(urlsplit(url).query)
    assert query["code_challenge_method"] == ["S256"]
    assert come_back(client, visit(url)).status_code == 302
    user = User.objects.get()
    assert signed_in(client) == str(user.pk)
    assert (user.username, user.has_usable_password(), user.assignments.count()) == ("wei", False, 0)
    event = Event.objects.get(verb="user.signed_up")
    assert event.after == {"username": "wei", "via": "oidc"}
    assert provider.calls.count("/token") == 1
    again = Client()
    come_back(again, visit(to_provider(again)))
    assert signed_in(again) == str(user.pk)
    assert User.objects.count() == 1


def test_an_existing_account_of_the_same_name_or_mail_is_not_taken_over(client, provider, person):
    mine = person("wei", email="wei@example.org")
    come_back(client, visit(to_provider(client)))
    assert signed_in(client) != str(mine.pk)
    mine.refresh_from_db()
    assert mine.has_usable_password()


@pytest.mark.parametrize(
    "changes", [{"aud": "another"}, {"iss": "https://elsewhere.example"}, {"exp": 1}], ids=["audience", "issuer", "old"]
)
def test_a_token_for_another_client_of_another_issuer_or_out_of_time_is_refused(client, provider, changes):
    provider.changes = changes
    answer = come_back(client, visit(to_provider(client)))
    assert answer.status_code < 500
    assert not signed_in(client)
    assert not User.objects.exists()


def test_a_stolen_code_or_a_changed_state_is_worth_nothing(client, provider):
    back = visit(to_provider(client))
    thief = Client()
    assert come_back(thief, back).status_code < 500
    assert not signed_in(thief)
    assert come_back(client, back.split("&state=")[0] + "&state=other").status_code < 500
    assert not signed_in(client)
    assert "/token" not in provider.calls


def test_who_turns_back_at_the_provider_is_told_so(client, provider):
    state = parse_qs(urlsplit(to_provider(client)).query)["state"][0]
    url = reverse("openid_connect_callback", args=["oidc"])
    answer = client.get(url, {"error": "access_denied", "state": state}, follow=True)
    assert answer.status_code == 200
    assert not signed_in(client)


def test_a_provider_that_does_not_answer_gives_a_page_that_says_so(client, settings, two_districts):
    configure(settings, "http://127.0.0.1:9")
    answer = client.post(reverse("openid_connect_login", args=["oidc"]), headers={"accept-language": "en"})
    assert answer.status_code == 502
    assert "does not answer" in answer.content.decode()
