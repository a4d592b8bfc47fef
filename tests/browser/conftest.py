"""A served installation with two small districts, and Chromium to look at it.

The site runs as its users run it (granian, whitenoise, the strict policy for scripts) in a process and with a
database of its own. Anything that the browser complains about fails the test; looking.py runs axe.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from browser.looking import AUDITED, DESKTOP

HERE = Path(__file__).parent
STARTED_WITHIN = 60
# Milliseconds: a loaded machine without a graphics card draws slowly.
PATIENCE = 20_000
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


def pytest_collection_modifyitems(items):
    """One worker for all that drives a browser: one site and one Chromium serve them all."""
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The address of the served installation."""
    with served(tmp_path_factory.mktemp("site"), "small_city.py") as address:
        yield address


def environment_of(folder):
    """The environment of a program that works on the installation in ``folder``."""
    return {
        **os.environ,
        "XIUHUA_DATA_DIR": str(folder),
        "XIUHUA_DATABASE": f"sqlite:///{folder / 'city.sqlite3'}",
        "XIUHUA_SMS": "file",
        "DJANGO_SETTINGS_MODULE": "xiuhua.conf.settings",
    }


@contextmanager
def served(folder, program):
    """An installation that ``program`` has furnished, with its data in ``folder``; gives its address."""
    if shutil.which("chromium") is None:
        pytest.skip("chromium is not installed: apt-get install chromium")
    environment = environment_of(folder)
    subprocess.run([sys.executable, HERE / program], env=environment, check=True, timeout=120)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "4", "xiuhua.conf.wsgi:application"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        address = f"http://127.0.0.1:{port}"
        try:
            _await(f"{address}/healthz", server, folder / "log")
            yield address
        finally:
            ended(server)


def ended(server, patience=20):
    """End a server with all that it started; one that is still starting may not hear that it is to end: it is killed."""
    server.terminate()
    try:
        server.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _await(address, server, log):
    deadline = time.monotonic() + STARTED_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)  # polling another process: there is nothing to wait on
    pytest.fail(f"the site did not start:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture(scope="session")
def chromium(site):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, site):
    """Open a page: ``open_page("/map", language="en", viewport=PHONE)``. Complaints of the browser fail the test.

    ``expect`` is the status of the first answer, ``later`` one that answers to what the test does may have.
    """
    contexts, complaints = [], []

    def opened(path, *, language="zh-CN", viewport=DESKTOP, expect=200, later=0, **more):
        context = chromium.new_context(viewport=viewport, locale=language, base_url=site, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: _heard(message, page, complaints, later))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("response", lambda answer: answer.status >= 500 and complaints.append(f"{answer.status} {answer.url}"))
        answer = page.goto(path)
        assert answer is None or answer.status == expect
        if expect >= 400:  # Chromium logs the answer that was asked for as an error of the console
            complaints.clear()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _heard(message, page, complaints, later):
    if later and f"responded with a status of {later} " in message.text:
        return
    probing = page in AUDITED and message.text.startswith("Applying inline style violates")
    if message.type == "error" and not probing:
        complaints.append(message.text)


@pytest.fixture
def map_page(open_page):
    """Open a page with a map and wait until it has nothing more to draw."""

    def opened(path, **more):
        page = open_page(path, **more)
        page.wait_for_selector('xh-map[data-idle="true"]', timeout=60_000)
        return page

    return opened
