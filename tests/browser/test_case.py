"""The page of one case and the catalogue in a browser: axe, screens, a move with and without scripts, a conflict."""

import pytest
from playwright.sync_api import expect

from browser.looking import DESKTOP, PHONE, assert_accessible

# Minutes on two cores: the quick run tries the same pages without a browser.
pytestmark = pytest.mark.slow

PASSWORD = "needle-and-thread-27"
# What is wrong in cases of small_cases.py, by what they wait for.
REPORTED, HANDLING, ASKED, CLOSED = (
    "柳溪街菜场后门堆着旧沙发",
    "工地东侧裸土未盖",
    "柳溪街排水口堵了",
    "柳溪街树下堆垃圾",
)
SCREENS = pytest.mark.parametrize(
    ("viewport", "language"), [(DESKTOP, "zh-CN"), (PHONE, "en")], ids=["desktop-zh", "phone-en"]
)


@pytest.fixture
def signed_in(open_page):
    """Open a page as one of the accounts of small_cases.py."""

    def opened(who, path="/work/", **more):
        page = open_page(f"/account/login/?next={path}", **more)
        page.fill("#id_login", who)
        page.fill("#id_password", PASSWORD)
        page.click("main form .btn.primary")
        page.wait_for_url(f"**{path}")
        return page

    return opened


def find(page, text, queue="open"):
    """Open the case whose report begins with ``text``, by way of the search of the list; gives its address."""
    page.goto(f"/work/?queue={queue}&q={text}")
    return page.locator("a.case-link").first.get_attribute("href")


def assert_fits(page):
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@SCREENS
def test_the_case_passes_axe_in_its_states_and_fits_the_screen(signed_in, viewport, language):
    page = signed_in("dispatcher", viewport=viewport, language=language, bypass_csp=True)
    for text, queue in ((REPORTED, "open"), (HANDLING, "open"), (ASKED, "open"), (CLOSED, "ended")):
        page.goto(find(page, text, queue))
        assert text in page.locator(".words").inner_text()
        assert_fits(page)


@SCREENS
def test_the_catalogue_passes_axe_and_fits_the_screen(signed_in, viewport, language):
    page = signed_in("engineer", "/catalogue/", viewport=viewport, language=language, bypass_csp=True)
    assert_fits(page)
    page.goto("/catalogue/events@1/0101/")
    assert_fits(page)


@pytest.mark.parametrize(("scripts", "text"), [(True, HANDLING), (False, ASKED)], ids=["scripts", "plain"])
def test_a_move_is_made_by_its_form_and_told(signed_in, scripts, text):
    page = signed_in("dispatcher", language="en", java_script_enabled=scripts)
    page.goto(find(page, text))
    page.click(".moves a:has-text('Enter into the ledger')")
    page.fill("#act textarea[name=reason]", "two bureaus must agree")
    page.click("#act .actions .btn")
    expect(page.locator(".notice.success")).to_contain_text("is done")
    expect(page.locator("#history li").first).to_contain_text("two bureaus must agree")
    expect(page.locator(".case-badges")).to_contain_text("Hard case")


def test_the_second_of_two_dispatchers_is_told_who_was_first(signed_in):
    first = signed_in("colleague", language="en")
    address = find(first, REPORTED)
    second = signed_in("dispatcher", language="en", later=409)
    for page in (first, second):
        page.goto(f"{address}?move=mark_hard")
        page.fill("#act textarea[name=reason]", f"typed by {'one' if page is first else 'two'}")
    first.click("#act .actions .btn")
    expect(first.locator(".notice.success")).to_contain_text("is done")
    second.click("#act .actions .btn")
    expect(second.locator("#act [role=alert]")).to_contain_text("Colleague was first")
    expect(second.locator("#act textarea").first).to_have_value("typed by two")
    expect(second.locator("#history")).not_to_contain_text("typed by two")
