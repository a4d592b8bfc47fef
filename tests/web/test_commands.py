import pytest
from click.testing import CliRunner

from xiuhua.foundation.models import Event, Schedule
from xiuhua.foundation.queries import calendar
from xiuhua.web.commands import setup

pytestmark = pytest.mark.django_db


def test_setup_makes_a_calendar_and_schedules_and_may_be_repeated():
    first = CliRunner().invoke(setup)
    assert first.exit_code == 0, first.output
    assert calendar("CN").tz.key == "Asia/Shanghai"
    events = Event.objects.count()
    assert {"verify-chains", "prune-jobs"} <= set(Schedule.objects.values_list("name", flat=True))
    assert CliRunner().invoke(setup).exit_code == 0
    assert Event.objects.count() == events
