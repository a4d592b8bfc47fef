"""The card of a home: floors, the way to the park with its hours, and what nobody outside is told."""

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from xiuhua.greenery.card import BOTH, CROWNS, SUN, WALLS, DayOnWay, Floor
from xiuhua.greenery.hours import moments
from xiuhua.greenery.pages.facade import LEFT, WIDTH, facade_of
from xiuhua.greenery.pages.sketch import STRIP, hours_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(page, town):
    return lambda code, **more: page(f"homes/{code}/", **more)


def test_the_card_tells_three_promises_beside_the_middle_of_the_town(card):
    text = card("B1")
    assert "<strong>75.0 %</strong>" in text
    assert "<strong>240 m</strong>" in text
    assert text.count(">kept</span>") == 2
    assert text.count(">not kept</span>") == 1
    assert "In the middle of the town: 240 m." in text


def test_floors_and_the_way_are_drawn_from_the_city_of_today(card):
    text = card("B1")
    assert 'class="facade"' in text
    assert "Floor" in text
    assert 'class="sketch"' in text
    assert 'data-film="{&quot;times&quot;: [&quot;07:00&quot;' in text
    assert text.count('<tr><th scope="row">07:00</th>') == 1
    assert "minutes on foot" in text


def test_unknown_stays_unknown(card):
    text = card("B4")
    assert text.count(">unknown</span>") >= 3
    assert "It has no window of its own" in text
    assert "No street that one walks on is known near its door" in text


def test_persons_of_one_building_are_told_to_offices_alone(card, client, planner):
    assert "persons live here" not in card("B1")
    assert "is told to nobody outside" in card("B1")
    client.force_login(planner)
    assert "60 persons live here" in card("B1")


def test_only_homes_that_were_measured_have_a_card(card):
    card("B2", expect=404)
    card("nothing", expect=404)


def test_a_facade_draws_every_window_of_every_floor_once():
    floors = [Floor(0, 4, 3, 1, 5), Floor(1, 4, 3, 1, 5), Floor(2, 4, 4, 4, 7)]
    drawn = facade_of(floors)
    assert [row.number for row in drawn.rows] == [3, 2, 1]
    assert [row.y for row in drawn.rows] == sorted(row.y for row in drawn.rows)
    assert [key for _x, _width, key in drawn.rows[-1].cells] == ["three", "one", "one", "none"]
    assert [(first, last) for first, last, _floor in drawn.alike] == [(3, 3), (1, 2)]
    assert facade_of([]) is None


def test_a_wide_facade_is_drawn_in_parts_of_the_same_length():
    wide = facade_of([Floor(0, 200, 150, 50, 9)]).rows[0].cells
    assert [key for _x, _width, key in wide] == ["three", "one", "none"]
    assert wide[1][1] == pytest.approx((WIDTH - LEFT) / 2 - 2, abs=0.1)


def test_the_strip_of_an_hour_joins_points_of_one_state():
    noon = moments([datetime(2026, 7, 15, 12, tzinfo=ZoneInfo("Asia/Shanghai"))], 120.29, 31.68)
    along = np.array([2.0, 2.0, 6.0, 6.0, 10.0, 10.0])
    side = np.array([1, -1, 1, -1, 1, -1])
    shade = np.array([[SUN, WALLS, SUN, CROWNS, BOTH, CROWNS]], dtype=np.uint8)
    found = hours_of(DayOnWay(noon, np.zeros((6, 2)), along, side, shade))
    assert [[state for _x, _width, state in lane] for lane in found[0].lanes] == [["sun", "both"], ["walls", "crowns"]]
    assert sum(width for _x, width, _state in found[0].lanes[0]) == pytest.approx(STRIP, abs=0.2)
    assert (found[0].share, found[0].best) == (pytest.approx(4 / 6), 1.0)
