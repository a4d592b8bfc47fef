"""Whole lives of cases by the JSON interface of a served installation that holds a million cases.

A life is report, file, dispatch, hand back, ask for a check, pass, close: seven calls with API keys over connections
that are kept. The server is ``xiuhua serve`` with the processes and threads of ``served``; the client shares the two cores. Printed:
lives a second, p95 of each call, seconds of processor a life takes in server, database and client, and what part of them the
same number of the cheapest calls (the list of districts) takes, as the baseline.

``XIUHUA_BENCH_CASES`` and ``XIUHUA_BENCH_SECONDS`` make it smaller or longer.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import defaultdict
from itertools import count
from pathlib import Path

import numpy as np
from tests.bench.served import processor, served, start, wait
from tests.bench.temporary import environment, on_both_databases

CASES = int(os.environ.get("XIUHUA_BENCH_CASES", "1000000"))
SECONDS = float(os.environ.get("XIUHUA_BENCH_SECONDS", "20"))
PORT = 8399
CLIENTS = 12
WANTED = {"postgresql": 60, "sqlite": 40}
LIMIT_MS = 150
CALLS = ("report", "file", "dispatch", "hand_back", "ask_check", "pass", "close")


def prepare(path: str) -> None:
    """Migrate, seed, issue a key to everybody; what the client must know goes into the file ``path``."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from tests.bench.seeded import fill, furnish

    from xiuhua.casework.models import Standard
    from xiuhua.people.actions.api_keys import issue
    from xiuhua.people.models import User

    furniture = furnish()
    fill(furniture, CASES)
    users = list(User.objects.select_related("organisation"))
    known = {
        "keys": {user.pk: issue(user, "bench", actor="bench") for user in users},
        "dispatchers": [user.pk for user in users if "dispatcher" in user.username],
        "leads": {user.organisation.code: user.pk for user in users if "unit_lead" in user.username and user.organisation},
        "standards": [[f"events@1:{row.category.code}", row.pk] for row in Standard.objects.select_related("category")],
    }  # fmt: skip
    Path(path).write_text(json.dumps(known), encoding="utf-8")


