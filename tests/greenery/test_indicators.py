"""Facts and indicators of greenery: the last measurement of each month, by cells that add up."""

from datetime import UTC, date, datetime

import pytest

from greenery.green_town import green_town
from xiuhua.city.models import Tree
from xiuhua.foundation.indicators import indicators
from xiuhua.greenery.actions.measure import measure_district
from xiuhua.greenery.asking import Asked
from xiuhua.greenery.facts import cell_facts
from xiuhua.greenery.queries import places, whole
from xiuhua.greenery.words import FIGURES
from xiuhua.lake.actions.write import write
from xiuhua.taskbook.actions.measure import measure
from xiuhua.taskbook.models import Value

pytestmark = pytest.mark.django_db
KEYS = tuple(f"greenery_{figure}" for figure in FIGURES)
ASKED = Asked(2024, hours="day")


@pytest.fixture
def district(two_districts, settings, tmp_path):
    settings.LAKE_DIR = tmp_path / "lake"
    return green_town(two_districts[0])


def test_a_month_has_the_figures_of_its_last_measurement(district):
    measure_district(district, ASKED, actor="t", at=datetime(2024, 4, 3, tzinfo=UTC))
    Tree.objects.update(height_m=2.0)
    last = measure_district(district, ASKED, actor="t", at=datetime(2024, 5, 20, tzinfo=UTC), force=True).measurement
    write(["greenery_cell"])
    measure(
        district,
        [date(2024, month, 1) for month in (4, 5, 6)],
        actor="t",
        keys=KEYS,
        now=datetime(2024, 6, 9, tzinfo=UTC),
    )
    for key, figure in whole(last).items():
        value = Value.objects.get(indicator=f"greenery_{key}", month=date(2024, 5, 1), scope="district")
        # Nobody reaches a park here: no way to it is known.
        assert value.value == (None if key == "cool_way" else pytest.approx(figure.share, abs=1e-4)), key
        assert value.denominator == pytest.approx(figure.whole, abs=2)
    town = places(last)[0]
    value = Value.objects.get(indicator="greenery_door_500", month=date(2024, 5, 1), scope="town", code=town.code)
    assert value.value == pytest.approx(town.figures["door_500"].share)
    assert Value.objects.get(indicator="greenery_see", month=date(2024, 6, 1), scope="district").value is None


def test_facts_are_read_by_when_they_were_stored(district):
    early = measure_district(district, ASKED, actor="t", at=datetime(2024, 4, 3, tzinfo=UTC)).measurement
    rows = [row for batch in cell_facts(early.stored_at) for row in batch.to_pylist()]
    assert {row["day"] for row in rows} == {date(2024, 4, 3)}
    assert {row["figure"] for row in rows} <= set(FIGURES)
    assert not list(cell_facts(datetime(2200, 1, 1, tzinfo=UTC)))
    assert all(0 <= row["part"] <= 1000 * row["whole"] for row in rows)


def test_official_and_honest_indicators_are_named_as_such():
    for figure, word in (
        ("circle", "官方"),
        ("circle_national", "官方"),
        ("lined_official", "官方"),
        ("see", "推窗见绿"),
    ):
        assert word in indicators()[f"greenery_{figure}"].name_zh
