"""One small drawing for all tests of the room: drawing is the slow part."""

import pytest

from xiuhua.demo.drawing import Drawing, draw


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Nine accounts are made again and again here; how slowly they are hashed is tested with the accounts."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def drawing() -> Drawing:
    return draw("tiny", 1)
