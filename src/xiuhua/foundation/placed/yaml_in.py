"""Read YAML, remembering the line of every key."""

from typing import Any

import yaml
from django.utils.translation import gettext as _

from xiuhua.foundation.placed.faults import Fault
from xiuhua.foundation.placed.reading import Path_, Read, Refuse, tidy

# What a scalar is by its tag; everything else, dates too, stays the text that was written.
_TYPED = {f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float")}
_DEEPEST = 20  # an anchor inside itself, or one repeated without end


def read_yaml(content: bytes, refuse: Refuse, *, most: int, begin: tuple[str, str]) -> Read:
    """Nested data with the line of each key and item. Keys that stand twice are faults.

    Raises what ``refuse`` makes for what is no YAML in UTF-8, with the line; for more than ``most`` parts; and, with
    ``begin`` as rule and remedy, for what is no mapping.
    """
    try:
        loader = yaml.SafeLoader(content.decode("utf-8-sig"))
        node = loader.get_single_node()
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise refuse(_("The text is not UTF-8."), _("Save the file as UTF-8."), _line(line)) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or str(error)
        raise refuse(
            _("This is not YAML: %(why)s.") % {"why": why},
            _("Look at this line and the one above: indents, colons, quotation marks."),
            _line(mark.line + 1) if mark else "",
        ) from None
    except RecursionError:
        raise refuse(*_endless()) from None
    if not isinstance(node, yaml.MappingNode):
        raise refuse(*begin, _line(1))
    building = _Building(loader, refuse, most)
    return Read(building.value(node, ()), building.places, building.faults, building.written)


def _endless() -> tuple[str, str]:
    return _("The file unfolds to too much."), _("Write repeated parts out, or leave them away.")


def _line(number: int) -> str:
    return _("line %(line)s") % {"line": number}


class _Building:
    """Makes data of nodes and notes their lines."""

    def __init__(self, loader: yaml.SafeLoader, refuse: Refuse, most: int) -> None:
        self.loader, self.refuse, self.most = loader, refuse, most
        self.places: dict[Path_, str] = {}
        self.faults: list[Fault] = []
        self.written: dict[Path_, str] = {}
        self.parts = 0

    def value(self, node: yaml.Node, path: Path_) -> Any:
        self.parts += 1
        if self.parts > self.most or len(path) > _DEEPEST:
            raise self.refuse(*_endless())
        self.places.setdefault(path, _line(node.start_mark.line + 1))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, number)) for number, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            inner = (*path, key)
            line = _line(key_node.start_mark.line + 1)
            if key in found:
                rule = _("The key stands twice; first in %(place)s.") % {"place": self.places[inner]}
                self.faults.append(Fault(line, key, "", rule, _("Keep one of the two.")))
                continue
            self.places[inner] = line
            found[key] = self.value(value_node, inner)
        return found

    def _scalar(self, node: yaml.Node, path: Path_) -> Any:
        if node.tag not in _TYPED:
            return tidy(str(node.value))
        self.written[path] = str(node.value)
        try:
            return self.loader.construct_object(node)
        except ValueError:
            return str(node.value)
