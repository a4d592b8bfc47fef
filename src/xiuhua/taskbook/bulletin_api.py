"""Endpoints of bulletins: which there are, and every figure of one with its source."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Router, Schema

from xiuhua.city.api_inputs import Text, district_of
from xiuhua.foundation.problems import ProblemOut, not_found
from xiuhua.taskbook.bulletin.listing import bulletins, files
from xiuhua.taskbook.models import Bulletin
from xiuhua.taskbook.months import month_from, written

router = Router(tags=["task book"])
REFUSALS: dict[int, Any] = {401: ProblemOut, 404: ProblemOut, 422: ProblemOut}
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]


class FileOut(Schema):
    """One file with its SHA-256."""

    name: str
    address: str
    digest: str


class BulletinOut(Schema):
    """One bulletin; ``figures`` counts them."""

    month: str
    version: int
    made_at: datetime
    provisional: bool
    figures: int
    files: list[FileOut]


class FigureOut(Schema):
    """One figure: ``value``, ``low`` and ``high`` in ``unit``; ``reason`` says why there is no interval or no value."""

    number: str
    key: str
    zh: str
    en: str
    unit: str
    value: float | None
    numerator: float | None
    denominator: float | None
    n: int | None
    n_eff: float | None
    low: float | None
    high: float | None
    interval: str
    reason: str
    version: str
    data_until: datetime | None
    address: str


class TracedOut(BulletinOut):
    """A bulletin with its figures."""

    traced: list[FigureOut]


@router.get("/{district}/bulletins", response={200: list[BulletinOut], **REFUSALS}, summary="Monthly bulletins")
def list_bulletins(request: HttpRequest, district: Text) -> Any:
    """Every version of every month, newest first; provisional ones only for those who may see the month."""
    return [_told(row) for row in bulletins(district_of(district), request.user)]


@router.get(
    "/{district}/bulletins/{month}/{version}",
    response={200: TracedOut, **REFUSALS},
    summary="A bulletin with its figures",
)
def one_bulletin(request: HttpRequest, district: Text, month: Text, version: Version) -> Any:
    """What each number of the bulletin is made of, and where it is explained."""
    row = bulletin_of(request, district, month, version)
    return {**_told(row), "traced": row.figures}


def bulletin_of(request: HttpRequest, district: str, month: str, version: int) -> Bulletin:
    """The bulletin that is named; 404 where there is none, or none for this reader."""
    first = month_from(month)
    row = bulletins(district_of(district), request.user, first).filter(version=version).first() if first else None
    if row is None:
        raise not_found(
            _("There is no bulletin %(month)s, edition %(version)s.") % {"month": month, "version": version},
            _("Use one that /api/taskbook/%(district)s/bulletins lists.") % {"district": district},
        )
    return row


def _told(row: Bulletin) -> dict[str, Any]:
    return {
        "month": written(row.month),
        "version": row.version,
        "made_at": row.made_at,
        "provisional": row.provisional,
        "figures": len(row.figures),
        "files": [vars(each) for each in files(row)],
    }
