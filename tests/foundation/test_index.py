import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import transaction

from xiuhua.foundation import index, layers
from xiuhua.foundation.index import LayerCache
from xiuhua.foundation.layers import Stamp
from xiuhua.foundation.models import LayerVersion


class Counting:
    """A loader that counts its calls."""

    def __init__(self):
        self.calls = []

    def __call__(self, key, version):
        self.calls.append((key, version))
        return f"{key}#{len(self.calls)}"


@pytest.fixture
def as_in_service(monkeypatch):
    """Ask the database once a second, with nothing seen yet, as a new process does."""
    monkeypatch.setattr(layers, "_seen", {})
    monkeypatch.setattr(index, "CHECK_SECONDS", 1.0)


@pytest.mark.django_db
def test_a_value_is_kept_until_its_layer_changes():
    load = Counting()
    cache = LayerCache(load)
    layers.bump("d:areas")
    layers.bump("e:areas")
    assert [cache.get("d:areas") for _ in range(3)] == ["d:areas#1"] * 3
    assert cache.get("e:areas") == "e:areas#2"
    layers.bump("d:areas")
    assert (cache.get("d:areas"), cache.get("e:areas")) == ("d:areas#3", "e:areas#2")
    assert load.calls == [("d:areas", 1), ("e:areas", 1), ("d:areas", 2)]


@pytest.mark.django_db
def test_a_change_of_any_named_layer_reloads():
    cache = LayerCache(Counting())
    layers.bump("d:duties")
    assert [cache.get("d:duties", "d:organisations") for _ in range(2)] == ["d:duties#1"] * 2
    layers.bump("d:organisations")
    assert [cache.get("d:duties", "d:organisations") for _ in range(2)] == ["d:duties#2"] * 2


@pytest.mark.django_db
def test_what_never_came_through_the_door_is_not_kept():
    cache = LayerCache(Counting())
    assert (cache.get("d:x"), cache.get("d:x")) == ("d:x#1", "d:x#2")


@pytest.mark.django_db
def test_a_rolled_back_change_is_forgotten():
    cache = LayerCache(Counting())
    layers.bump("d:areas")
    assert cache.get("d:areas") == "d:areas#1"
    with transaction.atomic():
        layers.bump("d:areas")
        assert cache.get("d:areas") == "d:areas#2"
        transaction.set_rollback(True)
    assert cache.get("d:areas") == "d:areas#1"
    layers.bump("d:areas")  # the same number as the one rolled back
    assert cache.get("d:areas") == "d:areas#3"


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_the_database_is_asked_once_a_second(
    as_in_service, monkeypatch, django_assert_num_queries
):
    now = [100.0]
    monkeypatch.setattr(layers.time, "monotonic", lambda: now[0])
    cache = LayerCache(Counting())
    layers.bump("d:areas")
    with django_assert_num_queries(1):
        assert [cache.get("d:areas") for _ in range(5)] == ["d:areas#1"] * 5
    LayerVersion.objects.filter(key="d:areas").update(version=7)  # as another process does it
    now[0] += 0.9
    assert cache.get("d:areas") == "d:areas#1"
    now[0] += 0.2
    assert cache.get("d:areas") == "d:areas#2"
    layers.bump("d:areas")
    assert cache.get("d:areas") == "d:areas#3"


def test_many_threads_share_one_load(monkeypatch):
    # The stamp is given, so that no thread opens a database of its own.
    monkeypatch.setattr(layers, "stamp", lambda _key, _age: Stamp(1, datetime(2026, 1, 1, tzinfo=UTC)))
    together, calls = threading.Barrier(4), []

    def load(key, version):
        calls.append(version)
        return object()

    cache = LayerCache(load)

    def ask(_number):
        together.wait(timeout=30)
        return cache.get("d:areas")

    with ThreadPoolExecutor(4) as pool:
        values = list(pool.map(ask, range(4)))
    assert calls == [1]
    assert len(set(map(id, values))) == 1


@pytest.mark.django_db
def test_what_is_forgotten_is_loaded_again():
    cache = LayerCache(Counting())
    layers.bump("d:areas")
    assert cache.get("d:areas") == "d:areas#1"
    cache.forget()
    assert cache.get("d:areas") == "d:areas#2"
