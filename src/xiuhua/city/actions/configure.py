"""Change the configuration of a district by hand: names, vocabulary, code sets, how long an area is valid."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.forms.models import model_to_dict

from xiuhua.city.layers import LAYERS, version_key
from xiuhua.city.models import Area, Code, CodeSet, District, Kind
from xiuhua.foundation import layers
from xiuhua.foundation.events import record

type Configured = District | Kind | CodeSet | Code | Area


def configure(item: Configured, *, actor: str) -> None:
    """Write a checked ``item`` with its event; layers that show it count as changed.

    Writing what is there already writes nothing.
    """
    model = type(item)
    with transaction.atomic():
        stored = model._default_manager.select_for_update().filter(pk=item.pk).first() if item.pk else None
        before, after = (_plain(stored) if stored else None), _plain(item)
        if before == after:
            return
        item.save()
        for key in _shown_by(item):
            layers.bump(key)
        record(
            chain="city:configuration",
            verb=f"{model._meta.model_name}.{'changed' if stored else 'created'}",
            actor=actor,
            subject=f"city.{model._meta.model_name}:{_name(item)}",
            before=before and {name: value for name, value in before.items() if value != after[name]},
            after={name: value for name, value in after.items() if before is None or value != before[name]},
        )


def _plain(item: Configured) -> dict[str, Any]:
    encoder = DjangoJSONEncoder()
    values = model_to_dict(item)
    return {
        name: value if isinstance(value, (str, int, float, bool, type(None))) else encoder.default(value)
        for name, value in values.items()
        if name not in {"id", "geom"}
    }


def _name(item: Configured) -> str:
    if isinstance(item, Kind):
        return f"{item.domain}:{item.key}"
    if isinstance(item, Code):
        return f"{item.code_set}:{item.code}"
    if isinstance(item, Area):
        return f"{item.district.code}:{item.kind}:{item.code}"
    return item.code if isinstance(item, District) else str(item)


def _shown_by(item: Configured) -> list[str]:
    """The versions that must move: areas and duties by kinds and areas, components by their categories."""
    if isinstance(item, Area):
        return [version_key(item.district.code, key) for key in ("areas", "duties")]
    districts = District.objects.values_list("code", flat=True)
    if isinstance(item, Kind):
        return [version_key(code, key) for code in districts for key in (*LAYERS, "duties")]
    if isinstance(item, Code | CodeSet):
        return [version_key(code, key) for code in districts for key in ("components", "duties")]
    return [version_key(item.code, key) for key in ("areas", "duties")]
