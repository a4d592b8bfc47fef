"""Since when the services are as they are: the mark by which clients know that theirs are out of date."""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from xiuhua.casework.models import Service
from xiuhua.foundation.models import LayerVersion
from xiuhua.interop.open311.actions import KEY, mark_services


def changeset(services: Sequence[Service]) -> datetime:
    """The moment (UTC, whole seconds) at which the services were first seen as they are now.

    Whoever changed them, and wherever: what they tell is compared with what it was. A change always moves the mark on.
    """
    state = _state(services)
    known = LayerVersion.objects.filter(key=KEY, version=state).values_list("changed_at", flat=True).first()
    return known or mark_services(state)


def _state(services: Sequence[Service]) -> int:
    """What the services tell, as a number that the table of versions takes."""
    told = [
        [
            service.category.code_set.key, service.category.code_set.version, service.category.code,
            service.category.name_zh, service.category.name_en, service.category.class_zh, service.category.class_en,
            service.description_zh,
            service.description_en, service.keywords, service.questions,
        ]
        for service in services
    ]  # fmt: skip
    digest = sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).digest()
    return int.from_bytes(digest[:7]) or 1
