"""Standards: loaded whole or not at all, drafts that change, versions in force that never do."""

import pytest

from xiuhua.inspection.actions.standards import EXAMPLE, load_standards
from xiuhua.inspection.models import Standard

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_example():
    report = load_standards(EXAMPLE, actor="t")
    assert len(report.new) == 13
