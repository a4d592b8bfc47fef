"""Pages of standards: everybody reads, drafts are made by forms, files are tried before they are loaded."""

import base64
import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from xiuhua.city.models import Code, CodeSet
from xiuhua.inspection.actions.standards import load_standards
from xiuhua.inspection.models import ScalePhoto, Standard
from xiuhua.inspection.standard_files.reading import read_bytes
from xiuhua.people.models import Assignment, User

pytestmark = pytest.mark.django_db
ROOT = "/inspection/standards/"
TEXT = """\
standards:
  - key: lane
    version: "1"
    kind: road_section
    name_zh: 小巷
    name_en: Lane
    rule: {score: weighted, pass: items}
    conditions: {dry: true, wind_max: 3}
    items:
      - {key: overall, name_zh: 整体, name_en: Overall, scale: grade, bound: 4, weight: 3, category: "events@1:0101",
         words: {"5": {zh: 干净, en: Spotless}, "0": {zh: 很脏, en: Filthy}}}
      - {key: bins, name_zh: 桶, name_en: Bins, scale: yes_no, bound: 1, category: "events@1:0999"}
"""


@pytest.fixture
def keeper(two_districts, client):
    """The browser of somebody who maintains the standards."""
    user = User.objects.create(username="keeper")
    Assignment.objects.create(user=user, district_code="990001", role="assessor")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def reader(db, django_user_model):
    from django.test import Client

    client = Client()
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def lane(db):
    load_standards(read_bytes("a.yaml", TEXT.encode()), actor="t")
    return Standard.objects.get()


def page(client, path, status=200):
    answer = client.get(ROOT + path)
    assert answer.status_code == status
    return answer.content.decode()


def post(client, path, **data):
    answer = client.post(ROOT + path, data)
    if answer.status_code == 302:
        return client.get(answer["Location"]).content.decode()
    return answer.content.decode()


def picture(colour="red"):
    out = BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "PNG")
    return SimpleUploadedFile("a.png", out.getvalue(), "image/png")


def test_everybody_reads_a_standard_in_force_and_nobody_else_a_draft(reader, keeper, lane):
    assert "There is no standard yet." in page(reader, "")
    page(reader, "lane/1/", 404)
    page(reader, "lane/1/export.yaml", 404)
    assert "Everything is there." in page(keeper, "lane/1/")
    assert "never changes from now on" in post(keeper, "lane/1/force/")
    assert "Lane" in page(reader, "?kind=road_section&state=in_force")
    text = page(reader, "lane/1/")
    assert "15 × Overall + 25 × Bins" in text
    assert "every item is at its bound" in text
    assert "wind of at most force 3" in text
    assert "Spotless" in text
    assert "at least 4 of 5" in text
    assert "force/" not in text
    assert "change/" not in text


def test_a_category_that_is_not_here_is_said(reader, keeper, lane):
    codes = CodeSet.objects.create(key="events", version="1", kind="event", name_zh="事件")
    Code.objects.create(code_set=codes, code="0101", name_zh="路面不洁", name_en="Dirty road", class_zh="市容")
    text = page(keeper, "lane/1/")
    assert "a case “Dirty road”" in text
    assert "The category events@1:0999 is not here." in text
    assert "events@1:0101 is not here" not in text


def test_a_draft_is_made_by_forms(keeper):
    head = {"key": "yard", "version": "1", "kind": "square", "name_zh": "院子", "passing": "items", "score": "loss",
            "per_unit": "3", "scale": "grams", "full": "4", "wind_max": "3"}  # fmt: skip
    assert "Here stands" not in post(keeper, "new/", **head)
    assert Standard.objects.get().rule == {"score": "loss", "per_unit": 3, "scale": "grams", "pass": "items"}
    assert "a version 1 of “yard” already" in post(keeper, "new/", **head)
    item = {"key": "dust", "name_zh": "尘土", "scale": "grams", "bound": "5", "weight": "1", "words_5_zh": "无"}
    assert "No value of this scale" in post(keeper, "yard/1/items/", **{**item, "scale": "yes_no"})
    assert "The item is saved." in post(keeper, "yard/1/items/", **item)
    assert Standard.objects.get().items.get().words == {}
    look = {"key": "look", "name_zh": "观感", "scale": "grade", "bound": "4", "weight": "0", "words_5_zh": "净"}
    post(keeper, "yard/1/items/", **look)
    assert 'value="净"' in page(keeper, "yard/1/items/look/")
    assert "The item is removed." in post(keeper, "yard/1/items/dust/remove/")
    assert "No item is measured in grams" in page(keeper, "yard/1/")
    changed = {**head, "name_en": "Yard", "score": "weighted", "passing": "score", "at": "80"}
    assert "The draft is saved." in post(keeper, "yard/1/change/", **changed)
    assert Standard.objects.get().rule == {"score": "weighted", "pass": "score", "at": 80}
    assert "The draft is thrown away." in post(keeper, "yard/1/drop/")
    assert not Standard.objects.exists()


