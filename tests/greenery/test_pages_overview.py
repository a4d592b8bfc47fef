"""The overview of greenery and the pages of areas: both figures side by side, the one number, the honest empty state."""

import numpy as np
import pytest
from django.utils.text import capfirst
from django.utils.translation import override

from xiuhua.greenery.held import _read, curves, homes_of
from xiuhua.greenery.pages import pictures, words
from xiuhua.greenery.pages.changed import changed
from xiuhua.greenery.words import FIGURES, STEPS

pytestmark = pytest.mark.django_db


def test_before_any_measurement_the_page_says_how_to_make_one(two_districts, page):
    text = page("")
    assert "Nothing was measured in this district yet" in text
    assert "xiuhua greenery measure 990001" in text


def test_the_official_figure_stands_beside_the_honest_one_with_what_both_are_of(town, page):
    text = page("")
    assert text.index("A park entrance within a walk of 500 m") < text.index(
        "Residential land within the service radius"
    )
    assert text.count('class="figure official"') == 3
    assert "60 of 62 persons" in text
    assert "2 persons unknown" in text
    assert "95.0–98.0 %" in text
    assert "Of each home the share of its windows" in text


def test_the_one_number_says_which_promise_fails_alone(town, page):
    text = page("")
    assert 'class="key only_walk">only the shade fails</span> <strong>96.8 %</strong>' in text
    kept = homes_of(town).kept()
    assert (kept.only_walk, kept.unknown) == (pytest.approx(60 / 62), 2.0)


def test_towns_sort_by_any_column_and_lead_to_their_page(town, page):
    text = page("?sort=see")
    assert 'aria-sort="ascending"' in text
    assert 'href="?sort=-see#areas"' in text
    assert 'href="/greenery/990001/areas/town/990001001/"' in text
    assert "aria-sort" not in page("?sort=bogus")


def test_the_page_of_a_town_has_its_own_figures_and_its_communities(town, page):
    text = page("areas/town/990001001/")
    assert "60 of 62 persons" in text
    assert 'href="/greenery/990001/areas/community/990001001001/"' in text
    assert "Bands are computed for the whole district alone" in text
    assert "By community" not in page("areas/community/990001001001/")
    page("areas/town/999/", expect=404)
    page("areas/nothing/990001001/", expect=404)


def test_the_page_is_chinese_by_default(town, client):
    text = client.get("/greenery/990001/").content.decode()
    assert "推窗见绿" in text
    assert "官方口径" in text


def test_curves_go_through_the_thresholds_in_use(town):
    homes = homes_of(town)
    found = curves(homes, np.array([0.0, 0.5, 1.0]), np.array([0.0, 500.0]))
    assert found["see"].tolist() == [1.0, pytest.approx(60 / 62), 0.0]
    assert found["door"].tolist() == [0.0, 1.0]
    assert found["all"].tolist()[1] == homes.kept().all
    drawn = pictures.curves(np.array([0.0, 0.5, 1.0]), {"see": found["see"]}, 0.5, [(0.5, "50 %")])
    assert drawn.lines[0].value == pytest.approx(60 / 62)
    assert drawn.lines[0].mark[0] == drawn.chosen


def test_the_change_since_a_day_is_told_step_by_step(town, page):
    assert "What moved the figures" not in page("")
    town.change = {
        "since": "2025-07-01", "then": {"see": 0.5, "walk": 0.25},
        "steps": [
            {"key": "felled", "count": 12, "after": {"see": 0.48, "walk": 0.25}},
            {"key": "planted", "count": 1300, "after": {"see": 0.53, "walk": 0.3}},
            {"key": "persons", "count": 0, "after": {"see": 0.53, "walk": 0.3}},
        ],
    }  # fmt: skip
    town.save()
    text = page("")
    assert "What moved the figures from <time>2025-07-01</time> to <time>2026-07-01</time>" in text
    found = changed(town.district)
    assert [(step.name, step.count) for step in found.steps] == [
        (capfirst(str(STEPS["felled"])), 12), (capfirst(str(STEPS["planted"])), 1300),
    ]  # fmt: skip
    assert [step.moved[0] for step in found.steps] == [("−2.00", "less"), ("+5.00", "more")]
    assert found.steps[0].moved[2] == ("0", "")
    assert (found.whole[0], found.now[0]) == (("+3.00", "more"), "53.0 %")
    assert found.steps[0].moved[1] == ("", "")


def test_steps_as_they_are_shown_add_up_to_the_change_as_it_is_shown(town):
    after = [0.250044, 0.250088, 0.250132]
    town.change = {
        "since": "2025-07-01", "then": {"see": 0.25},
        "steps": [
            {"key": key, "count": 1, "after": {"see": share}}
            for key, share in zip(("felled", "planted", "persons"), after, strict=True)
        ],
    }  # fmt: skip
    town.save()
    found = changed(town.district)
    shown = [float(step.moved[0][0]) for step in found.steps]
    assert sum(shown) == pytest.approx(float(found.whole[0][0]))
    assert found.whole[0] == ("+0.01", "more")


def test_every_figure_has_a_short_name_and_a_formula():
    assert set(words.SHORT) == set(words.FORMULAS) == set(FIGURES)


@pytest.fixture
def forgotten():
    """What a process has read of a measurement is read again, in this test and after it: rows never change else."""
    _read.cache_clear()
    yield _read.cache_clear
    _read.cache_clear()


def test_the_middle_view_is_told_with_the_windows_that_have_much_of_it(town, page, forgotten):
    assert "half of the persons have" not in page("")
    for code, view, much in (("B1", 0.06, (0.5, 0.1, 0.0)), ("B3", 0.01, (0.0, 0.0, 0.0))):
        town.buildings.filter(building__code=code).update(view=view, view_5=much[0], view_15=much[1], view_25=much[2])
    forgotten()
    middle, much = homes_of(town).views()
    assert middle == 0.06
    assert much == pytest.approx({5: 0.5 * 60 / 62, 15: 0.1 * 60 / 62, 25: 0})
    text = page("")
    assert "half of the persons have 6.0 % or more" in text
    assert "5 % and more: 48.4 %, 15 % and more: 9.7 %, 25 % and more: 0.0 %" in text
    assert "50.0 % · 10.0 % · 0.0 %" in page("homes/B1/")


def test_nothing_known_draws_nothing(town):
    homes = homes_of(town)
    nobody = homes.of(np.zeros(len(homes.persons), dtype=bool))
    found = curves(nobody, np.array([0.5]), np.array([500.0]))
    assert pictures.curves(np.array([0.5]), {"see": found["see"]}, 0.5, []) is None
    assert pictures.parts(nobody.kept()) == []


def test_one_is_said_as_one():
    with override("en"):
        assert [words.amount(count, "persons") for count in (0, 1, 2)] == ["0 persons", "1 person", "2 persons"]
        assert [words.surface(area) for area in (400, 10_000)] == ["400 m²", "1 ha"]
