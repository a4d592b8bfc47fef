"""Making: never over an old file, a new version only where something changed, an event; command, job, addresses."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from taskbook.bulletin_town import APRIL, MADE, MARCH, PUBLISHED, furnish
from xiuhua.foundation.events import verify
from xiuhua.foundation.models import Event
from xiuhua.people.models import Assignment, User
from xiuhua.taskbook.actions.bulletin import BulletinError, make_bulletin
from xiuhua.taskbook.bulletin_commands import bulletin
from xiuhua.taskbook.models import Bulletin, Closing, Value
from xiuhua.taskbook.tasks import make_bulletins

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def town(two_districts):
    furnish(two_districts[0])
    return two_districts[0]


@pytest.fixture
def leader(client, town):
    user = User.objects.create(username="leader")
    Assignment.objects.create(user=user, role="leader", district_code=town.code)
    client.force_login(user)
    return client


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_bulletin_has_its_files_its_row_and_its_event(town, kept):
    made = make_bulletin(town, MARCH, "t", at=MADE)
    row = made.bulletin
    assert made.new
    assert not made.missing
    assert (row.version, row.provisional, row.made_at) == (1, False, MADE)
    assert files(kept) == sorted([row.pdf, row.pdf_en, row.xlsx])
    assert row.figures[0]["number"] == "F1"
    event = Event.objects.get(verb="bulletin.made")
    assert event.after["pdf"] == row.pdf_digest
    assert event.after["figures"] == len(row.figures)
    assert not verify(event.chain).breaks


def test_nothing_changed_nothing_made(town, kept):
    first = make_bulletin(town, MARCH, "t", at=MADE)
    before = files(kept)
    again = make_bulletin(town, MARCH, "t", at=MADE + timedelta(days=2))
    assert not again.new
    assert again.bulletin == first.bulletin
    assert files(kept) == before
    assert Event.objects.filter(verb="bulletin.made").count() == 1


def test_a_change_makes_the_next_version_beside_the_old_files(town, kept):
    first = make_bulletin(town, MARCH, "t", at=MADE).bulletin
    content = (kept / first.pdf).read_bytes()
    Value.objects.filter(district=town, month=MARCH, scope="town").update(numerator=7)
    second = make_bulletin(town, MARCH, "t", at=MADE + timedelta(days=1))
    assert second.new
    assert second.bulletin.version == 2
    assert (kept / first.pdf).read_bytes() == content
    assert len(files(kept)) == 6


def test_publishing_makes_the_provisional_one_final(two_districts):
    town = two_districts[0]
    furnish(town, published=False)
    draft = make_bulletin(town, MARCH, "t", at=PUBLISHED - timedelta(days=1)).bulletin
    Closing.objects.create(district=town, month=MARCH, published_at=PUBLISHED, actor="t")
    final = make_bulletin(town, MARCH, "t", at=MADE).bulletin
    assert (draft.provisional, draft.version, final.provisional, final.version) == (True, 1, False, 2)


def test_a_version_that_somebody_made_meanwhile_is_not_made_twice(town, monkeypatch):
    from xiuhua.taskbook.actions import bulletin as module

    found = module._files

    def overtaken(contents, edition):
        monkeypatch.setattr(module, "_files", found)
        make_bulletin(town, MARCH, "other", at=MADE)
        return found(contents, edition)

    monkeypatch.setattr(module, "_files", overtaken)
    made = make_bulletin(town, MARCH, "t", at=MADE)
    assert not made.new
    assert Bulletin.objects.count() == 1


def test_a_month_without_anything_is_refused_with_what_to_do(two_districts):
    with pytest.raises(BulletinError, match="990002"):
        make_bulletin(two_districts[1], MARCH, "t")
    with pytest.raises(BulletinError, match="2026-03-02"):
        make_bulletin(two_districts[0], MARCH.replace(day=2), "t")


def test_the_job_makes_what_is_published_and_lacks_a_bulletin(town, two_districts, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: MADE)
    Closing.objects.create(district=two_districts[1], month=MARCH, published_at=PUBLISHED, actor="t")  # says nothing
    assert make_bulletins.call() == 1
    assert make_bulletins.call() == 0
    assert [(row.district, row.month) for row in Bulletin.objects.all()] == [(town, MARCH)]


def test_the_command_says_where_the_files_lie(town, kept):
    done = CliRunner().invoke(bulletin, ["--district", town.code, "--month", "2026-03", "--language", "en"])
    row = Bulletin.objects.get()
    assert done.exit_code == 0
    assert str(kept / row.pdf_en) in done.output
    assert str(kept / row.xlsx) in done.output
    again = CliRunner().invoke(bulletin, ["--district", town.code, "--month", "2026-03"])
    assert again.exit_code == 0
    assert Bulletin.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--district", "1", "--month", "2026-03"], "990001"),
        (["--district", "990001", "--month", "2026-13"], "2026-13"),
        (["--district", "990001", "--month", "1999-01"], "1999-01"),
    ],
)
def test_the_command_refuses_with_the_reason(town, arguments, told):
    done = CliRunner().invoke(bulletin, arguments)
    assert done.exit_code == 1
    assert told in done.output


def test_a_published_bulletin_is_for_everyone_a_provisional_one_is_not(town, client):
    make_bulletin(town, MARCH, "t", at=MADE)
    make_bulletin(town, APRIL, "t", at=MADE)
    found = client.get(f"/api/taskbook/{town.code}/bulletins").json()
    assert [(row["month"], row["provisional"]) for row in found] == [("2026-03", False)]
    for each in found[0]["files"]:
        assert client.get(each["address"]).status_code == 200
    assert client.get(f"/api/taskbook/{town.code}/bulletins/2026-04/1").status_code == 404
    assert client.get(f"/taskbook/{town.code}/bulletins/2026-04/1/zh.pdf").status_code == 404


def test_those_inside_see_the_provisional_one(town, leader):
    make_bulletin(town, APRIL, "t", at=MADE)
    found = leader.get(f"/api/taskbook/{town.code}/bulletins").json()
    assert [(row["month"], row["provisional"]) for row in found] == [("2026-04", True)]
    assert leader.get(found[0]["files"][0]["address"]).headers["Content-Type"] == "application/pdf"


def test_the_interface_traces_every_figure(town, client):
    row = make_bulletin(town, MARCH, "t", at=MADE).bulletin
    told = client.get(f"/api/taskbook/{town.code}/bulletins/2026-03/1").json()
    assert [each["number"] for each in told["traced"]] == [each["number"] for each in row.figures]
    value = next(each for each in told["traced"] if each["key"] == "value:handling_on_time:district:")
    asked = {"indicator": "handling_on_time", "scope": "district", "month": "2026-03"}
    (found,) = client.get(f"/api/taskbook/{town.code}/values", asked).json()["values"]
    assert found["shown"] == value["value"]
    assert found["numerator"] == value["numerator"]


def test_every_address_of_a_figure_opens(town, client):
    row = make_bulletin(town, MARCH, "t", at=MADE).bulletin
    for address in {each["address"] for each in row.figures}:
        assert client.get(address).status_code == 200, address


def test_the_page_of_a_bulletin_looks_up_each_number(town, client):
    row = make_bulletin(town, MARCH, "t", at=MADE).bulletin
    page = client.get(f"/taskbook/{town.code}/bulletins/2026-03/1/").content.decode()
    for figure in row.figures:
        assert f'id="{figure["number"]}"' in page
    assert "9,412 / 9,876" in page
    assert "/taskbook/990001/bulletins/2026-03/1/zh.pdf" in page
    assert "/taskbook/990001/bulletins/2026-03/1/" in client.get(f"/taskbook/{town.code}/months/").content.decode()


def test_a_provisional_edition_of_a_published_month_stays_inside(two_districts, client):
    town = two_districts[0]
    furnish(town, published=False)
    make_bulletin(town, MARCH, "t", at=PUBLISHED - timedelta(days=1))
    Closing.objects.create(district=town, month=MARCH, published_at=PUBLISHED, actor="t")
    make_bulletin(town, MARCH, "t", at=MADE)
    assert client.get(f"/taskbook/{town.code}/bulletins/2026-03/1/").status_code == 404
    page = client.get(f"/taskbook/{town.code}/bulletins/2026-03/2/").content.decode()
    assert "/2026-03/1/" not in page + client.get(f"/taskbook/{town.code}/months/").content.decode()


@pytest.mark.parametrize("address", ["2026-03/2/zh.pdf", "2026-13/1/zh.pdf", "2026-03/1/zh.exe", "2025-03/1/zh.pdf"])
def test_what_is_no_file_of_a_bulletin_is_not_found(town, client, address):
    make_bulletin(town, MARCH, "t", at=MADE)
    assert client.get(f"/taskbook/{town.code}/bulletins/{address}").status_code == 404


def test_a_file_that_was_changed_is_not_handed_out(town, client, kept, caplog):
    row = make_bulletin(town, MARCH, "t", at=MADE).bulletin
    (kept / row.pdf).write_bytes(b"%PDF-1.7 other")
    answer = client.get(f"/taskbook/{town.code}/bulletins/2026-03/1/zh.pdf")
    assert answer.status_code == 404
    assert row.pdf in caplog.text
