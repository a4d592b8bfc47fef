"""Codes of services: the code set, its version and the category, in letters that any address and client takes.

Clients allow letters, digits, hyphen and underscore. Whatever else a part holds is written as an underscore and the
two hexadecimal digits of each byte, so different categories never share a code, and a code leads back.
"""

import re
import string

_PLAIN = frozenset(string.ascii_letters + string.digits)
_CODED = re.compile(r"_([0-9a-f]{2})")
_PART = r"(?:[A-Za-z0-9]|_[0-9a-f]{2})+"
# Only the name of the set may hold hyphens, so the last two of them part the code.
_CODE = re.compile(rf"((?:[A-Za-z0-9-]|_[0-9a-f]{{2}})+)-({_PART})-({_PART})")
LONGEST = 1000


def coded(key: str, version: str, code: str) -> str:
    """The service code of category ``code`` of the set ``key@version``."""
    return "-".join((_plain(key, "-"), _plain(version), _plain(code)))


def parts(service_code: str) -> tuple[str, str, str] | None:
    """Key, version and category of a service code; None when it is none."""
    found = _CODE.fullmatch(service_code) if len(service_code) <= LONGEST else None
    if found is None:
        return None
    try:
        key, version, code = (_read(part) for part in found.groups())
    except UnicodeDecodeError:
        return None
    if "\x00" in key + version + code or coded(key, version, code) != service_code:
        return None
    return key, version, code


def _plain(part: str, also: str = "") -> str:
    return "".join(
        letter if letter in _PLAIN or letter in also else "".join(f"_{byte:02x}" for byte in letter.encode())
        for letter in part
    )


def _read(part: str) -> str:
    raw, at = bytearray(), 0
    while at < len(part):
        if found := _CODED.match(part, at):
            raw.append(int(found[1], 16))
            at = found.end()
        else:
            raw += part[at].encode()
            at += 1
    return raw.decode()
