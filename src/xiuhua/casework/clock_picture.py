"""The handling clock as a picture: one row for each day, the stretches of time that count, what is used of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from xiuhua.foundation.clock import Clock
from xiuhua.foundation.worktime import Span, WorkCalendar

# Units of the drawing; a page draws it about as wide as this.
WIDTH, LABELS, EDGE, ROW, BAR, HEAD = 352.0, 84.0, 10.0, 24.0, 12.0, 16.0
FIRST, LAST = 3, 2  # days that are drawn of a long limit, besides today
DAY_HOURS = 24
FINE = 14  # up to so many hours a tick every two, else every six
USED, LEFT, PAUSED = "used", "left", "paused"


@dataclass(frozen=True)
class Bar:
    """A stretch of time in a row."""

    x: float
    width: float
    kind: str


@dataclass
class Row:
    """One local day; ``gap`` days before it are not drawn. ``now`` and ``end`` are where the moment lies in it."""

    day: date
    y: float = 0.0
    gap: int = 0
    bars: list[Bar] = field(default_factory=list)
    now: float | None = None
    end: float | None = None

    @property
    def middle(self) -> float:
        """Where the text of the row stands."""
        return self.y + BAR / 2

    @property
    def above(self) -> float:
        """A little above the bars."""
        return self.y - 3

    @property
    def below(self) -> float:
        """A little below the bars."""
        return self.y + BAR + 3


@dataclass(frozen=True)
class Picture:
    """Rows from above, and the hours written over them as (x, hour)."""

    rows: list[Row]
    hours: list[tuple[float, int]]
    width: float = WIDTH
    labels: float = LABELS
    bar: float = BAR

    @property
    def height(self) -> float:
        """How tall the drawing is."""
        return HEAD + ROW * len(self.rows)


def picture(clock: Clock, calendar: WorkCalendar, now: datetime, *, running: bool = True) -> Picture:
    """Draw ``clock`` as it stands at ``now``; only a ``running`` one says where now is.

    Raises ``UndeclaredYearError`` like the calendar.
    """
    end = clock.deadline(calendar)
    pieces = [piece for span in clock.explain(calendar) for piece in _halves(span, now)]
    for pause in clock.pauses:
        stop = min(pause.end or now, now)
        pieces += [(span, PAUSED) for span in calendar.stretches(pause.start, stop, clock.unit)]
    zone = calendar.tz
    days: dict[date, list[tuple[Span, str]]] = {}
    for span, kind in sorted(pieces, key=lambda piece: piece[0]):
        for part in _by_day(span, zone):
            days.setdefault(part.start.astimezone(zone).date(), []).append((part, kind))
    today = now.astimezone(zone).date()
    if days and running and (end is None or end < now):
        days.setdefault(today, [])
    return _drawn(days, today, (now if running else None, end), zone, whole=clock.unit.continuous)


def _halves(span: Span, now: datetime) -> Iterable[tuple[Span, str]]:
    if span.start < now:
        yield Span(span.start, min(span.end, now)), USED
    if span.end > now:
        yield Span(max(span.start, now), span.end), LEFT


def _by_day(span: Span, zone: ZoneInfo) -> Iterable[Span]:
    start = span.start
    while start < span.end:
        midnight = datetime.combine(start.astimezone(zone).date() + timedelta(days=1), time(0), zone)
        stop = min(span.end, midnight.astimezone(span.end.tzinfo))
        yield Span(start, stop)
        start = stop


def _drawn(
    days: dict[date, list[tuple[Span, str]]],
    today: date,
    moments: tuple[datetime | None, datetime | None],
    zone: ZoneInfo,
    *,
    whole: bool,
) -> Picture:
    order = sorted(days)
    shown = set(order[:FIRST]) | set(order[-LAST:]) | {today}
    chosen = [day for day in order if day in shown or len(order) <= FIRST + LAST + 1]
    edges = [_hour(moment, zone) for day in chosen for span, _kind in days[day] for moment in (span.start, span.end)]
    edges = [DAY_HOURS if hour == 0 and place % 2 else hour for place, hour in enumerate(edges)]
    low, high = (
        (0, DAY_HOURS) if whole or not edges else (max(int(min(edges)) - 1, 0), min(int(max(edges)) + 2, DAY_HOURS))
    )

    def across(hour: float) -> float:
        return round(LABELS + (WIDTH - EDGE - LABELS) * (min(max(hour, low), high) - low) / (high - low), 1)

    rows, last = [], -1
    for number, day in enumerate(chosen):
        row = Row(day, HEAD + ROW * number, gap=order.index(day) - last - 1)
        last = order.index(day)
        for span, kind in days[day]:
            start, stop = _hour(span.start, zone), _hour(span.end, zone) or float(DAY_HOURS)
            row.bars.append(Bar(across(start), round(across(stop) - across(start), 1), kind))
        for name, moment in zip(("now", "end"), moments, strict=True):
            if moment is not None and moment.astimezone(zone).date() == day:
                setattr(row, name, across(_hour(moment, zone)))
        rows.append(row)
    step = 2 if high - low <= FINE else 6
    return Picture(rows, [(across(hour), hour) for hour in range(low + (-low) % step, high + 1, step)])


def _hour(at: datetime, zone: ZoneInfo) -> float:
    local = at.astimezone(zone)
    return local.hour + local.minute / 60 + local.second / 3600
