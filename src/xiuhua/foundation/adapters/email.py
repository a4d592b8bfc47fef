"""Messages as e-mail, through the mail server of Django's settings."""

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from xiuhua.foundation.adapters import PermanentError
from xiuhua.foundation.models import OutboxMessage


class EmailAdapter:
    """The address is an e-mail address; the payload holds ``subject`` and ``text``."""

    def check(self, address: str) -> None:
        """Raise ``ValueError`` for what is no e-mail address."""
        try:
            validate_email(address)
        except ValidationError:
            raise ValueError(
                _("%(address)r is no e-mail address: write name@example.org.") % {"address": address}
            ) from None

    def send(self, message: OutboxMessage, address: str) -> None:
        """Send the mail with topic and key in its headers, so that a mail that comes twice can be told."""
        subject, text = message.payload.get("subject"), message.payload.get("text")
        if not isinstance(subject, str) or not isinstance(text, str):
            raise PermanentError(_("The payload has no subject or no text: an e-mail needs both."))
        headers = {"X-Xiuhua-Topic": message.topic, "X-Xiuhua-Key": message.key}
        EmailMessage(" ".join(subject.split()), text, to=[address], headers=headers).send()
