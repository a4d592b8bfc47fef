"""The two written forms of an answer: XML without a namespace, and the JSON that the Spark convention makes of it."""

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

XML = "text/xml; charset=utf-8"
JSON = "application/json; charset=utf-8"
TYPES = {"xml": XML, "json": JSON}
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
# Elements whose children all bear one name: in JSON the outer one vanishes into an array.
CHILDREN = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "notes": "note",
}
# XML 1.0 section 2.2 knows no other characters, not even escaped.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def written(root: str, body: Any, form: str) -> str:
    """``body`` as a document of ``form`` ("xml" or "json"); both tell the same, without what XML cannot tell.

    A mapping becomes named elements, a list the children that ``CHILDREN`` names, None an empty element.
    """
    clean = _clean(body)
    if form == "json":
        return json.dumps(clean, ensure_ascii=False, allow_nan=False)
    return DECLARATION + _element(root, clean)


def _element(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        inner = "".join(_element(key, each) for key, each in value.items())
    elif isinstance(value, list):
        inner = "".join(_element(CHILDREN[name], each) for each in value)
    elif isinstance(value, bool):
        inner = "true" if value else "false"
    else:
        # A reader turns a bare carriage return into a line feed.
        inner = "" if value is None else escape(str(value), {"\r": "&#13;"})
    return f"<{name}>{inner}</{name}>" if inner else f"<{name}/>"


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _ILLEGAL.sub("", value)
    if isinstance(value, Mapping):
        return {key: _clean(each) for key, each in value.items()}
    return [_clean(each) for each in value] if isinstance(value, list) else value
