"""What a client did wrong, in words and with a stable number: the first three digits are the HTTP status."""

from collections.abc import Iterable
from dataclasses import dataclass

CODES: dict[str, int] = {
    "jurisdiction_missing": 40001,
    "service_code_missing": 40002,
    "location_missing": 40003,
    "coordinates": 40004,
    "outside": 40005,
    "address": 40006,
    "description": 40007,
    "attribute": 40008,
    "email": 40009,
    "phone": 40010,
    "media": 40011,
    "date": 40012,
    "date_range": 40013,
    "status": 40014,
    "page": 40015,
    "bbox": 40016,
    "token_missing": 40017,
    "update": 40018,
    "name": 40019,
    "refused": 40020,
    "idempotency_key": 40021,
    "unreadable": 40090,
    "api_key_missing": 40301,
    "api_key": 40302,
    "forbidden": 40303,
    "route": 40401,
    "jurisdiction": 40402,
    "service": 40403,
    "request": 40404,
    "token": 40405,
    "definition": 40406,
    "method": 40501,
    "too_large": 41301,
    "content_type": 41501,
    "limit": 42901,
    "server": 50001,
}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong; ``name`` is a key of ``CODES``."""

    name: str
    description: str

    @property
    def code(self) -> int:
        """The stable number."""
        return CODES[self.name]


class Faulty(Exception):  # noqa: N818 - what a client asked for and cannot have
    """A request that cannot be answered, with everything that is wrong with it."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("; ".join(fault.description for fault in faults))

    @property
    def status(self) -> int:
        """The HTTP status of the gravest fault: a missing right, then something that is not there, then the rest."""
        found = {fault.code // 100 for fault in self.faults}
        return next((status for status in (403, 404) if status in found), min(found))


def fault(name: str, description: str) -> Faulty:
    """One fault, to be raised."""
    return Faulty(Fault(name, description))


def raise_all(faults: Iterable[Fault]) -> None:
    """Raise ``Faulty`` when there is any."""
    if found := list(faults):
        raise Faulty(*found)
