"""Photos: what is taken, what is refused and why, and what the public copy no longer tells."""

import io
import struct
import zipfile
import zlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from casework.conftest import MONDAY
from casework.pictures import HERE, chunk, colours, encoded, opened, picture, png, tagged
from xiuhua.casework import photo_files, photos
from xiuhua.casework.actions.intake import Submission, submit
from xiuhua.casework.actions.photos import store
from xiuhua.casework.models import Photo
from xiuhua.casework.photos import PhotoRefused, prepare
from xiuhua.foundation.models import Event

UPRIGHT = ["red", "lime", "blue", "white"]
# How the camera must have stored the upright picture, for each value of the orientation tag.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_each_format_becomes_a_plain_jpeg(kind):
    found = prepare(encoded(picture((400, 200)), kind))
    assert (found.format, found.width, found.height) == (kind, 400, 200)
    for data, size in ((found.copy, (400, 200)), (found.thumbnail, (320, 160))):
        image = opened(data)
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", size)
        assert colours(image) == UPRIGHT


def test_large_photos_become_smaller_and_small_ones_stay():
    found = prepare(encoded(picture((3000, 2000))))
    assert (found.width, found.height) == (3000, 2000)
    assert opened(found.copy).size == (1600, 1067)
    assert opened(found.thumbnail).size == (320, 213)
    assert opened(prepare(encoded(picture((20, 10)))).thumbnail).size == (20, 10)


@pytest.mark.parametrize("orientation", list(STORED))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_orientation_is_turned_upright(kind, orientation):
    upright = picture((400, 200))
    stored = upright.transpose(STORED[orientation]) if STORED[orientation] is not None else upright
    found = prepare(encoded(stored, kind, exif=tagged(orientation=orientation)))
    assert (found.width, found.height) == (400, 200)
    assert opened(found.copy).size == (400, 200)
    assert colours(opened(found.copy)) == colours(opened(found.thumbnail)) == UPRIGHT


@pytest.mark.parametrize("mode", ["RGBA", "LA", "L", "P", "1", "CMYK", "I;16"])
def test_each_kind_of_pixels_is_drawn(mode):
    image = picture(mode=mode if mode != "I;16" else "L")
    if mode == "I;16":
        image = picture(mode="L").convert("I").point(lambda value: value * 257).convert(mode)
    drawn = opened(prepare(encoded(image, "JPEG" if mode == "CMYK" else "PNG")).copy)
    assert drawn.mode == "RGB"
    light = [drawn.convert("L").getpixel(place) for place in ((16, 36), (48, 36))]
    assert light[0] < 60, "blue is dark"
    assert light[1] > 240, "white is light"


def test_what_lets_through_is_drawn_on_white():
    clear = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    assert opened(prepare(encoded(clear, "PNG")).copy).getpixel((5, 5)) == (255, 255, 255)


def test_colours_of_another_space_are_kept_without_the_profile():
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for icc in (profile, b"no profile", ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()):
        image = opened(prepare(encoded(icc_profile=icc)).copy)
        assert "icc_profile" not in image.info
        assert colours(image) == UPRIGHT


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_the_public_copy_tells_nothing_but_the_picture(kind):
    more = {"JPEG": {"comment": b"SecretComment", "xmp": b"<x>SecretXmp</x>"}, "WEBP": {"xmp": b"<x>SecretXmp</x>"}}
    exif = tagged(gps=HERE)
    exif = exif.tobytes() if kind == "HEIF" else exif
    data = encoded(picture((400, 200)), kind, exif=exif, **more.get(kind, {}))
    found = prepare(data)
    assert b"SecretPhone" in data
    for copy in (found.copy, found.thumbnail):
        assert b"Secret" not in copy
        assert b"Exif" not in copy
        assert not opened(copy).getexif()
        assert set(opened(copy).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert found.taken_at == datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    assert (found.lon, found.lat) == pytest.approx((120.06, 31.7))


@pytest.mark.parametrize(
    ("time", "offset", "expected"),
    [
        ("2026:03:02 09:30:00", "+08:00", datetime(2026, 3, 2, 1, 30, tzinfo=UTC)),
        ("2026:03:02 09:30:00", "-05:00", datetime(2026, 3, 2, 14, 30, tzinfo=UTC)),
        ("2026:03:02 09:30:00", "", datetime(2026, 3, 2, 8, 30, tzinfo=UTC)),
        ("2026:03:02 09:30:00", "+99:00", datetime(2026, 3, 2, 8, 30, tzinfo=UTC)),
        ("0000:00:00 00:00:00", "", None),
        ("2026:13:45 09:30:00", "", None),
        ("1970:01:01 00:00:00", "", None),
        ("yesterday", "", None),
        ("", "", None),
    ],
)
def test_when_it_was_taken(time, offset, expected):
    data = encoded(exif=tagged(taken=time, offset=offset))
    assert prepare(data, "Europe/Berlin").taken_at == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (HERE, (120.06, 31.7)),
        ({**HERE, 1: "S", 3: "W"}, (-120.06, -31.7)),
        ({**HERE, 2: (95.0, 0.0, 0.0)}, (None, None)),
        ({**HERE, 4: (181.0, 0.0, 0.0)}, (None, None)),
        ({2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)}, (None, None)),
        ({1: "N", 2: (31.0, 42.0, 0.0)}, (None, None)),
        ({1: "N", 2: (31.0, 42.0, 0.0, 0.0), 3: "E", 4: (120.0, 3.6)}, (None, None)),
        ({1: "N", 2: (31.0, 42.0), 3: "E", 4: (120.0, 3.6)}, (120.06, 31.7)),
        (None, (None, None)),
    ],
)
def test_where_it_was_taken(tags, expected):
    found = prepare(encoded(exif=tagged(gps=tags)))
    assert (found.lon, found.lat) == (pytest.approx(expected) if expected[0] else expected)


