"""The digest by which a picture is known again after it was made smaller or saved anew. Pure computation.

A difference hash of 64 bits: the picture in grey at 9 x 8 points, one bit for each point that is darker than its
right neighbour (Krawetz, "Kind of like that", 2013). Written as 16 hexadecimal digits; empty for a picture without
contrast, which is like every other such picture.
"""

import io
from itertools import pairwise

import numpy as np
from PIL import Image

# Bits by which two digests may differ and still be of one picture.
NEAR = 5
# One more than NEAR: of two digests that differ in NEAR bits at most, one band at least is the same.
BANDS = 6
_WIDTH, _HEIGHT, _BITS = 9, 8, 64
# Bits of the longest piece.
_PIECE = 11
# Grey levels between the darkest and the lightest point, below which there is nothing to compare.
_CONTRAST = 8


def digest(data: bytes) -> str:
    """The digest of a picture file that Pillow reads. Raises ``OSError`` for what is no picture."""
    image = Image.open(io.BytesIO(data))
    # A JPEG is decoded at a fraction of its size.
    image.draft("L", (_WIDTH * 8, _HEIGHT * 8))
    small = image.convert("L").resize((_WIDTH, _HEIGHT), Image.Resampling.BOX)
    grey = np.asarray(small, dtype=np.int16)
    if int(grey.max()) - int(grey.min()) < _CONTRAST:
        return ""
    bits = grey[:, :-1] < grey[:, 1:]
    return np.packbits(bits.ravel()).tobytes().hex()


def distance(one: str, other: str) -> int:
    """In how many of 64 bits two digests differ; 64 where one is empty."""
    if not one or not other:
        return _BITS
    return (int(one, 16) ^ int(other, 16)).bit_count()


def bands(digest: str) -> list[int]:
    """The numbers by which the digest is found: each of ``BANDS`` pieces of it with its place; none of an empty one.

    Below 2**15: six places and pieces of 10 or 11 bits.
    """
    if not digest:
        return []
    value, edges = int(digest, 16), [_BITS * number // BANDS for number in range(BANDS + 1)]
    return [
        (place << _PIECE) | ((value >> (_BITS - end)) & ((1 << (end - start)) - 1))
        for place, (start, end) in enumerate(pairwise(edges))
    ]
