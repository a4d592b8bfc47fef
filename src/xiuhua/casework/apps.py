"""Registers the room with Django, and its timer with the schedules every installation needs."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "xiuhua.casework"
    label = "casework"

    def ready(self) -> None:
        """Let the timers of the cases ring every minute, and let go at night of what is kept no longer."""
        from datetime import time

        from xiuhua.foundation.actions.jobs import offer_schedule

        offer_schedule("case-timers", "xiuhua.casework.tasks.ring", every_seconds=60)
        offer_schedule("case-retention", "xiuhua.casework.tasks.keep_no_longer", daily_at=time(2, 40))
