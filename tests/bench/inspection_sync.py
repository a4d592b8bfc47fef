"""A day of 2,000 checks with photos, sent by the phones of 30 inspectors to a served installation, against 20 s.

Each phone asks who it is, then sends the checks of its day with their photos as its page does: session and CSRF token,
the same addresses, a photo in pieces and its check alone to begin with, then several checks with their photos in
packets that grow while the network is quick. The server is ``xiuhua serve``; ``xiuhua worker`` and ``xiuhua tick`` run beside it as
in an installation, and the phones share the two cores with all of them. One check in twenty fails and becomes a case.

Printed: seconds until the last acknowledgement, checks a second, processor a check in server, worker, database and
phones, how long after the last acknowledgement all public copies were drawn; and as the baseline the same bytes
written and synced with as many bare rows inserted, one transaction a check.

``XIUHUA_BENCH_CHECKS`` makes the day smaller.
"""

import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

from tests.bench.phone_photos import Album, draw_scenes
from tests.bench.served import processor, served, start, wait
from tests.bench.temporary import environment, on_both_databases

CHECKS = int(os.environ.get("XIUHUA_BENCH_CHECKS", "2000"))
LIMIT_S = 20.0
PORT = 8398
CONNECTIONS, INSPECTORS, ITEMS = 6, 30, 8
WARM = 60
PHOTO_AND_CHECK = 2
# As casework/static/casework/patrol/sending.js and packets.js.
PIECE, LARGEST_PIECE, LARGEST_PACKET, MOST_PARTS, HEAD = 256 * 1024, 1024 * 1024, 4 * 1024 * 1024, 100, 400
# So long may nothing be drawn before it is taken that nothing will be.
STALLED_S = 60.0


