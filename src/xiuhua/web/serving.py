"""Serve the site: granian in WSGI mode, in one process with many threads or in several with few."""

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

APPLICATION = "xiuhua.conf.wsgi:application"
THREADS = 16


def serve(host: str, port: int, *, workers: int = 1, threads: int = THREADS, quiet: bool = False) -> None:
    """Listen on ``host``:``port`` until interrupted. ASGI would be several times slower (docs/decisions/0001)."""
    Granian(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        log_level=LogLevels.error if quiet else LogLevels.info,
    ).serve()
