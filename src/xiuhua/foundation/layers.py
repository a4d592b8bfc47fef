"""Versions of map layers: writers bump, caches compare."""

from django.db.models import F

from xiuhua.foundation.models import LayerVersion


def bump(key: str) -> None:
    """Mark layer ``key`` (``"<district code>:<layer>"``) as changed, inside the caller's transaction."""
    _, created = LayerVersion.objects.get_or_create(key=key)
    if not created:
        row = LayerVersion.objects.get(key=key)
        row.version = F("version") + 1
        row.save()


def version(key: str) -> int:
    """The current version of layer ``key``; 0 when nothing was ever loaded."""
    return LayerVersion.objects.filter(key=key).values_list("version", flat=True).first() or 0
