"""The map in a browser: drawn, clicked, searched, listed, by mouse, by keyboard, on a phone, without WebGL."""

import re

import pytest

from browser.looking import PHONE, assert_accessible

# Minutes on two cores: the quick run tries the same pages without a browser.
pytestmark = pytest.mark.slow

AT_THE_COVERS = "/map?district=990001#17/31.67020/120.31060"
PANEL = "section.xh-panel"


def settled(page):
    page.wait_for_selector('xh-map[data-idle="true"]', timeout=60_000)


def test_the_map_is_drawn_and_accessible(map_page):
    page = map_page("/map?district=990001")
    drawn = page.evaluate(
        "() => document.querySelector('xh-map').map.queryRenderedFeatures().map((each) => each.layer.id)"
    )
    for layer in (
        "areas-ground",
        "streets-fill",
        "waters-fill",
        "waters-line",
        "greens-fill",
        "gates-dot",
        "plots-fill",
        "sites-fill",
        "streets-name",
    ):
        assert layer in drawn
    assert_accessible(page)


@pytest.mark.parametrize(("language", "expected"), [("zh-CN", "镜湖"), ("en", "Mirror Lake")])
def test_names_are_drawn_in_the_language_of_the_page(map_page, language, expected):
    page = map_page("/map?district=990001", language=language)
    names = page.evaluate(
        "(zh) => document.querySelector('xh-map').map.queryRenderedFeatures({layers: ['waters-name']})"
        ".map((each) => zh ? each.properties.name_zh : each.properties.name_en)",
        language == "zh-CN",
    )
    assert expected in names
    assert page.evaluate("() => document.fonts.check('16px \"Xiuhua Sans SC\"', '镜')")


def test_a_click_tells_who_answers_and_why(map_page):
    page = map_page(AT_THE_COVERS)
    # The first cover stands at 120.3104, 31.6702.
    spot = page.evaluate("() => document.querySelector('xh-map').map.project([120.3104, 31.6702])")
    box = page.locator("canvas.maplibregl-canvas").bounding_box()
    page.mouse.click(box["x"] + spot["x"], box["y"] + spot["y"])
    panel = page.locator(PANEL)
    panel.get_by_text("区水务局").first.wait_for()
    assert "上水井盖" in panel.inner_text()
    panel.get_by_text("示意职责清单第一条").wait_for()
    assert page.get_by_label("事项类别").input_value() == "parts@1:0101"
    page.get_by_label("事项类别").select_option(label="0501 行道树")
    panel.get_by_text("区水务局").wait_for(state="detached")
    assert_accessible(page)
    assert re.search(r"/components:\d+$", page.url)


def test_the_address_opens_the_same_place_again(map_page):
    page = map_page(AT_THE_COVERS)
    identity = page.evaluate(
        "() => document.querySelector('xh-map').map.queryRenderedFeatures({layers: ['components-dot']})[0].properties.id"
    )
    again = map_page(f"{AT_THE_COVERS}/components:{identity}")
    again.locator(PANEL).get_by_text("上水井盖").first.wait_for()
    middle = again.evaluate("() => document.querySelector('xh-map').map.getCenter().toArray()")
    assert middle == pytest.approx([120.3106, 31.6702], abs=1e-4)


def test_two_characters_find_a_place_by_keyboard_alone(map_page):
    page = map_page("/map?district=990001")
    box = page.get_by_role("combobox", name="查找地点、道路或部件")
    box.focus()
    page.keyboard.type("井亭")
    page.locator(".xh-search").get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    chosen = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    assert "井亭" in chosen.inner_text()
    assert_accessible(page)
    page.keyboard.press("Enter")
    page.locator(PANEL).get_by_role("heading", name=re.compile("井亭")).wait_for()
    page.keyboard.press("Escape")
    assert not page.locator(PANEL).is_visible()


def test_what_is_not_found_is_said(map_page):
    page = map_page("/map?district=990001")
    page.get_by_role("combobox", name="查找地点、道路或部件").fill("绝无此名")
    page.locator(".xh-search-empty").wait_for()
    assert "没有找到" in page.locator(".xh-search-empty").inner_text()


def test_the_middle_is_asked_about_by_keyboard(map_page):
    page = map_page("/map?district=990001#16/31.6610/120.3190")
    page.locator("canvas.maplibregl-canvas").focus()
    page.keyboard.press("Enter")
    page.locator(PANEL).get_by_text("石桥镇政府").first.wait_for()


def test_a_layer_can_be_switched_off(map_page):
    page = map_page("/map?district=990001")
    page.get_by_role("button", name="图层").click()
    page.get_by_role("checkbox", name=re.compile("^水面")).uncheck()
    settled(page)
    drawn = page.evaluate(
        "() => document.querySelector('xh-map').map.queryRenderedFeatures().map((each) => each.layer.id)"
    )
    assert not [layer for layer in drawn if layer.startswith("waters-")]
    assert "greens-fill" in drawn
    assert_accessible(page)


def test_everything_in_view_is_listed(map_page):
    page = map_page("/map?district=990001")
    page.get_by_role("button", name="列出图中内容").click()
    panel = page.locator(PANEL)
    panel.get_by_role("table").first.wait_for()
    text = panel.inner_text()
    for name in ("人民路", "镜湖", "井亭公园", "石桥农贸市场"):
        assert name in text
    assert_accessible(page)
    panel.get_by_role("button", name="镜湖").click()
    panel.get_by_role("heading", name="镜湖").wait_for()


def test_a_phone_shows_the_answer_below_and_the_place_above_it(map_page):
    page = map_page(AT_THE_COVERS, viewport=PHONE, has_touch=True)
    page.touchscreen.tap(200, 600)
    panel = page.locator(PANEL)
    panel.get_by_text("石桥镇政府").first.wait_for()
    settled(page)
    sheet = panel.bounding_box()
    assert sheet["y"] + sheet["height"] == pytest.approx(PHONE["height"], abs=1)
    assert sheet["width"] == PHONE["width"]
    assert_accessible(page)


def test_without_webgl_search_and_lists_remain(open_page):
    page = open_page("about:blank")
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto("/map?district=990001")
    page.get_by_text("WebGL").wait_for()
    page.get_by_role("combobox", name="查找地点、道路或部件").fill("镜湖")
    page.get_by_role("option", name=re.compile("镜湖")).wait_for()
    page.get_by_role("button", name="列出图中内容").click()
    page.locator(PANEL).get_by_role("table").first.wait_for()
    assert page.get_by_role("link", name="打开列表").get_attribute("href") == "/city/990001/"


def test_the_other_district_has_its_own_map(map_page):
    page = map_page("/map?district=990002")
    west, *_rest = page.evaluate("() => document.querySelector('xh-map').map.getBounds().toArray().flat()")
    assert west > 120.32
    codes = page.evaluate(
        "() => document.querySelector('xh-map').map.queryRenderedFeatures({layers: ['streets-fill']}).map((each) => each.properties.code)"
    )
    assert {code[:6] for code in codes} == {"990002"}
