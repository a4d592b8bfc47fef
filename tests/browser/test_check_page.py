"""The page of a check with what a detector proposes, and the squares of a living room on the phone, in a browser."""

import pytest
from playwright.sync_api import expect

from browser.conftest import PATIENCE
from browser.looking import DESKTOP, PHONE, assert_accessible
from browser.small_check import KEY

PASSWORD = "needle-and-thread-27"
PLACE = {"longitude": 120.3032, "latitude": 31.6668, "accuracy": 9}


@pytest.fixture
def inspector(open_page):
    """Open a page as the inspector of the check."""

    def opened(path, **more):
        page = open_page(f"/account/login/?next={path}", language="en", **more)
        page.fill("#id_login", "inspector")
        page.fill("#id_password", PASSWORD)
        page.click("main form .btn.primary")
        return page

    return opened


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_boxes_lie_on_the_photo_and_are_judged_there(inspector, viewport):
    page = inspector(f"/inspection/checks/{KEY}/", viewport=viewport)
    expect(page.locator(".boxes-photo rect")).to_have_count(2)
    page.wait_for_function("() => document.querySelector('.boxes-photo img').naturalWidth > 0")
    photo, box = (page.locator(f".boxes-photo {part}").first.bounding_box() for part in ("img", "rect"))
    assert photo["x"] < box["x"] < box["x"] + box["width"] < photo["x"] + photo["width"]
    assert (box["x"] - photo["x"]) / photo["width"] == pytest.approx(0.15, abs=0.02)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Not so: litter, box 2").click()
    expect(page.locator(".boxes-list .badge.bad")).to_have_count(1, timeout=PATIENCE)
    expect(page.locator(".boxes-photo rect.denied")).to_have_count(1)


def test_a_square_is_drawn_on_the_phone_and_its_outline_is_kept(inspector):
    page = inspector("/patrol/", viewport=PHONE, geolocation=PLACE, permissions=["geolocation"])
    page.wait_for_selector("#patrol[data-ready=true]")
    page.click("nav.tabbar a[href='#inspection']")
    expect(page.locator(".card.room strong")).to_have_text("Well Square", timeout=PATIENCE)
    assert_accessible(page)
    page.get_by_role("button", name="Draw a square").click()
    expect(page.locator("svg.outline .object.area")).to_have_count(1, timeout=PATIENCE)
    expect(page.locator(".item-box > legend")).to_have_text(["Dust", "Pieces of litter"])
    assert_accessible(page)
    page.context.set_offline(True)
    page.click("a.back")
    expect(page.locator(".card.room")).to_contain_text("is not looked at yet")
    page.locator(".card.room .btn.primary").click()
    expect(page.locator("svg.outline .object.area")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.set_offline(False)
