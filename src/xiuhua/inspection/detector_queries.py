"""Detectors of a district, what they proposed, and how often people agreed: as counted, with n."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from xiuhua.casework.models import Photo
from xiuhua.city.models import District
from xiuhua.foundation.estimators.shares import clopper_pearson
from xiuhua.inspection.models import CheckPhoto, Detector, DetectorRun, Proposal

# A photo that nobody looked at for so long is left alone by detectors that came later.
LATELY = timedelta(days=3)


@dataclass(frozen=True)
class Agreement:
    """Of the proposals that people judged, how many they agreed with; exact 95 % interval, None without any.

    It speaks of what was proposed and judged. What the detector passed over is not counted.
    """

    label: str
    proposals: int
    judged: int
    agreed: int
    low: float | None
    high: float | None

    @property
    def share(self) -> float | None:
        """Agreed of judged."""
        return self.agreed / self.judged if self.judged else None


def detectors(district: District) -> list[Detector]:
    """Every version of every detector, the newest first, with ``photos`` looked at and ``failures``."""
    rows = Detector.objects.filter(district=district).select_related("added_by").annotate(
        photos=Count("runs", filter=Q(runs__failure="")), failures=Count("runs", filter=~Q(runs__failure="")),
    )  # fmt: skip
    return list(rows.order_by("key", "-version"))


def active_detectors(district: District) -> list[Detector]:
    """The detectors that look at photos which arrive."""
    return list(Detector.objects.filter(district=district, active=True).select_related("district"))


def agreement(detector: Detector) -> list[Agreement]:
    """The agreement on all proposals (label ""), then by label."""
    counted = list(
        Proposal.objects.filter(run__detector=detector)
        .order_by("label")
        .values_list("label")
        .annotate(all=Count("pk"), judged=Count("agreed"), right=Count("pk", filter=Q(agreed=True)))
    )
    whole = ("", *(sum(row[place] for row in counted) for place in (1, 2, 3)))
    return [_agreement(*row) for row in (whole, *counted)]


def _agreement(label: str, proposals: int, judged: int, agreed: int) -> Agreement:
    low, high = (None, None) if not judged else (float(end) for end in clopper_pearson(agreed, judged))
    return Agreement(label, proposals, judged, agreed, low, high)


def runs_by_photo(photos: Iterable[Photo]) -> dict[int, list[DetectorRun]]:
    """What detectors that are in use said of photos, with their proposals read, by the key of the photo."""
    rows = DetectorRun.objects.filter(photo__in=[photo.pk for photo in photos], detector__active=True)
    found: dict[int, list[DetectorRun]] = {}
    for run in rows.select_related("detector__district").prefetch_related("proposals").order_by("detector__key"):
        found.setdefault(run.photo_id, []).append(run)
    return found


def latest_runs(detector: Detector, limit: int = 12) -> list[DetectorRun]:
    """The newest runs that proposed something, with photo and proposals read."""
    rows = DetectorRun.objects.filter(Exists(Proposal.objects.filter(run=OuterRef("pk"))), detector=detector)
    found = rows.select_related("photo", "detector__district").prefetch_related("proposals").order_by("-at", "-pk")
    return list(found[:limit])


def unseen_photos(detector: Detector, now: datetime) -> list[Photo]:
    """Photos of checks that came lately, are drawn, and that the detector did not look at yet, the oldest first."""
    done = DetectorRun.objects.filter(detector=detector, photo=OuterRef("photo"))
    rows = CheckPhoto.objects.filter(
        ~Exists(done), photo__waiting=False, made__district=detector.district_id, made__received_at__gte=now - LATELY
    )
    return [row.photo for row in rows.select_related("photo").order_by("pk")]
