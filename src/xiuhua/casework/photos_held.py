"""Photos that another room keeps: it names its table, and says who may see what stands in it.

A room calls ``hold`` once, in ``ready`` of its app. From then on retention leaves its photos alone, and the address of
a photo shows them to whom the room lets in. A photo may belong to a case and to rooms at once: whoever may see it as
a photo of one of them sees it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet

from xiuhua.casework.models import Photo
from xiuhua.people.models import User


@dataclass(frozen=True)
class Holder:
    """A table with a key ``photo``; ``public`` and ``sees`` are asked with its row.

    ``public``: everybody may see the photo of this row. ``sees``: this account may.
    """

    model: type[Model]
    public: Callable[[Any], bool]
    sees: Callable[[Any, User], bool]


_holders: list[Holder] = []


def hold(holder: Holder) -> None:
    """Keep the photos that rows of ``holder.model`` point to."""
    if holder not in _holders:
        _holders.append(holder)


def unheld(photos: QuerySet[Photo]) -> QuerySet[Photo]:
    """Of ``photos`` those that no room holds."""
    for holder in _holders:
        photos = photos.exclude(Exists(holder.model._default_manager.filter(photo=OuterRef("pk"))))
    return photos


def held_public(photo: Photo) -> bool:
    """Whether a room shows the photo to everybody."""
    return any(holder.public(row) for holder, row in _rows(photo))


def held_sees(photo: Photo, user: User) -> bool:
    """Whether a room shows the photo to ``user``."""
    return any(holder.sees(row, user) for holder, row in _rows(photo))


def _rows(photo: Photo) -> list[tuple[Holder, Any]]:
    return [(holder, row) for holder in _holders for row in holder.model._default_manager.filter(photo=photo)]
