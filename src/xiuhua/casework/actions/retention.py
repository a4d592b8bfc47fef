"""What is kept of persons only as long as it is needed: contacts, texts and original photos of cases that have ended.

The rules are data (``RetentionRule``): days after the end of a case, by source; the source "" is for all others.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework import photo_files
from xiuhua.casework.actions.photo_copies import drawn
from xiuhua.casework.masking import mask
from xiuhua.casework.models import Case, Follower, Photo, Rating, Report, RetentionRule
from xiuhua.casework.photos_held import unheld
from xiuhua.casework.states import STATES
from xiuhua.foundation import events

CONTACT_DAYS, ORIGINAL_DAYS = 180, 365
# A photo that no report took within this time was left behind.
ORPHANED = timedelta(days=2)
BATCH = 500
ENDED = [key for key, state in STATES.items() if not state.open]
CHAIN = "retention"


@dataclass
class Tidied:
    """What one run let go of."""

    reports: int = 0
    originals: int = 0
    orphans: int = 0
    files: int = 0


def set_rule(source: str, contact_days: int | None, original_days: int | None, *, actor: str) -> RetentionRule:
    """Keep contacts and originals of ``source`` ("" for sources without a rule) so many days; None for ever.

    Raises ``ValueError`` for an unknown source or negative days.
    """
    if source and source not in Report.Source.values:
        known = ", ".join(Report.Source.values)
        raise ValueError(_("There is no source %(source)s. There are: %(known)s.") % {"source": source, "known": known})
    if any(days is not None and not 0 <= days <= 32_000 for days in (contact_days, original_days)):  # noqa: PLR2004 - column
        raise ValueError(_("Days are a number from 0 to 32000, or nothing to keep for ever."))
    with transaction.atomic():
        old = RetentionRule.objects.filter(source=source).first()
        new = {"contact_days": contact_days, "original_days": original_days}
        before = {name: getattr(old, name) for name in new} if old else None
        rule, _created = RetentionRule.objects.update_or_create(source=source, defaults=new)
        if before != new:
            events.record(
                chain=CHAIN,
                verb="retention.set",
                actor=actor,
                subject=f"retention:{source or '*'}",
                before=before,
                after=new,
            )
    return rule


def rules() -> dict[str, tuple[int | None, int | None]]:
    """Days for contacts and for originals by source, with "" for all others."""
    found: dict[str, tuple[int | None, int | None]] = {"": (CONTACT_DAYS, ORIGINAL_DAYS)}
    return found | {rule.source: (rule.contact_days, rule.original_days) for rule in RetentionRule.objects.all()}


def tidy(now: datetime | None = None, *, actor: str = "retention") -> Tidied:
    """Let go of whatever its rule keeps no longer. Idempotent, in batches: it may be stopped at any time."""
    now, done = now or timezone.now(), Tidied()
    for days, ended in _due(0, now):
        rows = Report.objects.filter(ended, anonymised_at=None)
        while batch := list(rows.select_related("case").order_by("pk")[:BATCH]):
            done.reports += _anonymise(batch, now, days, actor)
    for days, ended in _due(1, now):
        photos = Photo.objects.filter(ended).exclude(original="")
        while batch_of_photos := list(photos.order_by("pk")[:BATCH]):
            done.originals += _drop_originals(batch_of_photos, now, days, actor)
    alone = Photo.objects.filter(case=None, report=None, check_made=None)
    orphans = unheld(alone.filter(received_at__lt=now - ORPHANED))
    while left := list(orphans.order_by("pk")[:BATCH]):
        done.orphans += _drop_orphans(left, now, actor)
    # What is left of these other rooms hold: no case ends, so the days count from the day on which they came.
    if (kept := rules()[""][1]) is not None:
        others = alone.filter(received_at__lt=now - max(timedelta(days=kept), ORPHANED)).exclude(original="")
        while of_rooms := list(others.order_by("pk")[:BATCH]):
            done.originals += _drop_originals(of_rooms, now, kept, actor)
    done.files = _drop_strays(now)
    return done


def _due(which: int, now: datetime) -> list[tuple[int, Q]]:
    """The days of each rule and the condition on ``case`` of what it keeps no longer."""
    by_source = rules()
    found = []
    for source, keep in by_source.items():
        days = keep[which]
        if days is not None:
            ended = Q(case__state__in=ENDED, case__state_since__lt=now - timedelta(days=days))
            others = [each for each in by_source if each]
            found.append((days, ended & (Q(case__source=source) if source else ~Q(case__source__in=others))))
    return found


def _anonymise(batch: list[Report], now: datetime, days: int, actor: str) -> int:
    """Blank who reported and mask what they wrote; a person with an account keeps their own reports."""
    cases = {report.case_id: report.case for report in batch}
    with transaction.atomic():
        for report in batch:
            report.contact_name = report.contact_phone = report.contact_email = ""
            report.description, report.address = mask(report.description), mask(report.address)
            report.answers = {name: _masked(value) for name, value in report.answers.items()}
            report.anonymised_at = now
        for case in cases.values():
            case.description = mask(case.description)
        columns = [
            "contact_name",
            "contact_phone",
            "contact_email",
            "description",
            "address",
            "anonymised_at",
            "answers",
        ]
        Report.objects.bulk_update(batch, columns)
        Case.objects.bulk_update(cases.values(), ["description"])
        Follower.objects.filter(case__in=cases, user=None).delete()
        ratings = [rating for rating in Rating.objects.filter(report__in=batch) if rating.text]
        for rating in ratings:
            rating.text = mask(rating.text)
        Rating.objects.bulk_update(ratings, ["text"])
        _told("retention.anonymised", sorted(case.number for case in cases.values()), len(batch), days, now, actor)
    return len(batch)


def _masked(value: Any) -> Any:
    """An answer with its texts masked, also those of a list."""
    if isinstance(value, list):
        return [_masked(each) for each in value]
    return mask(value) if isinstance(value, str) else value


def _drop_originals(batch: list[Photo], now: datetime, days: int, actor: str) -> int:
    """Remove the originals and where they were taken; the public copies stay, drawn now where they waited."""
    for photo in batch:
        with suppress(FileNotFoundError):
            drawn(photo)
    names = {photo.original for photo in batch}
    with transaction.atomic():
        Photo.objects.filter(pk__in=[photo.pk for photo in batch]).update(
            original="", waiting=False, lon=None, lat=None
        )
        _told("retention.originals", sorted({str(photo.key) for photo in batch}), len(batch), days, now, actor)
        _remove_later(names, Photo.objects.filter(original__in=names).values_list("original", flat=True))
    return len(batch)


def _drop_orphans(batch: list[Photo], now: datetime, actor: str) -> int:
    keys = [photo.pk for photo in batch]
    with transaction.atomic():
        Photo.objects.filter(pk__in=keys).delete()
        for column in ("original", "copy", "thumbnail"):
            names = {getattr(photo, column) for photo in batch} - {""}
            _remove_later(names, Photo.objects.filter(**{f"{column}__in": names}).values_list(column, flat=True))
        _told("retention.orphans", sorted(str(photo.key) for photo in batch), len(batch), ORPHANED.days, now, actor)
    return len(batch)


def _drop_strays(now: datetime) -> int:
    """Remove files whose photo was never written down; looks at a week of days, the last one long enough ago."""
    root, last, dropped = Path(settings.MEDIA_ROOT), timezone.localdate(now - ORPHANED), 0
    for days in range(1, 8):
        for names in batched(photo_files.of_day(root, last - timedelta(days=days)), BATCH):
            known: set[str] = set()
            for column in ("original", "copy", "thumbnail"):
                known |= set(Photo.objects.filter(**{f"{column}__in": names}).values_list(column, flat=True))
            for name in set(names) - known:
                (root / name).unlink(missing_ok=True)
                dropped += 1
    return dropped


def _remove_later(names: set[str], used: "QuerySet[Any, str]") -> None:
    """Remove files once the transaction is through, but those that other photos still use."""
    root = Path(settings.MEDIA_ROOT)
    paths = [root / name for name in names - set(used)]
    for path in paths:
        if path.resolve().is_relative_to(root.resolve()):
            transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]


def _told(verb: str, subjects: list[str], count: int, days: int, now: datetime, actor: str) -> None:
    after = {"count": count, "days": days, "of": subjects}
    events.record(chain=CHAIN, verb=verb, actor=actor, subject=CHAIN, after=after, at=now)
