"""Write standards as YAML: what is empty is left out, keys in the order of the schema."""

from datetime import date
from typing import Any

import yaml

from xiuhua.inspection.standard_files.schema import SCHEMA, resolved


class _Dumper(yaml.SafeDumper):
    """Indents items below their key, as people do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002
        super().increase_indent(flow, indentless=False)


def write_yaml(data: dict[str, Any]) -> bytes:
    """The standards (nested data as ``writing.nested`` gives it) as YAML in UTF-8."""
    text = yaml.dump(
        _plain(data, SCHEMA), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110, default_flow_style=False
    )
    return text.encode("utf-8")


def _plain(value: Any, said: dict[str, Any]) -> Any:
    """``value`` as it is dumped: days as days, so that they stand without quotation marks."""
    said = resolved(said)
    if isinstance(value, dict):
        inner = said["properties"]
        return {name: _plain(value[name], inner[name]) for name in inner if name in value}
    if isinstance(value, list):
        return [_plain(each, said["items"]) for each in value]
    return date.fromisoformat(value) if said.get("format") == "date" else value
