"""Registers the room with Django, its facts and indicators, its nightly work."""

from datetime import time

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "xiuhua.inspection"
    label = "inspection"

    def ready(self) -> None:
        """Read at night when squares were seen; let detectors look at photos; offer facts, indicators, keep photos."""
        from xiuhua.foundation import facts, indicators
        from xiuhua.foundation.actions.jobs import offer_schedule
        from xiuhua.inspection import in_casework, rooms_ready
        from xiuhua.inspection.campaign_photos import hold_photos

        offer_schedule("inspection-seen", "xiuhua.inspection.seen_tasks.refresh_seen", daily_at=time(2, 20))
        offer_schedule("inspection-detect", "xiuhua.inspection.detector_tasks.look_at_new_photos", every_seconds=300)
        facts.offer("xiuhua.inspection.facts")
        facts.offer("xiuhua.inspection.campaign_facts")
        indicators.offer("xiuhua.inspection.indicators")
        indicators.offer("xiuhua.inspection.campaign_indicators")
        hold_photos()
        in_casework.join()
        rooms_ready.offer()