class Wire:
    """One connection that is kept; says no more than needed, since its client shares the two cores."""

    def __init__(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", PORT))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, bytes]:
        """Status and content of the answer."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{PORT}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
        status, length = int(self.file.readline().split()[1]), 0
        while (line := self.file.readline()) != b"\r\n":
            name, _colon, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return status, self.file.read(length)


class Caller:
    """Lives cases over one connection; how long each call took."""

    def __init__(self, known: dict) -> None:
        self.known, self.times = known, defaultdict(list)
        self.wire = Wire()

    def post(self, name: str, path: str, who: int, body: dict, **headers: str) -> dict:
        """The answer; raises for a refusal."""
        key = self.known["keys"][str(who)]
        sent = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", **headers}
        started = time.perf_counter()
        status, content = self.wire.ask("POST", path, sent, json.dumps(body).encode())
        self.times[name].append(time.perf_counter() - started)
        if status not in {200, 201}:
            raise RuntimeError(f"{name} {path}: {status} {content.decode()}")
        return json.loads(content)

    def life(self, number: int) -> None:
        """One case from report to end."""
        random = np.random.default_rng(number)
        desk = self.known["dispatchers"][number % len(self.known["dispatchers"])]
        category, standard = self.known["standards"][number % len(self.known["standards"])]
        lon, lat = random.uniform(120.001, 120.199), random.uniform(31.601, 31.799)
        body = {"district": "990001", "lon": lon, "lat": lat, "category": category, "description": "路口有垃圾"}
        key = {"Idempotency-Key": uuid.uuid4().hex}
        case = self.post("report", "/api/cases/reports", desk, body, **key)["number"]

        def move(name: str, who: int, version: int, **data: object) -> dict:
            given = {"expected_version": version, "data": data}
            return self.post(name, f"/api/cases/{case}/moves/{name}", who, given)

        move("file", desk, 1, standard=standard)
        unit = move("dispatch", desk, 2)["unit"]
        move("hand_back", self.known["leads"][unit], 3, reason="已清运")
        asked = move("ask_check", desk, 4)["step"]
        move("pass", asked["inspector"], 5, check=asked["check"], lon=lon, lat=lat)
        move("close", desk, 6)


def drive(path: str) -> None:
    """Live lives for ``SECONDS`` over several connections; print what was seen as JSON."""
    known = json.loads(Path(path).read_text(encoding="utf-8"))
    numbers, done, failed = count(), [], []
    until = 0.0

    def run(caller: Caller, seconds: float) -> None:
        try:
            while time.perf_counter() < until:
                caller.life(next(numbers))
                done.append(1)
        except RuntimeError as error:
            failed.append(str(error))

    callers = [Caller(known) for _client in range(CLIENTS)]
    for seconds in (3.0, SECONDS):  # to warm up, then to measure
        done.clear()
        for caller in callers:
            caller.times.clear()
        started, before = time.perf_counter(), time.process_time()
        until = started + seconds
        threads = [threading.Thread(target=run, args=(caller, seconds)) for caller in callers]
        print("begin" if seconds == SECONDS else "warm", flush=True)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print("end", flush=True)
    wall = time.perf_counter() - started
    merged = {name: [t for caller in callers for t in caller.times[name]] for name in CALLS}
    quantiles = {name: list(np.quantile(merged[name], [0.5, 0.95, 0.99]) * 1000) for name in CALLS if merged[name]}
    cpu = time.process_time() - before
    started, calls = time.perf_counter(), 300
    for _call in range(calls):
        callers[0].wire.ask("GET", "/api/city/districts", {})
    plain = (time.perf_counter() - started) / calls
    print(
        json.dumps(
            {"lives": len(done), "wall": wall, "cpu": cpu, "ms": quantiles, "failed": failed[:3], "plain": plain}
        )
    )


def run(folder: str, url: str) -> None:
    """Prepare, serve, drive, print."""
    env, vendor = environment(folder, url), url.partition(":")[0]
    known = f"{folder}/known-{vendor}.json"
    started = time.perf_counter()
    prepared = subprocess.run(
        [sys.executable, "-c", f"from tests.bench.lifecycle import prepare; prepare({known!r})"], env=env, check=False
    )
    if prepared.returncode:
        raise SystemExit("the database could not be prepared")
    print(f"{vendor}: {CASES:,} cases seeded in {time.perf_counter() - started:.0f} s", flush=True)
    server = start(env, *served(PORT))
    try:
        wait(PORT)
        client = subprocess.Popen(
            [sys.executable, "-c", f"from tests.bench.lifecycle import drive; drive({known!r})"], env=env,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        lines, marks = [], {}
        for line in client.stdout or ():
            if line.strip() in {"begin", "end"}:
                marks[line.strip()] = (processor(" serve ", folder), processor("postgres", folder))
            lines.append(line)
        if client.wait():
            raise SystemExit("the client failed")
        _tell(vendor, json.loads(lines[-1]), marks)
    finally:
        server.terminate()
        server.wait()


def _tell(vendor: str, seen: dict, marks: dict) -> None:
    lives = seen["lives"] / seen["wall"]
    each = max(seen["lives"], 1)
    server, database = (1000 * (marks["end"][n] - marks["begin"][n]) / each for n in (0, 1))
    verdict = "above" if lives >= WANTED[vendor] else "BELOW"
    slowest = max(values[1] for values in seen["ms"].values())
    print(
        f"{vendor:11} {lives:6.1f} lives/s ({verdict} {WANTED[vendor]}), slowest p95 {slowest:5.1f} ms "
        f"({'within' if slowest < LIMIT_MS else 'OVER'} {LIMIT_MS}); processor a life: server {server:5.1f} ms, "
        f"database {database:4.1f} ms, client {1000 * seen['cpu'] / each:4.1f} ms; seven cheapest calls "
        f"{7000 * seen['plain']:4.1f} ms, ratio {7000 * seen['plain'] / (server + database):4.2f}"
    )
    for name, (p50, p95, p99) in seen["ms"].items():
        print(f"  {name:10} p50 {p50:6.1f}  p95 {p95:6.1f}  p99 {p99:6.1f} ms")
    for failure in seen["failed"]:
        print(f"  FAILED {failure}")


def main() -> None:
    """Each database in turn."""
    on_both_databases(run)


if __name__ == "__main__":
    main()
