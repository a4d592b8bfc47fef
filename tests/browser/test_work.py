"""The work list in a browser: axe, the keyboard, a partial refresh, a bulk move, the phone."""

import pytest
from playwright.sync_api import expect

from browser.looking import DESKTOP, PHONE, assert_accessible

PASSWORD = "needle-and-thread-27"


@pytest.fixture
def at_work(open_page):
    """Open a page of the desk as one of the accounts of small_cases.py."""

    def opened(who, path="/work/", **more):
        page = open_page(f"/account/login/?next={path}", language="en", **more)
        page.fill("#id_login", who)
        page.fill("#id_password", PASSWORD)
        page.click("main form .btn.primary")
        page.wait_for_selector("#worklist")
        return page

    return opened


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_list_passes_axe_and_fits_the_screen(at_work, viewport):
    page = at_work("dispatcher", "/work/%3Fqueue=open", viewport=viewport, bypass_csp=True)
    page.click(".work-filters summary")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_keyboard_moves_selects_searches_and_explains(at_work):
    page = at_work("dispatcher", "/work/%3Fqueue=open")
    focused = "document.activeElement.querySelector('.code')?.textContent"
    codes = page.locator("a.case-link .code").all_inner_texts()
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate(focused) == codes[1]
    page.keyboard.press("x")
    assert page.locator('input[name="case"]:checked').count() == 1
    assert page.locator(".bulk-bar").is_visible()
    page.keyboard.press("k")
    assert page.evaluate(focused) == codes[0]
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("jx?")
    assert page.input_value("#q") == "jx?"
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()


def test_queues_and_filters_refresh_the_list_alone(at_work):
    page = at_work("dispatcher")
    page.evaluate("window.stays = true")
    page.click(".work-head .tabs a:has-text('All open')")
    page.wait_for_selector(".work-head .tabs a[aria-current]:has-text('All open')")
    page.click(".work-filters summary")
    page.select_option("#f-state", "filed")
    page.wait_for_url("**state=filed**")
    expect(page.locator("a.case-link")).to_have_count(1)
    assert page.evaluate("window.stays") is True
    assert "state=filed" in page.url
    assert "state=filed" in page.get_attribute("[data-export]", "href")


def test_many_are_moved_after_a_preview(at_work):
    page = at_work("dispatcher", "/work/%3Fqueue=accept")
    page.locator('input[name="case"]').last.check()
    page.select_option("#move", "mark_hard")
    page.click(".bulk-bar button")
    page.wait_for_selector("#reason")
    page.fill("#reason", "needs a decision of two bureaus")
    page.click("button[value=preview]")
    page.wait_for_selector("text=will be done")
    page.click("button[value=make]")
    page.wait_for_selector(".figures")
    assert page.locator(".figures strong").first.inner_text() == "1"
    page.goto("/work/?ledger=hard")
    assert page.locator("a.case-link").count() >= 1


def test_without_scripts_everything_is_there(at_work):
    page = at_work("lead", java_script_enabled=False)
    page.click(".work-head .tabs a:has-text('Ended')")
    page.wait_for_url("**queue=ended**")
    page.wait_for_selector("a.case-link")
