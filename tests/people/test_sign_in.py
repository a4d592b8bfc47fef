"""Sign-in with a password, its limits, the second factor, sign-up."""

import base64
import hmac
import re
import struct
import time

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.conf import settings as live
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import translation

from xiuhua.foundation.models import Event
from xiuhua.people.adapters import AccountAdapter, MFAAdapter
from xiuhua.people.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "needle-and-thread-27"
LIMIT = 5


def sign_in(client, username, password=PASSWORD, language="en", **headers):
    data = {"login": username, "password": password}
    return client.post(reverse("account_login"), data, headers={"accept-language": language}, **headers)


def signed_in(client):
    return "_auth_user_id" in client.session


def refused_for_now(answer, language):
    with translation.override(language):
        return str(AccountAdapter.error_messages["too_many_login_attempts"]) in answer.content.decode()


def test_a_person_signs_in_by_username_and_out_again(client, person):
    person("ann")
    answer = sign_in(client, "ann")
    assert (answer.status_code, answer.url) == (302, "/")
    assert signed_in(client)
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    client.post(reverse("account_logout"))
    assert not signed_in(client)


def test_the_session_goes_on_in_the_language_of_the_account(client, person):
    person("ann", language="en")
    person("ben")
    assert sign_in(client, "ann", language="zh-hans").cookies[live.LANGUAGE_COOKIE_NAME].value == "en"
    assert live.LANGUAGE_COOKIE_NAME not in sign_in(Client(), "ben", language="en").cookies


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_after_five_wrong_passwords_even_the_right_one_is_refused_but_others_get_in(client, person, language):
    person("ann")
    person("ben")
    for _ in range(LIMIT):
        answer = sign_in(client, "ann", "wrong", language)
        assert answer.status_code == 200
        assert not refused_for_now(answer, language)
    assert refused_for_now(sign_in(client, "ann", language=language), language)
    assert not signed_in(client)
    # The count is of the account: another computer does not get around it, nor do capital letters.
    assert refused_for_now(sign_in(Client(), "ANN", "wrong", language, REMOTE_ADDR="10.0.0.9"), language)
    assert sign_in(client, "ben", language=language).status_code == 302
    assert signed_in(client)


def test_the_limit_ends_after_five_minutes(client, person, monkeypatch):
    person("ann")
    for _ in range(LIMIT):
        sign_in(client, "ann", "wrong")
    assert refused_for_now(sign_in(client, "ann"), "en")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 301)
    assert sign_in(client, "ann").status_code == 302


def test_right_passwords_do_not_use_up_the_limit(client, person):
    person("ann")
    for _ in range(LIMIT + 2):
        assert sign_in(Client(), "ann").status_code == 302


def test_one_address_that_tries_many_accounts_is_stopped(client, person):
    person("ann")
    answers = [sign_in(client, f"guess-{n}", "wrong") for n in range(21)]
    assert not any(refused_for_now(answer, "en") for answer in answers[:20])
    assert refused_for_now(answers[20], "en")
    assert sign_in(client, "ann", REMOTE_ADDR="10.0.0.9").status_code == 302


