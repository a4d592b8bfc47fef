"""What is worked out part by part: jobs that give way, parts that are kept, work that a newer measurement ends."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from greenery.green_town import green_town, put
from xiuhua.foundation.models import Event
from xiuhua.greenery import tasks
from xiuhua.greenery.actions import finish as finishing
from xiuhua.greenery.actions.change import ask_change
from xiuhua.greenery.actions.finish import finish, go_on, want_bands
from xiuhua.greenery.actions.measure import measure_district
from xiuhua.greenery.asking import Asked
from xiuhua.greenery.bands import parts
from xiuhua.greenery.change import ORDER
from xiuhua.greenery.models import Measurement

pytestmark = pytest.mark.django_db
RUNS = 2
NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)
ASKED = Asked(2026, hours="day", view=False, runs=RUNS)


@pytest.fixture
def district(two_districts):
    found = green_town(two_districts[0])
    put(found, "trees", {"code": "N1", "lon": 120.0501, "lat": 31.6999, "valid_from": date(2026, 3, 12)})
    put(found, "trees", {"code": "N2", "lon": 120.0502, "lat": 31.6999, "valid_to": date(2025, 9, 1)})
    return found


def measured(district, asked=ASKED):
    return measure_district(district, asked, actor="t", at=NOW, force=True).measurement


def left(measurement):
    measurement.refresh_from_db()
    return measurement.unfinished


def ready():
    return [(job.task_path.rsplit(".", 1)[1], job.priority) for job in DBTaskResult.objects.ready()]


def test_each_part_of_the_bands_is_kept_and_the_last_makes_them(district):
    held = measured(district)
    assert left(held) == {"bands": []}
    for done in range(1, parts(RUNS)):
        assert go_on(held.pk)
        assert len(left(held)["bands"]) == done
        assert not held.bands
    assert not go_on(held.pk)
    assert left(held) == {}
    assert held.bands["runs"] == RUNS
    assert not go_on(held.pk)


def test_a_process_that_was_killed_is_followed_by_one_that_comes_to_the_same(district):
    whole = measured(district)
    finish(whole)
    again = measured(district)
    while go_on(again.pk):
        finishing._held.clear()
    again.refresh_from_db()
    assert again.bands == whole.bands


def test_the_change_goes_on_step_by_step_beside_the_bands(district):
    held = ask_change(district, ASKED, date(2025, 7, 1), actor="t", at=NOW)
    seen = []
    while go_on(held.pk):
        state = left(held)
        seen.append((len(state.get("bands", [])), len(state["change"].get("steps", []))))
    assert [bands for bands, _steps in seen][: parts(RUNS)] == [1, 2, 3, 4, 5, 6, 0]
    # Steps that touch nothing cost nothing: those between are taken along.
    assert [steps for _bands, steps in seen][parts(RUNS) :] == [0, 0, 4, 5]
    held.refresh_from_db()
    assert tuple(step["key"] for step in held.change["steps"]) == ORDER
    assert Measurement.objects.filter(district=district, data_on=date(2025, 7, 1)).count() == 1
    assert Event.objects.get(verb="greenery.explained").actor == "t"


def test_a_newer_measurement_ends_what_an_older_one_lacks(district):
    old = ask_change(district, ASKED, date(2025, 7, 1), actor="t", at=NOW)
    go_on(old.pk)
    new = measure_district(district, ASKED, actor="t", at=NOW + timedelta(hours=1), force=True).measurement
    assert left(old) == {}
    assert not go_on(old.pk)
    assert left(new) == {"bands": []}


def test_nothing_is_added_to_a_measurement_of_a_city_that_has_changed(district):
    held = measured(district)
    put(district, "trees", {"code": "N3", "lon": 120.0503, "lat": 31.6998})
    assert not go_on(held.pk)
    assert left(held) == {}
    assert not held.bands


def test_a_part_that_somebody_else_made_meanwhile_is_left(district, monkeypatch):
    held, first = measured(district), finishing._next

    def late(setting, unfinished):
        found = first(setting, unfinished)
        Measurement.objects.filter(pk=held.pk).update(unfinished={"bands": [{"see": 0.5}]})
        return found

    monkeypatch.setattr(finishing, "_next", late)
    assert go_on(held.pk)
    assert left(held) == {"bands": [{"see": 0.5}]}


def test_bands_that_nobody_is_at_are_wanted_again(district):
    held = measured(district)
    Measurement.objects.update(unfinished={})
    held.refresh_from_db()
    want_bands(held)
    assert left(held) == {"bands": []}
    finish(held)
    want_bands(held)
    assert left(held) == {}


def test_the_night_gives_each_district_a_job_that_lets_all_others_first(two_districts):
    assert tasks.measure_districts.call() == len(two_districts)
    assert ready() == [("measure_in_background", tasks.MEASURING)] * len(two_districts)


def test_what_is_left_goes_behind_all_other_jobs_again_and_again(district, monkeypatch):
    monkeypatch.setattr(tasks, "RUNS", RUNS)
    monkeypatch.setattr(tasks, "AT_ONCE_S", 0.0)
    assert tasks.measure_in_background.call(district.code)
    held = Measurement.objects.get()
    assert ready() == [("finish_measurement", tasks.FINISHING)]
    jobs, more = 0, True
    while more:
        # The worker has taken the job that waited.
        DBTaskResult.objects.all().delete()
        more, jobs = tasks.finish_measurement.call(held.pk), jobs + 1
        assert ready() == [("finish_measurement", tasks.FINISHING)] * more
    assert jobs > parts(RUNS)
    held.refresh_from_db()
    assert held.bands
    assert held.change["since"] == (held.data_on - tasks.YEAR).isoformat()
    assert not tasks.measure_in_background.call(district.code)
    assert ready() == []


def test_one_job_that_waits_is_enough(district, monkeypatch):
    monkeypatch.setattr(tasks, "RUNS", RUNS)
    assert tasks.measure_now.call(district.code, "t")
    assert not tasks.measure_now.call(district.code, "t")
    assert ready() == [("finish_measurement", tasks.FINISHING)]
