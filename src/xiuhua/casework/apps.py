"""Registers the room with Django."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "xiuhua.casework"
    label = "casework"