def test_a_position_without_a_fix_is_none():
    """A camera without a fix writes nought over nought."""
    exif = tagged(gps=HERE).tobytes().replace(struct.pack("<II", 31, 1), struct.pack("<II", 0, 0))
    exif = exif.replace(struct.pack(">II", 31, 1), struct.pack(">II", 0, 0))
    found = prepare(encoded(exif=exif))
    assert (found.lon, found.lat) == (None, None)


ZIPPED = io.BytesIO()
with zipfile.ZipFile(ZIPPED, "w") as archive:
    archive.writestr("run.php", "<?php system($_GET['c']); ?>")


@pytest.mark.parametrize(
    "more",
    [b"<html><script>alert(1)</script>", b"<?php __HALT_COMPILER(); ?>GBMB", ZIPPED.getvalue(), b"%PDF-1.7 /JS"],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_what_a_photo_carries_besides_is_not_in_the_public_copy(kind, more):
    try:
        found = prepare(encoded(kind=kind) + more)
    except PhotoRefused:
        return
    for hidden in (b"script", b"HALT", b"PK\x03\x04", b"%PDF", b"php"):
        assert hidden not in found.copy + found.thumbnail
    assert colours(opened(found.copy)) == UPRIGHT


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"%PDF-1.7 whatever",
        b"PK\x03\x04 an archive",
        b"<html><body>page",
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
        b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isomiso2",
        b"just words",
        b"\x00" * 64,
        b"",
        encoded(kind="GIF"),
        encoded(kind="BMP"),
        encoded(kind="TIFF"),
        encoded(kind="AVIF"),
        encoded(picture(mode="L"), kind="PPM"),
    ],
)
def test_what_is_no_photo_is_refused_with_a_remedy(data):
    with pytest.raises(PhotoRefused) as caught:
        prepare(data)
    assert caught.value.reason
    assert caught.value.remedy


def test_the_refusal_names_the_kind_and_speaks_both_languages():
    with translation.override("en"), pytest.raises(PhotoRefused, match=r"SVG are not taken.*JPEG"):
        prepare(b"<svg/>")
    with translation.override("zh-hans"), pytest.raises(PhotoRefused, match=r"SVG.*请"):
        prepare(b"<svg/>")


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_moving_pictures_are_refused(kind):
    frames = [picture(), picture().rotate(90)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    with pytest.raises(PhotoRefused):
        prepare(data)


def test_a_jpeg_with_further_pictures_behind_it_is_a_photo():
    """Telephones append a depth map or a second exposure."""
    data = encoded(picture((400, 200)), "MPO", save_all=True, append_images=[picture((20, 20))])
    found = prepare(data)
    assert (found.format, found.width, found.height) == ("JPEG", 400, 200)
    assert colours(opened(found.copy)) == UPRIGHT


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_half_a_photo_is_refused(kind, share):
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    data = encoded(noise, kind)
    with pytest.raises(PhotoRefused):
        prepare(data[: int(len(data) * share)])


def test_a_header_that_claims_too_much_is_refused_before_decoding(monkeypatch):
    monkeypatch.setattr(Image.Image, "thumbnail", lambda *_args, **_kwargs: pytest.fail("decoded"))
    for width, height in ((8000, 8000), (60_000, 60_000), (2_000_000_000, 1)):
        with translation.override("en"), pytest.raises(PhotoRefused, match="million pixels"):
            prepare(png(width, height, zlib.compress(b"")))


def test_a_bomb_is_refused():
    """Fifty thousand squared pixels in some hundred kilobytes."""
    packer = zlib.compressobj(9)
    row = b"\x00" * 50_001
    pixels = b"".join([packer.compress(row * 100) for _ in range(100)] + [packer.flush()])
    assert len(pixels) < 1_000_000
    with pytest.raises(PhotoRefused):
        prepare(png(50_000, 50_000, pixels))


def test_a_text_that_unpacks_to_very_much_is_refused():
    text = chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(b"x" * 80_000_000, 9))
    with pytest.raises(PhotoRefused):
        prepare(png(1, 1, zlib.compress(b"\x00\xff"), text))


def test_more_pixels_than_the_header_says_are_left():
    drawn = opened(prepare(png(2, 2, zlib.compress(b"\x00" * 50_000_000, 9))).copy)
    assert drawn.size == (2, 2)


