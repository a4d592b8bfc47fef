"""What is missing and what it costs; and the button that starts a measurement."""

import pytest
from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from greenery.green_town import green_town
from greenery.measured_town import measured_town
from xiuhua.city.models import Area, Building
from xiuhua.foundation.models import Event
from xiuhua.greenery.asking import Asked
from xiuhua.greenery.models import Measurement
from xiuhua.greenery.pages.lacking import EMPTY, UNKNOWN
from xiuhua.greenery.tasks import measure_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(two_districts):
    return two_districts[0]


@pytest.fixture
def assessor(english, planner):
    english.force_login(planner)
    return english


def test_gaps_come_with_persons_behind_them_and_the_list_to_complete(district, page):
    measured_town(district)
    text = page("quality/")
    assert "Height as the median of the district" in text
    assert "1 / 4" in text
    assert "33.3 %" in text
    assert "Trunks deep in footprints, left out" in text
    assert "No window: party walls all around" in text
    assert "95.0–98.0 %" in text
    assert "90.0 % of windows see three trees" in text
    assert "25 m: 41.0 %, 50 m: 97.0 %, 100 m: 99.0 %" in text


def test_those_that_lack_a_value_are_listed_by_town_and_as_a_table(district, answer, page):
    measured_town(district)
    Building.objects.update(height_m=9.0)
    Building.objects.filter(code="B3").update(height_m=None, floors=None, name_zh="=北楼")
    quality = page("quality/")
    assert 'href="/greenery/990001/quality/height_median/"' in quality
    assert 'href="/greenery/990001/quality/no_window/"' in quality
    text = page("quality/height_median/")
    assert "1 home." in text
    assert 'href="/greenery/990001/homes/B3/"' in text
    assert "B1" not in text
    assert "Nothing is lacking" in page("quality/height_median/?town=990001002")
    table = b"".join(answer("quality/height_median/list.csv").streaming_content).decode("utf-8-sig")
    assert table.splitlines()[:2] == ["code,name,town", f"B3,'=北楼,{Area.objects.get(code='990001001')}"]


@pytest.mark.parametrize("key", [*EMPTY, *UNKNOWN])
def test_every_list_of_what_is_lacking_opens(district, key, answer):
    measured_town(district)
    answer(f"quality/{key}/")
    assert b"".join(answer(f"quality/{key}/list.csv").streaming_content)


def test_a_list_that_is_none_is_not_there(district, answer):
    answer("quality/height_median/", 404)
    measured_town(district)
    answer("quality/building_height_beyond/", 404)


def test_nothing_missing_is_said_too(district, page):
    made = measured_town(district)
    Measurement.objects.filter(pk=made.pk).update(assumed=[["height_median", 0, 4]], rejected=[], bands={})
    text = page("quality/")
    assert "Nothing was assumed" in text
    assert "Nothing was left out or moved" in text
    assert "This measurement has no bands" in text


def test_what_is_still_being_worked_out_is_said(district, page):
    made = measured_town(district)
    begun = {"bands": [{}] * 3, "change": {"since": "2025-07-01"}}
    Measurement.objects.filter(pk=made.pk).update(bands={}, unfinished=begun, parameters=Asked(2026, runs=20).said())
    text = page("quality/")
    assert "3 of 25 parts are done" in text
    assert "This measurement has no bands" not in text
    text = page("")
    assert "The change since <time>2025-07-01</time> is being worked out" in text
    assert "No band yet: it is being worked out." in text


def test_who_may_starts_a_measurement_once(district, assessor):
    measured_town(district)
    assert "Measure now" in assessor.get("/greenery/990001/").content.decode()
    answer = assessor.post("/greenery/990001/measure/", follow=True)
    assert "The district will be measured" in answer.content.decode()
    assert "being measured" in answer.content.decode()
    again = assessor.post("/greenery/990001/measure/", follow=True)
    assert "is being measured already" in again.content.decode()
    assert DBTaskResult.objects.filter(status=TaskResultStatus.READY).count() == 1


def test_the_job_measures_what_changed_and_leaves_the_rest(district):
    green_town(district)
    assert measure_now.call("990001", "grower") is True
    assert measure_now.call("990001", "grower") is False
    assert Measurement.objects.get().data_on is not None
    assert Event.objects.filter(verb="greenery.measured", actor="grower").count() == 1


def test_without_buildings_there_is_nothing_to_start(district, assessor):
    answer = assessor.post("/greenery/990001/measure/", follow=True)
    assert "has no buildings yet" in answer.content.decode()
    assert not DBTaskResult.objects.exists()


def test_readers_are_not_offered_the_button(district, english, page):
    measured_town(district)
    assert "Measure now" not in page("")
    assert english.post("/greenery/990001/measure/").status_code == 302
