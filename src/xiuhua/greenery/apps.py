"""Registers the room with Django."""

from django.apps import AppConfig


class GreeneryConfig(AppConfig):
    name = "xiuhua.greenery"
    label = "greenery"
