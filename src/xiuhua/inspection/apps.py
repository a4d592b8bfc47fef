"""Registers the room with Django, its facts and indicators, its nightly work."""

from datetime import time

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "xiuhua.inspection"
    label = "inspection"

    def ready(self) -> None:
        """Read at night when each square was last seen; let detectors look at photos that arrived."""
        from xiuhua.foundation.actions.jobs import offer_schedule

        offer_schedule("inspection-seen", "xiuhua.inspection.seen_tasks.refresh_seen", daily_at=time(2, 20))
        offer_schedule("inspection-detect", "xiuhua.inspection.detector_tasks.look_at_new_photos", every_seconds=300)
