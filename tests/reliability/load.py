"""A client that reports and works on cases over the JSON interface, and remembers what the server acknowledged.

What was acknowledged must be there for ever. What was cut off is asked for again in the same words: then it must be
there once.
"""

import io
import json
import random
import threading
import uuid
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

from PIL import Image

# Each move of a life with who makes it; the report comes first.
LIFE = ("file", "dispatch", "hand_back", "ask_check", "pass", "close")


def picture() -> bytes:
    """A photo."""
    out = io.BytesIO()
    Image.effect_noise((96, 64), 60).convert("RGB").save(out, "JPEG")
    return out.getvalue()


@dataclass
class Life:
    """A case on its way: the key and the content of its report, and what was acknowledged."""

    key: str
    body: dict
    standard: int
    # Decided once: what is sent again under the same key must be the same.
    with_photo: bool
    number: str = ""
    token: str = ""
    version: int = 0
    done: list[str] = field(default_factory=list)


class Client(threading.Thread):
    """Lives one life after another until the server goes away or ``stop`` is set."""

    def __init__(self, port: int, known: dict, seed: int, lives: list[Life]) -> None:
        super().__init__(daemon=True)
        self.port, self.known, self.random, self.lives = port, known, random.Random(seed), lives
        self.stop = threading.Event()
        self.failure = ""

    def run(self) -> None:
        """Go on with the last life, which was cut off, then begin new ones."""
        self.connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            while not self.stop.is_set():
                if not self.lives or "close" in self.lives[-1].done:
                    self.lives.append(self._new())
                self._live(self.lives[-1])
        except (OSError, HTTPException):
            pass  # the server was killed: that is what this is about
        except (AssertionError, LookupError, ValueError) as error:  # the test fails by it, in its own thread
            self.failure = f"{type(error).__name__}: {error}"
        finally:
            self.connection.close()

    def _new(self) -> Life:
        category, standard = self.random.choice(self.known["standards"])
        body = {
            "district": self.known["district"], "category": category, "description": f"路口有垃圾 {uuid.uuid4()}",
            "lon": 120.0 + self.random.random() / 5, "lat": 31.6 + self.random.random() / 5, "placed_by": "map",
        }  # fmt: skip
        key = str(uuid.UUID(int=self.random.getrandbits(128)))
        return Life(key, body, standard, with_photo=self.random.random() < 0.3)

    def _live(self, life: Life) -> None:
        dispatcher = self.known["dispatcher"]
        if not life.number:
            if life.with_photo and "photos" not in life.body:
                life.body["photos"] = [self._photo(dispatcher)]
            answer = self._ask("POST", "/api/cases/reports", dispatcher, life.body, {"Idempotency-Key": life.key})
            life.number, life.token = answer["number"], answer["token"]
        for move in LIFE:
            if move not in life.done and not self.stop.is_set():
                self._move(life, move)

    def _move(self, life: Life, move: str) -> None:
        """Make a move, unless it was made before the answer was cut off: the history says so."""
        dispatcher = self.known["dispatcher"]
        steps = self._ask("GET", f"/api/cases/{life.number}/history", dispatcher)
        if any(step["move"] == move for step in steps):
            life.done.append(move)
            return
        who, data = dispatcher, {}
        if move == "file":
            data = {"standard": life.standard}
        elif move == "hand_back":
            case = self._ask("GET", f"/api/cases/{life.number}", dispatcher)
            who, data = self.known["leads"][case["unit"]["code"]], {"reason": "已清理"}
        elif move == "pass":
            check = self._ask("GET", f"/api/cases/{life.number}", dispatcher)["staff"]["checks"][-1]
            who, data = check["inspector"], {"check": check["key"]}
        body = {"data": data, "expected_version": steps[-1]["number"]}
        answer = self._ask("POST", f"/api/cases/{life.number}/moves/{move}", who, body)
        life.version = answer["version"]
        life.done.append(move)

    def _photo(self, who: str) -> str:
        edge = uuid.uuid4().hex
        head = f'--{edge}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
        content = head.encode() + picture() + f"\r\n--{edge}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        return self._send("POST", "/api/cases/photos", who, content, headers)["key"]

    def _ask(self, method: str, path: str, who: str, body: dict | None = None, headers: dict | None = None) -> dict:
        content = json.dumps(body).encode() if body is not None else None
        return self._send(method, path, who, content, {"Content-Type": "application/json", **(headers or {})})

    def _send(self, method: str, path: str, who: str, content: bytes | None, headers: dict) -> dict:
        key = self.known["keys"][who]
        self.connection.request(method, path, content, {"Authorization": f"Bearer {key}", **headers})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status not in {200, 201}:
            raise AssertionError(f"{method} {path}: {answer.status} {text.decode()[:500]}")
        return json.loads(text)
