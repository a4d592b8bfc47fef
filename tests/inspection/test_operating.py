"""Operating curve and planner against the tables of the reference; one check says nothing of how checks differ."""

import pytest

from xiuhua.foundation.estimators.errors import TooFewError
from xiuhua.inspection.design import Design, KindPlan, read, written
from xiuhua.inspection.operating import allocations, buys, curve, half_width, tell_apart, worth

# inspection.md, 2.3: chance in per cent that an honest area passes.
TABLE = {
    (29, 0): (97.1, 86.5, 74.7, 55.7, 22.6, 4.7), (59, 0): (94.3, 74.4, 55.3, 30.4, 4.8, 0.2),
    (93, 1): (99.6, 92.1, 76.2, 44.3, 5.0, 0.1), (124, 2): (100, 97.5, 87.2, 54.8, 5.0, 0.0),
    (299, 0): (74.1, 22.3, 5.0, 0.2, 0, 0),
}  # fmt: skip
FAILING = (0.001, 0.005, 0.01, 0.02, 0.05, 0.10)


@pytest.mark.parametrize(("plan", "chances"), TABLE.items())
def test_the_operating_curve_of_the_reference(plan, chances):
    assert (curve(plan[0], plan[1], 1.0, FAILING) * 100).tolist() == pytest.approx(chances, abs=0.06)


def test_checks_that_are_alike_are_worth_fewer():
    assert worth(118, 2.0) == 59
    assert worth(1, 3.0) == 1
    assert worth(0, 2.0) == 0
    assert curve(118, 0, 2.0, 0.01) == pytest.approx(0.553, abs=0.001)


@pytest.mark.parametrize("checks", [0, 1])
def test_a_stratum_with_less_than_two_checks_refuses_a_standard_error(checks):
    with pytest.raises(TooFewError):
        half_width(checks, 0.95, 1.0, stratum="road/t1/1/am")


# inspection.md, 2.4: standard errors in points at p = 0.95 and deff 2.
@pytest.mark.parametrize(("n", "se"), [(60, 4.0), (180, 2.3), (420, 1.5), (720, 1.1), (5040, 0.43)])
def test_half_widths_near_the_errors_of_the_reference(n, se):
    assert half_width(n, 0.95, 2.0) * 100 / 1.96 == pytest.approx(se, rel=0.15)


def test_what_hours_buy():
    bought = buys(40, minutes=12, way_minutes=8, panel=0.5, towns=7, passing=0.95, deff=2)
    assert bought.checks == 120
    assert bought.each_town == 8
    assert bought.shown == pytest.approx(0.05 ** (1 / 30))
    assert bought.district_half < bought.town_half
    little = buys(0.5, minutes=12, way_minutes=8, panel=0.5, towns=7, passing=0.95, deff=2)
    assert little.checks == 1
    assert little.district_half is little.town_half is little.shown is None


def test_telling_two_towns_apart_takes_the_design_effect_and_all_pairs():
    once = tell_apart(0.95, 0.90, deff=1)
    assert once == 432
    assert tell_apart(0.95, 0.90, deff=2) == 2 * once
    assert tell_apart(0.95, 0.90, deff=1, pairs=21) > once


def test_neyman_saves_something_only_where_strata_differ():
    alike = allocations([1, 2, 3], [0.9, 0.9, 0.9], 60)
    assert alike.saved == pytest.approx(0)
    assert alike.proportional.tolist() == pytest.approx([10, 20, 30])
    apart = allocations([1, 1], [0.99, 0.5], 60)
    assert 0 < apart.saved < 1
    assert apart.neyman[1] > apart.neyman[0]
    assert allocations([1, 1], [1.0, 1.0], 60).neyman.tolist() == pytest.approx([30, 30])


def test_a_design_is_read_and_written_again():
    given = {
        "kinds": [{"kind": "road_section", "standard": "carriageway@2022", "checks": 300}],
        "bands": [["am", "08:00", "12:00"], ["pm", "14:00", "24:00"]], "hours": [["08:00", "24:00"]],
        "shares": {"panel": 0.6, "led": 0.3, "repeats": 0.1}, "minutes": 10, "a_day": 8,
    }  # fmt: skip
    found, wrong = read(given)
    assert not wrong
    assert read(written(found))[0] == found
    assert found.kinds == (KindPlan("road_section", "carriageway@2022", 300),)
    assert Design(found.kinds).bands_in([(480, 720)])[0].key == "t08"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kinds": []}, "kinds"), ({"kinds": [{"kind": "x", "standard": "a@1", "checks": 0}]}, "checks x"),
        ({"kinds": [{"kind": "x", "standard": "a@1", "checks": True}]}, "checks x"),
        ({"kinds": [{"kind": "x", "standard": "a", "checks": 5}]}, "kinds"), ({"kinds": [3]}, "kinds"),
        ({"kinds": [{"kind": "x", "standard": "a@1", "checks": 5}] * 2}, "kinds"),
        ({"shares": {"panel": 0.9, "led": 0.2, "repeats": 0.1}}, "shares"),
        ({"shares": {"panel": 0, "led": 0.9, "repeats": 0.1}}, "shares"), ({"shares": 3}, "shares"),
        ({"bands": [["am", "12:00", "08:00"]]}, "bands"), ({"bands": [["A M", "08:00", "09:00"]]}, "bands"),
        ({"bands": [["a", "08:00", "10:00"], ["b", "09:00", "11:00"]]}, "bands"), ({"hours": [["8"]]}, "hours"),
        ({"bands": [["eve", "19:00", "21:00"]], "hours": [["08:00", "12:00"]]}, "bands"), ({"bands": 4}, "bands"),
        ({"minutes": 0}, "minutes"), ({"a_day": 2.5}, "a_day"), ({"deff": "two"}, "deff"), ({"colour": "red"}, "colour"),
        ({"deff": float("nan")}, "deff"),
    ],
)  # fmt: skip
def test_a_design_says_everything_that_is_wrong(change, field):
    base = {"kinds": [{"kind": "road_section", "standard": "carriageway@2022", "checks": 300}]}
    found, wrong = read({**base, **change})
    assert found is None
    assert field in {each.field for each in wrong}
    assert all(each.rule and each.remedy for each in wrong)
