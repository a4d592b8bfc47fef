"""Open what a person brings (a file, a folder, a .zip, a .gz) without trusting it.

Sizes are counted while unpacking: what an archive declares about itself is not believed.
"""

import gzip
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from xiuhua.interop.exchange.findings import FileRefusedError

MAX_BYTES = 1 << 30
MAX_RATIO = 100
# Below this size a high ratio is no danger (a small table of zeros packs well).
RATIO_FROM_BYTES = 16 << 20
BLOCK = 1 << 20
KEPT = (
    ".shp", ".shx", ".dbf", ".prj", ".cpg",
    ".geojson", ".json", ".geojsonl", ".gpkg", ".fgb", ".parquet", ".geoparquet", ".csv", ".txt",
)  # fmt: skip
MAIN = (".shp", ".geojson", ".json", ".geojsonl", ".gpkg", ".fgb", ".parquet", ".geoparquet", ".csv", ".txt")


def open_path(path: Path, work: Path, layer: str = "") -> Path:
    """The file to read for ``path``: itself, or what was unpacked into the folder ``work``.

    ``layer`` chooses one file by its stem where a folder or archive holds several. Raises FileRefusedError.
    """
    if not path.exists():
        raise FileRefusedError("file_absent", file=str(path))
    if path.is_dir():
        return _only(sorted(p for p in path.iterdir() if p.suffix.lower() in MAIN), layer, path.name)
    if path.stat().st_size == 0:
        raise FileRefusedError("file_empty", file=path.name)
    if path.suffix.lower() == ".zip":
        return _only(_unzip(path, work), layer, path.name)
    if path.suffix.lower() == ".gz":
        target = work / PurePosixPath(path.name).stem
        try:
            with gzip.open(path, "rb") as packed, target.open("wb") as out:
                _pour(packed, out, path.stat().st_size, path.name, 0)
        except (EOFError, gzip.BadGzipFile, zlib.error) as fault:
            raise FileRefusedError("archive_broken", file=path.name, fault=str(fault)) from fault
        return target
    return path


def _only(found: list[Path], layer: str, name: str) -> Path:
    chosen = [p for p in found if p.stem == layer] if layer and len(found) > 1 else found
    if not chosen:
        raise FileRefusedError("nothing_readable", file=name, kinds=", ".join(MAIN))
    if len(chosen) > 1:
        raise FileRefusedError("several_files", file=name, names=", ".join(p.stem for p in chosen))
    return chosen[0]


def _pour(packed: BinaryIO | gzip.GzipFile, out: BinaryIO, packed_size: int, name: str, already: int) -> int:
    """Copy in blocks; refuse as soon as the result is too large or too much larger than the packed form."""
    total = 0
    while block := packed.read(BLOCK):
        total += len(block)
        if already + total > MAX_BYTES:
            raise FileRefusedError("archive_too_large", file=name, limit=MAX_BYTES >> 20)
        if total > RATIO_FROM_BYTES and total > MAX_RATIO * max(packed_size, 1):
            raise FileRefusedError("archive_ratio", file=name, limit=MAX_RATIO)
        out.write(block)
    return total


def _unzip(path: Path, work: Path) -> list[Path]:
    try:
        with _zip(path) as archive:
            members = [info for info in archive.infolist() if not info.is_dir()]
            for info in members:
                _refuse_hostile(info, path.name)
            if sum(info.file_size for info in members) > MAX_BYTES:
                raise FileRefusedError("archive_too_large", file=path.name, limit=MAX_BYTES >> 20)
            found, total = [], 0
            for info in members:
                inside = PurePosixPath(info.filename.replace("\\", "/"))
                if inside.suffix.lower() not in KEPT or "__MACOSX" in inside.parts:
                    continue
                target = work / f"{inside.stem}{inside.suffix.lower()}"
                if target.exists():
                    raise FileRefusedError("several_files", file=path.name, names=target.name)
                with archive.open(info) as packed, target.open("wb") as out:
                    total += _pour(packed, out, info.compress_size, path.name, total)  # type: ignore[arg-type]
                found.append(target)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as fault:
        raise FileRefusedError("archive_broken", file=path.name, fault=str(fault)) from fault
    return sorted(p for p in found if p.suffix in MAIN)


def _zip(path: Path) -> zipfile.ZipFile:
    try:
        # Archives packed under a Chinese Windows name their members in GBK without saying so.
        return zipfile.ZipFile(path, metadata_encoding="gb18030")
    except UnicodeDecodeError:
        return zipfile.ZipFile(path)


def _refuse_hostile(info: zipfile.ZipInfo, name: str) -> None:
    inside = PurePosixPath(info.filename.replace("\\", "/"))
    drive = len(inside.parts[0]) > 1 and inside.parts[0][1] == ":" if inside.parts else False
    if inside.is_absolute() or ".." in inside.parts or drive or stat.S_ISLNK(info.external_attr >> 16):
        raise FileRefusedError("archive_hostile", file=name, member=info.filename)
    if info.flag_bits & 1:
        raise FileRefusedError("archive_encrypted", file=name)
