"""Fetch a file that somebody named by its address, without being led anywhere they may not look themselves.

A host is resolved once, every address that it has must be a public one, and the connection goes to that very address:
a name that answers differently the second time changes nothing. Redirects are looked at in the same way. Hosts that
the settings name (``XIUHUA_MEDIA_HOSTS``) may lie inside.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from django.utils.translation import gettext as _

from xiuhua.casework.refusals import Refused

PORTS = {80, 443, 8080, 8443}
MAX_REDIRECTS = 3
SECONDS = 20.0
_REDIRECTS = {301, 302, 303, 307, 308}
_LONGEST_URL = 2000
# 64:ff9b::/96 leads into IPv4 (RFC 6052).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_PIECE = 64 * 1024
_AS_IT_IS = "%/:=&?~+!$,;'@()*[]"
# Answers after which it is worth asking again.
_AGAIN = {408, 425, 429}

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreachable(Exception):  # noqa: N818 - the other side's, and perhaps not for long
    """The other side did not answer, or not as it should: asking again later may help."""


@dataclass(frozen=True)
class Hosts:
    """Whom files may be fetched from: ``everybody`` outside, and hosts that are ``named``, also inside.

    Named are hosts (``photos.example.org``) or hosts with a port (``photos.example.org:8000``).
    """

    everybody: bool
    named: frozenset[str]

    @classmethod
    def of(cls, entries: list[str]) -> "Hosts":
        """From the entries of the setting; ``*`` is everybody."""
        return cls("*" in entries, frozenset(entry.lower() for entry in entries if entry != "*"))

    def name(self, host: str, port: int) -> bool:
        """Whether the host is named, and so trusted."""
        return host in self.named or f"{host}:{port}" in self.named


def fetch(url: str, *, hosts: Hosts, largest: int, seconds: float = SECONDS) -> bytes:
    """The content at ``url``, at most ``largest`` bytes, within ``seconds`` in all.

    Raises ``Refused`` for an address that is never fetched or content that never can be, ``Unreachable`` where asking
    again may help.
    """
    until = monotonic() + seconds
    for _redirect in range(MAX_REDIRECTS + 1):
        parts = _checked(url)
        answer = _ask(parts, _addresses(parts, hosts), until, largest)
        if isinstance(answer, bytes):
            return answer
        url = urljoin(url, answer)
    raise Refused(_("The address of the photo leads on and on."), _("Give the address of the photo itself."))


def _checked(url: str) -> SplitResult:
    """The parts of an address that may be fetched. Raises ``Refused``."""
    remedy = _("Give an address that begins with https:// and leads to the photo.")
    if len(url) > _LONGEST_URL or any(ord(sign) <= 0x20 or ord(sign) == 0x7F for sign in url):  # noqa: PLR2004 - controls
        raise Refused(_("The address of the photo is too long or holds spaces."), remedy)
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise Refused(_("The address of the photo cannot be read."), remedy)
    if parts.username is not None or parts.password is not None or "\\" in url:
        raise Refused(_("The address of the photo holds a name or a password."), remedy)
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _addresses(parts: SplitResult, hosts: Hosts) -> list[str]:
    """Every address of the host, all of them allowed. Raises ``Refused`` or ``Unreachable``."""
    host, port = (parts.hostname or "").rstrip("."), _port(parts)
    named = hosts.name(host, port)
    if not named and (not hosts.everybody or port not in PORTS):
        raise _not_there()
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"{host}: {error}") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not addresses or not (named or all(is_public(address) for address in addresses)):
        raise _not_there()
    return addresses


def is_public(address: str) -> bool:
    """Whether an address lies in the open internet, also where one kind of address wraps another."""
    try:
        found: Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    while isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is None and found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is None:
            break
        found = inner
    return found.is_global and not found.is_multicast and not found.is_reserved


def _not_there() -> Refused:
    return Refused(
        _("Photos are not fetched from this address."),
        _("Send the photo itself, or have the engineer allow the host (XIUHUA_MEDIA_HOSTS)."),
    )


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was checked, whatever the name of the host says now."""

    def __init__(self, parts: SplitResult, addresses: list[str], seconds: float) -> None:
        super().__init__(parts.hostname or "", _port(parts), timeout=seconds)
        self._addresses, self._secure = addresses, parts.scheme == "https"

    def connect(self) -> None:
        """Connect; over HTTPS the certificate must be one of the host that was named."""
        self.sock = self._reach()
        if self._secure:
            context = ssl.create_default_context()
            # The handshake comes after, so that the alarm can end it.
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock.do_handshake()

    def _reach(self) -> socket.socket:
        *others, last = self._addresses
        for address in others:
            with suppress(OSError):
                return socket.create_connection((address, self.port), self.timeout)
        return socket.create_connection((last, self.port), self.timeout)


def _ask(parts: SplitResult, addresses: list[str], until: float, largest: int) -> bytes | str:
    """The content, or where it is said to be instead."""
    left = until - monotonic()
    if left <= 0:
        raise Unreachable("out of time")
    connection = _Connection(parts, addresses, left)
    # A timeout of the socket counts anew with every byte; this one ends it all.
    alarm = threading.Timer(left, _hang_up, [connection])
    alarm.daemon = True
    alarm.start()
    try:
        target = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_AS_IT_IS)
        connection.request("GET", target, headers={"User-Agent": "xiuhua", "Accept": "image/*"})
        return _answer(connection.getresponse(), largest, until)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"{parts.hostname}: {type(error).__name__}: {error}") from None
    finally:
        alarm.cancel()
        connection.close()


def _answer(response: http.client.HTTPResponse, largest: int, until: float) -> bytes | str:
    status = response.status
    if status in _REDIRECTS and (onward := response.headers.get("Location")):
        return onward
    if status >= 500 or status in _AGAIN:  # noqa: PLR2004 - server errors
        raise Unreachable(f"HTTP {status}")
    if status != 200:  # noqa: PLR2004 - OK
        raise Refused(
            _("The other side has no photo at this address (HTTP %(status)s).") % {"status": status},
            _("Give an address that everybody can open."),
        )
    body = bytearray()
    while piece := response.read1(_PIECE):
        body += piece
        if len(body) > largest:
            raise Refused(
                _("The photo at this address has more than %(most)s MB.") % {"most": largest // (1024 * 1024)},
                _("Give the address of a smaller one."),
            )
    if monotonic() >= until or response.length:
        raise Unreachable("the connection ended before the photo")
    return bytes(body)


def _hang_up(connection: http.client.HTTPConnection) -> None:
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            connection.sock.close()
