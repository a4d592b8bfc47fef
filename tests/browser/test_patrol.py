"""An inspector's day on the phone: without network, cut off in the middle, signed out; everything arrives once."""

import io
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from browser.conftest import served
from browser.looking import AUDITED, PHONE, assert_accessible

# Minutes on two cores: the quick run tries the same pages without a browser.
pytestmark = pytest.mark.slow

PASSWORD = "needle-and-thread-27"
PLACE = {"longitude": 120.3094, "latitude": 31.6755, "accuracy": 14}
READY = "#patrol[data-ready=true]"
# What Chromium says of a network that was switched off, or of what a test answers itself.
EXPECTED = ("net::ERR_", "status of 401", "status of 409")


@pytest.fixture(scope="session")
def installation(tmp_path_factory):
    """Folder and address of an installation of its own: these tests send, others count."""
    folder = tmp_path_factory.mktemp("patrol")
    with served(folder, "small_patrol.py") as address:
        yield folder, address


@pytest.fixture
def asked(installation):
    """Ask the database of the installation."""

    def ask(sql, *parameters):
        with closing(sqlite3.connect(installation[0] / "city.sqlite3", timeout=20)) as database:
            rows = database.execute(sql, parameters).fetchall()
            database.commit()
            return rows

    return ask


@pytest.fixture
def phone(chromium, installation):
    """A phone on which somebody has signed in; complaints of the browser fail the test."""
    contexts, complaints = [], []

    def heard(message, page):
        probing = page in AUDITED and message.text.startswith("Applying inline style violates")
        if message.type == "error" and not probing and not any(text in message.text for text in EXPECTED):
            complaints.append(message.text)

    def unpacked(username="scout", language="zh-CN"):
        context = chromium.new_context(
            viewport=PHONE, locale=language, base_url=installation[1], geolocation=PLACE, permissions=["geolocation"],
            is_mobile=True, has_touch=True,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard(message, page))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto("/patrol/")
        sign_in(page, username)
        # The service worker has taken over: from now on the page opens without network.
        page.wait_for_function("() => navigator.serviceWorker.controller !== null")
        return page

    yield unpacked
    for context in contexts:
        context.close()
    assert complaints == []


def sign_in(page, username):
    page.fill("#id_login", username)
    page.fill("#id_password", PASSWORD)
    page.click("main form .btn.primary")
    page.wait_for_selector(READY)


def jpeg(side=700):
    out = io.BytesIO()
    Image.effect_noise((side, side), 100).convert("RGB").save(out, "JPEG", quality=92)
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def add_photo(page, **more):
    page.set_input_files("#view input[capture]", jpeg(**more))
    page.wait_for_selector("#view fieldset .shots img")
    page.wait_for_selector("#view .place .btn.small")


def make_check(page, text, *, passed=True, note=""):
    page.click("nav.tabbar a[href='#checks']")
    page.click(f"a.card.check:has-text('{text}')")
    page.wait_for_selector("#view form")
    add_photo(page)
    page.check(f"#view .verdict.{'good' if passed else 'bad'} input")
    page.fill("#view textarea", note)
    page.click("#view .bar-actions .primary")
    page.wait_for_selector("#view [data-item]")


def make_report(page, text, taps=1, **photo):
    page.click("nav.tabbar a[href='#report']")
    page.wait_for_selector("#view form")
    add_photo(page, **photo)
    page.fill("#view input[type=search]", "积水")
    page.click("#view .picker button")
    page.check("#view .standards input >> nth=0")
    page.fill("#view textarea", text)
    page.click("#view .bar-actions .primary", click_count=taps)
    page.wait_for_selector("#view [data-item]")


def states(page):
    return sorted(page.locator("#view [data-state]").evaluate_all("all => all.map((one) => one.dataset.state)"))


def await_states(page, *wanted):
    page.click("nav.tabbar a[href='#queue']")
    page.wait_for_function(
        "(wanted) => JSON.stringify([...document.querySelectorAll('#view [data-state]')].map((one) => one.dataset.state)"
        ".sort()) === wanted",
        arg=str(sorted(wanted)).replace("'", '"').replace(" ", ""),
    )


