"""Hand messages for telephones to another system: as lines in a file, or as signed JSON over HTTP.

See docs/interfaces/messages.md for what the other system gets.
"""

import hashlib
import hmac
import http.client
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.messages.letters import Letter
from xiuhua.foundation.adapters import PermanentError
from xiuhua.foundation.adapters.file import append

SECONDS = 10.0
_AGAIN = {408, 425, 429}


@dataclass(frozen=True)
class Gateway:
    """How messages of one kind leave: ``kind`` is file or http; the latter has an address and a shared secret."""

    name: str
    kind: str
    url: str = ""
    secret: str = ""

    @classmethod
    def of(cls, name: str) -> "Gateway":
        """The gateway of the settings. Raises ``PermanentError`` when it was switched off."""
        given = settings.XIUHUA_GATEWAYS.get(name)
        if given is None:
            raise PermanentError(_("Gateway %(name)s is switched off in the settings.") % {"name": name})
        return cls(name, given["kind"], given["url"], given["secret"])

    def hand_over(self, letter: Letter, number: str) -> None:
        """Give the message away. Raises ``PermanentError`` for what the other side will never take."""
        body = content(self.name, letter, number)
        if self.kind == "file":
            append(self.name, timezone.localdate(), body)
        else:
            self._post(json.dumps(body, ensure_ascii=False).encode(), letter.key)

    def _post(self, body: bytes, key: str) -> None:
        parts, stamp = urlsplit(self.url), str(int(time.time()))
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", path, body, {
                "Content-Type": "application/json; charset=utf-8", "Idempotency-Key": key,
                "Xiuhua-Timestamp": stamp, "Xiuhua-Signature": f"sha256={signature(self.secret, stamp, body)}",
            })  # fmt: skip
            response = connection.getresponse()
            said = response.read(500).decode("utf-8", "replace")
        finally:
            connection.close()
        if 200 <= response.status < 300:  # noqa: PLR2004 - taken
            return
        why = _("The gateway %(name)s answers %(status)s: %(said)s")
        text = why % {"name": self.name, "status": response.status, "said": said}
        if 400 <= response.status < 500 and response.status not in _AGAIN:  # noqa: PLR2004 - refused
            raise PermanentError(text)
        raise ConnectionError(text)


def content(name: str, letter: Letter, number: str) -> dict[str, Any]:
    """What the other system gets."""
    return {
        "id": letter.key, "channel": name, "to": number, "language": letter.language, "template": letter.template,
        "case": letter.case, "text": letter.short, "link": letter.link, "params": letter.params,
    }  # fmt: skip


def signature(secret: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA-256 over time, a point and body, as hex: who has the secret can tell whence and when it comes."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