def test_a_jpeg_of_endless_scans_is_refused():
    data = encoded(progressive=True)
    start = data.index(b"\xff\xda")
    scan = data[start : data.index(b"\xff", start + 20)]
    with pytest.raises(PhotoRefused):
        prepare(data[:start] + scan * 200 + data[start:])
    assert prepare(data).width == 64


def test_a_film_behind_the_photo_does_not_count_as_scans():
    assert prepare(encoded() + b"\xff\xda\x00\x02" * 500).width == 64


@given(st.binary(max_size=300), st.sampled_from(["JPEG", "PNG", "WEBP", "HEIF"]), st.integers(0, 2000))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rubbish_is_taken_or_refused_and_nothing_else(rubbish, kind, place):
    data = encoded(kind=kind, exif=tagged(gps=HERE).tobytes())
    spoilt = data[:place] + rubbish + data[place + len(rubbish) :]
    with suppress(PhotoRefused):
        assert opened(prepare(spoilt).copy).format == "JPEG"


# -- keeping -------------------------------------------------------------------------------------------------------


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def files(media):
    return sorted(path.relative_to(media).as_posix() for path in media.rglob("*") if path.is_file())


def test_a_photo_is_kept_as_it_came_beside_its_copies(desk, media):
    data = encoded(picture((2000, 1000)), exif=tagged(gps=HERE))
    photo = store(SimpleUploadedFile("../../evil name.php", data), stage="before", user=desk.people["near"], at=MONDAY)
    photo.refresh_from_db()
    assert (media / photo.original).read_bytes() == data
    assert opened((media / photo.copy).read_bytes()).size == (1600, 800)
    assert opened((media / photo.thumbnail).read_bytes()).size == (320, 160)
    assert photo.original.startswith("originals/2026/03/02/")
    assert photo.original.endswith(".jpg")
    assert "evil" not in "".join(files(media))
    assert (photo.width, photo.height, photo.stage, photo.case) == (2000, 1000, "before", None)
    assert (photo.lon, photo.lat) == pytest.approx((120.06, 31.7))
    event = Event.objects.get(chain=f"photo:{photo.key}")
    assert (event.verb, event.actor) == ("photo.stored", f"{desk.district.code}-near")
    assert event.after["sha256"] == photo.sha256


def test_a_report_takes_its_photos_along(desk, media):
    kept = [store(encoded(), stage="before", at=MONDAY) for _ in range(2)]
    assert kept[0].key != kept[1].key
    given = Submission("k", desk.district, "web", 120.05, 31.7, desk.category, photos=[photo.key for photo in kept])
    report = submit(given, at=MONDAY)
    assert Photo.objects.filter(case=report.case, report=report).count() == 2


def test_the_zone_of_the_district_says_what_a_bare_time_means(desk, media):
    case = desk.case()
    case.district.time_zone = "Europe/Berlin"
    photo = store(encoded(exif=tagged(offset="")), stage="after", case=case, at=MONDAY + timedelta(days=1))
    assert photo.taken_at == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def test_a_camera_from_the_future_has_no_time(desk, media):
    assert store(encoded(exif=tagged(taken="2031:01:01 00:00:00")), stage="before", at=MONDAY).taken_at is None


def test_a_photo_of_a_check_belongs_to_its_case(desk, media):
    case = desk.at_state("check_closing")
    photo = store(encoded(), stage="check", check=case.checks.get(), at=MONDAY)
    assert photo.case == case


def test_too_many_bytes_are_refused_unread(db, settings, media):
    settings.XIUHUA_PHOTO_MB = 1
    upload = UploadedFile(file=None, name="a.jpg", size=1024 * 1024 + 1)
    with translation.override("en"), pytest.raises(PhotoRefused, match="at most 1 MB"):
        store(upload, stage="before")
    with pytest.raises(PhotoRefused):
        store(b"\x00" * (1024 * 1024 + 1), stage="before")
    assert not media.exists()


def test_what_is_refused_leaves_nothing(db, media):
    with pytest.raises(PhotoRefused):
        store(b"<svg/>", stage="before")
    assert not media.exists()
    assert not Photo.objects.exists()
    with pytest.raises(ValueError):
        store(encoded(), stage="yesterday")
    assert not files(media)


def test_a_row_that_cannot_be_written_leaves_no_file(db, media, monkeypatch):
    def full(*_parts):
        raise RuntimeError("full")

    monkeypatch.setattr("xiuhua.casework.actions.photos.write", full)
    with pytest.raises(RuntimeError):
        store(encoded(), stage="before")
    assert not files(media)


def test_a_disk_that_is_full_leaves_no_file(db, media, monkeypatch):
    real, written = photo_files.keep, []

    def keep(root, name, data):
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        written.append(name)
        real(root, name, data)

    monkeypatch.setattr(photo_files, "keep", keep)
    with pytest.raises(OSError):
        store(encoded(), stage="before")
    assert len(written) == 2
    assert not files(media)


def test_decoding_is_bounded():
    assert photos._decoding._initial_value == 2
