"""The pages of campaigns: forms without a script, what is refused stands there again, who may what, CSV in and out."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from casework.conftest import desk, desks  # noqa: F401 - fixtures
from casework.pictures import encoded
from inspection.campaign_town import NOW, begun, listed, photo
from xiuhua.casework.models import Service
from xiuhua.inspection.actions.campaign_moves import report_done
from xiuhua.inspection.models import Campaign, CampaignSite, SitePhoto

pytestmark = pytest.mark.django_db
HERE = "990001"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = settings.DATA_DIR = tmp_path
    with translation.override("en"):
        yield


def at(name, *args):
    return reverse(f"inspection:{name}", args=[HERE, *args])


def get(client, name, *args, query="", **more):
    return client.get(at(name, *args) + query, headers={"accept-language": "en"}, **more)


def send(client, name, *args, follow=True, **data):
    return client.post(at(name, *args), data, headers={"accept-language": "en"}, follow=follow)


def shot():
    return SimpleUploadedFile("after.jpg", encoded(), content_type="image/jpeg")


def test_everybody_sees_campaigns_and_sites_and_no_form(client, desk):  # noqa: F811
    assert "No campaign was begun" in get(client, "campaigns").content.decode()
    site = listed(desk)
    text = get(client, "campaigns").content.decode()
    assert "Broken walls" in text
    assert "Shop fronts" in text
    one = get(client, "campaign", "walls-2026").content.decode()
    assert site.name_zh in one
    page = get(client, "campaign-site", "walls-2026", site.number).content.decode()
    assert site.problem in page
    assert "not reported done yet" in page.lower()
    for each in (text, one, page):
        assert 'method="post" action="/inspection' not in each
    assert get(client, "campaign", "other").status_code == 404
    assert get(client, "campaign-site", "walls-2026", 9).status_code == 404


def test_a_campaign_is_begun_and_a_site_listed_reported_and_signed_by_forms(client, desk):  # noqa: F811
    client.force_login(desk.people["assessor"])
    typed = {
        "key": "walls-2026",
        "name_zh": "破墙开店",
        "kind": "Shop fronts",
        "lead": f"{HERE}-gov",
        "begins": "2026-01-01",
    }
    refused = send(client, "campaign-make", **typed, ends="2025-01-01")
    assert refused.status_code == 422
    assert "before it begins" in refused.content.decode()
    assert 'value="破墙开店"' in refused.content.decode()  # what was typed stands there again
    assert send(client, "campaign-make", **typed, ends="2026-12-31").status_code == 200
    assert Campaign.objects.get().kind == "shop_front"
    given = {
        "name_zh": "梅园路3号",
        "problem": "外墙破损",
        "unit": "clean",
        "due": "2026-03-20",
        "lon": "120.05",
        "lat": "31.7",
    }
    assert "lies outside" in send(client, "campaign-add", "walls-2026", **{**given, "lon": "125"}).content.decode()
    send(client, "campaign-add", "walls-2026", **given, photos=shot())
    site = CampaignSite.objects.get()
    assert site.photos.get().stage == "before"
    one = ("walls-2026", site.number)
    client.force_login(desk.people["lead"])
    assert "This needs a photo" in send(client, "campaign-site-move", *one, "report", reason="好了").content.decode()
    done = send(
        client, "campaign-site-move", *one, "report", reason="好了", expected_version="1", photos=[shot(), shot()]
    )
    assert "Kept: Report done." in done.content.decode()
    assert "somebody else signs it off" in done.content.decode()
    stale = send(client, "campaign-site-move", *one, "report", expected_version="1", photos=shot())
    assert stale.status_code == 409
    assert "was first" in stale.content.decode()
    client.force_login(desk.people["leader"])
    assert "Sign off</button>" in get(client, "campaign-site", *one).content.decode()
    send(client, "campaign-site-move", *one, "sign", expected_version="2")
    site.refresh_from_db()
    assert (site.state, SitePhoto.objects.filter(stage="after").count()) == ("signed", 2)


def test_moves_are_for_those_who_may(client, desk):  # noqa: F811
    site = listed(desk)
    one = ("walls-2026", site.number)
    assert "/login" in send(client, "campaign-site-move", *one, "drop", follow=False, reason="x").headers["Location"]
    for who, move, status in [
        ("resident", "report", 403), ("water", "report", 403), ("lead", "drop", 403), ("lead", "sign", 403),
        ("assessor", "sign", 422), ("assessor", "nothing", 404), ("dispatcher", "change", 403),
    ]:  # fmt: skip
        client.force_login(desk.people[who])
        data = {"reason": "x", "photos": shot()} if move == "report" else {"reason": "x"}
        assert send(client, "campaign-site-move", *one, move, **data).status_code == status, (who, move)
    site.refresh_from_db()
    assert (site.state, site.version) == ("listed", 1)


def test_the_form_of_a_change_begins_with_what_is_there(client, desk):  # noqa: F811
    site = listed(desk)
    client.force_login(desk.people["assessor"])
    one = ("walls-2026", site.number)
    text = get(client, "campaign-site", *one).content.decode()
    assert 'value="2026-03-20"' in text
    assert 'value="120.05"' in text
    given = {"name_zh": site.name_zh, "problem": site.problem, "unit": "clean", "lon": "120.05", "lat": "31.7"}
    refused = send(client, "campaign-site-move", *one, "change", **given, due="2026-04-20", expected_version="1")
    assert refused.status_code == 422
    assert 'value="2026-04-20"' in refused.content.decode()
    send(
        client, "campaign-site-move", *one, "change", **given, due="2026-04-20", reason="材料未到", expected_version="1"
    )
    assert CampaignSite.objects.get().due == date(2026, 4, 20)
    assert "first set: 2026-03-20" in get(client, "campaign-site", *one).content.decode()


def test_a_case_is_opened_from_a_site(client, desk):  # noqa: F811
    site = listed(desk)
    client.force_login(desk.people["assessor"])
    one = ("walls-2026", site.number)
    asks = {"type": "object", "properties": {"amount": {"type": "string"}}, "required": ["amount"]}
    Service.objects.create(category=desk.category, questions={})
    Service.objects.create(category=desk.other, questions=asks)  # the form of a site cannot answer
    page = get(client, "campaign-site", *one).content.decode()
    assert 'value="events@1:0101"' in page
    assert 'value="events@1:0102"' not in page
    send(client, "campaign-site-move", *one, "open_case", category="events@1:0101", expected_version="1")
    site.refresh_from_db()
    assert site.case.category == desk.category
    assert f"/c/{site.case.number}/" in get(client, "campaign-site", *one).content.decode()


def test_sites_are_narrowed_and_leave_as_csv_and_points(client, desk):  # noqa: F811
    campaign = begun(desk)
    listed(desk, campaign, name_zh="=1+1")
    other = listed(desk, campaign, name_zh="西园市场", unit=desk.units["water"], lon=120.15)
    report_done(other, [photo(desk.people["water"])], actor=desk.people["water"], at=NOW)
    text = get(client, "campaign", "walls-2026", query="?state=done").content.decode()
    assert "西园市场" in text
    assert "=1+1" not in text
    assert "No site fits" in get(client, "campaign", "walls-2026", query="?q=zz&page=7").content.decode()
    answer = get(client, "campaign-csv", "walls-2026", query="?unit=water")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert [(row["number"], row["unit"], row["state"], row["photos_after"]) for row in rows] == [
        ("2", "water", "Reported done", "1")
    ]
    whole = b"".join(get(client, "campaign-csv", "walls-2026")).decode()
    assert "'=1+1" in whole  # no spreadsheet runs it
    points = get(client, "campaign-points", "walls-2026", query=f"?town={HERE}002").json()["features"]
    assert [each["geometry"]["coordinates"] for each in points] == [[120.15, 31.7]]


def test_a_table_is_taken_in_and_what_is_refused_comes_back_as_a_file(client, desk, settings):  # noqa: F811
    begun(desk)
    client.force_login(desk.people["assessor"])
    good = "梅园路3号,120.05,31.7,外墙破损,clean,2026-03-20"
    bad = [
        "梅园路5号,120.05,31.7,外墙破损,nobody,2026-03-20",
        "梅园路7号,999,31.7,,clean,三月",
        "梅园路9号,125,31.7,x,clean,2026/3/5",
    ]
    table = "\n".join(["名称,经度,纬度,存在问题,责任单位代码,完成期限", good, *bad]).encode("gb18030")
    page = send(client, "campaign-import", "walls-2026", file=SimpleUploadedFile("sites.csv", table)).content.decode()
    assert "1 listed, 0 changed, 0 as they were, 3 refused." in page
    assert CampaignSite.objects.get().number == 1
    link = page.split('class="btn primary" href="')[1].split('"')[0]
    rows = list(csv.DictReader(io.StringIO(client.get(link).content.decode("utf-8-sig"))))
    assert [(row["row"], row["field"], row["value"]) for row in rows] == [
        ("2", "责任单位代码", "nobody"), ("3", "存在问题 | 经度 | 完成期限", " | 999 | 三月"), ("4", "经度", "125"),
    ]  # fmt: skip
    assert rows[1]["名称"] == "梅园路7号"
    assert rows[2]["rule"].startswith("The place 125.00000")
    client.force_login(desk.people["leader"])  # somebody else's file
    assert client.get(link).status_code == 404
    # Mended and sent again, with the columns that say what was wrong still in it.
    client.force_login(desk.people["assessor"])
    rows[0]["责任单位代码"] = "water"
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerow(rows[0])
    again = SimpleUploadedFile("mended.csv", out.getvalue().encode())
    assert "1 listed" in send(client, "campaign-import", "walls-2026", file=again).content.decode()


def test_an_export_can_be_changed_in_a_workbook_and_taken_in_again(client, desk):  # noqa: F811
    site = listed(desk)
    client.force_login(desk.people["assessor"])
    text = b"".join(get(client, "campaign-csv", "walls-2026")).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))

    def sent(reason=""):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        out = io.BytesIO()
        book.save(out)
        file = SimpleUploadedFile("sites.xlsx", out.getvalue())
        return send(client, "campaign-import", "walls-2026", file=file, reason=reason).content.decode()

    assert "0 listed, 0 changed, 1 as they were, 0 refused." in sent()
    rows[1][rows[0].index("due")] = date(2026, 5, 5)
    assert "0 changed, 0 as they were, 1 refused." in sent()  # a day moves for a reason only
    assert "0 listed, 1 changed" in sent("雨季顺延")
    site.refresh_from_db()
    assert (site.due, site.steps.last().reason) == (date(2026, 5, 5), "雨季顺延")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"), (b" \n ", "empty"), (b"name,place\n1,2", "no column"), (b"PK\x03\x04rubbish", "not a workbook"),
        (b"\xff\xfe\x00\x01", "neither UTF-8 nor GB 18030"), (b"a\x00b,c\n", "no table"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_says_why(client, desk, content, why):  # noqa: F811
    begun(desk)
    client.force_login(desk.people["assessor"])
    answer = send(client, "campaign-import", "walls-2026", file=SimpleUploadedFile("x.csv", content))
    assert answer.status_code == 422
    assert why in answer.content.decode()
