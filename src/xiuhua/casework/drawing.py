"""The draw of an inspector: at random among the near ones, in a way that anyone can repeat."""

import random
import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any


def draw(candidates: Mapping[int, int], *, seed: int | None = None) -> dict[str, Any]:
    """Draw one of ``candidates`` (account id -> nearness, 0 is nearest) among those that are nearest.

    Returns the record of the draw: ``candidates`` (the nearest, in order), ``nearness``, ``seed``, ``pick``.
    Raises ``ValueError`` when there is nobody.
    """
    if not candidates:
        raise ValueError("there is nobody to draw")
    nearest = min(candidates.values())
    among = sorted(person for person, nearness in candidates.items() if nearness == nearest)
    chosen = secrets.randbits(48) if seed is None else seed
    return {"candidates": among, "nearness": nearest, "seed": chosen, "pick": pick(among, chosen)}


def pick(among: Sequence[int], seed: int) -> int:
    """The account that ``seed`` draws from ``among``: repeats a draw from its record."""
    return random.Random(seed).choice(list(among))  # noqa: S311 - the seed is secret until the draw, then public


def nearness(area_code: str, codes: Sequence[str]) -> int | None:
    """How near somebody bound to ``area_code`` is to a place in the areas ``codes`` (coarse to fine).

    0 is the finest area; an unbound account comes last; None when the place lies outside.
    """
    if not area_code:
        return len(codes)
    return len(codes) - 1 - codes.index(area_code) if area_code in codes else None


def nearest_of(bindings: Collection[tuple[int, str]], codes: Sequence[str]) -> dict[int, int]:
    """The nearness of each account of ``bindings`` (account id, area code) whose areas hold the place."""
    found: dict[int, int] = {}
    for person, area_code in bindings:
        near = nearness(area_code, codes)
        if near is not None:
            found[person] = min(near, found.get(person, near))
    return found
