"""Open cases around a place: shown before a report is sent, so that one problem stays one case."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db.models import Q
from django.utils import timezone

from xiuhua.casework.models import Case, Photo
from xiuhua.casework.photos_public import filed
from xiuhua.casework.states import STATES
from xiuhua.city.models import Code, District

EARTH_M = 6_371_008.8  # mean radius
WIDEST_M = 2_000.0
READ = 2_000  # rows of the bounding box that are looked at
OPEN = [key for key, state in STATES.items() if state.open]


@dataclass(frozen=True)
class NearbyCase:
    """An open case near a place: what one needs to see whether it is the same problem."""

    id: int
    number: str
    category: int
    state: str
    public_text: str
    address: str
    lon: float
    lat: float
    distance_m: float
    age: timedelta
    me_too: int
    photo: UUID | None


def nearby(
    district: District,
    lon: float,
    lat: float,
    category: Code | None = None,
    radius_m: float = 50.0,
    *,
    limit: int = 10,
    at: datetime | None = None,
    photos: bool = True,
    unfiled: bool = False,
) -> list[NearbyCase]:
    """Public open cases of ``district`` within ``radius_m`` metres (at most 2,000), the nearest first.

    Of ``category``, or of any when none is given. Two queries, both by index; one without ``photos``. ``unfiled``: with
    the photos of cases that are not filed yet, for those who may see them.
    """
    now, radius = at or timezone.now(), min(max(radius_m, 0.0), WIDEST_M)
    degrees = math.degrees(radius / EARTH_M)
    wide = degrees / max(math.cos(math.radians(lat)), 0.01)
    rows = Case.objects.filter(
        district=district, public=True, state__in=OPEN,
        lon__range=(lon - wide, lon + wide), lat__range=(lat - degrees, lat + degrees),
    )  # fmt: skip
    if category is not None:
        rows = rows.filter(category=category)
    columns = ("id", "number", "category_id", "state", "lon", "lat", "reported_at", "me_too", "public_text", "address")
    found = [(distance_m(lon, lat, row["lon"], row["lat"]), row) for row in rows.order_by().values(*columns)[:READ]]
    near = sorted((pair for pair in found if pair[0] <= radius), key=lambda pair: (pair[0], -pair[1]["id"]))[:limit]
    shown = [row["id"] for _distance, row in near if unfiled or filed(row["state"], None)] if photos else []
    first = _first_photos(shown)
    return [
        NearbyCase(
            row["id"], row["number"], row["category_id"], row["state"], row["public_text"], row["address"],
            row["lon"], row["lat"], distance, now - row["reported_at"], row["me_too"], first.get(row["id"]),
        )
        for distance, row in near
    ]  # fmt: skip


def places_of_cases(
    district: District, since: datetime, *, without_sources: Collection[str] = ()
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Longitudes and latitudes of the public cases of ``district`` that are open or were reported after ``since``.

    Those that came by ``without_sources`` are left out.
    """
    rows = Case.objects.filter(Q(state__in=OPEN) | Q(reported_at__gte=since), district=district, public=True)
    if without_sources:
        rows = rows.exclude(source__in=list(without_sources))
    places = np.array(list(rows.order_by("pk").values_list("lon", "lat")), dtype=np.float64).reshape(-1, 2)
    return places[:, 0], places[:, 1]


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """The distance of two places in metres along the great circle (haversine)."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half = math.sin((phi2 - phi1) / 2) ** 2
    half += math.cos(phi1) * math.cos(phi2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_M * math.asin(min(math.sqrt(half), 1.0))


def _first_photos(cases: list[int]) -> dict[int, UUID]:
    """The first public photo of each case, by the id of the case."""
    rows = Photo.objects.filter(Photo.SHOWN, case__in=cases, public=True, stage=Photo.Stage.BEFORE) if cases else []
    photos: dict[int, UUID] = {}
    for photo in rows:
        photos.setdefault(photo.case_id or 0, photo.key)
    return photos
