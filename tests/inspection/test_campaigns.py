"""Campaigns: who may do what with a site, what is needed, what is written down, what is refused and why."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from casework.conftest import desk, desks, person  # noqa: F401 - fixtures
from inspection.campaign_town import NOW, begun, given, listed, photo
from xiuhua.casework.models import Case, Report
from xiuhua.casework.refusals import Conflict, Forbidden, Refused
from xiuhua.foundation.events import verify
from xiuhua.foundation.models import Event
from xiuhua.inspection.actions.campaign_moves import (
    drop_site,
    link_case,
    open_case,
    photograph,
    reopen_site,
    report_done,
    send_back,
    sign_off,
)
from xiuhua.inspection.actions.campaigns import add_site, change_site, close_campaign
from xiuhua.inspection.campaign_queries import Narrowed, campaigns, is_overdue, progress, sites
from xiuhua.inspection.models import CampaignSite, SitePhoto

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def done(desk, site, at=NOW):  # noqa: F811
    lead = desk.people["lead"]
    return report_done(site, [photo(lead)], actor=lead, note="已修复", at=at)


def test_a_site_goes_from_listed_to_signed_with_photos_steps_and_events(desk):  # noqa: F811
    site = listed(desk)
    photograph(site, [photo(stage="before")], actor="t", at=NOW)
    site = done(desk, site, NOW + timedelta(days=1))
    assert (site.state, site.done_at) == ("done", NOW + timedelta(days=1))
    site = sign_off(site, actor=desk.people["assessor"], at=NOW + timedelta(days=2))
    assert (site.state, site.signed_by) == ("signed", desk.people["assessor"])
    assert list(site.steps.values_list("number", "move")) == [
        (1, "list"),
        (2, "photograph"),
        (3, "report"),
        (4, "sign"),
    ]
    assert [each.stage for each in SitePhoto.objects.filter(site=site).order_by("stage")] == ["after", "before"]
    chain = f"campaign:{desk.district.code}:walls-2026"
    verbs = Event.objects.filter(chain=chain).order_by("sequence").values_list("verb", flat=True)
    assert list(verbs) == ["campaign.made", "site.list", "site.photograph", "site.report", "site.sign"]
    assert not verify(chain).breaks


def test_whoever_did_the_work_does_not_sign_it_off(desk):  # noqa: F811
    site = done(desk, listed(desk))
    own = person(desk.district, "own-assessor", "assessor", desk.units["crew"])  # of a body below the unit
    with pytest.raises(Forbidden, match="does not judge it"):
        sign_off(site, actor=own, at=NOW)
    with pytest.raises(Forbidden, match="does not judge it"):
        send_back(site, reason="未到位", actor=own, at=NOW)
    with pytest.raises(Forbidden):
        sign_off(site, actor=desk.people["lead"], at=NOW)
    site.refresh_from_db()
    assert site.state == "done"
    assert sign_off(site, actor=desk.people["leader"], at=NOW).state == "signed"


def test_a_unit_reports_its_own_sites_with_photos(desk):  # noqa: F811
    site = listed(desk)
    with pytest.raises(Refused, match="needs a photo"):
        report_done(site, [], actor=desk.people["lead"], at=NOW)
    with pytest.raises(Forbidden):
        report_done(site, [photo(desk.people["water"])], actor=desk.people["water"], at=NOW)
    with pytest.raises(Refused, match="photo is not there"):  # somebody else's
        report_done(site, [photo(desk.people["water"])], actor=desk.people["lead"], at=NOW)
    used = photo(desk.people["lead"])
    report_done(site, [used], actor=desk.people["lead"], at=NOW)
    other = listed(desk, site.campaign)
    with pytest.raises(Refused, match="photo is not there"):  # shown elsewhere already
        report_done(other, [used], actor=desk.people["lead"], at=NOW)
    assert CampaignSite.objects.get(pk=other.pk).state == "listed"


def test_sent_back_it_is_with_the_unit_again_and_its_day_stays(desk):  # noqa: F811
    site = done(desk, listed(desk))
    with pytest.raises(Refused, match="a reason"):
        send_back(site, reason="  ", actor=desk.people["assessor"], at=NOW)
    site = send_back(site, reason="墙面仍有污渍", actor=desk.people["assessor"], at=NOW)
    assert (site.state, site.due) == ("returned", date(2026, 3, 20))
    site = sign_off(done(desk, site), actor=desk.people["assessor"], at=NOW)
    site = reopen_site(site, reason="复查不合格", actor=desk.people["leader"], at=NOW)
    assert (site.state, site.signed_at, site.signed_by) == ("returned", None, None)
    assert site.steps.last().reason == "复查不合格"


def test_who_read_an_older_version_is_told_who_was_first(desk):  # noqa: F811
    site = listed(desk)
    done(desk, site)
    with pytest.raises(Conflict, match="lead was first: “Report done”") as told:
        drop_site(site, reason="重复", actor="t", expected_version=1, at=NOW)
    assert told.value.by == desk.people["lead"].username


def test_a_day_or_unit_moves_for_a_reason_only_and_the_first_day_stays(desk):  # noqa: F811
    site = listed(desk)
    later = given(desk, due=date(2026, 5, 1))
    with pytest.raises(Refused, match="the day or the unit changes"):
        change_site(site, later, actor=desk.people["assessor"], at=NOW)
    site = change_site(site, later, actor=desk.people["assessor"], reason="等待材料", at=NOW)
    assert (site.due, site.first_due, site.version) == (date(2026, 5, 1), date(2026, 3, 20), 2)
    told = Event.objects.get(verb="site.change")
    assert (told.before, told.after["due"]) == ({"due": "2026-03-20"}, "2026-05-01")
    assert change_site(site, later, actor=desk.people["assessor"], at=NOW).version == 2  # nothing differs
    with pytest.raises(Forbidden):
        change_site(site, given(desk, due=date(2026, 6, 1)), actor=desk.people["lead"], reason="再延", at=NOW)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"due": date(2027, 1, 1)}, "lies outside the campaign"),
        ({"lon": 121.5}, "lies outside"),
        ({"lon": float("nan")}, "not on earth"),
        ({"problem": " "}, "what is wrong there"),
        ({"name_zh": "名" * 201}, "longer than 200"),
        ({"number": 1}, "number 1 already"),
        ({"number": 0}, "is no number"),
    ],
)
def test_a_site_that_cannot_be_listed_says_why(desk, more, why):  # noqa: F811
    campaign = listed(desk).campaign
    with pytest.raises(Refused, match=why):
        add_site(campaign, given(desk, **more), actor="t", at=NOW)
    assert campaign.sites.count() == 1


def test_overdue_is_counted_on_the_day_of_the_district_and_ends_with_the_report(desk):  # noqa: F811
    campaign = begun(desk)
    site = listed(desk, campaign)
    listed(desk, campaign, due=date(2026, 3, 21))
    assert not is_overdue(site, date(2026, 3, 20))
    assert is_overdue(site, date(2026, 3, 21))
    assert progress(campaign, date(2026, 3, 21)).overdue == 1
    assert [each.pk for each in sites(campaign, Narrowed(state="overdue"), date(2026, 3, 21))] == [site.pk]
    done(desk, site)
    found = progress(campaign, date(2026, 3, 22))
    assert (found.sites, found.waiting, found.overdue, found.share) == (2, 1, 1, 0.0)
    assert campaigns(desk.district, date(2026, 3, 22)) == [(campaign, found)]


def test_dropped_sites_stay_with_their_history_and_leave_the_count(desk):  # noqa: F811
    site = listed(desk)
    drop_site(site, reason="与3号重复", actor="t", at=NOW)
    found = progress(site.campaign, date(2026, 12, 31))
    assert (found.sites, found.dropped, found.share, found.overdue) == (0, 1, None, 0)
    assert not sites(site.campaign, Narrowed(), date(2026, 3, 2)).exists()
    assert sites(site.campaign, Narrowed(state="dropped"), date(2026, 3, 2)).count() == 1
    with pytest.raises(Refused, match="cannot be done with a site that is: Dropped"):
        done(desk, site)


def test_a_campaign_closes_when_every_site_has_ended_and_then_nothing_changes(desk):  # noqa: F811
    site = listed(desk)
    with pytest.raises(Refused, match="1 sites are neither"):
        close_campaign(site.campaign, actor=desk.people["leader"], at=NOW)
    sign_off(done(desk, site), actor=desk.people["assessor"], at=NOW)
    close_campaign(site.campaign, actor=desk.people["leader"], at=NOW)
    with pytest.raises(Refused, match="is closed"):
        reopen_site(site, reason="复查", actor=desk.people["leader"], at=NOW)
    with pytest.raises(Refused, match="is closed"):
        listed(desk, site.campaign)


def test_a_campaign_needs_a_key_that_is_free_and_days_in_order(desk):  # noqa: F811
    begun(desk)
    for more, why in [
        ({}, "already"),
        ({"key": "Wände"}, "is no key"),
        ({"key": "b", "ends": date(2025, 1, 1)}, "before"),
    ]:
        with pytest.raises(Refused, match=why):
            begun(desk, **more)
    with pytest.raises(Forbidden):
        begun(desk, key="c", actor=desk.people["lead"])


def test_the_problem_of_a_site_becomes_a_case_or_is_linked_to_one(desk):  # noqa: F811
    site = listed(desk)
    site = open_case(site, desk.category, actor=desk.people["assessor"], at=NOW)
    report = Report.objects.get(case=site.case)
    assert (site.case.category, report.description, site.case.lon) == (desk.category, site.problem, site.lon)
    with pytest.raises(Refused, match="has the case"):
        open_case(site, desk.category, actor=desk.people["assessor"], at=NOW)
    other = desk.case()
    assert link_case(site, other.number, actor=desk.people["assessor"], at=NOW).case == other
    with pytest.raises(Refused, match="There is no case"):
        link_case(site, "990002-000001", actor=desk.people["assessor"], at=NOW)
    assert Case.objects.count() == 2


def test_the_other_district_has_its_own_campaigns(desks):  # noqa: F811
    site = listed(desks[0])
    begun(desks[1])
    with pytest.raises(Forbidden):
        report_done(site, [photo(desks[1].people["lead"])], actor=desks[1].people["lead"], at=NOW)
    with pytest.raises(Refused, match="another district"):
        add_site(site.campaign, given(desks[0], unit=desks[1].units["clean"]), actor="t", at=NOW)
