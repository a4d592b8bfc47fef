"""Which photos everybody may see: nobody has looked at those of a report that the desk has not filed yet.

The words of a report are masked by program and shown at once, so that others find what is known. A photo may show
faces, plates or what is nobody's business; it is public once somebody filed the case. Until then those see it who may
see the case, the account that sent it, and who has the token of the report.
"""

from datetime import datetime

from xiuhua.casework.models import Case, Photo

# Nobody has filed what is in these states; what was merged may have been filed before.
UNFILED = ("reported", "check_filing", "rejected")


def shows_photos(case: Case) -> bool:
    """Whether the public photos of the case are shown to everybody; who looks at the case is for the caller."""
    return filed(case.state, case.filed_at)


def filed(state: str, filed_at: datetime | None) -> bool:
    """Whether a case in ``state`` has been filed; of cases from other systems it is not known when."""
    return state not in UNFILED and (state != "merged" or filed_at is not None)


def is_public(photo: Photo) -> bool:
    """Whether everybody may see the photo as one of its case."""
    case = photo.case
    return photo.public and case is not None and case.public and shows_photos(case)
