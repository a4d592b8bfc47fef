"""Photos of real cameras and telephones: every orientation, HEIC, broken tags."""

from datetime import UTC, datetime

import pytest

from casework.pictures import opened
from xiuhua.casework.photos import prepare

pytestmark = pytest.mark.real


@pytest.fixture
def uploads(shared_data):
    return shared_data / "uploads"


@pytest.mark.parametrize("shape", ["landscape", "portrait"])
def test_all_orientations_of_one_picture_look_the_same(uploads, shape):
    """The same scene was stored in eight ways; upright they differ by little but the number written into it."""
    small = []
    for number in range(1, 9):
        found = prepare((uploads / "orientation" / f"{shape}_{number}.jpg").read_bytes())
        assert (found.width > found.height) == (shape == "landscape")
        image = opened(found.copy)
        assert image.size == (found.width, found.height)
        small.append(image.convert("L").resize((12, 12)).tobytes())
    for other in small[1:]:
        assert sum(abs(a - b) for a, b in zip(small[0], other, strict=True)) / len(other) < 12


@pytest.mark.parametrize(
    ("name", "kind", "size", "place"),
    [
        ("HMD_Nokia_8.3_5G.jpg", "JPEG", (4608, 1976), (24.90677, 60.14671)),
        ("HMD_Nokia_8.3_5G_hdr.heif", "HEIF", (4608, 3456), (-3.76374, 40.66299)),
        ("IMG_5195.HEIC", "HEIF", (2566, 3313), (-94.28877, 39.05134)),
        ("jolla.jpg", "JPEG", (3264, 2448), None),
    ],
)
def test_telephones(uploads, name, kind, size, place):
    data = (uploads / "mobile" / name).read_bytes()
    found = prepare(data)
    assert (found.format, (found.width, found.height)) == (kind, size)
    assert ((found.lon, found.lat) == pytest.approx(place, abs=1e-4)) if place else found.lon is None
    assert found.taken_at is not None
    for copy, longest in ((found.copy, 1600), (found.thumbnail, 320)):
        image = opened(copy)
        assert max(image.size) == longest
        assert image.size[0] / image.size[1] == pytest.approx(size[0] / size[1], rel=0.01)
        assert not image.getexif()
        assert len(copy) < 400_000


def test_a_time_with_an_offset_is_not_read_on_the_clock_of_the_district(uploads):
    found = prepare((uploads / "mobile" / "IMG_5195.HEIC").read_bytes(), "Asia/Shanghai")
    assert found.taken_at == datetime(2021, 4, 11, 20, 47, 53, tzinfo=UTC)


def test_broken_tags_do_not_spoil_the_picture(uploads):
    found = prepare((uploads / "edge" / "67-0_length_string.jpg").read_bytes())
    assert (found.width, found.height) == (4032, 2012)
    assert opened(found.copy).size == (1600, 798)
