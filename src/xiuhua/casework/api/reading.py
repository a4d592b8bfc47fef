"""Read the case that an endpoint is about, as far as who asks may see it."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from xiuhua.casework.dossier import Dossier, dossier
from xiuhua.casework.offers import Entitled, entitled
from xiuhua.casework.refusals import Missing
from xiuhua.people.api_account import sender

_NOTHING = Entitled([], sees=False, contacts=False, originals=False)


def missing(number: str) -> Missing:
    """There is no such case, or not for who asks."""
    return Missing(
        _("There is no case %(case)s.") % {"case": number[:40]}, _("Check the number or search for the case.")
    )


def found(request: HttpRequest, number: str) -> tuple[Dossier, Entitled]:
    """The case and what the asker may do with it. A case that is neither public nor seen is not there."""
    file, user = dossier(number), sender(request)
    if file is None:
        raise missing(number)
    may = entitled(file.case, user, reports=file.reports) if user else _NOTHING
    if not may.sees and not file.case.public:
        raise missing(number)
    return file, may
