"""Campaigns over JSON: how far each is, sites narrowed and page by page, bad questions answered in words."""

from datetime import date

import pytest
from django.utils import translation

from xiuhua.city.models import District
from xiuhua.inspection.models import Campaign, CampaignSite
from xiuhua.people.models import Organisation

pytestmark = pytest.mark.django_db
HERE = "/api/inspection/campaigns"


@pytest.fixture(autouse=True)
def walls(two_districts):
    """A campaign with three sites: one listed and late, one signed off, one dropped."""
    district = District.objects.get(code="990001")
    unit = Organisation.objects.filter(district_code="990001").order_by("pk").first()
    campaign = Campaign.objects.create(
        district=district, key="walls", name_zh="破墙开店", name_en="Broken walls", lead=unit, begins=date(2024, 1, 1),
        ends=date(2024, 6, 30), about_zh="先拆后补",
    )  # fmt: skip
    for number, state in enumerate(("listed", "signed", "dropped"), 1):
        CampaignSite.objects.create(
            campaign=campaign, number=number, name_zh=f"点位{number}", lon=120.05, lat=31.7, problem="破损", unit=unit,
            due=date(2024, 3, 1), first_due=date(2024, 2, 1), listed_at="2024-01-02T00:00:00Z", state=state,
        )  # fmt: skip
    with translation.override("en"):
        yield campaign


def ask(client, path="", **asked):
    answer = client.get(f"{HERE}{path}", {"district": "990001", **asked}, headers={"accept-language": "en"})
    return answer.status_code, answer.json()


def test_everybody_reads_how_far_campaigns_are(client):
    status, (found,) = ask(client)
    assert status == 200
    assert (found["key"], found["name"], found["about"]) == ("walls", "Broken walls", "先拆后补")
    assert [found[name] for name in ("sites", "signed", "overdue", "dropped")] == [2, 1, 1, 1]
    assert ask(client, district="990002") == (200, [])


def test_sites_come_page_by_page_and_narrowed(client):
    numbers = []
    start = 1
    while start is not None:
        status, found = ask(client, "/walls", limit=1, from_number=start)
        assert status == 200
        numbers += [site["number"] for site in found["listed"]]
        start = found["next"]
    assert numbers == [1, 2], "the dropped one only when asked for"
    (site,) = ask(client, "/walls", state="overdue")[1]["listed"]
    assert (site["number"], site["overdue"], site["due"], site["first_due"]) == (1, True, "2024-03-01", "2024-02-01")
    assert [site["number"] for site in ask(client, "/walls", state="dropped")[1]["listed"]] == [3]


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("/other", {}, 404),
        ("/walls", {"state": "late"}, 400),
        ("/walls", {"limit": 0}, 422),
        ("", {"district": "x"}, 404),
    ],
)
def test_what_cannot_be_read_is_said(client, path, asked, status):
    found, answer = ask(client, path, **asked)
    assert found == status
    assert answer["detail"]