def test_a_flood_of_requests_gets_a_page_that_says_wait(client, person):
    person("ann")
    # Right passwords are not failures, so only the count of all requests can stop them.
    answers = [sign_in(Client(), "ann") for _ in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {302}
    assert answers[30].status_code == 429
    assert "Wait a minute" in answers[30].content.decode()


def test_the_limits_are_counted_where_every_process_sees_them():
    assert "DatabaseCache" in live.CACHES["default"]["BACKEND"]
    caches["default"].set("seen", 1)
    assert type(caches["default"])("cache", {}).get("seen") == 1


def test_a_closed_account_and_an_unknown_one_do_not_get_in(client, person):
    person("ann", is_active=False)
    sign_in(client, "ann")
    assert not signed_in(client)
    sign_in(client, "nobody")
    assert not signed_in(client)


def code(secret, counter):
    """The six digits of RFC 4226 for a counter, computed here from the standard."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", counter), "sha1")
    offset = digest[-1] & 15
    return f"{(int.from_bytes(digest[offset : offset + 4]) & 0x7FFFFFFF) % 10**6:06d}"


def now(steps=0):
    return int(time.time()) // 30 + steps


def confirm(client):
    """Changing a second factor asks for the password once more."""
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def switch_totp_on(client):
    confirm(client)
    url = reverse("mfa_activate_totp")
    page = client.get(url, headers={"accept-language": "en"}).content.decode()
    secret = re.search(r'value="([A-Z2-7]{32})"', page).group(1)
    assert client.post(url, {"code": code(secret, now())}).status_code == 302
    return secret


def test_the_own_digits_are_those_of_rfc_4226():
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert [code(secret, n) for n in range(3)] == ["755224", "287082", "359152"]


def test_with_an_authenticator_app_a_password_alone_does_not_get_in(client, person):
    ann = person("ann")
    sign_in(client, "ann")
    secret = switch_totp_on(client)
    page = client.get(reverse("people:account"), headers={"accept-language": "en"}).content.decode()
    assert "badge good" in page
    fresh = Client()
    answer = sign_in(fresh, "ann")
    assert answer.url == reverse("mfa_authenticate")
    assert not signed_in(fresh)
    assert fresh.get(reverse("people:account")).status_code == 302
    wrong = fresh.post(answer.url, {"code": "000000"}, headers={"accept-language": "en"})
    assert "Incorrect code" in wrong.content.decode()
    assert fresh.post(answer.url, {"code": code(secret, now(1))}).status_code == 302
    assert fresh.session["_auth_user_id"] == str(ann.pk)


def test_a_code_is_good_once(client, person):
    person("ann")
    sign_in(client, "ann")
    secret = switch_totp_on(client)
    digits = code(secret, now(1))
    for expected in (True, False):
        fresh = Client()
        fresh.post(sign_in(fresh, "ann").url, {"code": digits})
        assert signed_in(fresh) is expected


def test_guessing_codes_is_limited_too(client, person):
    person("ann")
    sign_in(client, "ann")
    secret = switch_totp_on(client)
    fresh = Client()
    url = sign_in(fresh, "ann").url
    for _ in range(LIMIT):
        fresh.post(url, {"code": "000000"})
    answer = fresh.post(url, {"code": code(secret, now(1))}, headers={"accept-language": "en"})
    assert refused_for_now(answer, "en")
    assert not signed_in(fresh)


def test_a_recovery_code_gets_in_once(client, person):
    person("ann")
    sign_in(client, "ann")
    switch_totp_on(client)
    listed = client.get(reverse("mfa_download_recovery_codes")).content.decode()
    codes = re.findall(r"^\d{8}$", listed, re.MULTILINE)
    assert len(codes) == 10
    for expected in (True, False):
        fresh = Client()
        fresh.post(sign_in(fresh, "ann").url, {"code": codes[0]})
        assert signed_in(fresh) is expected


def test_the_secret_of_a_second_factor_is_not_readable_in_the_database(client, person, settings):
    person("ann")
    sign_in(client, "ann")
    secret = switch_totp_on(client)
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    assert MFAAdapter().decrypt(stored) == secret
    settings.SECRET_KEY = "another"
    assert MFAAdapter().decrypt(stored) == ""


NEW = {"username": "fresh", "password1": PASSWORD, "password2": PASSWORD, "email": ""}


def sign_up(client, **changes):
    return client.post(reverse("account_signup"), NEW | changes, headers={"accept-language": "en"})


def test_a_resident_makes_an_account_that_holds_no_role(client, two_districts):
    assert sign_up(client).status_code == 302
    user = User.objects.get(username="fresh")
    assert (user.language, user.is_staff, user.assignments.count()) == ("en", False, 0)
    event = Event.objects.get(verb="user.signed_up")
    assert (event.actor, event.after["via"]) == ("fresh", "password")


@pytest.mark.parametrize(
    "changes",
    [
        {"username": "ann"}, {"username": "x" * 61}, {"username": "a b"}, {"password1": "short", "password2": "short"},
        {"password2": "different-one-33"}, {"email": "nonsense"}, {"username": ""},
        {"email": "ann@example.org"},
    ],
)  # fmt: skip
def test_a_bad_sign_up_shows_what_is_wrong_and_makes_nothing(client, person, changes):
    person("ann", email="ann@example.org")
    answer = sign_up(client, **changes)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert User.objects.count() == 1


def test_sign_up_can_be_closed(client, two_districts, settings):
    settings.SIGNUP_OPEN = False
    assert sign_up(client).status_code == 200
    assert not User.objects.exists()


def test_without_a_mail_server_a_forgotten_password_leads_to_a_person(client, two_districts):
    page = client.get(reverse("account_reset_password"), headers={"accept-language": "en"}).content.decode()
    assert "Ask your administrator" in page


def test_a_mail_server_that_does_not_answer_breaks_no_page(settings, caplog, rf):
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 9, "timeout": 1},
        }
    }
    with context.request_context(rf.get("/")):
        AccountAdapter().send_mail("account/email/unknown_account", "a@example.org", {"signup_url": "/"})
    assert "XIUHUA_SMTP" in caplog.text


def test_every_page_of_the_account_opens_in_the_look_of_the_shell(client, person):
    person("ann")
    for name in ("account_login", "account_signup"):
        assert "site-head" in client.get(reverse(name)).content.decode()
    sign_in(client, "ann")
    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))
    confirm(client)
    for name in (
        "account_change_password", "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn",
        "socialaccount_connections", "account_logout", "account_email",
    ):  # fmt: skip
        answer = client.get(reverse(name))
        assert answer.status_code == 200, name
        assert "site-head" in answer.content.decode(), name
    switch_totp_on(client)
    for name in ("mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        assert client.get(reverse(name)).status_code == 200, name
