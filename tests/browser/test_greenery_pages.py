"""The pages of greenery in a browser: readable for everybody, no wider than the screen, the day that plays, the address."""

import pytest

from browser.conftest import served
from browser.looking import AUDITED, PHONE, assert_accessible

# Minutes on two cores: the quick run tries the same pages without a browser.
pytestmark = pytest.mark.slow

HERE = "/greenery/990001/"
HOME = f"{HERE}homes/990001B1/"
PAGES = (
    HERE, f"{HERE}areas/town/990001000/", HOME, f"{HERE}address/?home=990001B1", f"{HERE}streets/",
    f"{HERE}streets/990001S3/", f"{HERE}parks/", f"{HERE}parks/990001G1/", f"{HERE}quality/", f"{HERE}quality/no_window/",
)  # fmt: skip
NARROW = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("greenery")


@pytest.fixture(scope="module")
def address(folder):
    with served(folder, "small_greenery.py") as found:
        yield found


@pytest.fixture
def visit(chromium, address):
    """Open a page of the measured district; complaints of the browser fail the test."""
    contexts, complaints = [], []

    def heard(message, page):
        probing = page in AUDITED and message.text.startswith("Applying inline style violates")
        if message.type == "error" and not probing:
            complaints.append(message.text)

    def opened(path, *, language="zh-CN", viewport=NARROW, **more):
        context = chromium.new_context(viewport=viewport, locale=language, base_url=address, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard(message, page))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        assert page.goto(path).status == 200
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_accessible_and_fits(visit, path):
    for language, viewport in (("zh-CN", PHONE), ("en", NARROW)):
        page = visit(path, language=language, viewport=viewport)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        assert_accessible(page)


def test_the_day_plays_pauses_and_follows_the_slider(visit):
    page = visit(HOME, language="en")
    box = page.locator(".day")
    page.wait_for_selector("[data-controls]:not([hidden])")
    first = box.get_attribute("data-at")
    assert page.locator(".sketch .house").count() >= 1
    page.click("[data-play]")
    page.wait_for_function("first => document.querySelector('.day').dataset.at !== first", arg=first)
    page.click("[data-play]")
    assert page.locator("[data-play]").get_attribute("aria-pressed") == "false"
    page.locator("[data-slider]").evaluate("slider => { slider.value = 0; slider.dispatchEvent(new Event('input')); }")
    assert page.locator("[data-time]").inner_text() == "07:00"
    morning = page.locator(".spot").evaluate_all("spots => spots.map((spot) => spot.getAttribute('class')).join()")
    assert page.locator(".shadows *").count() >= 1
    page.locator("[data-slider]").press("End")
    assert page.locator("[data-time]").inner_text() == "19:00"
    assert "in shade" in page.locator("[data-said]").inner_text()
    assert morning.count("spot ") == page.locator(".spot").count()


def test_who_wants_no_motion_has_the_slider_alone(visit):
    page = visit(HOME, reduced_motion="reduce")
    page.wait_for_selector("[data-controls]:not([hidden])")
    assert page.locator("[data-play]").is_hidden()
    assert page.locator("[data-slider]").is_visible()


def test_without_scripts_the_card_stands_still_and_the_table_tells_the_hours(visit):
    page = visit(HOME, java_script_enabled=False)
    assert page.locator("[data-controls]").is_hidden()
    assert page.locator(".hours tbody tr").count() == 13


def test_an_address_is_typed_chosen_and_answered(visit):
    page = visit(f"{HERE}address/", language="en", viewport=PHONE)
    page.fill("#q", "Well Park")
    page.press("#q", "Enter")
    page.wait_for_selector("#hits")
    page.fill("#q", "990001B1")
    page.press("#q", "Enter")
    page.wait_for_selector(".answers")
    assert page.locator(".answers li").count() == 3
    page.click("text=Floor by floor")
    page.wait_for_selector(".facade")


def test_the_position_of_the_device_offers_the_homes_there(visit):
    near = {"longitude": 120.3047, "latitude": 31.6694}
    page = visit(f"{HERE}address/", language="en", geolocation=near, permissions=["geolocation"])
    page.click("[data-position]")
    page.wait_for_selector("#near, .answers")
