"""Where inspection stands in casework: its part of the phone page, its photos, the checks that cases were born from."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from xiuhua.casework.actions.photo_copies import listen
from xiuhua.casework.models import Case, Report
from xiuhua.casework.origins import Origin, tell_origins
from xiuhua.casework.pages.patrol.parts import Part, add_part
from xiuhua.casework.photos_held import Holder, hold
from xiuhua.inspection.actions.checks import PERMISSION
from xiuhua.inspection.actions.pictures import look
from xiuhua.inspection.check_queries import sees
from xiuhua.inspection.models import CheckPhoto, Finding
from xiuhua.inspection.pages.checks import phone, words
from xiuhua.people.models import User

_FOLDER = "inspection/patrol"
PART = Part(
    key="inspection",
    permission=PERMISSION,
    label=lambda: _("Inspection"),
    icon="M4 20h16M6 20V9l6-5 6 5v11M9.5 13.5l2 2 3.5-4",
    script=f"{_FOLDER}/inspection.js",
    styles=(f"{_FOLDER}/inspection.css",),
    modules=(f"{_FOLDER}/form.js", f"{_FOLDER}/outline.js", f"{_FOLDER}/rooms.js", f"{_FOLDER}/scales.js"),
    words=words.words,
    day=phone.day,
    address="inspection:patrol-check",
)


def join() -> None:
    """Register all of it with casework; called once, when Django is ready."""
    add_part(PART)
    hold(PHOTOS)
    tell_origins(origins)
    listen(look)


def _photo_seen(row: CheckPhoto, user: User) -> bool:
    return sees(user, row.made)


# Nobody but the staff sees a photo of a check; what became a photo of a case is shown as that is.
PHOTOS = Holder(CheckPhoto, public=lambda _row: False, sees=_photo_seen)


def origins(case: Case, user: User) -> Iterable[Origin]:
    """The checks that found what the case is about, the one that it was born from first."""
    if case.source != Report.Source.INSPECTOR:
        return  # only cases born from checks have findings, and the inspector of the check reported them
    rows = Finding.objects.filter(case=case).select_related("made__frame", "made__district", "item").order_by("pk")
    for row in rows:
        if sees(user, row.made):
            text = _("Inspection of %(object)s: %(item)s") % {"object": row.made.frame, "item": row.item.name}
            yield Origin(text, reverse("inspection:check", args=[row.made.key]), row.made.seen_at)
