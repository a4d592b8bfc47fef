"""Photos that another room holds stay, and are seen by whom the room lets in."""

from datetime import timedelta

import pytest
from django.urls import reverse

from casework.conftest import MONDAY
from casework.pictures import encoded
from xiuhua.casework import photos_held
from xiuhua.casework.actions.photos import store
from xiuhua.casework.actions.retention import ORIGINAL_DAYS, tidy
from xiuhua.casework.models import Photo
from xiuhua.casework.photos_held import Holder, hold
from xiuhua.inspection.models import Campaign, CampaignSite, SitePhoto

DAY = timedelta(days=1)


@pytest.fixture
def shown(monkeypatch):
    """Names of accounts that the room lets in; the room holds photos of the sites of campaigns."""
    names = set()
    monkeypatch.setattr(photos_held, "_holders", [])
    hold(Holder(SitePhoto, public=lambda row: row.stage == "after", sees=lambda _row, user: user.username in names))
    return names


@pytest.fixture
def held(desk, settings, tmp_path, shown):
    """A photo that a campaign holds and one that nothing holds."""
    settings.MEDIA_ROOT = tmp_path
    unit = desk.units["clean"]
    campaign = Campaign.objects.create(
        district=desk.district, key="c", name_zh="整治", lead=unit, begins="2026-03-01", ends="2026-06-01"
    )
    site = CampaignSite.objects.create(
        campaign=campaign, number=1, name_zh="菜场", lon=120.05, lat=31.7, problem="乱", unit=unit, due="2026-05-01",
        first_due="2026-05-01", listed_at=MONDAY,
    )  # fmt: skip
    kept, left = (store(encoded(), stage="before", at=MONDAY) for _number in range(2))
    SitePhoto.objects.create(site=site, stage="before", photo=kept)
    return kept, left


def test_what_a_room_holds_is_not_dropped_with_what_was_left_behind(held):
    kept, left = held
    assert tidy(MONDAY + 3 * DAY).orphans == 1
    assert list(Photo.objects.all()) == [kept]
    assert not Photo.objects.filter(pk=left.pk).exists()


def test_its_original_goes_after_the_days_of_the_rule_and_the_copies_stay(held, settings):
    kept, _left = held
    assert tidy(MONDAY + ORIGINAL_DAYS * DAY).originals == 0
    assert tidy(MONDAY + ORIGINAL_DAYS * DAY + timedelta(seconds=1)).originals == 1
    kept.refresh_from_db()
    assert kept.original == ""
    assert (settings.MEDIA_ROOT / kept.copy).is_file()


def test_it_is_seen_by_whom_the_room_lets_in_and_by_nobody_else(client, desk, held, shown):
    address = reverse("casework:photo", args=[held[0].key, "thumb"])
    assert client.get(address).status_code == 404
    client.force_login(desk.people["leader"])
    assert client.get(address).status_code == 404
    shown.add(desk.people["leader"].username)
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Cache-Control"].startswith("private")


def test_everybody_sees_what_the_room_makes_public_unless_the_photo_itself_is_not(client, held):
    address = reverse("casework:photo", args=[held[0].key, "thumb"])
    SitePhoto.objects.update(stage="after")
    assert client.get(address)["Cache-Control"].startswith("public")
    Photo.objects.filter(pk=held[0].pk).update(public=False)
    assert client.get(address).status_code == 404
