"""Streams: facts that machines send in batches, what their rows hold and how a row of JSON becomes one.

A stream is registered as rooms register facts; its rows lie in partitions of a day instead of a month.
"""

from dataclasses import dataclass

import pyarrow as pa

from xiuhua.foundation.facts import column


@dataclass(frozen=True)
class Stream:
    """One kind of telemetry: ``key`` names a row, ``at`` is the column of its instant (microseconds, UTC).

    The column ``district`` is not sent: the door fills it in from the address.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    at: str
    schema: pa.Schema


_streams: dict[str, Stream] = {}


def register_stream(stream: Stream) -> None:
    """Declare a stream. Raises ``ValueError`` where its key or its instant is no column, or its name is taken."""
    if stream.name in _streams and _streams[stream.name] != stream:
        raise ValueError(f"stream {stream.name} is declared twice")
    if missing := {"district", *stream.key, stream.at} - set(stream.schema.names):
        raise ValueError(f"stream {stream.name} has no column {min(missing)}")
    if stream.schema.field(stream.at).type != pa.timestamp("us", tz="UTC"):
        raise ValueError(f"column {stream.at} of stream {stream.name} must be microseconds in UTC")
    _streams[stream.name] = stream


def streams() -> dict[str, Stream]:
    """Every stream by its name."""
    return dict(_streams)


# Integers where sums must agree between engines: coordinates in ten-millionths of a degree, speeds in centimetres.
PING = Stream(
    "ping", "one position of one vehicle", ("district", "vehicle", "at"), "at",
    pa.schema([
        column("district", pa.string(), "code of the district"),
        column("vehicle", pa.string(), "code of the vehicle"),
        column("at", pa.timestamp("us", tz="UTC"), "when the device was there"),
        column("lon_e7", pa.int32(), "longitude, WGS-84", unit="1e-7 degree"),
        column("lat_e7", pa.int32(), "latitude, WGS-84", unit="1e-7 degree"),
        column("speed_cms", pa.int32(), "speed that the device measured", unit="cm/s", nullable=True),
        column("heading_cdeg", pa.int32(), "heading, clockwise from north", unit="0.01 degree", nullable=True),
        column("working", pa.bool_(), "whether the work signal is on", nullable=True),
    ]),
)  # fmt: skip
register_stream(PING)
