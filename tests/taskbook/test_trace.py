"""A figure followed by its links: from the bulletin to the indicator, the records behind it, the case and its photos."""

import io
import re
from datetime import UTC, datetime
from html import unescape

import pytest
from PIL import Image

from casework.conftest import desk, desks  # noqa: F401 - fixtures
from taskbook.scored import CLOSED, make_book
from xiuhua.casework.actions.photos import store
from xiuhua.demo.scores import score_months
from xiuhua.people.models import Organisation
from xiuhua.taskbook.models import Bulletin

pytestmark = pytest.mark.django_db
# The month before is over and published.
NOW = datetime(2026, 4, 20, 4, 0, tzinfo=UTC)


def photo_of(case, user):
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(picture, "JPEG")
    return store(picture.getvalue(), stage="after", case=case, user=user)


@pytest.fixture
def published(desk, settings, tmp_path):  # noqa: F811 - the fixture
    """March with two cases closed and one open, scored and published, with its bulletin; a photo of what was fixed."""
    settings.MEDIA_ROOT, settings.DATA_DIR = tmp_path / "media", tmp_path / "data"
    lead = Organisation.objects.get(district_code=desk.district.code, code="clean")
    make_book(desk.district, {CLOSED: {"full_at": 90, "step": 1, "deduct": 0.5, "weight": 30}}, lead=lead.code)
    made = [desk.at_state(state) for state in ("closed", "closed", "dispatched")]
    photo = photo_of(made[0], desk.people["handler"])
    assert score_months(desk.district, NOW, actor="t") == 1
    return desk, made, photo


def test_a_figure_of_the_bulletin_leads_to_the_photos_behind_it(client, published):
    desk, made, photo = published  # noqa: F811
    client.force_login(desk.people["leader"])
    row = Bulletin.objects.get()
    figure = next(one for one in row.figures if one.get("numerator") == 2 and one.get("denominator") == 3)
    page = open_page(client, f"/taskbook/{desk.district.code}/bulletins/2026-03/{row.version}/")
    assert "2 / 3" in page
    assert figure["address"] in page

    indicator = open_page(client, figure["address"])
    assert "2 / 3" in indicator
    records = open_page(client, one_link(indicator, r"/taskbook/[^\"]*/records/[^\"]*"))
    assert "2 / 3" in records
    assert all(case.number in records for case in made)

    case = open_page(client, one_link(records, rf"/cases/{made[0].number}/"))
    assert f"/photo/{photo.key}/" in case
    assert client.get(one_link(case, rf"[^\"]*/photo/{photo.key}/thumb.jpg")).status_code == 200


def open_page(client, address):
    answer = client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


def one_link(page, pattern):
    found = re.search(rf"(?:href|src)=\"({pattern})\"", page)
    assert found, pattern
    return found[1]
