"""The desk of casework serves the tests of inspection too; pictures and photos go into a folder of the test."""

import pytest

from casework.conftest import desk, desks

__all__ = ["desk", "desks", "media"]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Where files of the test lie."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT
