"""What is kept of persons goes when its time has come, only then, and once."""

from datetime import timedelta

import pytest

from casework.conftest import MONDAY
from casework.pictures import encoded
from xiuhua.casework import tasks
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.actions.intake import Submission, join, submit
from xiuhua.casework.actions.photos import store
from xiuhua.casework.actions.retention import CONTACT_DAYS, Tidied, set_rule, tidy
from xiuhua.casework.models import Photo, Rating, Report
from xiuhua.foundation.events import verify
from xiuhua.foundation.models import Event

DAY = timedelta(days=1)


@pytest.fixture
def told(desk):
    """Makes a report of a source, its case rejected at once."""

    def make(key="k", source="web", *, ended=True, user=None):
        given = Submission(
            key, desk.district, source, 120.05, 31.7, desk.category, "张先生 13812345678 说有垃圾", contact_name="张先生",
            contact_phone="13812345678", contact_email="someone@example.org",
        )  # fmt: skip
        report = submit(given, user=user, at=MONDAY)
        if ended:
            perform(report.case_id, "reject", user=desk.people["dispatcher"], data={"reason": "不属实"}, at=MONDAY)
        return report

    return make


def stored(settings, tmp_path, name, **more):
    settings.MEDIA_ROOT = tmp_path
    for kind in ("o", "c", "t"):
        (tmp_path / f"{kind}{name}").write_bytes(b"x")
    return Photo.objects.create(
        stage="before", original=f"o{name}", copy=f"c{name}", thumbnail=f"t{name}", sha256=name, width=1, height=1,
        received_at=MONDAY, lon=120.0, lat=31.0, **more,
    )  # fmt: skip


def test_contacts_and_their_followers_go_after_their_days_and_not_before(told):
    report = told()
    join(told("open", ended=False).case, email="other@example.org", at=MONDAY)
    Report.objects.filter(pk=report.pk).update(address="东门 13812345678", answers={"a": ["13812345678"], "n": 2})
    rating = Rating.objects.create(report=report, score=1, text="打 13812345678", at=MONDAY)
    assert tidy(MONDAY + CONTACT_DAYS * DAY).reports == 0
    assert tidy(MONDAY + CONTACT_DAYS * DAY + timedelta(seconds=1)).reports == 1
    report.refresh_from_db()
    rating.refresh_from_db()
    assert (report.contact_name, report.contact_phone, report.contact_email) == ("", "", "")
    assert report.description == report.case.description == "张先生 *** 说有垃圾"
    assert rating.text == "打 ***"
    assert (report.address, report.answers) == ("东门 ***", {"a": ["***"], "n": 2})
    assert not report.case.followers.exists()
    assert report.anonymised_at
    assert tidy(MONDAY + 9999 * DAY) == Tidied()
    assert not verify().breaks
    assert "13812345678" not in str(list(Event.objects.values_list("before", "after")))


def test_an_open_case_keeps_who_can_be_asked(told):
    report = told(ended=False)
    assert tidy(MONDAY + 9999 * DAY).reports == 0
    report.refresh_from_db()
    assert report.contact_phone


def test_an_account_keeps_its_own_reports(told, desk):
    report = told(user=desk.people["resident"])
    tidy(MONDAY + 9999 * DAY)
    report.refresh_from_db()
    assert report.user == desk.people["resident"]
    assert report.case.followers.filter(user=desk.people["resident"]).exists()


def test_each_source_has_its_rule_and_none_means_for_ever(told):
    set_rule("hotline", 10, 10, actor="t")
    set_rule("api", None, None, actor="t")
    reports = {source: told(source, source) for source in ("web", "hotline", "api")}
    assert tidy(MONDAY + 11 * DAY).reports == 1
    assert tidy(MONDAY + 9999 * DAY).reports == 1
    for report in reports.values():
        report.refresh_from_db()
    assert [bool(report.contact_phone) for report in reports.values()] == [False, False, True]
    set_rule("", None, None, actor="t")
    assert Event.objects.filter(chain="retention", verb="retention.set").count() == 3
    set_rule("", None, None, actor="t")
    assert Event.objects.filter(chain="retention", verb="retention.set").count() == 3


@pytest.mark.parametrize("wrong", [("rumour", 1, 1), ("web", -1, 1), ("web", 1, 99_999)])
def test_a_rule_that_cannot_be_is_refused(db, wrong):
    with pytest.raises(ValueError):
        set_rule(*wrong, actor="t")


def test_originals_go_and_public_copies_stay(told, settings, tmp_path, django_capture_on_commit_callbacks):
    report = told()
    photo = stored(settings, tmp_path, "1", case=report.case, report=report)
    shared = stored(settings, tmp_path, "2", case=report.case)
    other = stored(settings, tmp_path, "3", case=told("open", ended=False).case)
    Photo.objects.filter(pk=other.pk).update(original="o2")
    with django_capture_on_commit_callbacks(execute=True):
        assert tidy(MONDAY + 366 * DAY).originals == 2
    photo.refresh_from_db()
    assert (photo.original, photo.copy, photo.lon, photo.lat) == ("", "c1", None, None)
    assert not (tmp_path / "o1").exists()
    assert (tmp_path / "o2").exists(), "another photo still uses it"
    assert (tmp_path / "c1").exists()
    assert tidy(MONDAY + 366 * DAY).originals == 0
    shared.refresh_from_db()
    assert shared.original == ""


def test_photos_that_no_report_took_go_after_two_days(db, settings, tmp_path, django_capture_on_commit_callbacks):
    stored(settings, tmp_path, "1")
    assert tidy(MONDAY + DAY).orphans == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert tidy(MONDAY + 3 * DAY).orphans == 1
    assert not list(tmp_path.iterdir())


def test_files_that_no_photo_names_go_after_two_days(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    photo = store(encoded(), stage="before", at=MONDAY)
    for name in ("originals/2026/03/02/stray.jpg", "thumbnails/2026/03/02/stray.jpg.part", "copies/2026/02/01/old.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    Photo.objects.filter(pk=photo.pk).update(received_at=MONDAY + 9999 * DAY)
    assert tidy(MONDAY + 2 * DAY).files == 0
    assert tidy(MONDAY + 3 * DAY).files == 2
    assert not list(tmp_path.rglob("stray*"))
    assert all((tmp_path / name).exists() for name in (photo.original, photo.copy, photo.thumbnail))
    assert (tmp_path / "copies/2026/02/01/old.jpg").exists()


def test_nothing_outside_the_folder_of_media_is_removed(told, settings, tmp_path, django_capture_on_commit_callbacks):
    report = told()
    outside = tmp_path / "kept"
    outside.write_bytes(b"x")
    (tmp_path / "media").mkdir()
    photo = stored(settings, tmp_path / "media", "1", case=report.case)
    Photo.objects.filter(pk=photo.pk).update(original="../kept")
    with django_capture_on_commit_callbacks(execute=True):
        tidy(MONDAY + 9999 * DAY)
    assert outside.exists()


def test_the_job_runs_it(told):
    told()
    assert tasks.keep_no_longer.call() == {"reports": 1, "originals": 0, "orphans": 0, "files": 0, "unfinished": 0}
