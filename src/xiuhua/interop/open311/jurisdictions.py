"""Which district a client speaks to: the only one, or the one that ``jurisdiction_id`` names."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from xiuhua.city.models import District
from xiuhua.interop.open311.faults import fault

LONGEST = 12


def jurisdiction(given: Mapping[str, str]) -> District:
    """The district asked for by its code. Raises ``Faulty``: 400 when it must be named, 404 when it is not there."""
    code = (given.get("jurisdiction_id") or "").strip()
    if code:
        named = len(code) <= LONGEST and code.isprintable()
        found = District.objects.filter(code=code).first() if named else None
        if found is None:
            raise fault("jurisdiction", _("There is no jurisdiction %(code)s. %(known)s") % {
                "code": code[:40], "known": _known()})  # fmt: skip
        return found
    only = list(District.objects.order_by("code")[:2])
    if not only:
        raise fault("jurisdiction", _("No district has been set up here yet."))
    if len(only) > 1:
        raise fault("jurisdiction_missing", _("Give jurisdiction_id. %(known)s") % {"known": _known()})
    return only[0]


def _known() -> str:
    rows = District.objects.order_by("code")[:20]
    return _("Known here: %(list)s.") % {"list": ", ".join(f"{row.code} ({row.name})" for row in rows)}
