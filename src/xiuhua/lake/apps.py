"""Registers the room with Django."""

from django.apps import AppConfig


class LakeConfig(AppConfig):
    name = "xiuhua.lake"
    label = "lake"
