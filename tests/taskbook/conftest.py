"""What tests of the task book share: a lake of their own, English words where words are looked for, a district."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def lake_folder(settings, tmp_path):
    """The lake of each test is its own."""
    settings.LAKE_DIR = tmp_path / "lake"


@pytest.fixture
def english():
    """The words that are looked for are English ones."""
    with translation.override("en"):
        yield


@pytest.fixture
def district(two_districts):
    """The first of two."""
    return two_districts[0]
