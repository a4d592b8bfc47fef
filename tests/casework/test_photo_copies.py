"""Photos of phones are acknowledged when their original is safe, and drawn afterwards: once, whoever asks first."""

import fcntl
import hashlib
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone, translation

from casework.conftest import furnish, make_calendar
from casework.pictures import HERE, encoded, opened, picture, tagged
from plugins.threads import database_on_disk, together
from xiuhua.casework import tasks
from xiuhua.casework.actions import photo_copies, retention, uploads
from xiuhua.casework.actions.photos import PhotoRefused
from xiuhua.casework.models import Case, Photo
from xiuhua.foundation.events import verify
from xiuhua.foundation.models import Event


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def sent(desk, data=None, key=None):
    """A photo as the phone of an inspector sends it, in one piece."""
    data, key = data or encoded(picture((2000, 1000)), exif=tagged(gps=HERE)), key or uuid4()
    uploads.receive(
        desk.people["near"], key, data, offset=0, size=len(data), sha256=hashlib.sha256(data).hexdigest()
    )  # fmt: skip
    return Photo.objects.get(key=key)


def damaged():
    """A JPEG whose header is whole and whose pixels end half way."""
    data = encoded(picture((400, 300)), quality=95)
    return data[: len(data) // 2]


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path.is_file())


def test_it_is_kept_with_all_that_its_header_tells_before_anything_is_drawn(desk, media):
    data = encoded(picture((2000, 1000)), exif=tagged(gps=HERE))
    photo = sent(desk, data)
    assert (media / photo.original).read_bytes() == data
    assert (photo.waiting, photo.copy, photo.thumbnail) == (True, "", "")
    assert (photo.width, photo.height, photo.sha256) == (2000, 1000, hashlib.sha256(data).hexdigest())
    assert (photo.lon, photo.lat) == pytest.approx((120.06, 31.7))
    assert files(media) == [photo.original]


def test_whoever_asks_first_has_it_drawn_and_the_next_finds_it(desk, client, media):
    photo = sent(desk)
    client.force_login(desk.people["near"])
    first = client.get(f"/photo/{photo.key}/thumb.jpg")
    assert opened(first.content).size == (320, 160)
    kept = files(media)
    assert len(kept) == 3
    assert opened(client.get(f"/photo/{photo.key}/copy.jpg").content).size == (1600, 800)
    assert client.get(f"/photo/{photo.key}/thumb.jpg").content == first.content
    assert files(media) == kept
    assert list(Event.objects.filter(chain=f"photo:{photo.key}").values_list("verb", flat=True)) == [
        "photo.stored", "photo.drawn",
    ]  # fmt: skip
    assert not verify().breaks


def test_nobody_has_a_photo_drawn_that_they_may_not_see(desk, client, media):
    photo = sent(desk)
    assert client.get(f"/photo/{photo.key}/thumb.jpg").status_code == 404
    assert files(media) == [photo.original]


def test_what_waits_is_drawn_behind_the_requests_once_nothing_arrives(desk):
    photos = [sent(desk) for _one in range(3)]
    now = timezone.now()
    assert photo_copies.draw_waiting(now) == 0
    assert photo_copies.draw_waiting(now + photo_copies.QUIET + timedelta(seconds=1)) == 3
    assert photo_copies.draw_waiting(now + timedelta(hours=1)) == 0
    for photo in photos:
        photo.refresh_from_db()
        assert (photo.waiting, photo.copy != "", photo.thumbnail != "") == (False, True, True)


def test_one_that_has_waited_too_long_is_drawn_while_others_arrive(desk):
    old = sent(desk)
    Photo.objects.filter(pk=old.pk).update(received_at=timezone.now() - photo_copies.PATIENCE)
    sent(desk)
    assert tasks.draw_photos.call() == 2


def test_what_somebody_draws_at_this_moment_is_left_to_them(desk, media):
    photo = sent(desk)
    with (media / photo.original).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert photo_copies.draw_waiting(timezone.now() + timedelta(hours=1)) == 0
    assert photo_copies.draw_waiting(timezone.now() + timedelta(hours=1)) == 1


