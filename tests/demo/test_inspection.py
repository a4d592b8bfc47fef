"""Living rooms, campaigns and lists of the demonstration: in every state, by the rooms' own actions, the same again."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from demo.test_cases import NOW, peopled
from xiuhua.casework.models import Photo
from xiuhua.city.area_index import local_day
from xiuhua.demo.campaigns import make_campaigns
from xiuhua.demo.lists import make_lists
from xiuhua.demo.living_rooms import make_living_rooms
from xiuhua.demo.plan import read_yaml
from xiuhua.foundation.events import verify
from xiuhua.foundation.models import Event
from xiuhua.inspection.actions.standards import EXAMPLE, load_standards
from xiuhua.inspection.campaign_queries import campaigns
from xiuhua.inspection.list_queries import waiting
from xiuhua.inspection.models import (
    Campaign,
    CampaignSite,
    Check,
    ListPlace,
    ListRound,
    LivingRoom,
    RoomLook,
    RoomStep,
    RoomTest,
    SitePhoto,
)
from xiuhua.inspection.rooms_queries import due, spells
from xiuhua.inspection.rooms_sequence import season_of
from xiuhua.people.models import User


@pytest.fixture
def district(db, drawing, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return peopled(drawing, 20)


def test_living_rooms_stand_in_every_state(district):
    load_standards(EXAMPLE, actor="t")
    entries = read_yaml("living_rooms.yaml")
    assert make_living_rooms(district, 1, NOW) == len(entries)
    rooms = LivingRoom.objects.filter(district=district)
    assert [room.state for room in rooms] == [entry["fate"] for entry in entries]
    assert set(rooms.values_list("state", flat=True)) == set(LivingRoom.State.values)
    assert set(rooms.filter(state="accepted").values_list("level", flat=True)) == {"district", "city"}
    assert rooms.values("town").distinct().count() > 3
    for room in rooms.exclude(state="applied"):
        assert room.album.count() == 2
        assert not verify(f"room:{district.code}:{room.code}").breaks
        if room.state == "accepted":
            assert room.tests.filter(state="passed").exists()
    withdrawn = rooms.get(state="withdrawn")
    assert withdrawn.tests.get(season=season_of(local_day(district, NOW))).state == RoomTest.State.FAILED
    assert {spell.ended_by for spell in spells(rooms)} == {"", "withdraw", "raise"}

    tested = due(district, season_of(local_day(district, NOW)))
    assert any(each.stands.passed is None and each.stands.to_pass for each in tested)
    looks = RoomLook.objects.filter(test__room__district=district)
    assert looks.filter(way="dirtiest").count() == 1
    assert looks.filter(made=None, given_up="").count() == 1
    assert looks.exclude(given_up="").count() == 1
    assert not Check.objects.filter(received_at__gt=NOW).exists()
    assert not RoomStep.objects.filter(at__gt=NOW).exists()
    assert not [check.flags for check in Check.objects.all() if check.flags]

    before = Event.objects.count()
    make_living_rooms(district, 1, NOW)
    assert Event.objects.count() == before


def test_the_first_morning_of_a_season_is_enough(district):
    now = datetime(2026, 7, 1, 1, 30, tzinfo=UTC)
    load_standards(EXAMPLE, actor="t")
    make_living_rooms(district, 1, now)
    rooms = LivingRoom.objects.filter(district=district)
    assert [room.state for room in rooms] == [entry["fate"] for entry in read_yaml("living_rooms.yaml")]


def test_campaigns_hold_sites_in_every_state(district):
    count = make_campaigns(district, 1, NOW)
    sites = CampaignSite.objects.filter(campaign__district=district)
    assert sites.count() == count
    assert set(sites.values_list("state", flat=True)) == set(CampaignSite.State.values)
    found = {campaign.key: (campaign, far) for campaign, far in campaigns(district, local_day(district, NOW))}
    assert found["broken-walls"][1].overdue >= 2
    over, far = found["under-elevated-roads"]
    assert over.closed_at < NOW
    assert far.share == 1
    assert len({campaign.kind for campaign, _far in found.values()}) == 3
    for site in sites:
        stages = Counter(site.photos.values_list("stage", flat=True))
        assert stages["before"] == 1
        assert bool(stages["after"]) == (site.state in {"done", "signed", "returned"})
        assert site.steps.last().at <= NOW
        assert site.name_en
    assert sites.filter(case__isnull=False).count() == 1
    assert sites.exclude(case=None).get().case.category.code == "0402"
    moved = [site for site in sites if site.due != site.first_due]
    assert len(moved) == 1
    for campaign in Campaign.objects.all():
        assert not verify(f"campaign:{district.code}:{campaign.key}").breaks
    assert SitePhoto.objects.count() == Photo.objects.count()

    before = Event.objects.count()
    make_campaigns(district, 1, NOW)
    assert Event.objects.count() == before


def test_one_round_is_published_with_a_correction_and_one_is_under_way(district):
    count = make_lists(district, 1, NOW)
    published, under_way = ListRound.objects.get(state="published"), ListRound.objects.get(state="open")
    assert published.published_at < NOW
    assert set(published.places.values_list("decided", flat=True)) == {"red", "black", ""}
    assert all({look.kind for look in place.looks.all()} == {"expert", "secret"} for place in published.places.all())
    assert all(place.looks.values("by").distinct().count() == 2 for place in published.places.all())
    assert published.places.filter(corrections__isnull=False).count() == 1
    kinds = [frozenset(place.looks.values_list("kind", flat=True)) for place in under_way.places.all()]
    assert set(kinds) == {frozenset(), frozenset({"expert"}), frozenset({"secret"}), frozenset({"expert", "secret"})}
    assert len(waiting(User.objects.get(username="expert"), district)) >= 2
    assert under_way.ends > local_day(district, NOW)
    assert ListPlace.objects.count() == count
    for row in (published, under_way):
        assert not verify(f"list:{district.code}:{row.key}").breaks

    before = Event.objects.count()
    make_lists(district, 1, NOW)
    assert Event.objects.count() == before
