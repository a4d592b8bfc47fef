"""What the red and black lists demand, apart from who asks: two looks by different people before a place is named."""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

EXPERT, SECRET = "expert", "secret"
KINDS = (EXPERT, SECRET)
LOWEST, HIGHEST = 0.0, 100.0


def lacking(kinds: Collection[str]) -> list[str]:
    """Which kinds of look a place still lacks before it may be named, in order."""
    return [kind for kind in KINDS if kind not in kinds]


def other_kind(kind: str) -> str:
    """The other of the two kinds of look."""
    return SECRET if kind == EXPERT else EXPERT


def scored(score: float) -> bool:
    """Whether a score lies on the scale."""
    return LOWEST <= score <= HIGHEST


def seal(look: Mapping[str, Any]) -> str:
    """SHA-256 of a look as JSON with keys in order: what the record keeps of a secret one until it is published.

    The instant of the look is part of it, to the microsecond, so that nobody finds the look by trying scores.
    """
    text = json.dumps(look, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
