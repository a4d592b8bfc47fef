"""The shell in a browser: accessible in both languages and sizes, with a menu, a language switch and a district choice."""

import pytest

from browser.looking import DESKTOP, PHONE, assert_accessible

PAGES = ["/", "/about", "/account/login/", "/city/990001/", "/city/990001/streets/", "/city/990001/duty/"]


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_accessible_and_fit_their_width(open_page, path, viewport):
    page = open_page(path, viewport=viewport)
    assert_accessible(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= viewport["width"]


def test_the_dark_dress_is_accessible_too(open_page):
    assert_accessible(open_page("/", color_scheme="dark", language="en"))


def test_errors_are_pages(open_page):
    page = open_page("/nothing-here", expect=404)
    assert page.get_by_role("heading", level=1).inner_text() == "此地址没有内容"
    assert_accessible(page)


def test_the_language_switch_keeps_the_page(open_page):
    page = open_page("/about?district=990002")
    page.get_by_role("button", name="English").click()
    page.wait_for_selector("html[lang=en]")
    assert page.url.endswith("/about?district=990002")
    assert "Sample 2" in page.title()


def test_the_menu_of_a_phone_opens_by_keyboard(open_page):
    page = open_page("/", viewport=PHONE)
    menu = page.get_by_role("button", name="菜单")
    link = page.get_by_role("navigation", name="主导航").get_by_role("link", name="地图")
    assert not link.is_visible()
    menu.focus()
    page.keyboard.press("Enter")
    assert link.is_visible()
    assert menu.get_attribute("aria-expanded") == "true"


def test_the_skip_link_leads_to_the_content(open_page):
    page = open_page("/about")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "content"


def test_choosing_a_district_shows_it(open_page):
    page = open_page("/about")
    page.get_by_label("区", exact=True).select_option("990002")
    page.wait_for_url("**/about?district=990002")
    assert "示意2区的数据" in page.get_by_role("main").inner_text()


def test_pages_work_without_script(open_page):
    page = open_page("/", viewport=PHONE, java_script_enabled=False)
    assert page.get_by_role("link", name="列表").first.is_visible()
    assert not page.get_by_role("button", name="菜单").is_visible()