def prepare(path: str) -> None:
    """Migrate and seed the plan of the day; what the phones must know goes into the file ``path``."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from tests.bench.sync_day import seed

    Path(path).write_text(json.dumps(seed(CHECKS + WARM, INSPECTORS, ITEMS)), encoding="utf-8")


class Phone:
    """The phone of an inspector: its session, and the visits of its day."""

    def __init__(self, connection: HTTPConnection, known: dict, album: Album) -> None:
        self.connection, self.album, self.cookies = connection, album, {"sessionid": known["session"]}
        self.room = PIECE
        self.csrf = self.ask("GET", "/patrol/api/session")["csrf"]

    def ask(self, method: str, address: str, body: bytes | None = None, kind: str = "") -> dict:
        """The answer; raises for a refusal."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": kind, "X-CSRFToken": self.csrf}
        self.connection.request(method, address, body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        for header in answer.msg.get_all("Set-Cookie") or ():
            name, _is, rest = header.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        if answer.status != 200:
            raise RuntimeError(f"{method} {address}: {answer.status} {content.decode()[:300]}")
        return json.loads(content)

    def send(self, visits: list[dict]) -> Iterator[int]:
        """The checks with their photos. Yields the bytes of each photo once its check is acknowledged."""
        while visits:
            parts, full = self._filled(visits)
            if len(parts) < 2 * PHOTO_AND_CHECK:
                yield self._alone(visits[0])
                visits = visits[1:]
                continue
            head = [{"method": method, "address": address, "length": len(body)} for method, address, body in parts]
            body = b"".join([json.dumps({"parts": head}).encode(), b"\n", *(each for *_where, each in parts)])
            answers = self.ask("POST", "/patrol/api/packet", body, "application/octet-stream")["answers"]
            if refused := [each for each in answers if each["status"] != 200]:
                raise RuntimeError(f"packet: {refused[0]}"[:300])
            if full:
                self.room = min(2 * self.room, LARGEST_PACKET)
            yield from (len(photo) for _put, _address, photo in parts[::PHOTO_AND_CHECK])
            visits = visits[len(parts) // PHOTO_AND_CHECK :]

    def _filled(self, visits: list[dict]) -> tuple[list[tuple[str, str, bytes]], bool]:
        """The parts of what goes together now, photo and check in turn, and whether more would not have fitted."""
        parts: list[tuple[str, str, bytes]] = []
        left = self.room
        for visit in visits:
            data, digest = self.album.photo(visit["photo"])
            key = uuid.uuid4()
            check = _body(visit, key)
            left -= len(data) + len(check) + PHOTO_AND_CHECK * HEAD
            if left < 0 or len(parts) + PHOTO_AND_CHECK > MOST_PARTS:
                return parts, left < 0
            parts.append(("PUT", f"/patrol/api/photos/{key}?offset=0&size={len(data)}&sha256={digest}", data))
            parts.append(("POST", f"/patrol/api/inspections/{uuid.uuid4()}", check))
        return parts, False

    def _alone(self, visit: dict) -> int:
        """One check after the pieces of its photo. Returns the bytes of the photo."""
        data, digest = self.album.photo(visit["photo"])
        key, offset = uuid.uuid4(), 0
        while offset < len(data):
            address = f"/patrol/api/photos/{key}?offset={offset}&size={len(data)}&sha256={digest}"
            piece = data[offset : offset + min(self.room, LARGEST_PIECE)]
            offset = self.ask("PUT", address, piece, "application/octet-stream")["received"]
            if 2 * len(piece) > self.room:
                self.room = min(2 * self.room, LARGEST_PACKET)
        self.ask("POST", f"/patrol/api/inspections/{uuid.uuid4()}", _body(visit, key), "application/json")
        return len(data)


def _body(visit: dict, photo: uuid.UUID) -> bytes:
    return json.dumps({**visit["check"], "photos": [str(photo)]}).encode()


def drive(path: str, copies: str) -> None:
    """Send the day over several connections; print what was seen as JSON. ``copies`` is the folder of public copies."""
    known = json.loads(Path(path).read_text(encoding="utf-8"))
    visits = known["visits"]
    album = Album(visits, Path(path).parent)
    failed: list[str] = []
    sent: list[int] = []

    def run(mine: list[tuple[dict, list[dict]]]) -> None:
        connection = HTTPConnection("127.0.0.1", PORT)
        for person, of_person in mine:
            phone = Phone(connection, person, album)
            try:
                sent.extend(phone.send(of_person))
            except RuntimeError as error:
                failed.append(str(error))

    for part in (visits[CHECKS:], visits[:CHECKS]):  # to warm up, then to measure
        sent.clear()
        of_persons = [(person, [v for v in part if v["inspector"] == n]) for n, person in enumerate(known["people"])]
        threads = [threading.Thread(target=run, args=(of_persons[n::CONNECTIONS],)) for n in range(CONNECTIONS)]
        print("begin", flush=True)
        started, before = time.perf_counter(), time.process_time()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wall = time.perf_counter() - started
        cpu = time.process_time() - before
        print("end", flush=True)
    at_end = _drawn(copies)
    drawn, moved = at_end, time.perf_counter()
    while drawn < len(visits):
        time.sleep(0.5)
        before, drawn = drawn, _drawn(copies)
        moved = time.perf_counter() if drawn > before else moved
        if time.perf_counter() - moved > STALLED_S:
            print(f"no photo was drawn for {STALLED_S:.0f} s: {drawn:,} of {len(visits):,}", file=sys.stderr)
            break
    waited = time.perf_counter() - started - wall
    print("drawn", flush=True)
    print(json.dumps({"checks": len(sent), "wall": wall, "cpu": cpu, "failed": failed[:3], "bytes": sum(sent),
                      "at_end": at_end, "drawn": drawn, "of": len(visits), "waited": waited}))  # fmt: skip


def _drawn(copies: str) -> int:
    return sum(1 for _path in Path(copies).rglob("*.jpg"))


def baseline(path: str, folder: str) -> None:
    """Write and sync the same photos, insert as many bare rows as the checks have; print the seconds."""
    import django

    django.setup()
    from django.db import connection, transaction

    visits = json.loads(Path(path).read_text(encoding="utf-8"))["visits"][:CHECKS]
    album, rows = Album(visits, Path(path).parent), ITEMS + 12
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_row (id INTEGER, text VARCHAR(400))")
    started = time.perf_counter()
    for number, visit in enumerate(visits):
        data, _digest = album.photo(visit["photo"])
        with Path(folder, f"bare-{number}").open("xb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany("INSERT INTO bench_row VALUES (%s, %s)", [(n, "x" * 300) for n in range(rows)])
    print(time.perf_counter() - started)


def run(folder: str, url: str) -> None:
    """Prepare, serve, send, print."""
    vendor = url.partition(":")[0]
    data = Path(folder, f"data-{vendor}")
    data.mkdir()
    env, known = {**environment(folder, url), "XIUHUA_DATA_DIR": str(data)}, f"{folder}/known-{vendor}.json"
    if vendor == "sqlite":
        draw_scenes(Path(folder))
    started = time.perf_counter()
    _python(env, f"prepare({known!r})")
    print(f"{vendor}: {CHECKS:,} visits of {INSPECTORS} seeded in {time.perf_counter() - started:.0f} s", flush=True)
    bare = float(_python(env, f"baseline({known!r}, {str(data)!r})"))
    for path in data.glob("bare-*"):
        path.unlink()
    beside = {each[0]: start(env, *each) for each in (served(PORT), ["worker"], ["tick", "--every", "10"])}
    try:
        wait(PORT)
        copies = str(data / "media" / "copies")
        client = subprocess.Popen(
            [sys.executable, "-c", f"from tests.bench.inspection_sync import drive; drive({known!r}, {copies!r})"],
            env=env, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        gone: list[str] = []
        threading.Thread(target=_watch, args=(beside, client, gone), daemon=True).start()
        lines, marks = [], {}
        for line in client.stdout or ():
            if line.strip() in {"begin", "end", "drawn"}:
                marks[line.strip()] = {of: processor(of, str(folder)) for of in (" serve ", " worker", "postgres")}
            lines.append(line)
        if client.wait():
            raise SystemExit(gone[0] if gone else "the client failed")
        _tell(vendor, json.loads(lines[-1]), marks, bare)
    finally:
        for process in beside.values():
            process.terminate()
        for process in beside.values():
            process.wait()


def _watch(beside: dict[str, subprocess.Popen[bytes]], client: subprocess.Popen[str], gone: list[str]) -> None:
    """End the client at once when a part of the installation ends before it, and say into ``gone`` which."""
    while client.poll() is None:
        for name, process in beside.items():
            if (code := process.poll()) is not None:
                gone.append(f"xiuhua {name} ended with {code} while it was measured: nothing was proved")
                client.kill()
                return
        time.sleep(0.5)


def _python(env: dict[str, str], call: str) -> str:
    code = f"from tests.bench.inspection_sync import *; {call}"
    done = subprocess.run([sys.executable, "-c", code], env=env, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(f"{call} failed")
    return done.stdout


def _tell(vendor: str, seen: dict, marks: dict, bare: float) -> None:
    each = max(seen["checks"], 1)

    def ms(of: str, begin: str, end: str) -> float:
        return 1000 * (marks[end][of] - marks[begin][of]) / each

    server, worker, base = (ms(of, "begin", "end") for of in (" serve ", " worker", "postgres"))
    limit = LIMIT_S * CHECKS / 2000
    kept = seen["wall"] <= limit and not seen["failed"]
    print(
        f"{vendor:11} {seen['checks']:,} checks with photos of {seen['bytes'] / each / 1000:.0f} kB in "
        f"{seen['wall']:.1f} s of {limit:.1f} s ({'kept' if kept else 'MISSED'}), {each / seen['wall']:.0f} a second; "
        f"bare bytes and rows {bare:.1f} s, ratio {seen['wall'] / bare:.1f}\n"
        f"            processor a check with its photo: server {server:.1f} ms, worker {worker:.1f} ms, "
        f"database {base:.1f} ms, phones {1000 * seen['cpu'] / each:.1f} ms\n"
        f"            drawn when the last was acknowledged: {seen['at_end']:,} of {seen['of']:,} photos; "
        f"{seen['drawn']:,} after {seen['waited']:.0f} s more, {ms(' worker', 'end', 'drawn'):.1f} ms of the worker each"
    )
    for failure in seen["failed"]:
        print(f"  FAILED {failure}")


def main() -> None:
    """Each database in turn."""
    on_both_databases(run)


if __name__ == "__main__":
    main()
