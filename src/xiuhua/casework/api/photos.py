"""Photos over JSON: sent before a report, or to a case that one works on."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Form, Schema, Status
from ninja.files import UploadedFile

from xiuhua.casework.actions.photos import store
from xiuhua.casework.api.problems import WRITTEN
from xiuhua.casework.api.reading import found
from xiuhua.casework.api.router import router
from xiuhua.casework.api.schemas import StoredPhotoOut
from xiuhua.casework.dossier import Dossier
from xiuhua.casework.models import Photo
from xiuhua.casework.pages.resident.limits import count
from xiuhua.casework.places import area_codes
from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.casework.states import STATES
from xiuhua.casework.unit_tree import unit_tree
from xiuhua.city.api_inputs import Text
from xiuhua.people.api_account import account, anyone, sender
from xiuhua.people.models import User
from xiuhua.people.permissions import may


class Added(Schema):
    """What a photo of a case shows: how it was before, after, or at a check; whether everybody may see it."""

    stage: Text
    public: bool = True


# Which permission lets somebody add photos of a stage to a case.
RIGHTS = {Photo.Stage.BEFORE: "case.accept", Photo.Stage.AFTER: "case.handle"}


@router.post("/photos", response={201: StoredPhotoOut, **WRITTEN}, auth=anyone, summary="Send a photo for a report")
def send_photo(request: HttpRequest, photo: File[UploadedFile]) -> Any:
    """Keep a photo; name its key in the report that follows. Without a report it goes after two days."""
    user = sender(request)
    if user is None:
        count(request, "photos")
    return Status(201, store(photo, stage=Photo.Stage.BEFORE, user=user))


@router.post("/{number}/photos", response={201: StoredPhotoOut, **WRITTEN}, auth=account, summary="Add a photo")
def add_photo(request: HttpRequest, number: Text, photo: File[UploadedFile], given: Form[Added]) -> Any:
    """A photo before (for who accepts), after (for who handles) or of a check (for its inspector)."""
    file, _may = found(request, number)
    user = sender(request)
    if user is None or given.stage not in Photo.Stage.values:
        raise Refused(
            _("The stage is unknown."), _("Give one of: %(stages)s.") % {"stages": ", ".join(Photo.Stage.values)}
        )
    if not STATES[file.case.state].open:
        raise Refused(_("The case is finished."), _("Photos belong to cases that are open."))
    check = None
    if given.stage == Photo.Stage.CHECK:
        check = next((row for row in file.checks if row.inspector_id == user.pk and row.cancelled_at is None), None)
    if check is None and not _allowed(user, file, given.stage):
        raise Forbidden(
            _("Your account may not add photos of this stage to this case."), _("Leave it to who works on the case.")
        )
    return Status(201, store(photo, stage=given.stage, case=file.case, check=check, user=user, public=given.public))


def _allowed(user: User, file: Dossier, stage: str) -> bool:
    """Whether the person accepts or handles the case, or handles a part of it."""
    case, tree = file.case, unit_tree(file.case.district.code)
    hands = (case.unit_id, case.handler.organisation_id if case.handler else None, *(p.unit_id for p in file.parties))
    return stage in RIGHTS and may(
        user, RIGHTS[Photo.Stage(stage)], district_code=case.district.code, area_codes=area_codes(case),
        stage=case.state, unit_codes=[code for unit in hands for code in tree.chain_codes(unit)],
    )  # fmt: skip
