"""Sign-in in a browser: a passkey under the strict policy for scripts, and pages that pass axe."""

import pytest

from browser.looking import DESKTOP, PHONE, assert_accessible

HOME = "/people/account/"
SIGN_IN = f"/account/login/?next={HOME}"  # to a page that loads no map
PASSWORD = "needle-and-thread-27"


def sign_in(page, username):
    page.fill("#id_login", username)
    page.fill("#id_password", PASSWORD)
    page.click("main form .btn.primary")
    page.wait_for_selector("#id_display_name")


@pytest.fixture
def authenticator():
    """A platform authenticator in the browser, as a phone or a laptop has one."""

    def attach(page):
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        session.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    return attach


def test_a_passkey_is_added_and_signs_in_without_a_password(open_page, authenticator, site):
    address = site.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not to a number
    page = open_page(f"{address}{SIGN_IN}", language="en")
    authenticator(page)
    sign_in(page, "resident")
    page.goto(f"{address}/account/2fa/webauthn/add/")
    page.fill("#id_password", PASSWORD)
    page.click("main form .btn.primary")
    page.wait_for_selector("#mfa_webauthn_add")
    page.fill("#id_name", "laptop")
    page.check("#id_passwordless")
    page.click("#mfa_webauthn_add")
    page.wait_for_url("**/2fa/recovery-codes/")
    page.context.clear_cookies()
    page.goto(f"{address}{SIGN_IN}")
    page.click("#passkey_login")
    page.wait_for_selector("#id_display_name")
    assert page.locator(".badge.good").count() == 1


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize(
    "path", ["/account/login/", "/account/signup/", "/people/permissions/", "/people/990001/organisations/"]
)
def test_public_pages_of_people_pass_axe(open_page, path, viewport):
    # axe measures with styles of its own, which the policy of the site would refuse.
    assert_accessible(open_page(path, bypass_csp=True, viewport=viewport))


def test_pages_behind_sign_in_pass_axe(open_page):
    page = open_page(SIGN_IN, bypass_csp=True)
    sign_in(page, "engineer")
    for path in ("/people/account/", "/account/2fa/", "/people/990001/users/"):
        page.goto(path)
        assert_accessible(page)
    page.click("main tbody th a >> nth=0")
    assert_accessible(page)
