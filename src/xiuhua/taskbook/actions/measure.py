"""Count every indicator and keep the values; months that were published stay as they are."""

import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from xiuhua.city.models import District
from xiuhua.foundation.bulk import insert
from xiuhua.foundation.events import lock, record
from xiuhua.foundation.indicators import Indicator, indicators
from xiuhua.lake.engines import Engine, open_engine
from xiuhua.lake.queries import data_until
from xiuhua.lake.streams import streams
from xiuhua.taskbook.doubt import DEMONSTRATED
from xiuhua.taskbook.freezing import chain, published_months
from xiuhua.taskbook.groups import DISTRICT
from xiuhua.taskbook.measuring import Found, Lens, code_digest, found
from xiuhua.taskbook.models import Value
from xiuhua.taskbook.months import months_between

FIELDS = (
    "district", "indicator", "version", "month", "scope", "code", "numerator", "denominator", "n", "n_eff", "value",
    "low", "high", "interval", "missing", "data_until", "computed_at", "code_digest",
)  # fmt: skip
KINDS = ("town", "unit")
_SAME = 1e-9


class MeasureError(ValueError):
    """Something that cannot be measured; the text says what to do."""


@dataclass(frozen=True)
class Later:
    """What a figure of a published month would be today: another number, or another formula.

    ``after`` holds all that a revision needs (see ``actions/revising.py``); ``before`` is empty for a new group.
    """

    indicator: str
    month: date
    scope: str
    code: str
    before: dict[str, Any]
    after: dict[str, Any]
    formula: bool


@dataclass
class Measured:
    """What was counted: values kept, those without a value, what differs in published months, seconds it took."""

    district: str
    months: list[date]
    kept: int = 0
    missing: int = 0
    later: list[Later] = field(default_factory=list)
    seconds: float = 0.0


def measure(
    district: District,
    months: Sequence[date],
    *,
    actor: str,
    keys: Sequence[str] = (),
    kinds: Sequence[str] = KINDS,
    engine: Engine | None = None,
    now: datetime | None = None,
) -> Measured:
    """Count the indicators ``keys`` (all where none is named) for ``months`` and keep them in place of what was there.

    Published months are counted too, but kept as published: what differs comes back as ``later``, for a revision.
    Raises ``MeasureError`` for an unknown indicator, for no months, and where the lake was never written.
    """
    started, chosen = time.perf_counter(), _chosen(keys)
    if not months:
        raise MeasureError("no month was named: name at least one")
    until = now or data_until(sorted({fact for one in chosen for fact in one.facts if fact not in streams()}))
    if until is None:
        raise MeasureError("the lake was never written: run xiuhua lake write first")
    span, wanted = months_between(min(months), max(months)), set(months)
    with open_engine() if engine is None else nullcontext(engine) as opened:
        values = list(found(Lens(opened, district, span, until, tuple(kinds)), chosen))
    done = _keep(district, [one for one in values if one.month in wanted], until, tuple(kinds), actor)
    done.seconds = time.perf_counter() - started
    return done


def _chosen(keys: Sequence[str]) -> list[Indicator]:
    known = indicators()
    if unknown := [key for key in keys if key not in known]:
        raise MeasureError(f"there is no indicator {unknown[0]}: known are {', '.join(sorted(known))}")
    return [one for key, one in sorted(known.items()) if not keys or key in keys]


def _keep(district: District, values: list[Found], until: datetime, kinds: tuple[str, ...], actor: str) -> Measured:
    at = timezone.now()
    digests = {key: code_digest(one) for key, one in {one.indicator.key: one.indicator for one in values}.items()}
    with transaction.atomic():
        # Who publishes a month holds this chain: no month is frozen while its values are written.
        lock(chain(district))
        published = published_months(district)
        rows = [
            _row(district, one, until, at, digests[one.indicator.key]) for one in values if one.month not in published
        ]
        months = sorted({one.month for one in values})
        Value.objects.filter(
            district=district, indicator__in=list(digests), scope__in=[DISTRICT, *kinds],
            month__in=[month for month in months if month not in published],
        ).delete()  # fmt: skip
        insert(Value, FIELDS, rows)
        later = _later(district, [one for one in values if one.month in published])
        record(
            chain=chain(district), verb="measure", actor=actor, subject=f"taskbook.values:{district.code}",
            after={"months": [str(month) for month in months], "indicators": len(digests), "values": len(rows),
                   "data_until": until.isoformat()},
        )  # fmt: skip
    return Measured(district.code, months, len(rows), sum(bool(one.missing) for one in values), later)


def _row(district: District, one: Found, until: datetime, at: datetime, digest: str) -> tuple[Any, ...]:
    amount, indicator = one.amount, one.indicator
    return (
        district.pk, indicator.key, indicator.version, one.month, one.scope, one.code, amount.numerator,
        amount.denominator, amount.n, one.n_eff, amount.value, one.low, one.high, _interval(one), one.missing,
        until, at, digest,
    )  # fmt: skip


def _interval(one: Found) -> str:
    told = one.low is not None or (one.indicator.estimator == DEMONSTRATED and not one.missing)
    return one.indicator.estimator if told else "none"


def _later(district: District, values: list[Found]) -> list[Later]:
    """What of published months is another number or another formula today."""
    months = {one.month for one in values}
    kept = {
        (row.indicator, row.month, row.scope, row.code): row
        for row in Value.objects.filter(district=district, month__in=months)
    }
    changed = []
    for one in values:
        before = kept.get((one.indicator.key, one.month, one.scope, one.code))
        after = {
            "version": one.indicator.version, "numerator": one.amount.numerator,
            "denominator": one.amount.denominator, "n": one.amount.n, "value": one.amount.value, "low": one.low,
            "high": one.high, "interval": _interval(one), "missing": one.missing,
        }  # fmt: skip
        if before is None:
            if not one.missing:
                changed.append(Later(one.indicator.key, one.month, one.scope, one.code, {}, after, formula=False))
            continue
        formula = before.version != one.indicator.version
        if (
            formula
            or abs(before.numerator - one.amount.numerator) > _SAME * max(1.0, abs(before.numerator))
            or (before.denominator != one.amount.denominator)
        ):
            was = {"numerator": before.numerator, "denominator": before.denominator, "value": before.value,
                   "version": before.version}  # fmt: skip
            changed.append(Later(one.indicator.key, one.month, one.scope, one.code, was, after, formula))
    return changed
