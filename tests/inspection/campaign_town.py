"""A campaign with three sites in the district of the desk, and photos for it."""

import uuid
from datetime import UTC, date, datetime

from xiuhua.casework.models import Photo
from xiuhua.inspection.actions.campaigns import SiteGiven, add_site, make_campaign

# Monday 2 March 2026, 10:00 in Shanghai.
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def begun(desk, **more):
    given = {
        "key": "walls-2026", "name_zh": "破墙开店整治", "name_en": "Broken walls", "kind": "shop_front",
        "lead": desk.units["gov"], "begins": date(2026, 1, 1), "ends": date(2026, 12, 31), "actor": "t", "at": NOW,
    }  # fmt: skip
    return make_campaign(desk.district, **{**given, **more})


def given(desk, **more):
    own = {
        "name_zh": "梅园路3号", "lon": 120.05, "lat": 31.7, "problem": "外墙破损，占道经营", "unit": desk.units["clean"],
        "due": date(2026, 3, 20),
    }  # fmt: skip
    return SiteGiven(**{**own, **more})


def listed(desk, campaign=None, at=NOW, **more):
    return add_site(campaign or begun(desk), given(desk, **more), actor="t", at=at)


def photo(user=None, stage="after"):
    """The key of a stored photo; its files are not there."""
    key = uuid.uuid4()
    Photo.objects.create(
        key=key, stage=stage, original="o", copy="c", thumbnail="t", sha256="0" * 64, width=1, height=1,
        received_at=NOW, user=user,
    )  # fmt: skip
    return key
