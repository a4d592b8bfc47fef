"""Draw the public copies of photos that phones sent: when somebody wants to see one, and behind the requests.

A photo that arrived is acknowledged when its original is on the disk; here its copies follow, each once, whoever asks
first. Where an original turns out to be damaged the photo says so for ever after. Rooms that look at pictures register
with ``listen`` and are called in the transaction in which a photo was drawn, or turned out to be damaged.
"""

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from xiuhua.casework.actions.photos import tell, unlink, write_copies
from xiuhua.casework.models import Photo
from xiuhua.casework.photos import PhotoRefused, draw
from xiuhua.foundation import events

log = logging.getLogger(__name__)

# While photos arrive they come first, unless one has waited for so long.
QUIET, PATIENCE = timedelta(seconds=5), timedelta(minutes=5)
# One run ends after so many seconds, so that other jobs of the worker have their turn; the next run goes on.
RUN_S = 20.0
AT_ONCE, BATCH = 2, 8
ACTOR = "photos"
_NICE = 10

type Listener = Callable[[Photo], object]

_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Let ``listener`` be called with each photo that was drawn or is damaged; the same one only once."""
    if listener not in _listeners:
        _listeners.append(listener)


def drawn(photo: Photo) -> Photo:
    """The photo, its public copies drawn now where they wait. ``unreadable`` says where they could not be.

    Whoever comes second waits for the first. Raises ``FileNotFoundError`` when the original is gone,
    ``Photo.DoesNotExist`` when the photo is.
    """
    if photo.waiting:
        with _original(photo, wait=True) as file:
            if file is not None:
                _settle(photo, _copies(file))
    return photo


def draw_waiting(now: datetime | None = None, *, seconds: float = RUN_S) -> int:
    """Draw photos that wait, the oldest first, for ``seconds``; none while others arrive. Returns how many were drawn.

    The pixels are drawn in threads of lower priority: whoever asks for a page comes first.
    """
    until, done = time.monotonic() + seconds, 0
    keys = Photo.objects.filter(waiting=True).order_by("pk").values_list("pk", flat=True)
    with ThreadPoolExecutor(AT_ONCE, initializer=_gently) as pool:
        for some in batched(list(keys), BATCH):
            if time.monotonic() > until or _arriving(now or timezone.now()):
                break
            done += _draw_some(Photo.objects.filter(pk__in=some).select_related("case").order_by("pk"), pool)
    return done


def _draw_some(photos: Iterable[Photo], pool: ThreadPoolExecutor) -> int:
    """Draw those that nobody else draws at this moment."""
    done = 0
    with ExitStack() as stack:
        begun = []
        for photo in photos:
            try:
                file = stack.enter_context(_original(photo, wait=False))
            except Photo.DoesNotExist:
                continue  # let go of meanwhile
            except FileNotFoundError:
                log.warning("the original of photo %s is gone: its copies cannot be drawn", photo.key)
                continue
            if file is not None:
                begun.append((photo, pool.submit(_copies, file)))
        for photo, copies in begun:
            _settle(photo, copies.result())
            done += 1
    return done


@contextmanager
def _original(photo: Photo, *, wait: bool) -> Iterator[BinaryIO | None]:
    """The original, for one drawer at a time; None where the photo waits no longer, or somebody is at it."""
    with (Path(settings.MEDIA_ROOT) / photo.original).open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield None
            return
        photo.refresh_from_db(fields=["waiting", "unreadable", "copy", "thumbnail"])
        yield file if photo.waiting else None


def _copies(file: BinaryIO) -> dict[str, str]:
    """Draw and write the copies of an original. Returns their names; none where it is damaged."""
    try:
        made = draw(file.read())
    except PhotoRefused:
        return {}
    # Filed by the day on which they were drawn: of older days retention removes what no row names yet.
    return write_copies(made, timezone.localdate())


def _settle(photo: Photo, names: dict[str, str]) -> None:
    """Write down that the photo is drawn, or cannot be, and tell who listens."""
    verb = "photo.drawn" if names else "photo.unreadable"
    try:
        with transaction.atomic():
            events.lock(f"photo:{photo.key}")  # a check that takes the photo meanwhile waits, or is waited for
            Photo.objects.select_for_update().get(pk=photo.pk)
            photo.waiting, photo.unreadable = False, not names
            photo.copy, photo.thumbnail = names.get("copy", ""), names.get("thumbnail", "")
            photo.save(update_fields=["waiting", "unreadable", "copy", "thumbnail"])
            tell(photo, verb, ACTOR, timezone.now())
            for listener in _listeners:
                listener(photo)
    except BaseException as error:
        unlink(names)
        if not isinstance(error, Photo.DoesNotExist):
            raise
        # Let go of meanwhile: there is nothing left to draw.


def _arriving(now: datetime) -> bool:
    """Whether photos arrive at this moment and none of them has waited too long."""
    times = Photo.objects.filter(waiting=True).aggregate(first=Min("received_at"), last=Max("received_at"))
    return bool(times["last"]) and times["last"] > now - QUIET and times["first"] > now - PATIENCE


def _gently() -> None:
    """Let this thread yield to the others, where the system knows priorities of threads."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
