"""The command as a person starts it: a process of its own, an address that answers, accounts on the start page."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from xiuhua.demo.accounts import account_list

START = [sys.executable, "-c", "import sys; sys.argv[0] = 'xiuhua'; from xiuhua.conf.cli import main; main()", "demo"]


@pytest.mark.slow
def test_one_command_draws_serves_and_lists_the_accounts(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "XIUHUA_DATA_DIR": str(tmp_path), "XIUHUA_DATABASE": "sqlite:///"}
    process = subprocess.Popen(
        [*START, "--scale", "tiny", "--port", str(port)], env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        page = first_answer(process, f"http://127.0.0.1:{port}/", tries=1500)
        password = json.loads((tmp_path / "demo.json").read_text())["password"]
        assert password in page
        assert page.count(password) == len(account_list())
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/map") as answer:
            assert answer.status == 200
        assert (tmp_path / "beating.log").exists()
    finally:
        process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=60)
    assert password in printed
    assert f"http://127.0.0.1:{port}/" in printed


def first_answer(process, address, tries):
    """The start page, as soon as there is one; fails at once if the command ends before."""
    for _ in range(tries):
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return answer.read().decode()
        except OSError:
            try:
                process.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                continue
            pytest.fail(f"the command ended: {process.stdout.read()}")
    pytest.fail("no answer")
