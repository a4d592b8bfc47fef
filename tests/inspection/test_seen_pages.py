"""The page of what was seen when, and the numbers behind its map."""

import base64
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from xiuhua.inspection.actions.cells import refresh_cells, see
from xiuhua.inspection.pages.seen.page import NEVER, NOTHING
from xiuhua.inspection.seen_queries import SOURCES

pytestmark = pytest.mark.django_db
HERE = 120.05, 31.7


@pytest.fixture
def district(two_districts):
    return two_districts[0]


@pytest.fixture
def page(client, district):
    client.cookies["django_language"] = "en"

    def ask(query=""):
        return client.get(f"/inspection/seen/{district.code}/{query}").content.decode()

    return ask


def test_before_anything_was_read_the_page_says_so(page):
    text = page()
    assert "not read yet" in text
    assert "xiuhua inspection cells refresh 990001" in text
    assert "0.0%" in text


def test_the_page_tells_shares_with_what_they_are_of_and_the_longest_unseen(page, district):
    see(district, *HERE, timezone.now() - timedelta(days=2), "sweep")
    refresh_cells(district)
    text = page()
    assert "Read until" in text
    assert "0.01 of " in text
    assert "squares never seen" in text
    assert 'href="/map?district=990001#17/' in text


def test_a_source_that_is_not_chosen_does_not_count(client, page, district):
    see(district, *HERE, timezone.now(), "sweep")
    assert "0.01 of" in page("?source=sweep")
    assert "0.01 of" not in page("?source=check&source=bogus")
    told = client.get(f"/inspection/seen/{district.code}/cells.json?source=check").json()
    assert set(np.frombuffer(base64.b64decode(told["days"]), dtype="<u2").tolist()) == {NEVER, NOTHING}


def test_the_numbers_of_the_map_lie_where_the_squares_lie(client, district):
    see(district, *HERE, timezone.now() - timedelta(days=12), "case")
    told = client.get(f"/inspection/seen/{district.code}/cells.json").json()
    days = np.frombuffer(base64.b64decode(told["days"]), dtype="<u2").reshape(told["height"], told["width"])
    source = np.frombuffer(base64.b64decode(told["source"]), dtype=np.uint8).reshape(days.shape)
    row = int((HERE[1] - told["south"]) // told["high"])
    column = int((HERE[0] - told["west"]) // told["wide"])
    assert days[row, column] == 12
    assert SOURCES[source[row, column]] == "case"
    assert (days != NOTHING).sum() > 10_000


def test_a_district_without_towns_has_an_honest_empty_page(client, db):
    from xiuhua.city.models import District

    District.objects.create(code="990009", name_zh="空区")
    client.cookies["django_language"] = "en"
    assert "has no towns yet" in client.get("/inspection/seen/990009/").content.decode()
    assert client.get("/inspection/seen/990009/cells.json").json()["width"] == 0
    assert client.get("/inspection/seen/nowhere/").status_code == 404
