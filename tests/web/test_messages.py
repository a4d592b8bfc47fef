"""The Chinese catalogue: nothing untranslated, nothing stale, and a tool that finds both."""

import importlib.util
from pathlib import Path

import polib
import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools/messages.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("messages_tool", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def entry(msgid, msgstr, **more):
    return polib.POEntry(msgid=msgid, msgstr=msgstr, **more)


def part(*entries):
    found = polib.POFile()
    found.extend(entries)
    return found


def test_every_message_of_the_source_is_translated_and_the_catalogue_is_current(tool):
    parts = [polib.pofile(str(path)) for path in sorted(tool.PARTS.glob("*.po"))]
    merged, problems = tool.merge(parts)
    assert problems == []
    assert tool.untranslated(merged) == []
    assert tool.CATALOGUE.read_text(encoding="utf-8") == str(merged), "run uv run tools/messages.py"
    assert tool.CATALOGUE.with_suffix(".mo").read_bytes() == merged.to_binary(), "run uv run tools/messages.py"


def test_messages_are_found_in_python_whatever_the_call(tool):
    source = (
        '_("a"); gettext_lazy("b" " c"); ngettext("%(n)d d", "%(n)d ds", n); pgettext("verb", "e"); module._("f"); '
        "_(variable); other('g')"
    )
    assert list(tool.used_in_python(source)) == [
        (None, "a"), (None, "b c"), (None, "%(n)d d"), ("verb", "e"), (None, "f"),
    ]  # fmt: skip


def test_messages_are_found_in_templates(tool):
    source = (
        '{% load i18n %}{% translate "It\'s a" %}{% blocktranslate trimmed with name=x %}\n b {{ name }}\n'
        "{% endblocktranslate %}{% translate 'c' context 'verb' %}{{ _('d') }}"
        "{% blocktranslate count n=x %}{{ n }} e{% plural %}{{ n }} es{% endblocktranslate %}"
    )
    assert list(tool.used_in_template(source)) == [
        (None, "It's a"), (None, "b %(name)s"), ("verb", "c"), (None, "d"), (None, "%(n)s e"),
    ]  # fmt: skip


def test_parts_that_disagree_are_named(tool):
    _merged, problems = tool.merge([part(entry("a", "甲")), part(entry("a", "乙"))])
    assert problems == ["two parts translate 'a': '甲' and '乙'"]
    _merged, problems = tool.merge([part(entry("a", "甲")), part(entry("a", "乙", msgctxt="verb"))])
    assert problems == []


@pytest.mark.parametrize(("english", "chinese"), [("%(n)d of it", "它"), ("{n} found", "找到"), ("x", "%s")])
def test_a_translation_that_loses_a_placeholder_is_named(tool, english, chinese):
    _merged, problems = tool.merge([part(entry(english, chinese))])
    assert len(problems) == 1


def test_the_same_parts_give_the_same_bytes(tool):
    entries = [entry("b", "乙"), entry("a", "甲")]
    first, _problems = tool.merge([part(*entries)])
    second, _problems = tool.merge([part(*reversed(entries))])
    assert str(first) == str(second)
    assert first.to_binary() == second.to_binary()
