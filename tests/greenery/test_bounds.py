"""No kernel reads or writes beyond its arrays: Numba checks that only where it is asked to, and never as the site runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from xiuhua.greenery.compiled import HERE

BESIDE = Path(__file__).parent
KERNEL = re.compile(r"@njit\((.*)\)\ndef (\w+)")


def kernels():
    """Every kernel as its cache names it; those that are inlined are compiled as a part of others."""
    found = ((path.stem, KERNEL.findall(path.read_text(encoding="utf-8"))) for path in HERE.glob("*.py"))
    return {f"{stem}.{name}" for stem, held in found for options, name in held if "inline" not in options}


def pure():
    """The tests that ask for no database: they call every kernel, on scenes of all shapes."""
    return sorted(
        path for path in BESIDE.glob("test_*.py")
        if path != Path(__file__) and "django_db" not in path.read_text(encoding="utf-8")
    )  # fmt: skip


@pytest.mark.slow
def test_no_kernel_leaves_its_arrays(tmp_path):
    # What is compiled with checks is kept apart: the cache does not tell it from what is compiled without.
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "XIUHUA_"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *map(str, pure())],
        env={**ours, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)},
        cwd=BESIDE.parents[1], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
    assert kernels()
    assert kernels() <= {path.name.split("-")[0] for path in tmp_path.rglob("*.nbi")}