REPORTS = "SELECT count(*) FROM casework_report WHERE description = ?"
CHECK = (
    "SELECT c.passed, c.accuracy_m, c.received_at IS NOT NULL, (SELECT count(*) FROM casework_photo p WHERE "
    "p.check_made_id = c.id) FROM casework_check c JOIN casework_case k ON k.id = c.case_id WHERE k.description = ?"
)
MADE = (
    "SELECT count(*) FROM casework_step s JOIN casework_case k ON k.id = s.case_id WHERE k.description = ? "
    "AND s.move IN ('pass', 'fail')"
)


def test_a_day_without_network(phone, asked):
    page = phone()
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector(READY)
    assert page.locator("#net.warn").count() == 1
    page.click("a.card.check:has-text('离线核查的积水')")
    page.wait_for_function("() => document.querySelector('.about .shots img')?.naturalWidth > 0")
    make_check(page, "离线核查的积水", note="已排干")
    make_report(page, "离线时看到的积水")
    assert states(page) == ["waiting", "waiting"]
    page.goto("/patrol/#queue")
    page.reload()
    page.wait_for_selector("#view [data-item]")
    assert states(page) == ["waiting", "waiting"]
    assert asked(REPORTS, "离线时看到的积水") == [(0,)]
    page.context.set_offline(False)
    await_states(page, "sent", "sent")
    assert asked(REPORTS, "离线时看到的积水") == [(1,)]
    assert asked(CHECK, "离线核查的积水") == [(1, 14.0, 1, 1)]
    assert asked(MADE, "离线核查的积水") == [(1,)]
    report = "SELECT k.state, k.source, (SELECT count(*) FROM casework_photo p WHERE p.case_id = k.id AND p.stage = 'before')"
    assert asked(f"{report} FROM casework_case k WHERE k.description = '离线时看到的积水'")[0][1:] == ("inspector", 1)
    # Nothing of the photos is left on the phone.
    assert page.evaluate(KEPT) == 0


KEPT = """() => new Promise((resolve) => {
    indexedDB.open("xiuhua-patrol").onsuccess = ({ target }) => {
        target.result.transaction("photos").objectStore("photos").count().onsuccess = (counted) => resolve(counted.target.result);
    };
})"""


def test_cut_off_after_the_first_piece_it_goes_on_where_it_stopped(phone, asked):
    page = phone()
    offsets, cut = [], []

    def cutting(route):
        if route.request.method != "PUT":
            return route.continue_()
        offsets.append(int(route.request.url.split("offset=")[1].split("&")[0]))
        if len(offsets) == 1 or cut:
            return route.continue_()
        cut.append(True)
        return route.abort()

    page.context.route("**/patrol/api/photos/**", cutting)
    make_check(page, "中途断网的积水", passed=False, note="还有水")
    page.wait_for_function("() => document.querySelector('#view [data-state=waiting] p.hint')")
    assert asked(CHECK, "中途断网的积水") == [(None, None, 0, 0)]
    page.close()  # killed in the middle
    page = page.context.new_page()
    page.goto("/patrol/#queue")
    page.wait_for_selector("#view [data-item]")
    if states(page) == ["waiting"]:
        page.click("#view .btn.primary")
    await_states(page, "sent")
    assert offsets.count(0) == 1
    assert asked(CHECK, "中途断网的积水") == [(0, 14.0, 1, 1)]
    assert asked(MADE, "中途断网的积水") == [(1,)]


def test_an_answer_that_was_lost_makes_no_second_report(phone, asked):
    page = phone()
    lost = []

    def losing(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch())
        return route.abort()

    page.context.route("**/patrol/api/reports/**", losing)
    make_report(page, "回执丢失的积水", taps=2)
    page.wait_for_function("() => document.querySelector('#view [data-state=waiting] p.hint')")
    assert asked(REPORTS, "回执丢失的积水") == [(1,)]
    page.click("#view .btn.primary")
    await_states(page, "sent")
    assert asked(REPORTS, "回执丢失的积水") == [(1,)]


