"""``xiuhua inspection standards``: loads, exports and lists; a refused file leaves nothing and says why."""

import pytest
from click.testing import CliRunner
from django.utils import translation

from xiuhua.inspection.commands import inspection
from xiuhua.inspection.models import Standard

pytestmark = pytest.mark.django_db
TEXT = """\
standards:
  - key: lane
    version: "1"
    kind: road_section
    name_zh: 小巷
    rule: {pass: items}
    items: [{key: overall, name_zh: 整体, scale: grade, bound: 4}]
"""


def run(*words):
    with translation.override("en"):
        return CliRunner().invoke(inspection, ["standards", *map(str, words)])


def test_a_file_is_loaded_listed_and_exported_again(tmp_path):
    given, out = tmp_path / "lane.yaml", tmp_path / "out.xlsx"
    given.write_text(TEXT, encoding="utf-8")
    assert run("load", given).output.startswith("1 new, 0 changed, 0 as before")
    assert run("load", given).output.startswith("0 new, 0 changed, 1 as before")
    assert "lane@1" in run("list").output
    assert run("export", "--format", "xlsx", "--out", out).exit_code == 0
    Standard.objects.all().delete()
    assert run("load", out).output.startswith("1 new")
    found = run("export", "lane@9", "--out", out)
    assert (found.exit_code, "There is no standard lane@9" in found.output) == (1, True)


def test_a_refused_file_leaves_nothing_and_says_why(tmp_path):
    given = tmp_path / "lane.yaml"
    given.write_text(TEXT.replace("bound: 4", "bound: 6"), encoding="utf-8")
    found = run("load", given)
    assert found.exit_code == 1
    assert "line 7, bound=6" in found.output
    assert not Standard.objects.exists()


def test_without_a_file_the_example_set_is_loaded():
    assert run("load").output.startswith("13 new")
