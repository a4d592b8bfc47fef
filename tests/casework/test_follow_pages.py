"""Behind a token: how the case stands in public words, messages, rating and objection; nothing by looking alone."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from casework.conftest import MONDAY
from xiuhua.casework.actions.following import follow, leave
from xiuhua.casework.actions.intake import Submission, join, submit
from xiuhua.casework.actions.ratings import rate
from xiuhua.casework.models import Case, Follower, Photo, Rating, Report
from xiuhua.casework.refusals import Refused
from xiuhua.foundation.models import Event


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def reported(desk, *, at=MONDAY, user=None, **more) -> Report:
    west = 120.0 if desk.district.code == "990001" else 120.2
    told = {
        "description": "路边一堆垃圾",
        "category": desk.category,
        "idempotency_key": f"k{Report.objects.count()}",
        **more,
    }
    return submit(Submission(district=desk.district, source="web", lon=west + 0.05, lat=31.7, **told), user=user, at=at)


def closed(desk, report: Report, *, at=None) -> Case:
    """Bring the case of a report to its end, the last move at ``at``."""
    from casework.conftest import PATHS

    case = report.case
    for move, who, data in PATHS["closed"]:
        case = desk.make(case, move, who, at=at if move == "close" else None, **desk.fill(case, data))
    return case


def photo_file():
    file = io.BytesIO()
    Image.new("RGB", (30, 20)).save(file, "PNG")
    file.seek(0)
    file.name = "still.png"
    return file


def test_each_move_is_told_in_public_words_and_reasons_stay_inside(client, desks):
    for desk in desks:
        report = reported(desk, contact_email="reporter@example.org", contact_phone="13812345678")
        closed(desk, report)
        page = client.get(f"/follow/{report.token}/")
        for words in ("问题已上报", "已派给clean局", "网格员现场核查：已解决", "已结案：问题解决"):
            assert words in page.text
        assert "已清运" not in page.text  # the reason of handing back is for the desk
        assert "13812345678" not in page.text
        assert "reporter@example.org" not in page.text


def test_the_page_is_kept_from_caches_search_engines_and_other_sites(client, desk):
    page = client.get(f"/follow/{reported(desk).token}/")
    assert "no-store" in page["Cache-Control"]
    assert "private" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]
    assert page["Referrer-Policy"] == "same-origin"
    assert "Disallow: /follow/" in client.get("/robots.txt").text


def test_looking_changes_nothing(client, desk):
    report = reported(desk, contact_email="a@example.org")
    before = Event.objects.count()
    for query in ("", "?do=leave", "?do=object&reason=x"):
        client.get(f"/follow/{report.token}/{query}")
    assert Event.objects.count() == before
    assert Follower.objects.count() == 1


def test_messages_are_asked_for_changed_and_stopped(client, desk):
    report = reported(desk)
    url = f"/follow/{report.token}/"
    wrong = client.post(url, {"do": "subscribe", "email": "nobody"})
    assert wrong.status_code == 422
    assert 'value="nobody"' in wrong.text
    assert client.post(url, {"do": "subscribe"}).status_code == 422
    assert client.post(url, {"do": "subscribe", "email": "a@example.org", "language": "en"}).status_code == 302
    follower = Follower.objects.get(token=report.token)
    assert (follower.email, follower.language, follower.case, follower.me_too) == (
        "a@example.org",
        "en",
        report.case,
        False,
    )
    client.post(url, {"do": "language", "language": "zh-hans"})
    assert Follower.objects.get().language == "zh-hans"
    assert client.post(url, {"do": "language", "language": "xx"}).status_code == 422
    client.post(url, {"do": "leave"})
    assert not Follower.objects.exists()
    assert client.get(url).status_code == 200
    told = "".join(str(event.after) for event in Event.objects.all())
    assert "example.org" not in told


def test_me_too_without_an_account_keeps_its_page_and_its_count_when_messages_stop(client, desk):
    case = reported(desk).case
    follower = join(case, email="b@example.org")
    client.post(f"/follow/{follower.token}/", {"do": "leave"})
    follower.refresh_from_db()
    case.refresh_from_db()
    assert (follower.email, case.me_too) == ("", 1)
    assert client.get(f"/follow/{follower.token}/").status_code == 200


def test_me_too_of_an_account_is_taken_back_when_it_leaves(client, desk):
    case, user = reported(desk).case, desk.people["resident"]
    for _time in range(2):
        follower = join(case, user=user)
        answer = client.post(f"/follow/{follower.token}/", {"do": "leave"})
        assert answer.url == f"/c/{case.number}/"
    case.refresh_from_db()
    assert case.me_too == 0


def test_a_rating_is_given_once_a_report_and_may_be_changed_for_thirty_days(client, desk):
    report = reported(desk)
    url = f"/follow/{report.token}/"
    assert client.post(url, {"do": "rate", "score": "5"}).status_code == 422  # not closed yet
    case = closed(desk, report, at=timezone.now())
    for score, text in (("2", "慢"), ("4", "<b>后来好了</b>")):
        assert client.post(url, {"do": "rate", "score": score, "text": text}).status_code == 302
    assert Rating.objects.values_list("score", "text").get() == (4, "<b>后来好了</b>")
    assert "<b>后来好了" not in client.get(url).text
    for score in ("", "0", "6", "abc", "５"):
        wrong = client.post(url, {"do": "rate", "score": score, "text": "留着"})
        assert wrong.status_code == 422
        assert "留着" in wrong.text
    with pytest.raises(Refused):
        rate(report, 3, at=case.closed_at + timedelta(days=31))
    assert [event.after["score"] for event in Event.objects.filter(verb="case.rated").order_by("sequence")] == [2, 4]


def test_an_objection_opens_the_case_again_and_counts(client, desk):
    report = reported(desk)
    case = closed(desk, report)
    url = f"/follow/{report.token}/"
    assert client.post(url, {"do": "object", "reason": " "}).status_code == 422
    answer = client.post(url, {"do": "object", "reason": "还在，<script>alert(1)</script>", "photos": [photo_file()]})
    assert answer.status_code == 302
    case.refresh_from_db()
    assert (case.state, case.reopenings) == ("dispatched", 1)
    assert case.steps.get(move="reopen").reason.startswith("还在")
    assert Photo.objects.get(case=case).report == report
    page = client.get(url)
    assert "上报人提出异议" in page.text
    assert "<script>alert" not in page.text


def test_an_objection_with_a_file_that_is_no_photo_changes_nothing_and_keeps_the_words(client, desk):
    report = reported(desk)
    case = closed(desk, report)
    file = io.BytesIO(b"%PDF-1.4")
    file.name = "x.pdf"
    page = client.post(f"/follow/{report.token}/", {"do": "object", "reason": "还没修好", "photos": [file]})
    assert page.status_code == 422
    assert "还没修好" in page.text
    case.refresh_from_db()
    assert (case.state, case.reopenings) == ("closed", 0)


def test_only_who_reported_may_rate_and_object(client, desk):
    report = reported(desk)
    follower = join(report.case)
    case = closed(desk, report, at=timezone.now())
    url = f"/follow/{follower.token}/"
    assert 'value="object"' not in client.get(url).text
    for form in ({"do": "object", "reason": "x"}, {"do": "rate", "score": "1"}):
        assert client.post(url, form).status_code == 422
    case.refresh_from_db()
    assert case.state == "closed"


def test_a_merged_report_follows_the_case_that_leads_and_may_object_to_its_end(client, desk):
    first, second = reported(desk), reported(desk, contact_email="a@example.org")
    desk.make(second.case, "merge", "dispatcher", master=first.case.number)
    case = closed(desk, first)
    url = f"/follow/{second.token}/"
    page = client.get(url)
    assert first.case.number in page.text
    assert "已结案：问题解决" in page.text
    assert client.post(url, {"do": "object", "reason": "没有"}).status_code == 302
    case.refresh_from_db()
    assert case.reopenings == 1


def test_my_reports_are_mine_alone(client, desks):
    one, other = desks
    mine, theirs = reported(one, user=one.people["resident"]), reported(one, user=other.people["resident"])
    assert client.get("/my-reports/").status_code == 302
    client.force_login(one.people["resident"])
    page = client.get("/my-reports/?page=abc")
    assert f"/follow/{mine.token}/" in page.text
    assert theirs.token not in page.text
    assert client.get(f"/follow/{mine.token}/").status_code == 200


def test_who_follows_gets_new_addresses_and_an_unknown_token_none(desk):
    report = reported(desk, contact_email="a@example.org")
    assert follow(report.token, phone="13812345678").email == ""
    assert Follower.objects.count() == 1
    leave(Follower.objects.get())
    with pytest.raises(Refused):
        follow("unknown", email="a@example.org")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    do=st.sampled_from(["subscribe", "leave", "language", "rate", "object", "", "x"]),
    values=st.dictionaries(
        st.sampled_from(["email", "phone", "language", "score", "text", "reason", "photos"]), st.text(max_size=60)
    ),
)
def test_nothing_that_is_posted_fails(client, desk, do, values):
    report = Report.objects.first() or reported(desk)
    assert client.post(f"/follow/{report.token}/", {"do": do, **values}).status_code in {302, 422, 429}
    if token := "".join(letter for letter in values.get("text", "") if letter not in "/?#%\\"):
        assert client.get(f"/follow/{token}/").status_code in {200, 301, 404}
