"""What a person sees of the standards: drafts are for those who maintain them."""

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from xiuhua.foundation.plain import keepable
from xiuhua.inspection.actions.standard_door import PERMISSION
from xiuhua.inspection.models import Item, Standard
from xiuhua.inspection.standard_queries import find
from xiuhua.people.permissions import refusal


def maintains(request: HttpRequest) -> bool:
    """Whether the person maintains the standards."""
    return not refusal(request.user, PERMISSION, None)


def standard_or_404(request: HttpRequest, key: str, version: str) -> Standard:
    """The standard; drafts only for those who maintain them."""
    found = find(key, version) if keepable(key + version) else None
    if found is None or (found.state == Standard.State.DRAFT and not maintains(request)):
        raise Http404(_("There is no such standard."))
    return found


def item_or_404(standard: Standard, key: str) -> Item:
    """The item of the standard."""
    for item in standard.items.all():
        if item.key == key:
            return item
    raise Http404(_("There is no such item."))
