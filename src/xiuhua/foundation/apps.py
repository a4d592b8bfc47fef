"""Registers the room with Django."""

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "xiuhua.foundation"
    label = "foundation"
