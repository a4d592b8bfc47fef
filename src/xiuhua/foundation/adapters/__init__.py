"""Ways out of the outbox. An adapter checks addresses at the door and sends one message to one address.

Further rooms register theirs when Django starts (``AppConfig.ready``).
"""

from typing import Protocol

from django.utils.translation import gettext as _

from xiuhua.foundation.models import OutboxMessage


class PermanentError(Exception):
    """Sending failed in a way that trying again cannot mend."""


class Adapter(Protocol):
    """One way out. A message may come twice (see its ``key``): the receiver must be able to tell."""

    def check(self, address: str) -> None:
        """Raise ``ValueError`` when nothing can ever be sent to ``address``."""

    def send(self, message: OutboxMessage, address: str) -> None:
        """Send, or raise: ``PermanentError`` to give up, anything else to be tried again."""


_adapters: dict[str, Adapter] = {}


def register(name: str, adapter: Adapter) -> None:
    """Offer ``adapter`` to targets ``"<name>:<address>"``."""
    _adapters[name] = adapter


def resolve(target: str) -> tuple[Adapter, str]:
    """The adapter and the address of ``target``. Raises ``ValueError`` when either cannot be."""
    name, colon, address = target.partition(":")
    if not colon or name not in _adapters:
        known = ", ".join(f"{known}:..." for known in sorted(_adapters))
        raise ValueError(
            _("Target %(target)r has no known way out: write %(known)s") % {"target": target, "known": known}
        )
    _adapters[name].check(address)
    return _adapters[name], address
