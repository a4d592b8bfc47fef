"""Frames from the city: cut, kept, ended."""

import pytest
import shapely
from django.utils import translation

from plugins.planning_city import load_city
from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.city.actions.load import load
from xiuhua.city.models import KerbSide
from xiuhua.foundation.models import Event
from xiuhua.inspection.actions.frames import build_frames
from xiuhua.inspection.models import Frame
from xiuhua.people.models import User

pytestmark = pytest.mark.django_db


def test_the_city_is_cut_into_frames(two_districts):
    district, other = two_districts
    load_city(district)
    report = build_frames(district, actor="t")
    roads = Frame.objects.filter(district=district, kind="road_section")
    assert report.new == Frame.objects.count() == sum(report.kinds.values())
    assert sum(roads.values_list("size", flat=True)) == pytest.approx(
        sum(KerbSide.objects.exclude(street__street_class="lane").values_list("length_m", flat=True)), rel=1e-3
    )
    assert not roads.filter(object_code="L1").exists()
    assert {(f.side, f.grade) for f in roads.filter(object_code="S1")} == {("L", 2), ("R", 2)}
    plots = Frame.objects.filter(kind="green_plot").values_list("size", flat=True)
    assert max(plots) <= 2000
    assert sum(plots) == pytest.approx(8_532, rel=0.01)
    market = Frame.objects.get(kind="farmers_market")
    assert (market.size, market.name_zh, market.layer) == (1.0, "示意市场", "sites")
    assert set(Frame.objects.values_list("town__code", flat=True)) == {"990001001", "990001002"}
    assert not Frame.objects.filter(district=other).exists()


def test_building_again_keeps_frames_and_ends_those_gone(two_districts):
    district = two_districts[0]
    load_city(district)
    build_frames(district, actor="t")
    before = dict(Frame.objects.values_list("code", "pk"))
    again = build_frames(district, actor="t")
    assert (again.new, again.changed, again.ended, again.same) == (0, 0, 0, len(before))
    longer = {"code": "S0", "street_class": "main", "width_m": 20.0, "cleaning_grade": 1, "name_zh": "示意路0",
              "geometry": shapely.LineString([(120.04, 31.66), (120.046, 31.66)])}  # fmt: skip
    load(district, "streets", [longer], actor="t", source="test")
    third = build_frames(district, actor="t")
    assert third.ended > 0
    assert third.new == 0
    after = dict(Frame.objects.values_list("code", "pk"))
    assert after == before
    assert Frame.objects.filter(object_code="S0", valid_to=None).count() == 4
    assert Frame.objects.filter(valid_to__isnull=False).count() == third.ended
    verbs = Event.objects.filter(chain="inspection:990001:frames")
    assert [event.after["ended"] for event in verbs] == [0, 0, third.ended]
    assert build_frames(district, actor="t").ended == 0


def test_an_empty_city_and_an_account_without_the_right_are_refused(two_districts):
    with translation.override("en"), pytest.raises(Refused, match="holds nothing"):
        build_frames(two_districts[0], actor="t")
    with pytest.raises(Forbidden):
        build_frames(two_districts[0], actor=User.objects.create(username="nobody"))
