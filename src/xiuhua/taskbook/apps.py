"""Registers the room with Django."""

from django.apps import AppConfig


class TaskbookConfig(AppConfig):
    name = "xiuhua.taskbook"
    label = "taskbook"

    def ready(self) -> None:
        """Look every hour whether a published month lacks its bulletin."""
        from xiuhua.foundation.actions.jobs import offer_schedule

        offer_schedule("taskbook-bulletins", "xiuhua.taskbook.tasks.make_bulletins", every_seconds=3600)
