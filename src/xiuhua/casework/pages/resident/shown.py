"""What every public page of a case shows."""

from typing import Any

from xiuhua.casework.models import Case, Photo, Report
from xiuhua.casework.pages.resident.catalogue import reference
from xiuhua.casework.photos_public import shows_photos
from xiuhua.casework.public_history import history, standing, steps_of
from xiuhua.casework.states import STATES


def case_context(case: Case, report: Report | None = None) -> dict[str, Any]:
    """The public side of a case: history, standing, photos before and after, areas; nothing that only the desk may see.

    ``case`` is read with category, district and unit. Before it is filed its photos are shown to none but the sender of
    ``report``, whose token is known, and only those of that report.
    """
    shown, photos = shows_photos(case), Photo.objects.filter(case=case, public=True)
    if not shown:
        photos = photos.filter(report=report) if report is not None else photos.none()
    stages = (Photo.Stage.BEFORE, Photo.Stage.AFTER, Photo.Stage.CHECK)
    return {
        "case": case, "district": case.district, "history": history(steps_of(case)), "standing": standing(case),
        "photos": [(stage.label, rows) for stage in stages if (rows := [p for p in photos if p.stage == stage])],
        "lon": f"{case.lon:.6f}", "lat": f"{case.lat:.6f}", "category": reference(case.category),
        "open": STATES[case.state].open, "photo_token": "" if shown or report is None else report.token,
        "photos_wait": not shown and STATES[case.state].open and Photo.objects.filter(case=case, public=True).exists(),
        "places": [area for area in (case.town, case.community) if area],
    }  # fmt: skip
