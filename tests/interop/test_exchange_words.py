"""Every rule has its words, every word its rule, and the documentation tells them all."""

import ast
from pathlib import Path

import pytest
from django.utils import translation

import xiuhua.interop.exchange as room
from xiuhua.interop.exchange.findings import FileRefusedError, Finding, finding
from xiuhua.interop.exchange.targets import TARGETS
from xiuhua.interop.exchange.wording import REFUSALS, REMARKS, RULES, refusal, rejection, remark

SOURCE = Path(room.__file__).parent
DOCS = Path(__file__).resolve().parents[2] / "docs/interfaces/exchange.md"
PLACE = {"finding": 3, "FileRefusedError": 0, "UnreadableError": 0}


def used(call):
    """The rules that are written out at every call of ``call`` in the source."""
    rules = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == call and len(node.args) > PLACE[call]:
                argument = node.args[PLACE[call]]
                rules |= {argument.value} if isinstance(argument, ast.Constant) else set()
    return rules


def test_every_refusal_of_a_file_has_words_and_the_other_way_round():
    assert used("FileRefusedError") == set(REFUSALS)


def test_every_rule_of_a_row_has_words_and_the_other_way_round():
    # Two rules are chosen by a condition before the call.
    assert used("finding") | used("UnreadableError") | {"code_set_needed", "value_missing"} == set(RULES) | set(REMARKS)


class Anything(dict):
    """Facts that have an answer to every question."""

    def __missing__(self, key):
        return "7"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_words_can_be_filled_in(language):
    with translation.override(language):
        for rule in REFUSALS:
            fault = FileRefusedError(rule)
            fault.facts = Anything()
            assert all(refusal(fault))
        for rule in RULES:
            said = rejection(Finding(1, "f", "v", rule, Anything()), "c")
            assert said.rule
            assert said.remedy
        assert all(str(words) % Anything() for words in REMARKS.values())
        assert "列甲" in remark(finding(0, "code", "列甲", "code_from"))


def test_the_documentation_tells_every_rule_layer_and_option():
    text = DOCS.read_text("utf-8")
    with translation.override("en"):
        sentences = [str(words) for pair in (*REFUSALS.values(), *RULES.values()) for words in pair]
        sentences += [str(words) for words in REMARKS.values()]
    assert [s for s in sentences if s.replace("%%", "%") not in text] == []
    assert [key for key in TARGETS if f"`{key}`" not in text] == []


def test_the_documentation_tells_every_option():
    from xiuhua.interop.commands import commands

    text = DOCS.read_text("utf-8")
    groups = {command.name: command for command in commands}
    documented = [groups["export"], *(groups["load"].commands[key] for key in (*TARGETS, "district"))]
    options = {name for command in documented for option in command.params for name in option.opts if name[:2] == "--"}
    assert [name for name in sorted(options) if f"`{name}" not in text] == []
