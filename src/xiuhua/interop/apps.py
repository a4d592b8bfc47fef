"""Registers the room with Django."""

from django.apps import AppConfig


class InteropConfig(AppConfig):
    name = "xiuhua.interop"
    label = "interop"
