"""A resident with a phone: a photo that knows its place, a report, the page that follows it; the same without a script."""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from browser.looking import PHONE, assert_accessible
from browser.small_city import PASSWORD

# A spot of the first district without cases of its own, and one with a known case (see small_cases.py).
QUIET, KNOWN = (120.3183, 31.6772), (120.302, 31.667)


@pytest.fixture
def photo(tmp_path):
    """A photo as a phone takes it: on its side, with the place in it."""

    def taken(lon, lat):
        image, exif = Image.effect_noise((640, 480), 60).convert("RGB"), Image.Exif()
        exif[0x0112] = 6
        gps = exif.get_ifd(0x8825)
        for tag, letter, degrees in ((3, "E", lon), (1, "N", lat)):
            minutes = degrees % 1 * 60
            gps[tag], gps[tag + 1] = letter, (float(int(degrees)), float(int(minutes)), round(minutes % 1 * 60, 4))
        path = tmp_path / f"{lon}.jpg"
        image.save(path, "JPEG", exif=exif)
        return path

    return taken


def looked_at(page):
    """Fit for everybody: axe, and nothing beside the screen."""
    assert_accessible(page)
    width = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1]


def number_of(page):
    return page.inner_text("h1 + p .code")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_report_with_a_photo_from_a_phone(open_page, photo, language):
    page = open_page("/report/?district=990001", language=language, viewport=PHONE)
    looked_at(page)
    page.set_input_files("#photos", photo(*QUIET))
    page.wait_for_selector("#chosen img")
    page.fill("#text", "路边一大堆垃圾，电话13812345678")
    page.click("button[value=next]")
    page.wait_for_url(re.compile("/category/$"))
    looked_at(page)
    page.locator("fieldset.choices input").first.check()
    page.click(".actions .btn.primary")
    page.wait_for_url(re.compile("/send/$"))
    looked_at(page)
    assert page.locator(".summary img").count() == 1
    if page.locator("input[name=answer-amount]").count():
        page.locator("input[name=answer-amount]").last.check()
    page.check("#consent")
    page.dblclick("form.report .actions .btn.primary")
    page.wait_for_url(re.compile("/sent/$"))
    looked_at(page)
    number = page.inner_text("#case-number")
    page.click("#follow-link")
    page.wait_for_url(re.compile("/follow/"))
    looked_at(page)
    assert number_of(page) == number
    assert "13812345678" not in page.content()
    assert "***" in page.inner_text(".lead-text")
    page.wait_for_function("() => document.querySelector('.photo img')?.naturalHeight > 0")
    assert page.evaluate(
        "() => { const i = document.querySelector('.photo img'); return i.naturalHeight > i.naturalWidth }"
    )
    page.goto("/problems/?district=990001")
    looked_at(page)
    page.click(f"a[href='/c/{number}/']")
    looked_at(page)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_same_without_a_script_and_without_the_map(open_page, photo, language):
    page = open_page("/report/?district=990001", language=language, viewport=PHONE, java_script_enabled=False)
    page.set_input_files("#photos", photo(*KNOWN))
    page.click(".without-script button")
    page.wait_for_selector(".draft-photos img")
    assert page.locator(".draft-photos img").count() == 1
    page.fill("#text", "柳溪街口堆着垃圾")
    page.fill("#address", "柳溪街12号")
    page.click("button.btn[value=look]")
    page.locator(".hits input").first.check()
    page.click("button[value=next]")
    page.wait_for_url(re.compile("/category/$"))
    page.locator("fieldset.choices input").first.check()
    page.click(".actions .btn.primary")
    page.wait_for_url(re.compile("/send/$"))
    if page.locator("input[name=answer-amount]").count():
        page.locator("input[name=answer-amount]").first.check()
    page.check("#consent")
    page.click("form.report .actions .btn.primary")
    page.wait_for_url(re.compile("/sent/$"))
    sent = page.url
    assert page.reload().status == 200
    assert page.url == sent
    page.click("#follow-link")
    page.wait_for_url(re.compile("/follow/"))
    expect(page.locator(".history li")).to_have_count(1)
    expect(page.locator("img")).to_have_count(1)


def test_a_known_case_is_joined_instead(open_page, photo):
    page = open_page("/report/?district=990001", viewport=PHONE)
    page.set_input_files("#photos", photo(*KNOWN))
    page.fill("#text", "人民路口垃圾堆，气味大")
    page.click("button[value=next]")
    page.wait_for_url(re.compile("/category/$"))
    page.locator("label.choice", has_text="暴露垃圾").locator("input").first.check()
    page.click(".actions .btn.primary")
    page.wait_for_url(re.compile("/send/$"))
    looked_at(page)
    page.locator(".near-list button").first.click()
    page.wait_for_url(re.compile("/follow/"))
    looked_at(page)
    assert "人民路口有一堆垃圾" in page.inner_text(".lead-text")


def test_the_map_gives_the_place(open_page):
    page = open_page("/report/?district=990001&lon=120.31&lat=31.67", viewport=PHONE)
    page.locator("xh-map").scroll_into_view_if_needed()
    page.wait_for_selector('xh-map[data-idle="true"]', timeout=60_000)
    page.locator("xh-map canvas").click(position={"x": 30, "y": 30})
    assert page.input_value("#lon") != ""
    first = page.input_value("#lon")
    page.click("#take-middle")
    page.wait_for_function(f"() => document.querySelector('#lon').value !== '{first}'")
    assert float(page.input_value("#lon")) == pytest.approx(120.31, abs=0.0001)


def test_the_hotline_takes_a_call_by_keyboard(open_page):
    page = open_page("/account/login/?next=/hotline/%3Fdistrict%3D990001")
    page.fill("input[name=login]", "dispatcher")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("form.hotline")
    looked_at(page)
    page.keyboard.type("井亭巷积水，车过不去")
    for words in ("井亭巷3号", "道路积水"):
        page.keyboard.press("Tab")
        page.keyboard.type(words)
        if words.startswith("井"):
            page.keyboard.press("Tab")  # past the coordinates
    page.keyboard.press("Enter")
    page.wait_for_selector("input[name=seen]", state="attached")
    looked_at(page)
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice.success")
    assert re.search(r"990001-\d{6}-\d+", page.inner_text(".notice.success"))


def test_the_answer_of_the_map_leads_to_a_report_of_that_place(map_page):
    page = map_page("/map?district=990001#17/31.67000/120.31000", language="en")
    page.locator("xh-map canvas").first.focus()
    page.keyboard.press("Enter")
    page.click(".xh-answer a.btn")
    page.wait_for_url(re.compile(r"/report/\?district=990001&lon=120\.31"))
    assert page.input_value("#lat").startswith("31.67")
