"""The pages of the task book in a browser: axe on desktop and phone, maps in shades, meetings without a script."""

import pytest

from browser.looking import DESKTOP, PHONE, assert_accessible
from browser.small_city import PASSWORD

HERE = "/taskbook/990001"
PAGES = {
    "book": f"{HERE}/?year=2024&month=2024-11",
    "goal": f"{HERE}/goals/rework/?year=2024",
    "indicators": f"{HERE}/indicators/",
    "indicator": f"{HERE}/indicators/closing_on_time/",
    "by score": f"{HERE}/comparison/",
    "by indicator": f"{HERE}/comparison/?indicator=closing_on_time",
    "town": f"{HERE}/areas/town/990001000/",
    "unit": f"{HERE}/units/990001-gov/",
    "projects": f"{HERE}/projects/",
    "months": f"{HERE}/months/",
    "no book": "/taskbook/990002/",
}


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def viewport(request):
    return request.param


def sign_in(page, path):
    page.goto(f"/account/login/?next={path}")
    page.fill("#id_login", "head")
    page.fill("#id_password", PASSWORD)
    page.click("main form .btn.primary")
    page.wait_for_url(f"**{path}")


def no_sideways_scroll(page):
    width = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible(open_page, viewport, name):
    page = open_page(PAGES[name], viewport=viewport, language="zh-CN" if viewport is PHONE else "en")
    for summary in page.locator("main summary:not(.maplibregl-ctrl-attrib-button)").all():
        summary.click()
    assert_accessible(page)
    no_sideways_scroll(page)


def test_the_book_is_accessible(open_page):
    page = open_page(PAGES["book"], viewport=PHONE)
    assert page.locator("svg.spark").count() > 3
    assert_accessible(page)
    no_sideways_scroll(page)


def test_the_map_of_an_indicator_has_its_towns_in_shades(open_page):
    page = open_page(PAGES["indicator"], language="en")
    page.locator(".area-map").scroll_into_view_if_needed()
    page.wait_for_selector('xh-map[data-areas="true"]', timeout=60_000)
    page.wait_for_function("() => document.querySelector('xh-map').map.getLayer('shaded-fill')", timeout=60_000)
    page.wait_for_selector('xh-map[data-idle="true"]', timeout=60_000)
    box = page.locator("xh-map").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2 - 30, box["y"] + box["height"] / 2)
    page.wait_for_function("() => document.querySelector('[data-told]').textContent.includes('%')", timeout=20_000)


def test_a_meeting_is_held_without_a_script(open_page):
    page = open_page("/about", language="en", java_script_enabled=False)
    sign_in(page, f"{HERE}/meetings/")
    page.click("main summary >> nth=0")
    page.fill("#title", "Review of November")
    page.click("text=Open it")
    page.wait_for_selector("h1:has-text('Review of November')")
    page.click(".promises summary >> nth=0")
    page.click(".promises .btn.primary >> nth=0")
    page.wait_for_selector("text=Kept what the meeting said")
    page.fill("#minutes-text", "All gone through.")
    page.click("text=Close the meeting with these minutes")
    page.wait_for_selector("text=The meeting is closed.")
    assert page.locator("textarea").count() == 0
