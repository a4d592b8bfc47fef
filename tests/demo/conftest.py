"""One small drawing for all tests of the room: drawing is the slow part."""

import pytest

from xiuhua.demo.drawing import Drawing, draw


@pytest.fixture(scope="session")
def drawing() -> Drawing:
    return draw("tiny", 1)
