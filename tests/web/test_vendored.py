"""What the about page says of vendored work is what lies in the static files."""

from pathlib import Path

from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont

from xiuhua.web.vendored import VENDORED

FOLDER = Path(finders.find("vendor"))


def test_every_vendored_folder_is_declared_with_its_licence(client, db):
    assert {each.name for each in FOLDER.iterdir()} == {item.folder for item in VENDORED}
    page = client.get("/about").text
    for item in VENDORED:
        assert (FOLDER / item.folder / item.licence_file).stat().st_size > 100
        assert item.version in item.folder
        assert f"/static/{item.licence_path}" in page


def test_the_font_has_every_character_of_gb2312_and_is_one_small_file():
    path = FOLDER / "noto-sans-sc-subset-1/noto-sans-sc-subset.woff2"
    assert path.stat().st_size < 1_300_000
    characters = set(TTFont(path).getBestCmap())
    ideographs = [bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF)]
    known = [pair.decode("gb2312", errors="ignore") for pair in ideographs]
    assert [letter for letter in known if letter and ord(letter) not in characters] == []
    assert {ord(letter) for letter in "鼋滆蠡堰犊（）、。·"} <= characters
