"""Questions of work lists in SQL, put together once for all requests that ask alike.

To put a list together from its filters costs more than its answer. What differs from one request to the next (the
instant, the place in the list, the reader's own key, the text that is sought) is left to stand-ins, which are
exchanged for what is meant when the question is sent; the databases keep their plans for it as well.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

from django.db import connection

from xiuhua.casework.deadlines import COLOURS
from xiuhua.casework.states import STATES
from xiuhua.casework.visible import Sight
from xiuhua.casework.worklist_criteria import Criteria, cased
from xiuhua.casework.worklist_order import ZERO, Place
from xiuhua.city.layers import version_key
from xiuhua.foundation.index import LayerCache
from xiuhua.people.models import User

# Stand-ins: values that nothing else in a question has. No text that is sought has a control character.
NOW = datetime(1900, 1, 1, 1, 1, 1, 1, tzinfo=UTC)
PLACE = Place(datetime(1950, 1, 1, 1, 1, 1, 1, tzinfo=UTC), -(10**12) - 1)
_USER = -(10**12) - 2
_TEXT, _CASED_TEXT = "\x02", "\x02a"
# By how much the keys of a list differ from the instants that it compares.
_ADDED = {ZERO, *(rule.limit for rule in STATES.values() if rule.limit)}
_MOST = 1000
# By district: they name units and areas by their keys.
_kept: LayerCache[dict[Hashable, Any]] = LayerCache(lambda _key, _version: {})


def steady(sight: Sight, criteria: Criteria) -> bool:
    """Whether the same question, but for stand-ins, is asked at every instant, while areas and units stay."""
    return criteria.colour in {"", COLOURS[0][1]} and sight.by_keys


def stand_ins(sight: Sight, criteria: Criteria) -> tuple[Sight, Criteria]:
    """The same rights and filters with stand-ins for the reader and the text."""
    text = criteria.text and (_CASED_TEXT if cased(criteria.text) else _TEXT)
    return replace(sight, user=User(pk=_USER), _parts={}), replace(criteria, text=text)


def kept[T](sight: Sight, criteria: Criteria, asked: Hashable, make: Callable[[], T]) -> T:
    """What ``make`` put together for these rights and filters, which have stand-ins, and for what is ``asked``."""
    code = sight.district.code
    found = _kept.get(version_key(code, "organisations"), version_key(code, "areas"))
    rights = tuple((permission, tuple(grants)) for permission, grants in sight.grants.items())
    key = (connection.vendor, rights, criteria.address(), criteria.categories, asked)
    if key not in found:
        if len(found) >= _MOST:
            found.clear()
        found[key] = make()
    return cast("T", found[key])


def exchanged(values: Sequence[Any], sight: Sight, criteria: Criteria, now: datetime, place: Place | None) -> list[Any]:
    """The values of a question with what is meant in place of the stand-ins."""
    written = connection.ops.adapt_datetimefield_value
    meant = {written(NOW): written(now), _USER: sight.user.pk}
    if place is not None:
        meant |= {written(PLACE.at - added): written(place.at - added) for added in _ADDED}
        meant[PLACE.pk] = place.pk
    if criteria.text:
        text = connection.ops.prep_for_like_query(criteria.text)
        for stand_in in (_TEXT, _CASED_TEXT):
            meant |= {f"{stand_in}%": f"{text}%", f"%{stand_in}%": f"%{text}%"}
    return [meant.get(value, value) for value in values]
