"""What an inspector sends from the street, perhaps hours later and more than once: findings and reports.

Both are idempotent: what has been received is answered as it was received.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from xiuhua.casework.actions import intake
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.actions.inspectors import in_time
from xiuhua.casework.models import Check, Photo, Report
from xiuhua.casework.refusals import CaseworkError, Conflict, Forbidden, Refused
from xiuhua.casework.submission import Submission
from xiuhua.people.models import User

# The move that a finding is, by the kind of the check and whether it passed.
MOVES = {
    (Check.Kind.BEFORE_FILING, True): "confirm",
    (Check.Kind.BEFORE_FILING, False): "deny",
    (Check.Kind.BEFORE_CLOSING, True): "pass",
    (Check.Kind.BEFORE_CLOSING, False): "fail",
}
MOST_PHOTOS = 9


class PhotosMissing(Refused):
    """Photos that were not sent yet, or have been swept since; ``keys`` names them. To be sent once more."""

    def __init__(self, keys: Sequence[UUID]) -> None:
        super().__init__(_("Photos have not arrived yet."), _("Send the photos first."))
        self.keys = list(keys)


@dataclass(frozen=True)
class Finding:
    """What an inspector saw: whether it passed, in words, where and when; ``photos`` are keys of sent photos."""

    passed: bool
    note: str
    seen_at: datetime
    photos: Sequence[UUID]
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None


def find(user: User, key: UUID, finding: Finding, *, at: datetime | None = None) -> Check:
    """Take in the finding of the check ``key``, with its photos, in one transaction.

    The same finding again gives back the check as it is. One that was made in time counts though the check was taken
    back before the phone had network (``inspectors.in_time``). Raises ``Conflict`` when the check is over: made with
    another result, or taken back before; ``PhotosMissing``, ``Forbidden`` or ``Refused`` otherwise.
    """
    finding = replace(finding, note=finding.note.strip(), photos=list(dict.fromkeys(finding.photos)))
    check = Check.objects.select_related("case").filter(key=key).first()
    if check is None:
        raise Refused(_("There is no such check."), _("Load your list again."))
    if check.inspector_id != user.pk:
        raise Forbidden(_("This check was given to somebody else."), _("Make the checks of your own list."))
    if known := _known(check, finding):
        return known
    _check_photos(user, finding.photos)
    data = {
        "check": check, "reason": finding.note, "seen_at": finding.seen_at, "lon": finding.lon, "lat": finding.lat,
        "accuracy_m": finding.accuracy_m,
    }  # fmt: skip
    try:
        with transaction.atomic():
            perform(check.case_id, MOVES[Check.Kind(check.kind), finding.passed], user=user, data=data, at=at)
            _attach(user, check, finding.photos)
    except CaseworkError:
        # Sent twice at once, the second finds the case moved on by the first.
        check.refresh_from_db()
        if known := _known(check, finding):
            return known
        raise
    check.refresh_from_db()
    return check


def report(user: User, submission: Submission, *, at: datetime | None = None) -> Report:
    """Take in a report of an inspector by the one way in. Raises ``PhotosMissing`` or ``Refused``."""
    keys = [UUID(str(key)) for key in submission.photos]
    _check_photos(user, keys)
    taken = intake.submit(submission, user=user, at=at)
    Photo.objects.filter(key__in=keys, report=taken, stage=Photo.Stage.CHECK).update(stage=Photo.Stage.BEFORE)
    return taken


def _known(check: Check, finding: Finding) -> Check | None:
    """The check where this finding was received; None where nothing was. Raises ``Conflict`` when it is over."""
    if check.received_at is not None:
        same = (check.passed, check.note, check.seen_at) == (finding.passed, finding.note, finding.seen_at)
        if same and set(finding.photos) == set(check.photos.values_list("key", flat=True)):
            return check
        when = date_format(timezone.localtime(check.received_at), "Y-m-d H:i")
        raise Conflict(
            _("This check was received at %(when)s with another result.") % {"when": when},
            _("If the problem is there, send it as a new report; otherwise delete this entry."),
            by=str(check.inspector), move=MOVES[Check.Kind(check.kind), bool(check.passed)], at=check.received_at,
        )  # fmt: skip
    if check.cancelled_at is not None and not in_time(check, check.case, finding.seen_at):
        when = date_format(timezone.localtime(check.cancelled_at), "Y-m-d H:i")
        raise Conflict(
            _("This check was taken back at %(when)s, before your result came.") % {"when": when},
            _("If the problem is there, send it as a new report; otherwise delete this entry."),
            by="", move="redraw", at=check.cancelled_at,
        )  # fmt: skip
    return None


def _check_photos(user: User, keys: Sequence[UUID]) -> None:
    if not keys:
        raise Refused(_("There is no photo of what you saw."), _("Take at least one photo."))
    if len(set(keys)) > MOST_PHOTOS:
        raise Refused(
            _("These are %(count)s photos.") % {"count": len(keys)},
            _("Choose at most %(most)s.") % {"most": MOST_PHOTOS},
        )
    found = set(Photo.objects.filter(key__in=keys, user=user).values_list("key", flat=True))
    if missing := [key for key in keys if key not in found]:
        raise PhotosMissing(missing)


def _attach(user: User, check: Check, keys: Sequence[UUID]) -> None:
    free = Photo.objects.filter(key__in=keys, user=user, case=None, report=None, check_made=None)
    changed = free.update(case=check.case_id, check_made=check, stage=Photo.Stage.CHECK)
    if changed != len(keys):
        raise Refused(_("A photo belongs to something that was sent before."), _("Take the photo again."))
