"""The nightly job that reads when each square was last seen."""

from django.tasks import task

from xiuhua.city.models import District
from xiuhua.inspection.actions.cells import refresh_cells


@task()
def refresh_seen() -> int:
    """Read what was seen since the last reading, in every district; how many squares have a later instant."""
    return sum(refresh_cells(district).changed for district in District.objects.order_by("code"))
