"""Where compiled kernels are kept: apart for each state of their sources.

Numba compiles a kernel anew when the file of the kernel changes, not when a file changes whose functions it calls.
After an update it would go on with old pieces, which may read beyond arrays that have another shape now.
"""

import os
import sys
import tempfile
from hashlib import blake2b
from pathlib import Path

HERE = Path(__file__).parent
_NAME = "NUMBA_CACHE_DIR"


def keep_apart() -> None:
    """Let Numba keep what it compiles in a folder named after all kernels. Whoever has named a folder keeps theirs."""
    if os.environ.get(_NAME):
        return
    folder = str(_base() / digest(HERE))
    os.environ[_NAME] = folder
    if (numba := sys.modules.get("numba")) is not None:
        numba.config.CACHE_DIR = folder


def digest(folder: Path) -> str:
    """A name for the sources in ``folder`` that know nothing of Django: another one as soon as any of them changes."""
    found = blake2b(digest_size=10)
    for path in sorted(folder.glob("*.py")):
        text = path.read_bytes()
        if b"import django" not in text and b"from django" not in text:
            found.update(path.name.encode() + b"\0" + text)
    return found.hexdigest()


def _base() -> Path:
    """The folder for what can be made again; of each user their own."""
    home = os.environ.get("XDG_CACHE_HOME") or (Path.home() / ".cache" if os.environ.get("HOME") else "")
    return Path(home or Path(tempfile.gettempdir()) / f"xiuhua-{os.getuid()}") / "xiuhua" / "kernels"