def test_a_damaged_one_says_so_and_is_tried_no_more(desk, client, media):
    photo = sent(desk, damaged())
    assert photo_copies.draw_waiting(timezone.now() + timedelta(hours=1)) == 1
    photo.refresh_from_db()
    assert (photo.waiting, photo.unreadable, photo.copy) == (False, True, "")
    assert Event.objects.filter(chain=f"photo:{photo.key}", verb="photo.unreadable").count() == 1
    client.force_login(desk.people["near"])
    assert client.get(f"/photo/{photo.key}/copy.jpg").status_code == 404
    assert photo_copies.draw_waiting(timezone.now() + timedelta(hours=1)) == 0
    assert (media / photo.original).is_file()


def test_the_page_of_the_case_says_that_it_is_damaged(desk, client):
    case = desk.case(at=timezone.now())
    photo = sent(desk, damaged())
    Photo.objects.filter(pk=photo.pk).update(case=case, stage="before")
    photo_copies.drawn(Photo.objects.get(pk=photo.pk))
    client.force_login(desk.people["dispatcher"])
    with translation.override("en"):
        page = client.get(f"/cases/{case.number}/", headers={"Accept-Language": "en"}).content.decode()
    assert "could not be drawn" in page
    assert f"/photo/{photo.key}/thumb.jpg" not in page


def test_what_is_no_photo_is_refused_at_once_and_leaves_nothing(desk, media):
    with pytest.raises(PhotoRefused):
        sent(desk, b"<svg/>")
    assert not Photo.objects.exists()
    assert [path.stat().st_size for path in (media / "partial").rglob("*") if path.is_file()] == [0]


def test_one_let_go_of_while_it_is_drawn_leaves_no_file(desk, media, monkeypatch):
    photo = sent(desk)
    real = photo_copies.draw

    def drawn_late(data):
        Photo.objects.all().delete()
        return real(data)

    monkeypatch.setattr(photo_copies, "draw", drawn_late)
    photo_copies.drawn(photo)
    assert files(media) == [photo.original]


def test_without_its_original_a_waiting_one_is_passed_over(desk, client, media):
    photo, other = sent(desk), sent(desk)
    (media / photo.original).unlink()
    assert photo_copies.draw_waiting(timezone.now() + timedelta(hours=1)) == 1
    other.refresh_from_db()
    assert not other.waiting
    client.force_login(desk.people["near"])
    assert client.get(f"/photo/{photo.key}/thumb.jpg").status_code == 404


def test_it_is_drawn_before_its_original_goes(desk):
    case = desk.case(at=timezone.now())
    photo = sent(desk)
    Photo.objects.filter(pk=photo.pk).update(case=case)
    later = timezone.now() + timedelta(days=retention.ORIGINAL_DAYS + 1)
    Case.objects.filter(pk=case.pk).update(state="closed")
    assert retention.tidy(later).originals == 1
    photo.refresh_from_db()
    assert (photo.original, photo.waiting, photo.copy != "") == ("", False, True)


def test_a_piece_that_waited_is_not_written_into_what_became_an_original(desk, media, tmp_path):
    key = uuid4()
    near = desk.people["near"]
    uploads.receive(near, key, b"x" * 10, offset=0, size=30, sha256="0" * 64)
    path, original = uploads._path(near, key), tmp_path / "original"
    outcome = []

    def late():
        with uploads._opened(path) as file:
            file.write(b"y" * 5)
        outcome.append(path.read_bytes())

    with path.open("a+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        thread = threading.Thread(target=late)
        thread.start()
        path.rename(original)
    thread.join()
    assert original.read_bytes() == b"x" * 10
    assert outcome == [b"y" * 5]


@pytest.fixture
def busy(transactional_db, two_districts):
    make_calendar()
    return furnish(two_districts[0])


def test_two_who_ask_at_once_have_it_drawn_once(busy, media, tmp_path):
    with database_on_disk(tmp_path):
        photo = sent(busy)
        looks = [lambda: photo_copies.drawn(Photo.objects.get(pk=photo.pk)).copy for _one in range(3)]
        copies = together(*looks, errors=PhotoRefused)
        assert len(set(copies)) == 1
        assert len(files(media)) == 3
        assert Event.objects.filter(verb="photo.drawn").count() == 1
