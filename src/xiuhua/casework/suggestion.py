"""Which category does a text speak of? A small classifier of Chinese and English text, learnt on the spot.

Naive Bayes over hashed characters, pairs of characters and words. It learns from few and short texts (the names of
the categories) as from many (corrections), and in a second. Pure computation: labels are numbers.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

type Floats = npt.NDArray[np.floating]
type Ints = npt.NDArray[np.int64]

BUCKETS = 1 << 15
READ = 600  # characters of a text that are read
SMOOTHING = 0.02
TEMPERATURE = 3.0  # while there is nothing to tell it from: rather too doubtful than too sure
ENOUGH = 30  # held-out texts from which a temperature can be told
FOLDS = 5
_TOKENS = re.compile(r"[a-z]+|[0-9]+|[\u3400-\u9fff]+")
_CJK = "\u3400"


@dataclass(frozen=True)
class Document:
    """A text that is known to speak of ``label``; ``weight`` says how much it counts."""

    label: int
    text: str
    weight: float = 1.0


@dataclass(frozen=True)
class Accuracy:
    """How often the right label came first, and among the first three, of ``texts`` not learnt from."""

    texts: int
    top1: float
    top3: float


@dataclass(frozen=True)
class Suggester:
    """What was learnt: ``weights[row]`` of each known feature for each label; ``rows`` maps buckets to rows."""

    labels: Ints
    rows: npt.NDArray[np.int32]
    weights: Floats
    prior: Floats
    temperature: float = TEMPERATURE

    def scores(self, text: str) -> Floats | None:
        """The logarithm of how well each label fits; None when nothing in the text is known."""
        found = self.rows[features(text)]
        found = found[found >= 0]
        if not len(found) or not len(self.labels):
            return None
        total: Floats = self.weights[found].sum(axis=0) + self.prior
        return total

    def suggest(self, text: str, count: int = 3) -> list[tuple[int, float]]:
        """The labels that fit best with their confidence (0..1, over all labels 1), best first; [] for no idea."""
        scores = self.scores(text)
        if scores is None:
            return []
        confidence = _softmax(scores / self.temperature)
        best = np.argsort(-confidence, kind="stable")[:count]
        return [(int(self.labels[place]), float(confidence[place])) for place in best]


def features(text: str) -> Ints:
    """The buckets of what the beginning of the text consists of: characters, pairs of them, words. Each once."""
    plain = unicodedata.normalize("NFKC", text[:READ]).casefold()
    found: set[str] = set()
    before = ""
    for token in _TOKENS.findall(plain):
        if token[0] >= _CJK:
            found.update(token)
            found.update(map("".join, pairwise(token)))
            before = ""
        else:
            found.add(token)
            found.add(f"{before} {token}")
            before = token
    buckets = [zlib.crc32(token.encode()) % BUCKETS for token in found]
    return np.unique(np.array(buckets, dtype=np.int64))


def train(documents: Iterable[Document], temperature: float = TEMPERATURE) -> Suggester:
    """Learn from ``documents``. Labels are weighed evenly up to the square root of how often they occur."""
    read = [(document, found) for document in documents if len(found := features(document.text))]
    if not read:
        nothing = np.zeros((0, 0), dtype=np.float32)
        unknown = np.full(BUCKETS, -1, dtype=np.int32)
        return Suggester(np.zeros(0, dtype=np.int64), unknown, nothing, nothing.ravel(), temperature)
    labels, columns = np.unique(np.array([document.label for document, _ in read], dtype=np.int64), return_inverse=True)
    buckets = np.concatenate([found for _, found in read])
    known, places = np.unique(buckets, return_inverse=True)
    rows = np.full(BUCKETS, -1, dtype=np.int32)
    rows[known] = np.arange(len(known))
    sizes = [len(found) for _, found in read]
    weight = np.array([document.weight for document, _ in read], dtype=np.float64)
    counts = np.zeros((len(known), len(labels)))
    np.add.at(counts, (places, np.repeat(columns, sizes)), np.repeat(weight, sizes))
    # A feature that many labels share tells little of any of them.
    spread = np.log1p(len(labels) / np.maximum((counts > 0).sum(axis=1, keepdims=True), 1))
    likelihood = np.log((counts + SMOOTHING) / (counts.sum(axis=0) + SMOOTHING * len(known)))
    weights = (likelihood - likelihood.mean(axis=1, keepdims=True)) * spread / np.log1p(len(labels))
    seen = np.bincount(columns, weights=weight, minlength=len(labels))
    prior = 0.5 * np.log(seen / seen.sum())
    return Suggester(labels, rows, weights.astype(np.float32), prior.astype(np.float32), temperature)


def calibrated(suggester: Suggester, held_out: Sequence[Document]) -> Suggester:
    """The same with the temperature under which ``held_out`` is least surprising; unchanged where that is too few."""
    scored = [
        (scores, int(np.searchsorted(suggester.labels, document.label)))
        for document in held_out
        if document.label in suggester.labels and (scores := suggester.scores(document.text)) is not None
    ]
    if len(scored) < ENOUGH:
        return suggester
    matrix = np.stack([scores for scores, _ in scored])
    truth = np.array([place for _, place in scored])
    grid = np.geomspace(0.25, 32, 36)
    losses = [-np.log(_softmax(matrix / t)[np.arange(len(truth)), truth] + 1e-12).mean() for t in grid]
    return replace(suggester, temperature=float(grid[int(np.argmin(losses))]))


def learn(base: Sequence[Document], corrections: Sequence[Document]) -> Suggester:
    """Learn from both; the temperature comes from corrections (or else from ``base``) held out once."""
    held = corrections if len(corrections) >= ENOUGH else base
    kept, out = _split(held, 0)
    first = train([*(base if held is corrections else corrections), *kept])
    return replace(train([*base, *corrections]), temperature=calibrated(first, out).temperature)


def cross_validated(fixed: Sequence[Document], tried: Sequence[Document]) -> Accuracy:
    """How well ``tried`` is told when a fifth of it at a time is held out and the rest learnt beside ``fixed``."""
    hits1 = hits3 = 0
    for fold in range(FOLDS):
        kept, out = _split(tried, fold)
        suggester = train([*fixed, *kept]) if out else None
        for document in out:
            found = [label for label, _ in suggester.suggest(document.text)] if suggester else []
            hits1 += found[:1] == [document.label]
            hits3 += document.label in found
    count = max(len(tried), 1)
    return Accuracy(len(tried), hits1 / count, hits3 / count)


def _split(documents: Sequence[Document], fold: int) -> tuple[list[Document], list[Document]]:
    """What is kept and what is held out in one fold; equal texts fall into one fold, so that none is known before."""
    out = [zlib.crc32(document.text.encode()) % FOLDS == fold for document in documents]
    return (
        [document for document, held in zip(documents, out, strict=True) if not held],
        [document for document, held in zip(documents, out, strict=True) if held],
    )


def _softmax(scores: Floats) -> Floats:
    raised: Floats = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return result
