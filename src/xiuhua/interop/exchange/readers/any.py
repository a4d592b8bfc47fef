"""Read whatever file a person brings."""

import tempfile
from pathlib import Path

from xiuhua.interop.exchange.findings import FileRefusedError
from xiuhua.interop.exchange.readers import parquet, text, vector
from xiuhua.interop.exchange.table import Table
from xiuhua.interop.exchange.unpack import MAIN, open_path

PARQUET = (".parquet", ".geoparquet")
TEXT = (".csv", ".txt")


def read_file(path: Path, *, layer: str = "", encoding: str = "", places: dict[str, str] | None = None) -> Table:
    """The rows of ``path``, unpacked and decoded. Raises FileRefusedError when it cannot be read whole.

    ``places`` names the columns lon, lat or wkt of a CSV file where their names do not say it.
    """
    with tempfile.TemporaryDirectory(prefix="xiuhua-read-") as folder:
        work = Path(folder)
        file = open_path(path, work, layer)
        suffix = file.suffix.lower()
        if suffix in PARQUET:
            table = parquet.read(file)
        elif suffix in TEXT:
            table = text.read(file, encoding=encoding, places=places)
        elif suffix in vector.MAGIC:
            table = vector.read(file, work, layer=layer, encoding=encoding)
        else:
            raise FileRefusedError("nothing_readable", file=path.name, kinds=", ".join(MAIN))
    if not len(table) and not table.broken:
        raise FileRefusedError("no_rows", file=path.name)
    return table
