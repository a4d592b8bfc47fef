"""Trees of the demonstration that were planted and felled within a year, and the measurement left to the pulse."""

from datetime import UTC, date, datetime

import pytest
from django_tasks_db.models import DBTaskResult

from xiuhua.city.models import Tree
from xiuhua.demo import load as demo_load
from xiuhua.demo.greenery import measure_soon, tend_trees

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 6, 4, tzinfo=UTC)


def test_trees_were_planted_in_spring_and_felled_after_a_storm_once(drawing):
    district = demo_load.load_drawing(drawing, 1)
    trees = Tree.objects.filter(district=district)
    count = trees.count()
    told = tend_trees(district, drawing, 1, NOW)
    assert told == trees.filter(valid_from=date(2026, 3, 12)).count() + trees.filter(valid_to=date(2025, 7, 20)).count()
    assert trees.filter(valid_from__isnull=False, height_m__gt=4.5).count() == 0
    assert 0 < told < count / 20
    assert trees.count() == count
    assert tend_trees(district, drawing, 1, NOW) == 0


def test_the_first_measurement_is_left_to_the_pulse():
    measure_soon()
    assert DBTaskResult.objects.get().task_path == "xiuhua.greenery.tasks.measure_districts"
