"""Rows as objects and objects as rows: the same as Django makes them, of every table and column of the platform."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models.signals import post_init

from xiuhua.foundation.models import Event, Schedule
from xiuhua.foundation.rows import adapted, adapters_of, object_of, with_adapters, written

AT = datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC)
SAMPLES = (
    None, "", "绣花 it's", 0, 7, -3, 2**31 - 1, True, False, 0.0, -0.5, 1e300, AT, AT.replace(microsecond=0),
    AT.astimezone(timezone(timedelta(hours=8))), [1, "二"], {"a": None},
)  # fmt: skip
pytestmark = pytest.mark.django_db

FIELDS = [field for model in apps.get_models() for field in model._meta.concrete_fields]


def test_values_are_adapted_as_save_adapts_them():
    tried = 0
    for field in FIELDS:
        adapters = adapters_of(field, connection)
        for value in SAMPLES:
            if type(value) in adapters:
                found = adapted(((field, adapters),), [value], connection)[0]
                expected = field.get_db_prep_save(value, connection)
                assert (found, type(found)) == (expected, type(expected)), (field, value)
                tried += 1
    assert tried > 2 * len(FIELDS)


def test_what_is_seen_when_saved_goes_the_way_of_django():
    stamped = [field for field in FIELDS if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False)]
    files = [field for field in FIELDS if isinstance(field, (models.FileField, models.JSONField))]
    assert files
    assert not any(adapters_of(field, connection) for field in [*stamped, *files])


def test_a_number_that_is_true_is_not_taken_for_a_number():
    field = Event._meta.get_field("sequence")
    assert bool not in adapters_of(field, connection)


def test_an_object_is_made_as_from_db_makes_it():
    Schedule.objects.all().delete()
    Schedule.objects.create(name="n", task="t", every_seconds=60, zone="UTC", next_at=AT)
    names = [field.attname for field in Schedule._meta.concrete_fields]
    values = list(Schedule.objects.values_list(*names).get())
    made, expected = object_of(Schedule, "default", names, values), Schedule.objects.get()
    assert (made, made.__dict__.keys()) == (expected, expected.__dict__.keys())
    assert {name: getattr(made, name) for name in names} == {name: getattr(expected, name) for name in names}
    assert (made._state.adding, made._state.db) == (False, "default")
    made.every_seconds = 90
    made.save()
    assert Schedule.objects.get().every_seconds == 90


def test_with_less_than_all_columns_the_rest_is_deferred():
    made = object_of(Event, "default", ["id", "chain"], [4, "c"])
    assert (made.chain, made.get_deferred_fields() >= {"verb", "actor"}) == ("c", True)


def test_who_watches_objects_being_made_sees_them():
    class Watched(models.Model):
        name = models.CharField(max_length=5)

        class Meta:
            app_label = "foundation"
            managed = False

        def __str__(self):
            return self.name

    seen = []

    def watch(instance, **_kwargs):
        seen.append(instance.name)

    post_init.connect(watch, sender=Watched)
    try:
        object_of(Watched, "default", ["id", "name"], [1, "甲"])
    finally:
        post_init.disconnect(watch, sender=Watched)
        del apps.all_models["foundation"]["watched"]
        apps.clear_cache()
    assert seen == ["甲"]


def test_a_default_that_was_never_set_is_what_the_field_says():
    row = Event(chain="c", sequence=1, at=AT, actor="甲", verb="v", subject="s", after=None, previous="", digest="")
    fields = [field for field in Event._meta.concrete_fields if not field.primary_key]
    ours = written(with_adapters(fields, connection), row, connection)
    theirs = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    assert [repr(value) for value in ours] == [repr(value) for value in theirs]
