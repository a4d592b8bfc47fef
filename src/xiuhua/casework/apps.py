"""Registers the room with Django, its timers with the schedules, its messages with the outbox."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "xiuhua.casework"
    label = "casework"

    def ready(self) -> None:
        """Ring the timers, draw photos, tell of steps, let go at night of what is kept no longer."""
        from datetime import time

        from xiuhua.casework.actions.telling import listen
        from xiuhua.casework.messages import followers, units
        from xiuhua.casework.messages.channels import CHANNELS
        from xiuhua.foundation import facts, indicators
        from xiuhua.foundation.actions.jobs import offer_schedule
        from xiuhua.foundation.adapters import register

        offer_schedule("case-timers", "xiuhua.casework.tasks.ring", every_seconds=60)
        for name in CHANNELS:
            register(f"case-{name}", followers.FollowerAdapter(name))
        register("case-unit", units.UnitAdapter())
        listen(followers.targets)
        listen(units.targets)
        facts.offer("xiuhua.casework.facts")
        indicators.offer("xiuhua.casework.indicators")
        offer_schedule("case-photos", "xiuhua.casework.tasks.draw_photos", every_seconds=30)
        offer_schedule("case-retention", "xiuhua.casework.tasks.keep_no_longer", daily_at=time(2, 40))
