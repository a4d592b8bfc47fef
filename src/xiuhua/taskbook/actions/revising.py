"""What is learned of a published month: written beside what was published, with the reason; never over it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.city.models import District
from xiuhua.foundation.events import lock, record
from xiuhua.foundation.indicators import indicators, kept
from xiuhua.people.actors import Actor, name_of
from xiuhua.taskbook.actions.closing import PERMISSION, allow_in
from xiuhua.taskbook.actions.door import text_of
from xiuhua.taskbook.actions.score import computed
from xiuhua.taskbook.freezing import chain, closing_of
from xiuhua.taskbook.gathering import Key, Subject, Values, revised_values, trusted, values_of
from xiuhua.taskbook.groups import DISTRICT
from xiuhua.taskbook.models import Closing, Revision, Score
from xiuhua.taskbook.months import written
from xiuhua.taskbook.parts import Item, Reading, item_of, reading_from
from xiuhua.taskbook.refusals import Refused

# What a revision of a score holds.
SCORED = ("points", "full", "low", "high", "best_rank", "worst_rank", "band", "parts")


@dataclass(frozen=True)
class Learned:
    """A value of a published month as it is known now; raw ratios, as in ``Value``."""

    indicator: str
    scope: str
    code: str
    reading: Reading


def revise(
    district: District, month: date, found: Sequence[Learned], *, actor: Actor, reason: str, at: datetime | None = None
) -> list[Revision]:
    """Write each value that differs from what is known as a revision, and the scores that follow from it.

    The published rows stay. Scores follow by the rules they were published with. Raises ``Refused`` for a month that is
    not published, no reason, a value of another version of the formula, a value of a group that was not published;
    ``Forbidden`` for who may not.
    """
    now, why = at or timezone.now(), text_of(reason, _("a reason"))
    allow_in(actor, PERMISSION, district)
    with transaction.atomic():
        lock(chain(district))
        closing = closing_of(district, month)
        if closing is None:
            raise Refused(
                _("%(month)s is not published: nothing is frozen yet.") % {"month": written(month)},
                _("Measure and score it again."),
            )
        known = revised_values(district, month)
        published = values_of(district, month)
        rows: list[Revision] = []
        for each in found:
            key = (each.indicator, each.scope, each.code)
            _same_formula(each, published.get(key), month)
            if known[key] != each.reading:
                before, after = asdict(known[key]), asdict(each.reading)
                rows.append(_revision(closing, "value", key, before, after, why, actor, now))
        if rows:
            rows += _scores(closing, {**known, **{_key(row): reading_from(row.after) for row in rows}}, why, actor, now)
            Revision.objects.bulk_create(rows)
            record(
                chain=chain(district), verb="month.revised", actor=name_of(actor),
                subject=f"taskbook.closing:{district.code}:{written(month)}",
                after={"reason": why, "revised": [f"{row.subject}:{row.key}:{row.scope}:{row.code}" for row in rows]},
                at=now,
            )  # fmt: skip
    return rows


def latest(score: Score) -> Mapping[str, Any]:
    """What a published score is known to be today: its last revision, else itself."""
    row = (
        Revision.objects.filter(
            closing__district=score.book.district, closing__month=score.month, subject="score", key=score.book.key,
            scope=score.scope, code=score.code,
        )
        .order_by("-pk")
        .first()
    )  # fmt: skip
    return row.after if row else {name: getattr(score, name) for name in SCORED}


def _same_formula(each: Learned, published: Reading | None, month: date) -> None:
    if published is None:
        raise Refused(
            _("%(indicator)s of %(scope)s %(code)s was not published in %(month)s.")
            % {"indicator": each.indicator, "scope": each.scope, "code": each.code, "month": written(month)},
            _("A revision corrects what was published; publish more groups from the next month on."),
        )
    if each.reading.version != published.version:
        raise Refused(
            _("%(indicator)s is now version %(now)s of its formula; %(month)s was published with version %(then)s.")
            % {
                "indicator": each.indicator, "now": each.reading.version, "month": written(month),
                "then": published.version,
            },
            _("A published month keeps its formula: the new one counts from the first month that is not published."),
        )  # fmt: skip


def _scores(closing: Closing, values: Values, why: str, actor: Actor, now: datetime) -> list[Revision]:
    """The scores that come out otherwise, by the rules they were published with."""
    rows: list[Revision] = []
    published = Score.objects.filter(book__district=closing.district, month=closing.month).select_related("book")
    by_book: dict[int, list[Score]] = {}
    for score in published.order_by("scope", "code"):
        by_book.setdefault(score.book_id, []).append(score)
    for scores in by_book.values():
        scored = [Subject(one.scope, one.code, [_read(one, part, values) for part in one.parts]) for one in scores]
        for score, found in zip(scores, computed(scored), strict=True):
            before, after = dict(latest(score)), {name: found[name] for name in SCORED}
            if _told(before) != _told(after):
                key = (score.book.key, score.scope, score.code)
                rows.append(_revision(closing, "score", key, before, after, why, actor, now))
    return rows


def _read(score: Score, part: Mapping[str, Any], values: Values) -> tuple[Item, Reading]:
    """A published part with the value as it is known now; what was carried on or counted from projects stays."""
    item = item_of(part)
    own = (item.indicator, *((DISTRICT, "") if part["of"] == DISTRICT else (score.scope, score.code)))
    found, indicator = values.get(own), indicators().get(item.indicator)
    if found is None or indicator is None or part["carried"]:
        return item, _kept(part, item)
    return item, replace(trusted(found, indicator), of=part["of"])


def _told(value: Any) -> Any:
    """The value without the noise of binary fractions, to be compared."""
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, Mapping):
        return {name: _told(each) for name, each in value.items()}
    return [_told(each) for each in value] if isinstance(value, list) else value


def _kept(part: Mapping[str, Any], item: Item) -> Reading:
    """The reading that a part was written from; its value and interval stand in the shown unit there."""
    raw = {name: kept(part[name], item.unit) for name in ("value", "low", "high")}
    return reading_from({**part, **raw})


def _key(row: Revision) -> Key:
    return row.key, row.scope, row.code


def _revision(
    closing: Closing, subject: str, key: Key, before: Mapping[str, Any], after: Mapping[str, Any], why: str,
    actor: Actor, now: datetime,
) -> Revision:  # fmt: skip
    name, scope, code = key
    return Revision(
        closing=closing, subject=subject, key=name, scope=scope, code=code, before=dict(before), after=dict(after),
        reason=why, actor=name_of(actor), at=now,
    )  # fmt: skip
