"""Change single things by hand: a component's state and bodies, one duty. Each change is one event."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.city.actions.duties import FIELDS as DUTY_FIELDS
from xiuhua.city.actions.duties import Known, read_row
from xiuhua.city.actions.references import Refused
from xiuhua.city.area_index import local_day
from xiuhua.city.layers import version_key
from xiuhua.city.models import Component, District, Duty
from xiuhua.foundation import layers
from xiuhua.foundation.events import record

COMPONENT_FIELDS = ("state", "competent_id", "owner_id", "maintainer_id")


class ChangedMeanwhile(Exception):  # noqa: N818 - it is an answer, not a fault
    """Somebody else changed the thing after the form was opened; nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody changed this after you opened the form. Nothing was saved: read the new values and try again.")
        )


def fingerprint(item: models.Model) -> str:
    """A short digest of everything that a form can change: equal as long as nobody changed it."""
    fields = COMPONENT_FIELDS if isinstance(item, Component) else DUTY_FIELDS
    text = json.dumps(_values(item, fields), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def change_component(identity: int, *, seen: str, changes: Mapping[str, Any], actor: str) -> Component:
    """Set the state and the bodies (ids) of a component; ``seen`` is the fingerprint that the form was made of.

    Raises ChangedMeanwhile. Writing what is there already writes nothing.
    """
    with transaction.atomic():
        item = Component.objects.select_for_update(of=("self",)).select_related("district").get(pk=identity)
        if fingerprint(item) != seen:
            raise ChangedMeanwhile
        before = _values(item, COMPONENT_FIELDS)
        for name in COMPONENT_FIELDS:
            setattr(item, name, changes[name])
        after = _values(item, COMPONENT_FIELDS)
        if before == after:
            return item
        item.changed_on = local_day(item.district, timezone.now())
        item.save(update_fields=[*COMPONENT_FIELDS, "changed_on"])
        layers.bump(version_key(item.district.code, "components"))
        record(
            chain=f"layer:{item.district.code}:components",
            verb="component.changed",
            actor=actor,
            subject=f"city.components:{item.district.code}:{item.code}",
            before=_differing(before, after),
            after=_differing(after, before),
        )
    return item


def create_duty(district: District, row: Mapping[str, Any], *, actor: str) -> Duty:
    """Add one duty; ``row`` is as in ``load_duties``. Raises Refused."""
    with transaction.atomic():
        code = str(row["code"])
        if Duty.objects.filter(district=district, code=code).exists():
            raise Refused("code", code, _("a duty with this code exists"), _("choose another code or change that duty"))
        duty = Duty(district=district, code=code, **read_row(Known(district), dict(row), code, ()))
        duty.save(force_insert=True)
        _tell(duty, "duty.created", actor, before=None, after=_values(duty, DUTY_FIELDS))
    return duty


def change_duty(identity: int, row: Mapping[str, Any], *, seen: str, actor: str) -> Duty:
    """Set everything but the code of a duty. Raises Refused, ChangedMeanwhile."""
    with transaction.atomic():
        duty = _opened(identity, seen)
        before = _values(duty, DUTY_FIELDS)
        for name, value in read_row(Known(duty.district), dict(row), duty.code, ()).items():
            setattr(duty, name, value)
        after = _values(duty, DUTY_FIELDS)
        if before == after:
            return duty
        duty.save(update_fields=[*DUTY_FIELDS])
        _tell(duty, "duty.changed", actor, before=_differing(before, after), after=_differing(after, before))
    return duty


def end_duty(identity: int, *, seen: str, last_day: date, actor: str) -> Duty:
    """Let a duty end with ``last_day``; it stays on record. Raises Refused, ChangedMeanwhile."""
    with transaction.atomic():
        duty = _opened(identity, seen)
        before = _values(duty, ("valid_to",))
        duty.valid_to = last_day + timedelta(days=1)
        if duty.valid_from and duty.valid_to <= duty.valid_from:
            raise Refused(
                "last_day", last_day, _("the duty would end before it begins"), _("choose a day from its first day on")
            )
        duty.save(update_fields=["valid_to"])
        _tell(duty, "duty.ended", actor, before=before, after=_values(duty, ("valid_to",)))
    return duty


def _opened(identity: int, seen: str) -> Duty:
    duty = Duty.objects.select_for_update(of=("self",)).select_related("district").get(pk=identity)
    if fingerprint(duty) != seen:
        raise ChangedMeanwhile
    return duty


def _tell(duty: Duty, verb: str, actor: str, *, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    layers.bump(version_key(duty.district.code, "duties"))
    record(
        chain=f"duties:{duty.district.code}",
        verb=verb,
        actor=actor,
        subject=f"city.duties:{duty.district.code}:{duty.code}",
        before=before,
        after=after,
    )


def _values(item: models.Model, fields: tuple[str, ...]) -> dict[str, Any]:
    return {name: _plain(getattr(item, name)) for name in fields}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _differing(values: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value != other[name]}
