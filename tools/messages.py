"""Gather the Chinese words of the rooms: ``uv run tools/messages.py [--check]``.

Each room keeps its translations in locale/parts/<room>.po. This merges them into the one catalogue that Django
reads, compiles it, and fails with a list where the source uses words that no part translates or where two
parts disagree. ``--check`` writes nothing and also fails where the catalogue is not what the parts give.
Needs no gettext programs.
"""

import argparse
import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src/xiuhua"
PARTS = PACKAGE / "locale/parts"
CATALOGUE = PACKAGE / "locale/zh_Hans/LC_MESSAGES/django.po"
HEADER = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Plural-Forms": "nplurals=1; plural=0;",
}
SIMPLE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
TEMPLATE_CALL = re.compile(r"\b(_|n?gettext|n?pgettext)\(((?:u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\"|[,\s])+)")

Key = tuple[str | None, str]


def used_in_python(text: str) -> Iterator[Key]:
    """Context and text of every message marked in Python source."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        words = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        yield from _keys(name, words)


def used_in_template(text: str) -> Iterator[Key]:
    """Context and text of every message marked in a template."""
    from django.utils.translation.template import templatize

    for name, arguments in TEMPLATE_CALL.findall(templatize(text)):
        words = [each for each in ast.literal_eval(f"({arguments.strip().rstrip(',')},)") if isinstance(each, str)]
        yield from _keys(name, words)


def _keys(name: str, words: list[str]) -> Iterator[Key]:
    if words and name in SIMPLE | PLURAL and words[0]:
        yield None, words[0]
    elif len(words) > 1 and name in CONTEXT | {"npgettext"}:
        yield words[0], words[1]


def used() -> dict[Key, str]:
    """Every message of the source, with the file that uses it first."""
    found: dict[Key, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for key in used_in_python(path.read_text(encoding="utf-8")):
            found.setdefault(key, str(path.relative_to(ROOT)))
    for path in sorted(PACKAGE.rglob("templates/**/*.*")):
        for key in used_in_template(path.read_text(encoding="utf-8")):
            found.setdefault(key, str(path.relative_to(ROOT)))
    return found


def merge(parts: list[polib.POFile]) -> tuple[polib.POFile, list[str]]:
    """One catalogue of all ``parts``, and what is wrong with them in words."""
    problems = []
    entries: dict[Key, polib.POEntry] = {}
    for part in parts:
        for entry in part:
            key = (entry.msgctxt, entry.msgid)
            known = entries.setdefault(key, entry)
            if (known.msgstr, known.msgstr_plural) != (entry.msgstr, entry.msgstr_plural):
                problems.append(f"two parts translate {entry.msgid!r}: {known.msgstr!r} and {entry.msgstr!r}")
            if _placeholders(entry.msgid) != _placeholders(entry.msgstr or entry.msgstr_plural.get(0, "")):
                problems.append(f"the placeholders of {entry.msgid!r} and its translation differ")
    merged = polib.POFile(wrapwidth=100)
    merged.metadata = dict(HEADER)
    for _key, entry in sorted(entries.items(), key=lambda item: (item[0][1], item[0][0] or "")):
        merged.append(
            polib.POEntry(
                msgctxt=entry.msgctxt,
                msgid=entry.msgid,
                msgid_plural=entry.msgid_plural,
                msgstr=entry.msgstr,
                msgstr_plural=entry.msgstr_plural,
            )
        )
    return merged, problems


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%(?:\(\w+\))?[sdf]|\{\w*\}", text))


def untranslated(catalogue: polib.POFile) -> list[str]:
    """The messages of the source that ``catalogue`` lacks, with where they are used."""
    known = {(entry.msgctxt, entry.msgid) for entry in catalogue if entry.msgstr or any(entry.msgstr_plural.values())}
    return [f"{where}: {key[1]!r}" for key, where in used().items() if key not in known]


def main() -> int:
    """Merge, compile, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail where the catalogue is not current")
    check = parser.parse_args().check
    sys.path.insert(0, str(ROOT / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiuhua.conf.settings")
    catalogue, problems = merge([polib.pofile(str(path)) for path in sorted(PARTS.glob("*.po"))])
    compiled = CATALOGUE.with_suffix(".mo")
    if check:
        current = CATALOGUE.exists() and CATALOGUE.read_text(encoding="utf-8") == str(catalogue)
        if not current or not compiled.exists() or compiled.read_bytes() != catalogue.to_binary():
            problems.append("the catalogue is older than its parts: run uv run tools/messages.py and commit the result")
    else:
        CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
        CATALOGUE.write_text(str(catalogue), encoding="utf-8")
        compiled.write_bytes(catalogue.to_binary())
    problems += [f"no translation: {line}" for line in untranslated(catalogue)]
    for line in problems:
        print(line)
    print(f"{len(catalogue)} messages, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
