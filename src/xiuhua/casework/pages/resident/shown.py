"""What every public page of a case shows."""

from typing import Any

from xiuhua.casework.models import Case, Photo
from xiuhua.casework.pages.resident.catalogue import reference
from xiuhua.casework.public_history import history, standing, steps_of
from xiuhua.casework.states import STATES


def case_context(case: Case) -> dict[str, Any]:
    """The public side of a case: history, standing, photos before and after, areas; nothing that only the desk may see.

    ``case`` is read with category, district and unit.
    """
    photos = list(Photo.objects.filter(case=case, public=True))
    stages = (Photo.Stage.BEFORE, Photo.Stage.AFTER, Photo.Stage.CHECK)
    return {
        "case": case, "district": case.district, "history": history(steps_of(case)), "standing": standing(case),
        "photos": [(stage.label, rows) for stage in stages if (rows := [p for p in photos if p.stage == stage])],
        "lon": f"{case.lon:.6f}", "lat": f"{case.lat:.6f}", "category": reference(case.category),
        "open": STATES[case.state].open, "places": [area for area in (case.town, case.community) if area],
    }  # fmt: skip
