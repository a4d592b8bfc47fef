"""The objection of a reporter: it is not fixed. With a photo, in one transaction with the move."""

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from xiuhua.casework.actions.engine import perform
from xiuhua.casework.actions.photos import store
from xiuhua.casework.models import Case, Photo, Report


def object_to(
    report: Report, reason: str, photos: list[UploadedFile[Any]] | None = None, *, at: datetime | None = None
) -> Case:
    """Open the case that the report led to again. That the report is the person's own is for the caller to know.

    Raises ``Refused``: by the rules of the move, for an empty reason, for a file that is no photo; then nothing has
    changed.
    """
    with transaction.atomic():
        case = perform(
            report.case.master_id or report.case_id, "reopen", actor=f"report:{report.key}", at=at,
            data={"reason": reason},
        )  # fmt: skip
        for file in photos or ():
            store(file, stage=Photo.Stage.BEFORE, case=case, report=report, at=at)
    return case
