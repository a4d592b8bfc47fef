"""Fetch the browser packages that xiuhua carries: ``uv run tools/vendor.py [--check]``.

Each is packed by npm, its checksum compared with the one written here, and the few files that a browser reads
are copied into a folder that names the version. ``--check`` compares what is in the repository instead.
"""

import argparse
import base64
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "src/xiuhua/web/static/vendor"
TESTS = ROOT / "tests/browser/vendor"


@dataclass(frozen=True)
class Package:
    """One npm package: its version, the sha512 of its tarball as the registry prints it, the files kept."""

    name: str
    version: str
    integrity: str
    files: tuple[str, ...]
    into: Path = STATIC

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return self.into / f"{self.name}-{self.version}"


PACKAGES = (
    Package(
        "maplibre-gl",
        "6.17.0",
        "sha512-2chIZwpLGenoUQOcnm9Pk4SLbA8ppNFq8jlpXiq9vcYm3Y1wJ3fc82FL0GLwBaPYJCLzPv/mC46KEupVov75rQ==",
        ("dist/maplibre-gl.mjs", "dist/maplibre-gl-worker.mjs", "dist/maplibre-gl.css", "LICENSE.txt"),
    ),
    Package(
        "htmx.org",
        "2.0.11",
        "sha512-Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==",
        ("dist/htmx.min.js", "LICENSE"),
    ),
    Package(
        "axe-core",
        "4.14.1",
        "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
        ("axe.min.js", "LICENSE"),
        TESTS,
    ),
)


def fetch(package: Package, workplace: Path) -> dict[str, bytes]:
    """The kept files of ``package`` by name, from a tarball whose checksum fits."""
    subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=workplace,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    tarball = workplace / f"{package.name}-{package.version}.tgz"
    digest = "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if digest != package.integrity:
        raise SystemExit(f"{package.name} {package.version}: the checksum is {digest}, not {package.integrity}")
    kept: dict[str, bytes] = {}
    with tarfile.open(tarball) as archive:
        for path in package.files:
            member = archive.extractfile(f"package/{path}")
            if member is None:
                raise SystemExit(f"{package.name} {package.version} has no file {path}")
            kept[Path(path).name] = member.read()
    return kept


def main() -> int:
    """Write the files, or with ``--check`` name those that differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    different = []
    with tempfile.TemporaryDirectory() as workplace:
        for package in PACKAGES:
            for name, content in fetch(package, Path(workplace)).items():
                target = package.folder / name
                if check and (not target.exists() or target.read_bytes() != content):
                    different.append(target)
                if not check:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content)
    for path in different:
        print(f"differs from the published package: {path}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
