"""The desk of casework serves the tests of inspection too; pictures and photos go into a folder of the test."""

from datetime import timedelta

import pytest
from django.utils import timezone

from casework.conftest import desk, desks
from inspection.rooms_desk import MONDAY

__all__ = ["desk", "desks", "media", "noon"]


@pytest.fixture
def noon(monkeypatch):
    """A clock that stands still hours after ``MONDAY``: what began hours ago began on this day and in this season."""
    at = MONDAY + timedelta(hours=4)
    monkeypatch.setattr(timezone, "now", lambda: at)
    return at


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Where files of the test lie."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT
