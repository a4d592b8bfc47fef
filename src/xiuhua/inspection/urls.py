"""Addresses of inspection, part by part."""

from xiuhua.inspection.pages.campaigns.urls import urlpatterns as campaigns
from xiuhua.inspection.pages.checks.urls import urlpatterns as checks
from xiuhua.inspection.pages.detectors.urls import urlpatterns as detectors
from xiuhua.inspection.pages.lists.urls import urlpatterns as lists
from xiuhua.inspection.pages.planning.urls import urlpatterns as planning
from xiuhua.inspection.pages.quality.urls import urlpatterns as quality
from xiuhua.inspection.pages.rooms.urls import urlpatterns as rooms
from xiuhua.inspection.pages.seen.urls import urlpatterns as seen
from xiuhua.inspection.pages.standards.urls import urlpatterns as standards

app_name = "inspection"
urlpatterns = [*standards, *planning, *checks, *quality, *rooms, *campaigns, *lists, *seen, *detectors]
