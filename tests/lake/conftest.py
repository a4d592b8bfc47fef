"""A lake of its own for each test."""

import pytest

from casework.conftest import desk, desks  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def lake_folder(settings, tmp_path):
    """The folder of the lake of this test, still empty."""
    settings.LAKE_DIR = tmp_path / "lake"
    return settings.LAKE_DIR
