"""Load a real country from OpenStreetMap, against a bare pass of osmium over the same file.

Run with ``uv run python -m tests.bench.osm [FILE]``; without FILE it takes Liechtenstein from ../shared/data.
"""

import sys
import time
from pathlib import Path

from tests.bench.temporary import temporary_database

FILE = Path(__file__).resolve().parents[3] / "shared/data/osm/liechtenstein_2015.osm.pbf"
TARGET_PER_MINUTE = 200_000


def bare_pass(file: Path) -> tuple[int, float]:
    """Objects of the file and the seconds that osmium alone needs to hand each of them to Python."""
    import osmium

    started = time.perf_counter()
    objects = sum(1 for _item in osmium.FileProcessor(str(file)))
    return objects, time.perf_counter() - started


def load(file: Path) -> float:
    """Seconds of one ``xiuhua load osm`` into the database at hand, report included."""
    from click.testing import CliRunner

    from xiuhua.interop.osm.command import osm

    arguments = [str(file), "--district", "990009", "--create-district", "--name-zh", "示意"]
    started = time.perf_counter()
    result = CliRunner().invoke(osm, arguments)
    seconds = time.perf_counter() - started
    if result.exit_code:
        raise SystemExit(result.output)
    return seconds


def main(file: Path = FILE) -> None:
    """Print seconds, objects a minute and the ratio to the bare pass, for a first load and for a repeated one."""
    if not file.exists():
        print(f"osm: skipped, {file.name} is not there")
        return
    with temporary_database():
        objects, bare = bare_pass(file)
        print(f"load osm {file.name}: {objects:,} objects")
        print(f"{'':24}{'seconds':>9}{'objects/minute':>16}{'x bare pass':>13}")
        print(f"{'osmium, bare pass':24}{bare:>9.2f}{objects / bare * 60:>16,.0f}{1:>13.1f}")
        for name in ("first load", "same file again"):
            seconds = load(file)
            print(f"{name:24}{seconds:>9.2f}{objects / seconds * 60:>16,.0f}{seconds / bare:>13.1f}")
        print(f"target: {TARGET_PER_MINUTE:,} objects/minute")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
