"""Which encoding a text is in: what the person says, else UTF-8, else GB 18030 (which contains GBK)."""

import codecs
from pathlib import Path

from xiuhua.interop.exchange.findings import FileRefusedError

CANDIDATES = ("utf-8", "gb18030")
BLOCK = 1 << 20


def encoding_of(path: Path, declared: str = "") -> str:
    """The first encoding in which the whole file ``path`` can be read; raises FileRefusedError."""
    if declared:
        return known(declared)
    with path.open("rb") as file:
        start = file.read(2)
    if start in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return "utf-16"
    for candidate in CANDIDATES:
        if _decodes(path, candidate):
            return candidate
    raise FileRefusedError("encoding_unknown", file=path.name)


def known(declared: str) -> str:
    """The canonical name of an encoding that a person wrote; raises FileRefusedError."""
    try:
        return codecs.lookup(declared).name
    except LookupError as fault:
        raise FileRefusedError("encoding_unheard", encoding=declared) from fault


def text_decodes(data: bytes, encoding: str) -> bool:
    """Whether ``data`` is text in ``encoding`` from beginning to end."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
