"""The draw: in proportion to size, the same from the same seed, and indifferent to how strata are split."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiuhua.foundation.estimators.acceptance import Severity
from xiuhua.inspection.dealing import NOBODY, Team, deal, name_repeats
from xiuhua.inspection.design import read
from xiuhua.inspection.drawing import (
    Band,
    Frames,
    digest_of_frames,
    draw_by_weight,
    draw_panel,
    hours_in_use,
    shares_out,
    stands_for,
    strata_of,
)
from xiuhua.inspection.month import (
    COMPLAINT,
    PANEL,
    REPEAT,
    Inputs,
    draw_month,
    packed,
    route_month,
    totals_of,
    unpacked,
)

BANDS = (Band("am", 480, 720), Band("pm", 840, 1080))


def frames(count=120, towns=3, seed=5, kind="road_section"):
    random = np.random.default_rng(seed)
    town = np.arange(count) % towns
    return Frames(
        np.array([f"F{at:04}" for at in range(count)]), np.full(count, kind),
        np.array([f"t{at}" for at in town]), (np.arange(count) // towns) % 2 + 1, random.uniform(150, 450, count),
        np.full(count, 360), np.full(count, 1320), 120.1 + town * 0.02 + random.uniform(0, 0.01, count),
        31.6 + random.uniform(0, 0.01, count),
    )  # fmt: skip


def inputs(count=120, towns=3, people=4, may=None, last=None, led=0.0, severity=None):
    every = frames(count, towns)
    return Inputs(
        every, tuple(f"2026-03-{day:02}" for day in range(2, 12)), ((480, 720), (840, 1080)),
        tuple(f"i{at}" for at in range(people)), tuple((120.12, 31.6) for _at in range(people)),
        Team(np.ones((people, count), bool) if may is None else may,
             np.zeros((people, towns), bool) if last is None else last),
        np.full(count, led), np.zeros(0, dtype=np.int64), severity or {},
    )  # fmt: skip


def design(checks=120, **more):
    found, wrong = read({"kinds": [{"kind": "road_section", "standard": "carriageway@2022", "checks": checks}], **more})
    assert not wrong
    return found


def test_hours_in_use_of_a_band_also_over_midnight():
    assert hours_in_use([360, 600], [1320, 660], BANDS[0]).tolist() == [4.0, 1.0]
    assert hours_in_use(1200, 300, Band("night", 0, 360)) == pytest.approx(5.0)
    assert hours_in_use(0, 0, BANDS[0]) == pytest.approx(4.0)


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=30), st.integers(0, 500), st.integers(0, 3))
def test_shares_add_up_and_keep_the_least(weights, total, least):
    counts = shares_out(weights, total, least)
    assert counts.sum() == total
    if least * len(weights) <= total:
        assert counts.min() >= least
    exact = np.array(weights) / sum(weights) * total
    if least == 0:
        assert np.abs(counts - exact).max() < 1 + 1e-6


def test_frames_come_in_proportion_to_their_size():
    every = frames(30, 1)
    strata = strata_of(every, BANDS, ["road_section"])
    seen = np.zeros((len(strata), len(every)))
    rounds, count = 3000, 4
    for number in range(rounds):
        drawn = draw_panel(strata, np.full(len(strata), count), f"seed {number}")
        np.add.at(seen, (drawn.stratum, drawn.frame), 1)
    for at, stratum in enumerate(strata):
        expected = count * stratum.weights / stratum.weight
        rate = seen[at, stratum.members] / rounds
        error = np.sqrt(expected * (1 - np.minimum(expected, 1)) / rounds)
        assert (np.abs(rate - expected) < 4.5 * error + 1e-9).all()


@given(st.integers(0, 10_000), st.lists(st.integers(0, 9), min_size=12, max_size=12))
def test_draws_of_a_stratum_stand_for_all_of_it(seed, counts):
    every = frames(60, 3)
    strata = strata_of(every, BANDS, ["road_section"])
    drawn = draw_panel(strata, counts, str(seed))
    hours = np.array([hours_in_use(360, 1320, BANDS[strata[at].band]) for at in drawn.stratum])
    weight = stands_for(every.size[drawn.frame], hours, drawn.expected)
    for at, stratum in enumerate(strata):
        assert counts[at] == (drawn.stratum == at).sum()
        if counts[at]:
            assert weight[drawn.stratum == at].sum() == pytest.approx(stratum.weight)


@given(st.lists(st.booleans(), min_size=60, max_size=60), st.lists(st.integers(0, 2), min_size=60, max_size=60))
def test_the_index_is_the_same_when_a_stratum_is_split(passed, parts):
    """The whole is a sum over W_h: a finer town or grade moves weight between names, not what passes."""
    every, good = frames(60, 1), np.array(passed, dtype=float)
    split = Frames(every.code, every.kind, np.array([f"t{part}" for part in parts]), every.grade, every.size, every.opens,
                   every.closes, every.lon, every.lat)  # fmt: skip
    index = []
    for some in (every, split):
        strata = strata_of(some, BANDS, ["road_section"])
        of_each = [float(each.weights @ good[each.members] / each.weight) for each in strata]
        index.append(
            sum(each.weight * p for each, p in zip(strata, of_each, strict=True)) / sum(e.weight for e in strata)
        )
    assert index[0] == pytest.approx(index[1])


def test_the_same_seed_draws_the_same_month_and_another_does_not():
    one, two = (draw_month(inputs(led=1.0), design(), "seed") for _round in range(2))
    for name in ("frame", "expected", "band", "inspector", "day", "repeats"):
        assert (getattr(one, name) == getattr(two, name)).all()
    assert one.part == two.part
    other = draw_month(inputs(led=1.0), design(), "another")
    assert other.frame.tolist() != one.frame.tolist()
    again = draw_month(unpacked(packed(inputs(led=1.0))), design(), "seed")
    assert again.frame.tolist() == one.frame.tolist()
    assert again.inspector.tolist() == one.inspector.tolist()


def test_parts_have_their_shares_and_each_area_its_floor():
    month = draw_month(inputs(led=1.0), design(120), "s")
    assert month.part.count(PANEL) == 84
    assert month.part.count(COMPLAINT) == 24
    assert 0 < month.part.count(REPEAT) <= 12
    small = design(12)
    strata = strata_of(frames(), BANDS, ["road_section"])
    assert set(totals_of(strata, small, {}).values()) == {10}


def test_a_town_that_failed_is_looked_at_more_and_a_clean_one_less():
    strata = strata_of(frames(), BANDS, ["road_section"])
    plain = totals_of(strata, design(300), {})
    area = ("road_section", "t0")
    assert totals_of(strata, design(300), {area: Severity.TIGHTENED})[area] == pytest.approx(1.5 * plain[area], abs=1)
    assert totals_of(strata, design(300), {area: Severity.REDUCED})[area] == pytest.approx(0.5 * plain[area], abs=1)


def test_complaints_never_reach_the_panel():
    with_cases, without = (draw_month(inputs(led=led), design(), "s") for led in (1.0, 0.0))
    of = [[f for f, part in zip(m.frame.tolist(), m.part, strict=True) if part == PANEL] for m in (with_cases, without)]
    assert of[0] == of[1]
    assert COMPLAINT not in without.part


def test_heavier_places_are_drawn_more_often_and_places_without_weight_never():
    hits = np.zeros(4)
    for number in range(2000):
        hits[draw_by_weight([0, 1, 2, 4], 1, str(number), "x")] += 1
    assert hits[0] == 0
    assert hits[1:] / 2000 == pytest.approx([1 / 7, 2 / 7, 4 / 7], abs=0.05)
    assert draw_by_weight([0, 1, 2, 4], 9, "s", "x").tolist() == [1, 2, 3]


def test_nobody_goes_where_the_account_may_not_or_was_last_month():
    may, last = np.ones((4, 120), bool), np.zeros((4, 3), bool)
    may[0, :60] = False
    last[1, 0] = last[2, 1] = last[3, 2] = True
    given = inputs(may=may, last=last, led=1.0)
    month = draw_month(given, design(), "s")
    towns = np.array([int(town[1:]) for town in given.frames.town])[month.frame]
    assert may[month.inspector, month.frame].all()
    first = month.repeats < 0
    assert not last[month.inspector[first], towns[first]].any()


def test_who_may_nothing_leaves_visits_without_inspector():
    month = draw_month(inputs(may=np.zeros((2, 120), bool), people=2), design(), "s")
    assert (month.inspector == NOBODY).all()
    assert set(route_month(inputs(may=np.zeros((2, 120), bool), people=2), design(), month).reason) == {"no_inspector"}


def test_every_town_is_seen_by_two_where_there_are_two():
    given = inputs(people=6)
    month = draw_month(given, design(240), "s")
    for town in given.towns:
        assert len(set(month.inspector[given.frames.town[month.frame] == town].tolist())) >= 2


@given(st.integers(0, 1000))
def test_a_repeat_is_made_by_another_on_the_same_day(seed):
    month = draw_month(inputs(people=6), design(240), str(seed))
    again = np.flatnonzero(month.repeats >= 0)
    first = month.repeats[again]
    assert again.size
    assert (month.frame[again] == month.frame[first]).all()
    assert (month.day[again] == month.day[first]).all()
    assert (month.inspector[again] != month.inspector[first]).all()
    assert len(set(first.tolist())) == first.size
    givers = set(zip(month.inspector[first].tolist(), month.day[first].tolist(), strict=True))
    takers = set(zip(month.inspector[again].tolist(), month.day[again].tolist(), strict=True))
    assert not givers & takers


def test_days_are_dealt_evenly():
    every = np.arange(100) % 20
    dealt = deal(every, np.zeros(100, np.int64), np.arange(100) % 2, Team(np.ones((1, 20), bool), np.zeros((1, 1), bool)),
                 days=20, a_day=10, seed="s")  # fmt: skip
    counts = np.bincount(dealt.day, minlength=20)
    assert sorted(counts.tolist())[-10:] == [10] * 10
    assert not name_repeats(every, np.zeros(100, np.int64), dealt, (np.zeros(20), np.zeros(20)),
                            Team(np.ones((1, 20), bool), np.zeros((1, 1), bool)), 10, "s", 100).visit.size  # fmt: skip


def test_the_digest_of_frames_knows_sizes_and_not_their_order():
    every = frames(10, 1)
    turned = Frames(*(getattr(every, name)[::-1].copy() for name in Frames.__dataclass_fields__))
    assert digest_of_frames(every) == digest_of_frames(turned)
    every.size[3] += 1
    assert digest_of_frames(every) != digest_of_frames(turned)
