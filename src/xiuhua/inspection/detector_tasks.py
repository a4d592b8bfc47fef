"""The job that lets detectors look at photos of checks which arrived."""

from django.tasks import task
from django.utils import timezone

from xiuhua.inspection.actions.detectors import propose
from xiuhua.inspection.detector_queries import unseen_photos
from xiuhua.inspection.models import Detector


@task()
def look_at_new_photos() -> int:
    """Every detector in use looks once at every photo of a check that came lately; how many looks."""
    now, looks = timezone.now(), 0
    for detector in Detector.objects.filter(active=True).select_related("district"):
        for photo in unseen_photos(detector, now):
            looks += len(propose(photo, [detector], actor="schedule"))
    return looks
