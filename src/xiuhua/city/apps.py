"""Registers the room with Django and seeds its vocabulary once the tables are there."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _seed(sender: AppConfig, **_: Any) -> None:
    from xiuhua.city.actions.kinds import seed_kinds

    seed_kinds()


class CityConfig(AppConfig):
    name = "xiuhua.city"
    label = "city"

    def ready(self) -> None:
        """post_migrate also runs after a flush, so every test database has the vocabulary."""
        from xiuhua.foundation import facts, indicators

        facts.offer("xiuhua.city.facts")
        indicators.offer("xiuhua.city.indicators")
        post_migrate.connect(_seed, sender=self)
