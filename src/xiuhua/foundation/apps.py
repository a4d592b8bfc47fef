"""Registers the room with Django, and its ways out of the outbox."""

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "xiuhua.foundation"
    label = "foundation"

    def ready(self) -> None:
        """Offer the adapters that need nothing but this machine and a mail server, and the parts of addresses."""
        from xiuhua.foundation.adapters import register
        from xiuhua.foundation.adapters.email import EmailAdapter
        from xiuhua.foundation.adapters.file import FileAdapter
        from xiuhua.foundation.addresses import register_parts

        register_parts()
        register("file", FileAdapter())
        register("email", EmailAdapter())
