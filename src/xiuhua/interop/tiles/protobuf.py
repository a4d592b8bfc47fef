"""The few pieces of the protobuf wire format that a vector tile needs, for whole arrays at a time.

Source: the protocol buffers encoding guide (base 128 varints, zigzag, length-delimited fields).
"""

import struct

import numpy as np
import numpy.typing as npt

type Ints = npt.NDArray[np.int64]
type Bytes = npt.NDArray[np.uint8]

LENGTH_DELIMITED = 2
LOW_BITS = 0x7F
LONGEST = 9  # bytes of the largest int64


def varint(value: int) -> bytes:
    """One unsigned integer, low groups of seven bits first."""
    out = bytearray()
    while value > LOW_BITS:
        out.append(value & LOW_BITS | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def zigzag(value: int) -> int:
    """A signed integer as an unsigned one that is small when the value is near zero."""
    return value << 1 if value >= 0 else (-value << 1) - 1


def field(number: int, data: bytes) -> bytes:
    """A length-delimited field: string, bytes or message."""
    return varint(number << 3 | LENGTH_DELIMITED) + varint(len(data)) + data


def double(number: int, value: float) -> bytes:
    """A field with a 64-bit float."""
    return varint(number << 3 | 1) + struct.pack("<d", value)


def sizes(values: Ints) -> Ints:
    """How many bytes each of the non-negative ``values`` takes as a varint."""
    size = np.ones(values.shape, dtype=np.uint8)
    for groups in range(1, LONGEST):
        larger = values >= 1 << (7 * groups)
        if not larger.any():
            break
        size += larger.view(np.uint8)
    return size.astype(np.int64)


def varints(values: Ints) -> bytes:
    """The non-negative ``values`` one after another."""
    size = sizes(values)
    at = np.cumsum(size) - size
    out: Bytes = np.empty(int(size.sum()), dtype=np.uint8)
    long = size > 1
    out[at] = (values.astype(np.uint8) & LOW_BITS) | (long.view(np.uint8) << 7)
    more = np.flatnonzero(long)
    place = 1
    while more.size:
        rest = values[more] >> (7 * place)
        longer = size[more] > place + 1
        out[at[more] + place] = (rest & LOW_BITS) | (longer << 7)
        more = more[longer]
        place += 1
    return out.tobytes()
