"""Registers the room with Django and its nightly work."""

from datetime import time

from django.apps import AppConfig


class GreeneryConfig(AppConfig):
    name = "xiuhua.greenery"
    label = "greenery"

    def ready(self) -> None:
        """Measure at night the districts whose data changed."""
        from xiuhua.foundation.actions.jobs import offer_schedule

        offer_schedule("greenery-measure", "xiuhua.greenery.tasks.measure_districts", daily_at=time(1, 30))
