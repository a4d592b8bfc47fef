"""Pictures that are drawn after their check was taken: the same flags as if they had been drawn before."""

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import uuid4

import pytest
from django.utils import timezone, translation

from inspection.check_street import NINE, make_street
from inspection.test_phash import drawn, saved
from plugins.threads import database_on_disk, together
from xiuhua.casework.actions import photo_copies, photos
from xiuhua.casework.models import Photo
from xiuhua.casework.refusals import CaseworkError
from xiuhua.foundation.events import verify
from xiuhua.foundation.models import Event
from xiuhua.inspection.actions.checks import submit_check
from xiuhua.inspection.facts import inspection_facts
from xiuhua.inspection.models import Check, PhotoBand


@pytest.fixture
def street(two_districts):
    return make_street(two_districts)


@pytest.fixture
def arrived(street, tmp_path):
    """A photo as it comes from the phone: kept, not drawn."""

    def make(seed=1, data=None):
        data, path = data or saved(drawn(seed)), tmp_path / "piece"
        path.write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        return photos.store_arrived(path, data, digest, key=uuid4(), user=street.inspector, at=NINE)

    return make


def draw(photo):
    return photo_copies.drawn(Photo.objects.get(pk=photo.pk))


def checks_of(street, shots):
    """A check for each of ``shots``, half an hour apart."""
    found = []
    for number, shot in enumerate(shots):
        seen = NINE + timedelta(minutes=30 * number)
        visit = street.visit if number == 0 else street.visit_to()
        found.append(
            street.check(
                visit=visit, began_at=seen - timedelta(minutes=5), seen_at=seen, photos=[(shot.key, None)],
                at=NINE + timedelta(hours=3),
            )
        )  # fmt: skip
    return found


def same(made):
    made.refresh_from_db()
    return [flag["with"] for flag in made.flags if flag["flag"] == "same_picture"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_same_picture_is_flagged_in_whatever_order_they_are_drawn(street, arrived, order):
    shots = [arrived(3), arrived(data=saved(drawn(3).resize((320, 240)), 60)), arrived(4)]
    first, again, other = checks_of(street, shots)
    assert [same(made) for made in (first, again, other)] == [[], [], []]
    for place in order:
        draw(shots[place])
    assert [same(made) for made in (first, again, other)] == [[], [str(first.key)], []]
    event = Event.objects.get(verb="check.flagged")
    assert (event.chain, event.after) == (f"inspection:check:{again.key}", {"flags": ["same_picture"]})
    assert not verify().breaks


def test_drawn_late_it_is_flagged_as_if_it_had_been_drawn_at_once(street, arrived):
    late = [arrived(5), arrived(data=saved(drawn(5), 50))]
    draw(late[0])
    first, again = checks_of(street, late)
    draw(late[1])
    assert same(again) == [str(first.key)]
    assert {row.photo.photo_id for row in PhotoBand.objects.all()} == {late[0].pk, late[1].pk}


def test_a_photo_drawn_before_its_check_is_looked_at_by_the_check(street, arrived):
    shots = [arrived(6), arrived(data=saved(drawn(6), 50))]
    for shot in shots:
        draw(shot)
    first, again = checks_of(street, shots)
    assert same(again) == [str(first.key)]
    assert not Event.objects.filter(verb="check.flagged").exists()


@pytest.mark.parametrize("before", [True, False])
def test_a_damaged_photo_is_a_flag_and_the_page_says_so(street, arrived, client, before):
    data = saved(drawn(7))
    shot = arrived(data=data[: len(data) // 2])
    if before:
        draw(shot)
    (made,) = checks_of(street, [shot])
    if not before:
        assert made.flags == []
        draw(shot)
    made.refresh_from_db()
    assert made.flags == [{"flag": "unreadable_photo", "figure": None, "with": str(shot.key)}]
    assert Event.objects.filter(verb="check.flagged").exists() is not before
    client.force_login(street.desk.people["assessor"])
    with translation.override("en"):
        page = client.get(f"/inspection/checks/{made.key}/", headers={"Accept-Language": "en"}).content.decode()
    assert "Unreadable photo" in page
    assert page.count("its file is damaged") == 2
    assert f"/photo/{shot.key}/thumb.jpg" not in page


def test_a_check_flagged_late_is_told_again_as_a_fact(street, arrived):
    shots = [arrived(8), arrived(8)]
    _first, again = checks_of(street, shots)
    since = timezone.now()
    for shot in shots:
        draw(shot)

    def told(since):
        rows = [row for batch in inspection_facts(since) for row in batch.to_pylist()]
        return {row["inspection"]: row["flags"] for row in rows}

    assert told(since) == {str(again.key): 1}
    assert len(told(None)) == 2
    assert told(datetime(2100, 1, 1, tzinfo=UTC)) == {}


@pytest.fixture
def busy(transactional_db, two_districts):
    return make_street(two_districts)


def test_two_senders_at_once_make_one_check(busy, tmp_path):
    with database_on_disk(tmp_path):
        sent = busy.sent(values={"whole": 2.0, "edges": 5.0, "pieces": 0.0})
        acts = [lambda: submit_check(sent, at=NINE + timedelta(hours=1)).pk for _one in range(3)]
        assert len(set(together(*acts, errors=CaseworkError))) == 1
        made = Check.objects.get()
        assert made.findings.count() == 3
        assert made.findings.exclude(case=None).count() == 1
        assert not verify().breaks
