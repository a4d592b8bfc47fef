"""The known word that a wrong one was probably meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that looks most like ``word``; empty where none does."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.5)), "")