def test_a_picture_is_drawn_anew_shown_and_removed(keeper, reader, lane):
    path = "lane/1/items/overall/pictures/"
    assert "The picture is shown beside its grade." in post(
        keeper, path, grade="5", file=picture(), caption_en="As new"
    )
    address = re.search(r'src="(/inspection/standards/pictures/[0-9a-f]{64}\.jpg)"', page(keeper, "lane/1/"))[1]
    answer = reader.get(address)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer.content[:2] == b"\xff\xd8"
    post(keeper, path, grade="5", file=picture("blue"))
    assert ScalePhoto.objects.count() == 1
    assert reader.get(address).status_code == 404
    text = post(keeper, path, grade="4", file=SimpleUploadedFile("a.png", b"<svg>", "image/png"))
    assert "Files of the kind SVG are not taken." in text
    assert "The picture is removed." in post(keeper, path + "5/remove/")
    assert not ScalePhoto.objects.exists()
    assert "has no grade" in post(keeper, "lane/1/items/bins/pictures/", grade="5", file=picture())


def test_a_new_version_is_a_copy_and_retires_the_old_one(keeper, lane):
    post(keeper, "lane/1/items/overall/pictures/", grade="5", file=picture())
    post(keeper, "lane/1/force/")
    assert "never changes" in page(keeper, "lane/1/change/")
    assert "never changes" in page(keeper, "lane/1/items/overall/")
    assert "a version 1 of “lane” already" in post(keeper, "lane/1/copy/", version="1")
    assert "The new version is a draft." in post(keeper, "lane/1/copy/", version="2")
    assert ScalePhoto.objects.count() == 2
    post(keeper, "lane/2/force/")
    assert dict(Standard.objects.values_list("version", "state")) == {"1": "retired", "2": "in_force"}
    assert "1 retired version" in page(keeper, "")
    assert "The standard is retired." in post(keeper, "lane/2/retire/")
    assert "is not in force" in post(keeper, "lane/2/retire/")


def test_a_file_is_tried_then_loaded(keeper):
    upload = SimpleUploadedFile("lane.yaml", TEXT.encode())
    text = post(keeper, "import/", file=upload)
    assert "lane@1" in text
    assert not Standard.objects.exists()
    held = re.search(r'name="confirmed" value="([^"]+)"', text)[1]
    assert "1 new, 0 changed" in post(keeper, "import/", confirmed=held, name="lane.yaml")
    exported = keeper.get(ROOT + "export.xlsx").content
    text = post(keeper, "import/", file=SimpleUploadedFile("a.xlsx", exported))
    assert "there is nothing to load" in text


def test_errors_of_a_file_are_shown_and_nothing_is_loaded(keeper):
    wrong = TEXT.replace("bound: 4", "bound: 9")
    answer = keeper.post(ROOT + "import/", {"file": SimpleUploadedFile("lane.yaml", wrong.encode())})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "line 10" in text
    assert "grades lie in 0 to 5" in text
    assert "confirmed" not in text
    held = base64.b64encode(wrong.encode()).decode()
    assert "grades lie in 0 to 5" in post(keeper, "import/", confirmed=held, name="lane.yaml")
    assert "did not come back whole" in post(keeper, "import/", confirmed="%%%", name="lane.yaml")
    large = SimpleUploadedFile("lane.yaml", b"#" * 1_000_001)
    assert "larger than 1 MB" in post(keeper, "import/", file=large)
    assert not Standard.objects.exists()


def test_others_may_not_write(reader, lane):
    assert "/login" in reader.get(ROOT + "new/")["Location"]
    reader.force_login(User.objects.create(username="nobody"))
    assert reader.post(ROOT + "lane/1/force/").status_code == 403
    assert Standard.objects.get().state == "draft"
