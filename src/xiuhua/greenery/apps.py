"""Registers the room with Django, its nightly work, its facts and indicators; with casework the plans of cases."""

from datetime import time

from django.apps import AppConfig


class GreeneryConfig(AppConfig):
    name = "xiuhua.greenery"
    label = "greenery"

    def ready(self) -> None:
        """Measure at night the districts whose data changed; offer facts and indicators; tell cases their plan."""
        from xiuhua.foundation import facts, indicators
        from xiuhua.foundation.actions.jobs import offer_schedule
        from xiuhua.greenery import in_casework

        offer_schedule("greenery-measure", "xiuhua.greenery.tasks.measure_districts", daily_at=time(1, 30))
        facts.offer("xiuhua.greenery.facts")
        indicators.offer("xiuhua.greenery.indicators")
        in_casework.join()
