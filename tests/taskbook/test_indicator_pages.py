"""Each indicator has its page, written from its file."""

from pathlib import Path

from click.testing import CliRunner

from xiuhua.foundation.indicators import indicators
from xiuhua.taskbook.commands import taskbook
from xiuhua.taskbook.indicator_pages import pages

DOCS = Path(__file__).parents[2] / "docs" / "indicators"


def test_each_indicator_has_its_words_and_its_page(tmp_path):
    for indicator in indicators().values():
        assert indicator.missing
        assert indicator.name_zh != indicator.name_en
        assert len(indicator.caveats) == len(indicator.caveats_zh)
        assert {"numerator", "denominator", "formula", "missing", "owner", "source"} <= set(indicator.zh)
    written = dict(pages())
    assert {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")} == written
    assert CliRunner().invoke(taskbook, ["indicator-pages", str(tmp_path)]).exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == set(written)
