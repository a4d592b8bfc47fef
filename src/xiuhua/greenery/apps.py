"""Registers the room with Django its nightly work, its facts and indicators."""

from datetime import time

from django.apps import AppConfig


class GreeneryConfig(AppConfig):
    name = "xiuhua.greenery"
    label = "greenery"

    def ready(self) -> None:
        """Measure at night the districts whose data changed; offer facts and indicators."""
        from xiuhua.foundation import facts, indicators
        from xiuhua.foundation.actions.jobs import offer_schedule

        offer_schedule("greenery-measure", "xiuhua.greenery.tasks.measure_districts", daily_at=time(1, 30))
        facts.offer("xiuhua.greenery.facts")
        indicators.offer("xiuhua.greenery.indicators")
