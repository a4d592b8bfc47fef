"""One row of a case file, understood: its times in a zone, its place, its state; or what is wrong with it."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NoReturn
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from xiuhua.foundation.rejections import Rejection

CLOSED = frozenset(
    {"closed", "close", "done", "resolved", "completed", "结案", "已结案", "办结", "已办结", "关闭", "已关闭"}
)
OPEN = frozenset({"", "open", "new", "pending", "in progress", "未结案", "在办", "处置中", "办理中", "待处置"})
LONGEST = {"id": 60, "type": 120, "class": 60, "address": 200, "channel": 80, "description": 4000, "outcome": 8000}
EARLIEST = 1970
_PRECISION = timedelta(minutes=1)
_DATE = re.compile(r"(\d{4})[年/.\-](\d{1,2})[月/.\-](\d{1,2})日?(?:[\sT]*(\d{1,2})([:时].*))?")


@dataclass(frozen=True)
class Incoming:
    """A case as the file tells it: instants with their zone, places in WGS-84."""

    row: int
    id: str
    type: str
    class_name: str
    opened: datetime
    closed: datetime | None
    deadline: datetime | None
    description: str
    outcome: str
    address: str
    channel: str
    lon: float
    lat: float
    original: Mapping[str, str] = field(compare=False, repr=False)


class RowError(Exception):
    """A row that cannot be taken; ``rejection`` says why."""

    def __init__(self, rejection: Rejection) -> None:
        self.rejection = rejection
        super().__init__(rejection.rule)


class Reader:
    """Understands rows: ``columns`` maps fields to columns, naive times are of ``zone``."""

    def __init__(self, columns: Mapping[str, str], zone: str, now: datetime) -> None:
        self.columns, self.zone, self.now = columns, ZoneInfo(zone), now

    def read(self, number: int, row: Mapping[str, str]) -> Incoming:
        """The case that row ``number`` tells of. Raises ``RowError``."""
        given = {name: _clean(row.get(column) or "") for name, column in self.columns.items()}
        refuse = _Refusal(number, given)
        for name, longest in LONGEST.items():
            if len(given.get(name, "")) > longest:
                refuse(name, _("longer than %(count)s characters") % {"count": longest}, _("shorten it"))
        for name in ("id", "type"):
            if not given[name]:
                refuse(name, _("is empty"), _("fill it in"))
        opened = self._time(given, "opened", refuse)
        if opened is None:
            refuse("opened", _("is empty"), _("fill in when it was reported"))
        if opened > self.now:
            refuse("opened", _("lies in the future"), _("check the time and its zone (--zone)"))
        closed = self._closed(given, opened, refuse)
        lon, lat = _degrees(given, "lon", 180.0, refuse), _degrees(given, "lat", 90.0, refuse)
        if not lon and not lat:
            refuse("lon", _("nought: the place is missing"), _("fill in the place in WGS-84"))
        text = given.get("description", "")
        return Incoming(
            number, given["id"], given["type"], given.get("class", ""), opened, closed,
            self._time(given, "deadline", refuse), text, given.get("outcome", ""), given.get("address", ""),
            given.get("channel", ""), lon, lat, row,
        )  # fmt: skip

    def _closed(self, given: Mapping[str, str], opened: datetime, refuse: "_Refusal") -> datetime | None:
        status = given.get("status", "").casefold()
        closed = told = self._time(given, "closed", refuse)
        if status in CLOSED:
            closed = closed or self._time(given, "updated", refuse)
            if closed is None:
                refuse("closed", _("closed without a time of the end"), _("fill in when it ended, or say open"))
        elif status not in OPEN:
            refuse("status", _("neither open nor closed"), _("write open or closed"))
        elif closed is not None and status:
            refuse("closed", _("open with a time of the end"), _("leave the time out, or say closed"))
        if closed is not None and closed < opened:
            if told is None and opened - closed < _PRECISION:
                return opened  # times of changes are often told to the minute only
            refuse("closed", _("ends before it begins"), _("check both times and their zones"))
        if closed is not None and closed > self.now:
            refuse("closed", _("lies in the future"), _("check the time and its zone (--zone)"))
        return closed

    def _time(self, given: Mapping[str, str], name: str, refuse: "_Refusal") -> datetime | None:
        text = given.get(name, "")
        if not text:
            return None
        if match := _DATE.fullmatch(text):
            year, month, day, hour, rest = match.groups()
            clock = (rest or ":00").replace("时", ":").replace("分", ":").replace("秒", "").rstrip(":")
            text = f"{year}-{month:0>2}-{day:0>2} {hour or 0:0>2}{clock}"
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            refuse(name, _("no time that can be read"), _("write it like 2026-03-01T08:00:00"))
        if time.year < EARLIEST:
            refuse(name, _("too long ago to be meant"), _("check the year"))
        return time if time.tzinfo else time.replace(tzinfo=self.zone)


class _Refusal:
    """Raises the refusal of one row."""

    def __init__(self, number: int, given: Mapping[str, str]) -> None:
        self.number, self.given = number, given

    def __call__(self, name: str, rule: str, remedy: str) -> NoReturn:
        value = self.given.get(name, "")[:80]
        raise RowError(Rejection(self.number, self.given.get("id", "")[:60], name, value, rule, remedy))


def _clean(text: str) -> str:
    """The text trimmed, without what a database cannot keep."""
    text = text.strip()
    if text.isprintable():
        return text
    return "".join(c for c in text.replace("\r\n", "\n") if c.isprintable() or c in "\n\t\u3000")


def _degrees(given: Mapping[str, str], name: str, most: float, refuse: _Refusal) -> float:
    try:
        value = float(given[name])
    except ValueError:
        value = math.nan
    if not abs(value) <= most:
        refuse(name, _("no degrees between -%(most)d and %(most)d") % {"most": most}, _("fill in the place in WGS-84"))
    return value
