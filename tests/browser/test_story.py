"""The whole story: a resident reports from a phone, and everybody does their part until the resident is told."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from browser.conftest import environment_of, served
from browser.looking import DESKTOP, PHONE
from browser.small_city import PASSWORD

# A spot of the first town without cases of its own.
LON, LAT = 120.3032, 31.6788
TEXT = "巷口堆着三个旧轮胎和一堆垃圾"


@pytest.fixture
def installation(tmp_path):
    """An installation of its own: nothing else happens in it."""
    with served(tmp_path, "small_city.py") as address:
        yield tmp_path, address


@pytest.fixture
def people(chromium, installation):
    """Everybody with a device of their own; an error of a page fails the test."""
    contexts, complaints = [], []

    def come(path, *, username="", phone=False):
        context = chromium.new_context(
            viewport=PHONE if phone else DESKTOP, locale="zh-CN", base_url=installation[1], is_mobile=phone, has_touch=phone,
            geolocation={"longitude": LON, "latitude": LAT, "accuracy": 9}, permissions=["geolocation"],
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", lambda answer: answer.status >= 500 and complaints.append(f"{answer.status} {answer.url}"))
        page.goto(path)
        if username:
            page.fill("#id_login", username)
            page.fill("#id_password", PASSWORD)
            page.click("main form .btn.primary")
        return page

    yield come
    for context in contexts:
        context.close()
    assert complaints == []


def photo(colour):
    image = Image.new("RGB", (800, 600), "#b9c4b0")
    ImageDraw.Draw(image).ellipse((250, 200, 550, 450), fill=colour)
    out = io.BytesIO()
    image.save(out, "JPEG")
    return {"name": "IMG_0042.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def move(page, number, key, **given):
    """Make a move on the page of the case."""
    page.goto(f"/cases/{number}/?move={key}")
    form = f"form[action='/cases/{number}/{key}/']"
    for name, value in given.items():
        field = page.locator(f"{form} [name={name}]")
        if isinstance(value, dict):
            field.set_input_files(value)
        else:
            field.fill(value)
    page.click(f"{form} .actions .btn")
    page.wait_for_url(re.compile(f"/cases/{number}/(#.*)?$"))


def test_from_the_report_to_the_message_that_it_is_done(people, installation):
    folder, _address = installation
    resident = people("/report/?district=990001", phone=True)
    resident.set_input_files("#photos", photo("#4a3b2a"))
    resident.fill("#text", TEXT)
    resident.locator("#by-numbers summary").click()
    resident.fill("#lon", str(LON))
    resident.fill("#lat", str(LAT))
    resident.click("button[value=next]")
    resident.wait_for_url(re.compile("/category/$"))
    resident.locator("label.choice", has_text="暴露垃圾").locator("input").first.check()
    resident.click(".actions .btn.primary")
    resident.wait_for_url(re.compile("/send/$"))
    resident.locator("input[name=answer-amount]").last.check()
    resident.fill("#phone", "0510-12345678")
    resident.check("#consent")
    resident.click("form.report .actions .btn.primary")
    resident.wait_for_url(re.compile("/sent/$"))
    number = resident.inner_text("#case-number")
    resident.click("#follow-link")
    resident.wait_for_url(re.compile("/follow/"))

    desk = people("/work/", username="dispatcher")
    desk.wait_for_selector(f"a[href='/cases/{number}/']")
    desk.click(f"a[href='/cases/{number}/']")
    move(desk, number, "file")
    desk.goto(f"/cases/{number}/?move=dispatch")
    expect(desk.locator("#content")).to_contain_text("柳溪镇政府")  # the unit found by duty, with the reason
    move(desk, number, "dispatch")
    expect(desk.locator("#content")).to_contain_text("柳溪镇政府")

    town = people("/work/", username="townhall")
    town.wait_for_selector(f"a[href='/cases/{number}/']")
    move(town, number, "hand_back", reason="已清运，地面已冲洗", public_note="已清运干净", photos=photo("#b9c4b0"))

    move(desk, number, "ask_check")
    inspector = people("/patrol/", username="inspector", phone=True)
    inspector.wait_for_selector("#patrol[data-ready=true]")
    inspector.wait_for_function("() => navigator.serviceWorker.controller !== null")
    inspector.context.set_offline(True)
    inspector.reload()
    inspector.wait_for_selector("#patrol[data-ready=true]")
    inspector.click(f"a.card.check:has-text('{TEXT}')")
    inspector.wait_for_selector("#view form")
    inspector.set_input_files("#view input[capture]", photo("#b9c4b0"))
    inspector.wait_for_selector("#view fieldset .shots img")
    inspector.check("#view .verdict.good input")
    inspector.click("#view .bar-actions .primary")
    inspector.wait_for_selector("#view [data-state=waiting]")
    resident.reload()
    assert "已结案" not in resident.inner_text("#content")
    inspector.context.set_offline(False)
    inspector.click("nav.tabbar a[href='#queue']")
    inspector.wait_for_selector("#view [data-state=sent]")

    move(desk, number, "close")
    done = subprocess.run(
        [Path(sys.executable).with_name("xiuhua"), "tick", "--once"], env=environment_of(folder), check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    sent = [path.read_text(encoding="utf-8") for path in (folder / "outbox/sms").glob("*.jsonl")]
    lines = [json.loads(line) for text in sent for line in text.splitlines()]
    mine = [line for line in lines if number in json.dumps(line, ensure_ascii=False)]
    assert any("已结案" in json.dumps(line, ensure_ascii=False) for line in mine), mine
    resident.reload()
    expect(resident.locator("#content")).to_contain_text("已结案")
    expect(resident.locator("#content")).to_contain_text("已清运干净")
    resident.wait_for_function("() => document.querySelectorAll('.photo img').length >= 2")