def test_a_packet_whose_answer_was_lost_makes_nothing_twice(phone, asked):
    page = phone()
    texts, lost, alone = ("包裹回执丢失的积水", "同一包裹的积水"), [], []

    def losing(route):
        lost.append(route.fetch())
        return route.abort()

    page.context.route("**/patrol/api/packet", losing)
    page.context.set_offline(True)
    for text in texts:
        make_report(page, text, side=60)
    page.context.set_offline(False)
    # The server took all of it in; the phone heard nothing and keeps both.
    page.wait_for_function("() => document.querySelectorAll('#view [data-state=waiting] p.hint').length === 2")
    (answer,) = lost
    assert [each["status"] for each in answer.json()["answers"]] == [200] * 4
    assert [asked(REPORTS, text) for text in texts] == [[(1,)]] * 2
    page.context.route("**/patrol/api/reports/**", lambda route: (alone.append(route.request.url), route.continue_()))
    page.click("#view .btn.primary")
    await_states(page, "sent", "sent")
    # What was tried before goes alone, under the keys that the server knows.
    assert (len(lost), len(alone)) == (1, 2)
    assert [asked(REPORTS, text) for text in texts] == [[(1,)]] * 2
    shown = "SELECT count(*) FROM casework_photo p JOIN casework_case k ON k.id = p.case_id WHERE k.description = ?"
    assert [asked(shown, text) for text in texts] == [[(1,)]] * 2
    assert page.evaluate(KEPT) == 0


def test_signed_out_nothing_is_lost_and_nobody_else_sends_it(phone, asked):
    page = phone(language="en-GB")
    page.context.set_offline(True)
    make_check(page, "换人登录的积水")
    page.context.clear_cookies()
    page.context.set_offline(False)
    page.wait_for_selector("#banners .sign-in a")
    page.click("#banners .sign-in a")
    sign_in(page, "second")
    page.click("nav.tabbar a[href='#queue']")
    page.wait_for_selector("#view .notice.warn:has-text('scout')")
    assert states(page) == []
    assert asked(CHECK, "换人登录的积水") == [(None, None, 0, 0)]
    page.context.clear_cookies()
    page.goto("/patrol/")
    sign_in(page, "scout")
    await_states(page, "sent")
    assert asked(CHECK, "换人登录的积水") == [(1, 14.0, 1, 1)]


def test_a_check_that_was_taken_back_becomes_a_report(phone, asked):
    page = phone(language="en-GB")
    page.context.set_offline(True)
    make_check(page, "已经撤回的积水", passed=False, note="撤回后仍有积水")
    case = "SELECT id FROM casework_case WHERE description = '已经撤回的积水'"
    before = (datetime.now(UTC) - timedelta(minutes=9)).replace(tzinfo=None).isoformat(" ")
    asked(f"UPDATE casework_check SET cancelled_at = ? WHERE case_id = ({case})", before)
    page.context.set_offline(False)
    await_states(page, "refused")
    assert "taken back" in page.inner_text("#view .notice.bad")
    page.click("#view .item .primary")
    page.wait_for_selector("#view .standards")
    assert page.input_value("#view textarea") == "撤回后仍有积水"
    page.check("#view .standards input >> nth=0")
    page.click("#view .bar-actions .primary")
    await_states(page, "sent")
    assert asked(REPORTS, "撤回后仍有积水") == [(1,)]


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_every_view_passes_axe_and_says_what_is_missing(phone, language):
    page = phone(language=language)
    for view in ("#checks", "#report", "#queue"):
        page.goto(f"/patrol/{view}")
        page.wait_for_selector("#view h1")
        assert_accessible(page)
    page.goto("/patrol/#checks")
    page.click("a.card.check:has-text('看看页面的积水')")
    page.wait_for_selector("#view form")
    page.click("#view .bar-actions .primary")
    page.wait_for_selector("#view .error")
    assert page.locator("#view .error").count() == 2
    assert page.evaluate("document.activeElement.closest('.shots-box') !== null")
    assert_accessible(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0


def test_the_page_can_be_installed(phone):
    page = phone()
    session = page.context.new_cdp_session(page)
    found = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # A test's window keeps nothing, like a private one: only that may be wrong.
    assert {each["errorId"] for each in found} <= {"in-incognito"}
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/patrol/manifest.webmanifest")
