"""What is sent with files is turned away at the door when it is too large, before any of it fills the disk."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext as _


class TooMuch(RequestDataTooBig):
    """More was sent at once than is taken; the words say how much is."""


class Gate(FileUploadHandler):
    """Lets requests of at most ``XIUHUA_UPLOAD_MB`` through to the handlers behind it."""

    def handle_raw_input(
        self, input_data: Any, meta: dict[str, str], content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        """Raise ``TooMuch`` by the length that the request announces; no more than that is ever read."""
        if content_length > settings.XIUHUA_UPLOAD_MB * 1024 * 1024:
            raise TooMuch(
                _("More than %(most)s MB were sent at once: send fewer or smaller files.")
                % {"most": settings.XIUHUA_UPLOAD_MB}
            )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand every piece on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers behind."""
