"""The share of sites signed off: open overdue ones stay below, days that were moved move nobody out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from casework.conftest import desk, desks  # noqa: F401 - fixtures
from inspection.campaign_town import NOW, begun, given, listed
from xiuhua.foundation.facts import facts
from xiuhua.foundation.indicators import indicators
from xiuhua.inspection.actions.campaign_moves import drop_site
from xiuhua.inspection.actions.campaigns import change_site
from xiuhua.inspection.models import CampaignSite
from xiuhua.lake.actions.write import write
from xiuhua.taskbook.actions.measure import measure
from xiuhua.taskbook.models import Value

pytestmark = pytest.mark.django_db
KEY = "campaign_sites_signed"
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@pytest.fixture(autouse=True)
def lake_folder(settings, tmp_path):
    settings.LAKE_DIR = tmp_path / "lake"


def counted(district, month, scope="district", code=""):
    row = Value.objects.get(district=district, indicator=KEY, month=month, scope=scope, code=code)
    return row.numerator, row.denominator


def signed(site, at):
    CampaignSite.objects.filter(pk=site.pk).update(state="signed", done_at=at, signed_at=at)


def test_open_overdue_sites_stay_in_the_denominator(desk):  # noqa: F811
    campaign, end = begun(desk), datetime(2026, 5, 2, tzinfo=UTC)
    # 23:30 on 31 March in Shanghai, and half an hour into April there.
    late = datetime(2026, 3, 31, 15, 30, tzinfo=UTC)
    signed(listed(desk, campaign), late)
    signed(listed(desk, campaign), late + timedelta(hours=1))
    listed(desk, campaign)  # open and overdue
    moved = listed(desk, campaign)
    change_site(moved, given(desk, due=date(2026, 12, 1)), reason="推迟", actor="t", at=NOW)
    dropped = listed(desk, campaign, lon=120.15)
    drop_site(dropped, reason="重复", actor="t", at=datetime(2026, 4, 5, tzinfo=UTC))
    listed(desk, campaign, due=date(2026, 4, 30))
    listed(desk, campaign, at=datetime(2026, 4, 2, tzinfo=UTC))  # due in March, but not in the list then
    listed(desk, campaign, due=date(2026, 6, 1))
    write(now=end)
    measure(desk.district, [MARCH, APRIL], actor="t", keys=[KEY], now=end)
    # March: 5 were due and listed, one signed before its end; April: the dropped one is gone, two came.
    assert counted(desk.district, MARCH) == (1, 5)
    assert counted(desk.district, APRIL) == (2, 6)
    assert counted(desk.district, MARCH, "unit", "clean") == (1, 5)
    assert counted(desk.district, MARCH, "town", f"{desk.district.code}002") == (0, 1)


def test_of_a_month_that_is_not_over_what_is_still_to_come_is_not_counted(desk):  # noqa: F811
    campaign = begun(desk)
    listed(desk, campaign, due=date(2026, 3, 10))
    listed(desk, campaign, due=date(2026, 3, 20))
    now = datetime(2026, 3, 12, tzinfo=UTC)
    write(now=now)
    measure(desk.district, [MARCH], actor="t", keys=[KEY], now=now)
    assert counted(desk.district, MARCH) == (0, 1)


def test_the_fact_holds_nothing_of_persons(desk):  # noqa: F811
    fact = facts()["campaign_site"]
    listed(desk)
    batch = next(fact.read(None, None))
    assert batch.num_rows == 1
    assert not {"user", "name", "problem", "signed_by"} & set(fact.schema.names)
    assert indicators()[KEY].owner
