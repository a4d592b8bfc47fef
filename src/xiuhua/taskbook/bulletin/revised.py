"""Revisions that a bulletin tells: of its own month, and of earlier ones since the bulletin before."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from xiuhua.foundation.indicators import indicators
from xiuhua.taskbook.bulletin.figures import POINTS
from xiuhua.taskbook.groups import Called
from xiuhua.taskbook.models import Bulletin, Revision

if TYPE_CHECKING:
    from xiuhua.taskbook.bulletin.contents import Source


@dataclass(frozen=True)
class Changed:
    """One revision: what a figure of a published month was and what is known now, with the reason."""

    month: date
    subject: str
    key: str
    name: Called
    scope: str
    code: str
    group: Called
    unit: str
    before: Any
    after: Any
    reason: str
    at: datetime

    @property
    def figure(self) -> str:
        """The key of the figure that was revised."""
        return f"{self.subject}:{self.key}:{self.scope}:{self.code}"


def changes(source: "Source") -> list[Changed]:
    """Those of the month at any time; those of earlier months since the bulletin before.

    That is: after the first edition of the last bulletin of an earlier month was made, and until the first edition of
    this month was, so that a bulletin made again says the same.
    """
    made = Bulletin.objects.filter(district=source.district, version=1)
    before = made.filter(month__lt=source.month).order_by("-month").values_list("made_at", flat=True).first()
    own = made.filter(month=source.month).values_list("made_at", flat=True).first()
    earlier = Q(closing__month__lt=source.month)
    if before is not None:
        earlier &= Q(at__gt=before)
    if own is not None:
        earlier &= Q(at__lte=own)
    rows = Revision.objects.filter(Q(closing__month=source.month) | earlier, closing__district=source.district)
    return [_changed(source, row) for row in rows.select_related("closing").order_by("at", "pk")]


def _changed(source: "Source", row: Revision) -> Changed:
    indicator = indicators().get(row.key) if row.subject == "value" else None
    books = {book.key: Called(book.name_zh, book.name_en) for book in source.books}
    name = Called(indicator.name_zh, indicator.name_en) if indicator else books.get(row.key, Called(row.key, ""))
    unit = indicator.unit if indicator else POINTS if row.subject == "score" else ""
    return Changed(
        row.closing.month, row.subject, row.key, name, row.scope, row.code, source.groups.name(row.scope, row.code),
        unit, row.before, row.after, row.reason, row.at,
    )  # fmt: skip
