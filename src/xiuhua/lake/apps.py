"""Registers the room with Django."""

from django.apps import AppConfig


class LakeConfig(AppConfig):
    name = "xiuhua.lake"
    label = "lake"

    def ready(self) -> None:
        """Write facts and put telemetry into its days, each a few times an hour."""
        from xiuhua.foundation.actions.jobs import offer_schedule

        offer_schedule("lake-write", "xiuhua.lake.tasks.write_facts", every_seconds=900)
        offer_schedule("lake-compact", "xiuhua.lake.tasks.compact_batches", every_seconds=300)
