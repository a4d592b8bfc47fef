"""Create and describe the districts that an installation serves."""

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils.translation import gettext as _

from xiuhua.city.models import District
from xiuhua.foundation.events import record


def create_district(code: str, name_zh: str, *, actor: str, **more: Any) -> District:
    """Create the district ``code``, or bring its description up to date.

    ``more`` may hold name_en, time_zone (an IANA name), calendar, synthetic, attribution. Raises ValueError
    with a readable reason for an empty name or an unknown time zone.
    """
    if not code.strip() or not name_zh.strip():
        raise ValueError(_("a district needs a code and a name"))
    try:
        ZoneInfo(more.get("time_zone", "Asia/Shanghai"))
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise ValueError(_("unknown time zone %(zone)s") % {"zone": more["time_zone"]}) from fault
    wanted = {"name_zh": name_zh, **more}
    with transaction.atomic():
        district = District.objects.select_for_update().filter(code=code).first() or District(code=code)
        before = {name: getattr(district, name) for name in wanted} if district.pk else None
        if before == wanted:
            return district
        for name, value in wanted.items():
            setattr(district, name, value)
        district.save()
        record(
            chain=f"district:{code}",
            verb="district.changed" if before else "district.created",
            actor=actor,
            subject=f"district:{code}",
            before=before,
            after=wanted,
        )
    return district
