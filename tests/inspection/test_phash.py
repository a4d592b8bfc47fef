"""The digest of pictures: the same picture smaller or saved anew is near; others are far."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from xiuhua.inspection.phash import BANDS, NEAR, bands, digest, distance

digests = st.integers(0, 2**64 - 1).map(lambda number: f"{number:016x}")


def drawn(seed, size=(640, 480)):
    """A drawn picture with large shapes, as pictures of streets have them."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", size, tuple(int(each) for each in rng.integers(40, 215, 3)))
    draw = ImageDraw.Draw(image)
    for _shape in range(14):
        left, top = rng.integers(0, size[0]), rng.integers(0, size[1])
        wide, high = rng.integers(40, 300), rng.integers(40, 300)
        colour = tuple(int(each) for each in rng.integers(0, 255, 3))
        draw.ellipse((left - wide, top - high, left + wide, top + high), fill=colour)
    return image


def saved(image, quality=85):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def test_saved_anew_and_of_another_size_it_is_near_but_for_very_few():
    """A digest is no law: of 960 copies, rough ones too, some are a bit or two beyond; none is as far as another picture."""
    found = []
    for image in map(drawn, range(60)):
        first = digest(saved(image))
        for scale in (0.2, 0.5, 1.0, 1.375):
            other = image.resize((int(640 * scale), int(480 * scale)), Image.Resampling.LANCZOS)
            found += [distance(first, digest(saved(other, quality))) for quality in (25, 50, 75, 95)]
    assert np.mean(np.array(found) <= NEAR) > 0.99
    assert max(found) <= NEAR + 3


def test_other_pictures_are_far():
    found = [digest(saved(drawn(seed))) for seed in range(60)]
    far = [distance(one, other) for number, one in enumerate(found) for other in found[:number]]
    assert min(far) > NEAR
    assert np.median(far) > 20


def test_the_digest_is_that_of_the_definition():
    grey = np.zeros((8, 9), dtype=np.uint8)
    grey[:] = np.arange(9) * 20
    assert digest(saved_exact(grey)) == "f" * 16
    assert digest(saved_exact(grey[:, ::-1])) == "0" * 16
    grey[3, 4:] = 0
    # In the fourth row the step from the fourth to the fifth point falls, and four that are alike follow.
    assert digest(saved_exact(grey)) == "ffffffe0ffffffff"


def saved_exact(grey):
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(grey)).save(out, "PNG")
    return out.getvalue()


def test_a_picture_without_contrast_is_like_none():
    flat = digest(saved(Image.new("RGB", (300, 200), "grey")))
    assert flat == ""
    assert distance(flat, flat) == 64
    assert bands(flat) == []


def test_what_is_no_picture_is_said():
    with pytest.raises(OSError, match="identify"):
        digest(b"no picture")


@given(digests, st.sets(st.integers(0, 63), max_size=NEAR))
def test_what_is_near_shares_a_band(one, flipped):
    other = int(one, 16)
    for bit in flipped:
        other ^= 1 << bit
    assert distance(one, f"{other:016x}") == len(flipped)
    assert set(bands(one)) & set(bands(f"{other:016x}"))


@given(digests)
def test_a_digest_has_as_many_bands_and_they_hold_all_of_it(one):
    found = bands(one)
    assert len(set(found)) == BANDS
    assert all(0 <= band < 2**15 for band in found)
    assert [band >> 11 for band in found] == list(range(BANDS))
    for bit in range(64):
        assert bands(f"{int(one, 16) ^ (1 << bit):016x}") != found


@given(digests, digests, digests)
def test_the_distance_is_one(one, other, third):
    assert distance(one, other) == distance(other, one)
    assert distance(one, one) == 0
    assert distance(one, third) <= distance(one, other) + distance(other, third)
