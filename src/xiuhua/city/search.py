"""Names made findable: bigrams, so that two-character Chinese words are found without a search server."""

import re
import unicodedata

_IGNORED = re.compile(r"[\s\-_·・.,，。、()（）'’\"/\\#]+")


def normalise(text: str) -> str:
    """Lower case, full width made half width, accents and punctuation dropped."""
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return _IGNORED.sub("", text)


def tokens(text: str) -> set[str]:
    """The two-character pieces of ``text``; a text of one character is its own piece."""
    text = normalise(text)
    if len(text) < 2:  # noqa: PLR2004 - a bigram has two
        return {text} if text else set()
    return {text[start : start + 2] for start in range(len(text) - 1)}
