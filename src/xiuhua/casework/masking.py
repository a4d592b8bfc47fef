"""What a public text must not tell: telephone and identity numbers, plates and addresses of e-mail are masked.

Full-width forms, spaces and hyphens inside a number do not hide it. Numbers of things stay: the 16 digits of a
component, the 15 of a unit grid, the number of a case.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

MASK = "***"

# Full-width ASCII, the wide space and every dash as their plain forms: one character each, so that places keep.
_PLAIN = {0xFF01 + offset: 0x21 + offset for offset in range(94)} | {0x3000: 0x20, 0xA0: 0x20}
_PLAIN |= dict.fromkeys(map(ord, "‐‑‒–—―−－"), ord("-"))
_PLAIN |= dict.fromkeys(map(ord, "·・•\u200b\u200c\u200d\u2060\ufeff"), ord(" "))

_GAP = r"[ .\-]?"
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_EMAIL = re.compile(r"[A-Za-z0-9_.+%\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,5}")
_MOBILE = re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_GAP})?(1[ .\-]?[3-9](?:{_GAP}\d){{9}})(?!\d)")
# An area code (two digits after the nought only for 010 and 02x), then seven or eight digits from 2 on.
_LANDLINE = re.compile(
    rf"(?<!\d)(?:\+86{_GAP})?\(?0(?:10|2\d|[3-9]\d{{2}})\)?{_GAP}[2-8](?:{_GAP}\d){{6,7}}(?:(?:-|转)\d{{1,5}})?(?!\d)"
)
_ABROAD = re.compile(
    r"(?<![\d+])\+(?!86)\d{1,3}(?:[ .\-]?\d){7,12}(?!\d)|(?<!\d)\(?[2-9]\d\d\)?[ .\-]\d{3}[.\-]\d{4}(?!\d)"
)
# Without an area code only where the words before say that it is a telephone number.
_CALLED = re.compile(r"(?:电话|座机|致电|拨打|热线|手机|tel|phone)[^\d]{0,6}(\d{3,4}[ \-]?\d{4})(?!\d)", re.IGNORECASE)
_IDENTITY = re.compile(
    rf"(?<!\d)[1-9](?:{_GAP}\d){{16}}{_GAP}[\dXx](?![\dA-Za-z])|(?<!\d)[1-9](?:{_GAP}\d){{14}}(?!\d)"
)
_PLATE = re.compile(
    rf"[{_PROVINCES}]{_GAP}[A-HJ-NP-Z]{_GAP}"
    rf"(?:[A-HJ-NP-Z0-9](?:{_GAP}[A-HJ-NP-Z0-9]){{3}}{_GAP}[学警挂港澳领试超]"
    rf"|[A-HJ-NP-Z0-9](?:{_GAP}[A-HJ-NP-Z0-9]){{4,5}}(?![A-Z0-9]))"
    rf"|WJ{_GAP}[{_PROVINCES}]?{_GAP}\d{{4}}[\dA-Z](?![A-Z0-9])",
    re.IGNORECASE,
)
# How people write a mobile number in groups; a row of dates and house numbers falls into other groups.
_GROUPS = {(11,), (3, 4, 4), (3, 3, 5), (4, 3, 4), (4, 4, 3), (3, 8), (5, 6), (7, 4), (1,) * 11}
_CASE_NUMBER = (6, 6, 6)  # district, day and a long sequence
_ASKED_FOR = re.compile(r"身份证|证件|identity|\bID\b", re.IGNORECASE)
_REGIONS = {
    *range(11, 16),
    *range(21, 24),
    *range(31, 38),
    *range(41, 47),
    *range(50, 55),
    *range(61, 66),
    71,
    81,
    82,
    83,
}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_OLDEST, _OLDEST_SHORT = 1900, 30
_LONG, _PLATE_DIGITS = 18, 2


@dataclass(frozen=True)
class Finding:
    """A piece of the text, ``text[start:end]``, that must not be public; ``kind`` says what it is."""

    start: int
    end: int
    kind: str  # email | plate | identity | phone


def mask(text: str) -> str:
    """The text with everything that ``find`` finds replaced by ``MASK``."""
    parts, last = [], 0
    for found in find(text):
        parts += [text[last : found.start], MASK]
        last = found.end
    return "".join([*parts, text[last:]])


def find(text: str) -> list[Finding]:
    """What must not be public in the text, in order and without overlaps."""
    plain = text.translate(_PLAIN)
    chosen: list[Finding] = []
    for kind, search in _SEARCHES:
        for start, end in search(plain):
            if all(end <= other.start or start >= other.end for other in chosen):
                chosen.append(Finding(start, end, kind))
    return sorted(chosen, key=lambda found: found.start)


def identity_check(digits: str) -> str:
    """The check character of an identity number, from its first 17 digits (ISO 7064 MOD 11-2, GB 11643-1999)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


def _emails(plain: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _EMAIL.finditer(plain))


def _plates(plain: str) -> Iterator[tuple[int, int]]:
    for match in _PLATE.finditer(plain):
        if sum(character.isdigit() for character in match[0]) >= _PLATE_DIGITS:
            yield match.span()


def _identities(plain: str) -> Iterator[tuple[int, int]]:
    for match in _IDENTITY.finditer(plain):
        groups = re.split(r"[ .\-]", match[0].upper())
        number = "".join(groups)
        if tuple(map(len, groups)) == _CASE_NUMBER:
            continue
        asked_for = _ASKED_FOR.search(plain, max(match.start() - 12, 0), match.start()) is not None
        if int(number[:2]) in _REGIONS and _is_identity(number, asked_for=asked_for):
            yield match.span()


def _is_identity(number: str, *, asked_for: bool) -> bool:
    """Whether the digits hold a day of birth and the right check; a slip is forgiven where the words ask for one."""
    if len(number) == _LONG:
        born = _day(number[6:10], number[10:14])
        return born and int(number[6:10]) >= _OLDEST and (asked_for or identity_check(number[:17]) == number[17])
    # The short form, given out until 1999, has no check. The codes of unit grids begin where nobody was born.
    return _day("19" + number[6:8], number[8:12]) and int(number[6:8]) >= _OLDEST_SHORT


def _day(year: str, month_and_day: str) -> bool:
    try:
        date(int(year), int(month_and_day[:2]), int(month_and_day[2:]))
    except ValueError:
        return False
    return True


def _phones(plain: str) -> Iterator[tuple[int, int]]:
    for match in _MOBILE.finditer(plain):
        if tuple(len(group) for group in re.split(r"[ .\-]", match[1])) in _GROUPS:
            yield match.span()
    for pattern in (_LANDLINE, _ABROAD):
        yield from (match.span() for match in pattern.finditer(plain))
    yield from (match.span(1) for match in _CALLED.finditer(plain))


_SEARCHES: tuple[tuple[str, Callable[[str], Iterator[tuple[int, int]]]], ...] = (
    ("email", _emails),
    ("plate", _plates),
    ("identity", _identities),
    ("phone", _phones),
)
