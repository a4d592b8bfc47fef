"""A failed item becomes a case, in the transaction of its check: by casework's one way in, dispatched by duty."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from xiuhua.casework.actions import intake
from xiuhua.casework.models import Case, Photo, Report
from xiuhua.casework.models import Standard as Filing
from xiuhua.casework.refusals import Refused
from xiuhua.casework.states import STATES
from xiuhua.casework.submission import Submission
from xiuhua.city.models import Code
from xiuhua.city.queries import find_category
from xiuhua.foundation.single import find_same
from xiuhua.inspection.flags import BESIDE_M, INEXACT_M, Flag
from xiuhua.inspection.models import Check, Finding, Item
from xiuhua.inspection.sent import CheckSent

_OPEN = [key for key, state in STATES.items() if state.open]


def cases_of(made: Check, sent: CheckSent, failed: Sequence[Item]) -> tuple[dict[str, Case], list[Flag]]:
    """The case of each failed item that leads to one, by key; a flag ``no_case`` with the reason where none could be.

    Where a case of the same item at the same frame is open, whoever found it, it is that one: a blind repeat, and the
    next check before the limit is over, make no second. Inside the transaction of the check.
    """
    found: dict[str, Case] = {}
    refused: list[Flag] = []
    free = [key for key, item in sent.photos if item is None]
    for item in failed:
        if not item.category:
            continue
        if (known := _open_case(made, item)) is not None:
            found[item.key] = known
            continue
        photos = [key for key, shown in sent.photos if shown == item.key]
        if not photos:
            # Photos of the whole go to the first case that has none of its own: a photo belongs to one case.
            photos, free = free, []
        try:
            with transaction.atomic():
                found[item.key] = _submitted(made, sent, item, photos)
        except Refused as why:
            free += [key for key in photos if key not in free]
            refused.append({"flag": "no_case", "figure": None, "with": item.key, "why": str(why)[:300]})
    return found, refused


def _open_case(made: Check, item: Item) -> Case | None:
    rows = Finding.objects.filter(
        made__frame_id=made.frame_id, item__key=item.key, item__standard__key=made.standard.key, case__state__in=_OPEN
    )
    row = rows.select_related("case").order_by("-pk").first()
    return row.case if row else None


def _submitted(made: Check, sent: CheckSent, item: Item, photos: Sequence[UUID]) -> Case:
    category, filing = _filed_as(item)
    near = made.distance_m is not None and made.distance_m <= min(made.accuracy_m or 0, INEXACT_M) + BESIDE_M
    lon, lat = (made.lon, made.lat) if near else (made.frame.lon, made.frame.lat)
    report = intake.submit(
        Submission(
            idempotency_key=f"inspection-{made.key.hex}-{item.pk}", district=made.district, lon=float(lon or 0),
            lat=float(lat or 0), source=Report.Source.INSPECTOR,
            # The questions of a category are for who reports; a filing standard says what it is.
            category=None if filing else category, standard=filing, description=_told(made, sent, item),
            address=made.frame.name_zh or made.frame.name_en, placed_by="device" if near else "map",
            seen_at=made.seen_at, photos=photos,
        ),
        user=sent.inspector, at=made.received_at,
    )  # fmt: skip
    Photo.objects.filter(key__in=photos, report=report).update(stage=Photo.Stage.BEFORE)
    return report.case


def _filed_as(item: Item) -> tuple[Code, Filing | None]:
    category = find_category(item.category)
    if category is None:
        raise Refused(
            _("There is no category %(category)s.") % {"category": item.category},
            _("Correct the category of the item in its standard."),
        )
    filing = find_same(Filing, category_id=category.pk, number=item.filing, active=True) if item.filing else None
    if item.filing and filing is None:
        raise Refused(
            _("%(category)s has no filing standard %(number)s in force.")
            % {"category": category, "number": item.filing},
            _("Correct the filing standard of the item in its standard."),
        )
    return category, filing


def _told(made: Check, sent: CheckSent, item: Item) -> str:
    """What the case says, in the language of the installation: who reads it is not who checked."""
    with translation.override(settings.LANGUAGE_CODE):
        value = sent.values[item.key]
        words = item.words.get(f"{value:g}", {}).get("zh", "") if item.scale == Item.Scale.GRADE else ""
        found = _("Found at an inspection by “%(standard)s”: %(item)s, %(value)s.") % {
            "standard": made.standard.name, "item": item.name, "value": item_value(item, value),
        }  # fmt: skip
        return " ".join(part for part in (found, words, sent.notes.get(item.key, ""), sent.note) if part)[:4000]


def item_value(item: Item, value: float | None) -> str:
    """A value in words of its scale: grade 2 of 5, 3 pieces, 6.5 g/m², 12 minutes, yes; not assessed."""
    if value is None:
        return _("not assessed")
    number = f"{value:g}"
    match item.scale:
        case Item.Scale.GRADE:
            return _("grade %(number)s of 5") % {"number": number}
        case Item.Scale.COUNT:
            return _("count %(number)s") % {"number": number}
        case Item.Scale.GRAMS:
            return _("%(number)s g/m²") % {"number": number}
        case Item.Scale.MINUTES:
            return _("%(number)s minutes") % {"number": number}
    return _("yes") if value else _("no")
