"""Run the benchmarks: ``python -m tests.bench`` all of them, ``python -m tests.bench tiles lookup`` those named.

Each runs in a process of its own, so that memory and caches of one do not help or harm the next.
"""

import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The benchmarks: the modules of this folder with a ``main``."""
    return sorted(path.stem for path in FOLDER.glob("[a-z]*.py") if "\ndef main(" in path.read_text(encoding="utf-8"))


def main(wanted: list[str]) -> int:
    """Run the benchmarks ``wanted``, or all; the number of those that failed."""
    if unknown := set(wanted) - set(names()):
        print(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(names())}")
        return 2
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "shapely"))
    print(f"Python {platform.python_version()}, {libraries}, {os.cpu_count()} cores, {platform.machine()}")
    failed = 0
    for name in wanted or names():
        print(f"\n== {name}", flush=True)
        code = f"from tests.bench.{name} import main; main()"
        failed += subprocess.run([sys.executable, "-c", code], cwd=FOLDER.parents[1], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
