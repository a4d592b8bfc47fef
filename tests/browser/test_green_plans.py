"""Plans of trees in a browser: made for a home and a budget, looked at on the map, taken along, handed over; on a phone."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.conftest import PATIENCE, environment_of
from browser.looking import DESKTOP, PHONE, assert_accessible
from browser.test_greenery_pages import address, folder, visit

__all__ = ["address", "folder", "visit"]
# Minutes on two cores: the quick run tries the same pages without a browser.
pytestmark = pytest.mark.slow

PLANS = "/greenery/990001/plan/"
PASSWORD = "needle-and-thread-27"
SCREENS = pytest.mark.parametrize(
    ("viewport", "language"), [(DESKTOP, "en"), (PHONE, "zh-CN")], ids=["desktop-en", "phone-zh"]
)


@pytest.fixture
def planner(visit):
    """Open a page as the engineer of the district, who may plan."""

    def opened(path=PLANS, **more):
        page = visit(f"/account/login/?next={path}", **more)
        page.fill("#id_login", "engineer")
        page.fill("#id_password", PASSWORD)
        page.click("main form .btn.primary")
        page.wait_for_url(f"**{path}")
        return page

    return opened


@pytest.fixture
def work(folder):
    """Do the jobs that wait, as a worker beside the site does."""
    command = [Path(sys.executable).with_name("xiuhua"), "worker", "--batch"]
    return lambda: subprocess.run(command, env=environment_of(folder), check=True, timeout=120)


def make(page, where, **typed):
    """Fill in one of the forms for a new plan and wait for the plan."""
    for name, value in typed.items():
        page.fill(f"#{where}-{name}", value)
    page.locator("form", has=page.locator(f"#{where}-code")).locator(".btn.primary").click()
    page.wait_for_url("**/plan/*/", timeout=60_000)


def assert_fits(page):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)


@SCREENS
def test_a_plan_for_a_home_is_made_seen_taken_along_and_handed_over(planner, viewport, language):
    page = planner(viewport=viewport, language=language)
    assert_fits(page)
    make(page, "home", code="990001B1", goal="30")
    page.wait_for_selector('.g-plan-map xh-map[data-idle="true"]', timeout=60_000)
    trees = page.locator("#places ~ .table-wrap tbody tr").count()
    assert trees >= 1
    assert_fits(page)
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV", exact=True).click()
    with taken.value.path().open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == trees
    page.locator("form", has=page.locator("#standard")).locator(".btn.primary").click()
    expect(page.locator(".notice.success")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#standard")).to_have_count(0)
    assert page.locator('#places ~ .table-wrap a[href*="/cases/"]').count() == trees
    assert_fits(page)


def test_a_budget_is_planned_and_dropped_without_scripts(planner):
    page = planner(language="en", java_script_enabled=False)
    page.select_option("#budget-code", index=1)
    make(page, "budget", goal="5")
    assert 1 <= page.locator("#places ~ .table-wrap tbody tr").count() <= 5
    assert page.locator(".g-plan-map").is_hidden()
    page.get_by_role("button", name="Drop this plan").click()
    expect(page.locator(".notice.success")).to_contain_text("is dropped")
    page.goto(PLANS)
    assert page.locator("#plans ~ .table-wrap tbody tr").first.get_by_text("dropped").count() == 1


@SCREENS
def test_a_budget_for_the_district_is_waited_for(planner, work, viewport, language):
    page = planner(viewport=viewport, language=language)
    make(page, "budget", goal="6")
    expect(page.locator("[data-waits]")).to_be_visible()
    assert_fits(page)
    work()
    # The page looks again by itself.
    page.wait_for_selector("#towns", timeout=60_000)
    page.wait_for_selector('.g-plan-map xh-map[data-idle="true"]', timeout=60_000)
    assert 1 <= page.locator("#places ~ .table-wrap tbody tr").count() <= 6
    assert_fits(page)
