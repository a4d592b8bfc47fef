"""Where the files of photos lie below the media folder: by what they are and by day, under names of our own."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

ORIGINALS, COPIES, THUMBNAILS = "originals", "copies", "thumbnails"
_PARTIAL = ".part"


def new_name(folder: str, day: date, ending: str) -> str:
    """A name that nothing has yet, below the media folder: ``originals/2026/03/02/<uuid>.jpg``."""
    return f"{folder}/{day:%Y/%m/%d}/{uuid4().hex}.{ending}"


def keep(root: Path, name: str, data: bytes) -> None:
    """Write a file so that it is there as a whole, on the disk, or not at all."""
    path = root / name
    _make_folder(path.parent)
    partial = path.with_name(path.name + _PARTIAL)
    with partial.open("xb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    partial.rename(path)
    _sync(path.parent)


def adopt(root: Path, name: str, path: Path) -> None:
    """Make the whole file ``path``, on the same disk, the file ``name``: on the disk, or where it was."""
    target = root / name
    _make_folder(target.parent)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.rename(target)
    _sync(target.parent)


def of_day(root: Path, day: date) -> Iterator[str]:
    """The names of all files of a day, also of those that were not finished."""
    for folder in (ORIGINALS, COPIES, THUMBNAILS):
        for path in sorted((root / folder / f"{day:%Y/%m/%d}").glob("*")):
            yield path.relative_to(root).as_posix()


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
