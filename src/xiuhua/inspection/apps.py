"""Registers the room with Django, its facts and indicators, its nightly work."""

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "xiuhua.inspection"
    label = "inspection"
