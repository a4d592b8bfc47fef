"""Lists, objects and the page "who answers" in a browser: axe on desktop and phone, the map, work without a script."""

import re

import pytest
from playwright.sync_api import expect

from browser.looking import DESKTOP, PHONE, assert_accessible
from browser.small_city import PASSWORD

DISTRICTS = ("990001", "990002")
LISTS = ("areas", "streets", "components", "sites")


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def viewport(request):
    return request.param


def no_sideways_scroll(page):
    width = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1]


@pytest.mark.parametrize("layer", LISTS)
def test_a_list_is_accessible_and_leads_to_its_objects(open_page, viewport, layer):
    page = open_page(f"/city/{DISTRICTS[1]}/{layer}/", viewport=viewport)
    assert_accessible(page)
    no_sideways_scroll(page)
    page.click("table tbody th a")
    page.wait_for_url(re.compile(rf"/city/{DISTRICTS[1]}/{layer}/\d+/$"))
    page.wait_for_selector('xh-map[data-idle="true"]', timeout=60_000)
    assert_accessible(page)
    no_sideways_scroll(page)


def test_a_filter_changes_the_table_and_the_address_without_a_reload(open_page):
    page = open_page(f"/city/{DISTRICTS[0]}/streets/", language="en")
    before = page.locator("table tbody tr").count()
    page.evaluate("() => { window.stayed = true; }")
    page.select_option("#f-street_class", "lane")
    page.wait_for_url(re.compile("street_class=lane"))
    page.locator("table tbody tr").nth(1).wait_for(state="detached")
    assert page.locator("table tbody tr").count() == 1 < before
    assert page.evaluate("() => window.stayed")


def test_filters_sorting_and_the_answer_work_without_a_script(open_page):
    page = open_page(f"/city/{DISTRICTS[0]}/streets/", language="en", java_script_enabled=False)
    page.select_option("#f-street_class", "lane")
    page.click("form.toolbar .btn.primary")
    page.wait_for_url(re.compile("street_class=lane"))
    expect(page.locator("table tbody tr")).to_have_count(1)
    page.goto(f"/city/{DISTRICTS[0]}/duty/")
    page.fill("#id_q", "人民路")
    page.click("#who-form .btn.primary")
    page.locator("main ul.stack a").first.click()
    page.wait_for_selector("ol.candidates li")


@pytest.mark.parametrize("district", DISTRICTS)
def test_who_answers_is_accessible_before_and_after_the_answer(open_page, viewport, district):
    page = open_page(f"/city/{district}/duty/", viewport=viewport)
    assert_accessible(page)
    page.fill("#id_q", "人民路")
    page.click("#who-form .btn.primary")
    page.locator("main ul.stack a").first.click()
    page.wait_for_selector("ol.candidates .reasons li")
    assert_accessible(page)
    no_sideways_scroll(page)


def test_a_click_on_the_map_asks_about_the_place(map_page):
    page = map_page(f"/city/{DISTRICTS[0]}/duty/", language="en")
    page.locator("xh-map").click(position={"x": 200, "y": 150})
    page.wait_for_url(re.compile(r"lon=\d+\.\d+&lat=\d+\.\d+"))
    assert page.locator("#id_lon").input_value()
    page.wait_for_selector("main section h2")


@pytest.mark.parametrize(
    "path", ["/city/codes/", "/city/codes/?code=0501", "/city/{}/duties/", "/city/{}/search/?q=柳溪", "/city/{}/"]
)
def test_the_other_pages_are_accessible(open_page, viewport, path):
    page = open_page(path.format(DISTRICTS[0]), viewport=viewport, language="en")
    assert_accessible(page)
    no_sideways_scroll(page)


def test_an_engineer_reads_the_report_and_the_forms(open_page, viewport):
    page = open_page(f"/account/login/?next=/city/{DISTRICTS[0]}/duty-report/", viewport=viewport)
    page.fill("#id_login", "engineer")
    page.fill("#id_password", PASSWORD)
    page.click("main form .btn.primary")
    page.wait_for_url("**/duty-report/")
    assert_accessible(page)
    for path in ("duties/new/", "components/1/edit/"):
        page.goto(f"/city/{DISTRICTS[0]}/{path}")
        assert_accessible(page)
        no_sideways_scroll(page)
