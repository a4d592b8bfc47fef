"""Several rows and an event in one go: keys, references, and a chain that verifies."""

import pytest
from django.db import transaction

from xiuhua.city.models import District
from xiuhua.foundation import events
from xiuhua.foundation.models import Event
from xiuhua.foundation.together import Update, write


@pytest.mark.django_db(transaction=True)
def test_rows_refer_to_one_another_and_the_event_verifies(two_districts):
    old = two_districts[0]
    first = District(code="990009", name_zh="新区", name_en="New")
    second = District(code="990010", name_zh="邻区", name_en="Next")
    event = events.drawn_up(
        chain="sample:1",
        verb="sample.made",
        actor="tester",
        subject="city.district:990009",
        after={"文": [1, 0.5, None]},
    )
    events.record(chain="sample:1", verb="sample.begun", actor="tester", subject="city.district:990009")
    with transaction.atomic():
        write([Update(District, old.pk, {"name_en": "Changed"})], [first, second], event)
    assert District.objects.get(code="990009").pk == first.pk
    assert District.objects.get(code="990010").pk == second.pk
    assert District.objects.get(pk=old.pk).name_en == "Changed"
    kept = Event.objects.get(chain="sample:1", sequence=2)
    assert (kept.pk, kept.digest, kept.previous) == (event.pk, event.digest, event.previous)
    assert events.verify("sample:1").breaks == []
