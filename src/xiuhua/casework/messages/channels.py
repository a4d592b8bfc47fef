"""Ways to reach a person: e-mail, and gateways for SMS and WeChat, behind one interface."""

import hashlib
import smtplib
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from xiuhua.casework.messages.gateways import Gateway
from xiuhua.casework.messages.letters import Letter
from xiuhua.casework.models import Follower
from xiuhua.foundation.adapters import PermanentError

# From here on a mail server means what it says; below it may be asked again.
_FOR_GOOD = 500


class Channel(Protocol):
    """One way to reach a person."""

    def ready(self) -> bool:
        """Whether the settings say how to send."""

    def address(self, follower: Follower) -> str:
        """Where the follower is reached this way; empty where not. ``user`` is read with the follower."""

    def send(self, letter: Letter, address: str) -> None:
        """Send, or raise: ``PermanentError`` to give up, anything else to be tried again."""


class Mail:
    """E-mail through the mail server of the settings."""

    def ready(self) -> bool:
        """Whether there is a mail server."""
        return bool(settings.MAIL_HOST)

    def address(self, follower: Follower) -> str:
        """The address that was given, else that of the account."""
        return follower.email or (follower.user.email if follower.user else "")

    def send(self, letter: Letter, address: str) -> None:
        """Send a plain text. A mail that comes twice has the same ``Message-ID``."""
        digest = hashlib.sha256(f"{letter.key} {address}".encode()).hexdigest()[:32]
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("<> ") or "localhost"
        headers = {"Message-ID": f"<{digest}@{domain}>", "Auto-Submitted": "auto-generated"}
        if letter.stop:
            headers["List-Unsubscribe"] = f"<{letter.stop}>"
        try:
            EmailMessage(" ".join(letter.subject.split()), letter.text, to=[address], headers=headers).send()
        except smtplib.SMTPRecipientsRefused as refused:
            if all(code >= _FOR_GOOD for code, _words in refused.recipients.values()):
                raise PermanentError(
                    _("The mail server takes nothing for this address: %(why)s") % {"why": refused}
                ) from None
            raise


class Phone:
    """Messages to a telephone number, handed to the gateway ``name`` of the settings."""

    def __init__(self, name: str) -> None:
        self.name = name

    def ready(self) -> bool:
        """Whether the gateway is set up."""
        return self.name in settings.XIUHUA_GATEWAYS

    def address(self, follower: Follower) -> str:
        """The number that was given; a gateway for WeChat knows which account belongs to it."""
        return follower.phone

    def send(self, letter: Letter, address: str) -> None:
        """Hand the message over."""
        Gateway.of(self.name).hand_over(letter, address)


CHANNELS: dict[str, Channel] = {"mail": Mail(), "sms": Phone("sms"), "wechat": Phone("wechat")}
