"""Jobs of living rooms. Idempotent, like every task."""

from django.tasks import task

from xiuhua.city.models import District
from xiuhua.inspection.actions.rooms import begin_season


@task()
def begin_tests() -> dict[str, int]:
    """Begin the test of the season of every accepted room that has none. Returns how many began."""
    return {"begun": sum(begin_season(district, actor="schedule") for district in District.objects.order_by("code"))}
