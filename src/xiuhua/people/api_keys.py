"""Keys with which programs act as an account: how they are made, and whose a given one is."""

import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from xiuhua.foundation.lately import Lately
from xiuhua.foundation.rates import Counts, Rate
from xiuhua.foundation.rows import twin_of
from xiuhua.foundation.single import find_with
from xiuhua.people.models import ApiKey, User

MARK = "xh_"
BYTES = 32  # 256 bits at random: a plain digest suffices, nothing can be guessed
SHOWN = 9  # characters of a key by which its owner knows it again
LONGEST = 200
COARSE = timedelta(hours=1)
# What the account may do is decided in every request: its assignments come with it.
_PARTS = "a.district_code, a.role, a.area_code, a.stage, a.valid_from, a.valid_to"
_OF = "FROM people_assignment a WHERE a.user_id = people_user.id"
_ASSIGNED = {
    "postgresql": f"(SELECT json_agg(json_build_array({_PARTS}))::text {_OF})",
    "sqlite": f"(SELECT json_group_array(json_array({_PARTS})) {_OF})",
}
# Keys that were asked for a moment ago, with their accounts and assignments, by digest.
_lately: Lately[str, tuple[ApiKey, str | None]] = Lately()


class TooOften(Exception):  # noqa: N818 - a limit, told to a program
    """The key was used more often than it may be for now; ``seconds`` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(str(seconds))
        self.seconds = seconds


def make() -> tuple[str, str, str]:
    """A new key, the part of it that may be shown, and the digest that is kept."""
    key = MARK + secrets.token_urlsafe(BYTES)
    return key, key[:SHOWN], digest(key)


def digest(key: str) -> str:
    """SHA-256 of the key in hexadecimal."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def account_of(key: str, *, at: datetime | None = None) -> User | None:
    """The account that the key stands for; None for an unknown, revoked or expired key, or a closed account.

    One query by the index on digests, which brings the assignments of the account along: what time it takes tells
    nothing of a key, since nobody can choose a digest. A server does without it for a second (``remember``).
    That it was used is written at most once an hour.
    """
    if not key or len(key) > LONGEST:
        return None
    now, wanted = at or timezone.now(), digest(key)
    remembered = _lately.get(wanted)
    # Copied before it is held and before it is given: whoever has the account may do with it as they like.
    found, assigned = (
        (twin_of(remembered[0]), remembered[1])
        if remembered
        else find_with(ApiKey, ("user__organisation",), _ASSIGNED[connection.vendor], digest=wanted)
    )
    if found is None or not hmac.compare_digest(found.digest, wanted) or not holds(found, now):
        return None
    if found.used_at is None or found.used_at < now - COARSE:
        rows = ApiKey.objects.filter(Q(used_at=None) | Q(used_at__lt=now - COARSE), pk=found.pk)
        rows.update(used_at=now)
        found.used_at = now
    if remembered is None:
        _lately.put(wanted, (twin_of(found), assigned))
    found.user.assigned = json.loads(assigned or "[]")
    return found.user


def count(key: str) -> None:
    """Count a request with ``key``, which has opened something (setting ``XIUHUA_LIMIT_KEY``). Raises ``TooOften``."""
    rate = _rate(settings.XIUHUA_LIMIT_KEY)
    if rate is not None and (seconds := _counts(settings.DATA_DIR).spend(f"key:{digest(key)}", rate)):
        raise TooOften(seconds)


@cache
def _rate(text: str) -> Rate | None:
    return Rate.read(text)


@cache
def _counts(folder: Path) -> Counts:
    return Counts(folder / "rates")


def remember(seconds: float) -> None:
    """Let this process take a key for what it was up to so many seconds ago, instead of asking in each request.

    A key that is revoked and a right that is taken away may then work so much longer in other processes.
    """
    _lately.remember(seconds)


def forget() -> None:
    """Ask anew for every key: something about keys or rights changed in this process."""
    _lately.forget()


def holds(key: ApiKey, now: datetime) -> bool:
    """Whether the key opens anything at ``now``."""
    return key.revoked_at is None and (key.expires_at is None or now < key.expires_at) and key.user.is_active


def bearer(request: HttpRequest) -> str | None:
    """The key of ``Authorization: Bearer KEY``; None where the request carries no such header."""
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.casefold() == "bearer" else None
