"""Registers the room with Django."""

from django.apps import AppConfig


class TaskbookConfig(AppConfig):
    name = "xiuhua.taskbook"
    label = "taskbook"
