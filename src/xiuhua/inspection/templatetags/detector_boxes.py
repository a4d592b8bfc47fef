"""``{% detector_boxes photo district %}``: a photo with the boxes that detectors propose, and forms to say if right.

Another address of the picture may be given as third argument; the page must load ``inspection/detectors.css``.
"""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from xiuhua.casework.models import Photo
from xiuhua.city.models import District
from xiuhua.inspection.actions.detectors import JUDGE
from xiuhua.inspection.detector_queries import active_detectors, runs_by_photo
from xiuhua.inspection.models import DetectorRun, Proposal
from xiuhua.people.models import User
from xiuhua.people.permissions import may

register = template.Library()


@register.inclusion_tag("inspection/detectors/_boxes.html", takes_context=True)
def detector_boxes(
    context: dict[str, Any], photo: Photo, district: District, src: str = "", runs: list[DetectorRun] | None = None,
    *, ask: bool | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What the fragment shows; ``runs`` are those of ``photo`` where the page has read them.

    ``ask``: whether the detectors may be let look where none has yet; without it, whether any is in use.
    """
    request = context["request"]
    user = request.user
    own = isinstance(user, User) and photo.user_id == user.pk
    read = runs_by_photo([photo]).get(photo.pk, []) if runs is None else runs
    boxes = [(run, proposal) for run in read for proposal in run.proposals.all()]
    return {
        "photo": photo, "district": district, "next": request.get_full_path(),
        "src": src or reverse("casework:photo", args=[photo.key, "copy"]),
        "runs": read, "boxes": [_shown(run, proposal, number) for number, (run, proposal) in enumerate(boxes, 1)],
        "may_judge": may(user, JUDGE, district_code=district.code, own=own),
        "may_ask": bool(active_detectors(district)) if ask is None and runs is None else bool(ask),
        "csrf_token": context.get("csrf_token"),
    }  # fmt: skip


def _shown(run: DetectorRun, proposal: Proposal, number: int) -> dict[str, Any]:
    """A box in hundredths of the picture, and where it lies in words."""
    left, top, right, bottom = (100 * each for each in proposal.box)
    across = _third((left + right) / 2, (_("left"), _("middle"), _("right")))
    down = _third((top + bottom) / 2, (_("top"), _("centre"), _("bottom")))
    return {
        "number": number, "run": run, "proposal": proposal, "left": left, "top": top, "width": right - left,
        "height": bottom - top, "sure": f"{proposal.confidence:.2f}",
        "where": _("%(down)s, %(across)s") % {"down": down, "across": across},
        "state": {None: "open", True: "agreed", False: "denied"}[proposal.agreed],
    }  # fmt: skip


def _third(place: float, words: tuple[str, str, str]) -> str:
    return words[min(int(place * 3 // 100), 2)]


@register.simple_tag
def as_list(run: DetectorRun) -> list[DetectorRun]:
    """One run as the runs of its photo."""
    return [run]
