"""Registers the room with Django, its facts and indicators, its nightly count and scores, its bulletins."""

from datetime import time

from django.apps import AppConfig


class TaskbookConfig(AppConfig):
    name = "xiuhua.taskbook"
    label = "taskbook"

    def ready(self) -> None:
        """Count and score the open months at night; look every hour whether a published month lacks its bulletin."""
        from xiuhua.foundation import facts, indicators
        from xiuhua.foundation.actions.jobs import offer_schedule

        facts.offer("xiuhua.taskbook.facts")
        indicators.offer("xiuhua.taskbook.indicators")
        offer_schedule("taskbook-measure", "xiuhua.taskbook.tasks.measure_open_months", daily_at=time(3, 20))
        offer_schedule("taskbook-score", "xiuhua.taskbook.tasks.score_open_months", daily_at=time(3, 50))
        offer_schedule("taskbook-bulletins", "xiuhua.taskbook.tasks.make_bulletins", every_seconds=3600)
