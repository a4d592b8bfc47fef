"""Who sees a photo, how it is served, and that each look at an original is written down."""

import pytest
from django.urls import reverse

from casework.conftest import MONDAY, PATHS
from casework.pictures import HERE, encoded, opened, picture, tagged
from xiuhua.casework.actions.photos import store
from xiuhua.casework.models import Case, Photo, Report
from xiuhua.foundation.models import Event


@pytest.fixture
def photo(desk, settings, tmp_path):
    """A photo of a case in hand."""
    settings.MEDIA_ROOT = tmp_path
    data = encoded(picture((800, 400)), exif=tagged(gps=HERE))
    return store(data, stage="before", case=desk.at_state("handling"), at=MONDAY)


def url(photo, size="copy"):
    return reverse("casework:photo", args=[photo.key, size])


def original(photo):
    return reverse("casework:photo-original", args=[photo.key])


def asked(client, who, address):
    client.logout()
    if who is not None:
        client.force_login(who)
    return client.get(address)


def hide(photo, what):
    rows = Photo.objects.filter(pk=photo.pk) if what == "photo" else Case.objects.filter(pk=photo.case_id)
    rows.update(public=False)


def test_everybody_sees_the_copies_of_a_public_case(client, photo):
    for size, pixels in (("copy", (800, 400)), ("thumb", (320, 160))):
        answer = client.get(url(photo, size))
        assert answer.status_code == 200
        assert opened(answer.content).size == pixels
        assert b"SecretPhone" not in answer.content
        assert answer["Cache-Control"].startswith("public, max-age=")
    assert client.head(url(photo)).status_code == 200


def test_a_browser_can_do_nothing_with_it_but_show_it(client, photo):
    answer = client.get(url(photo), headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Disposition"].startswith("inline; filename=")
    assert opened(answer.content).format == "JPEG", "not packed again"


def test_what_the_browser_has_is_not_sent_again(client, photo):
    etag = client.get(url(photo))["ETag"]
    for held in (etag, f'"other", {etag}', f"W/{etag}"):
        answer = client.get(url(photo), headers={"If-None-Match": held})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)
    assert client.get(url(photo, "thumb"), headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("what", ["photo", "case"])
def test_what_is_not_public_is_for_those_of_the_case(client, desk, desks, photo, what):
    hide(photo, what)
    etag = f'"{photo.key}-copy"'
    for who in (None, desk.people["resident"], desk.people["water"], desks[1].people["dispatcher"]):
        assert asked(client, who, url(photo)).status_code == 404
        assert client.get(url(photo), headers={"If-None-Match": etag}).status_code == 404
    for name in ("dispatcher", "lead", "handler", "near", "leader"):
        answer = asked(client, desk.people[name], url(photo))
        assert answer.status_code == 200, name
        assert answer["Cache-Control"].startswith("private")


def test_a_photo_of_no_case_is_for_who_sent_it(client, desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    photo = store(encoded(), stage="before", user=desk.people["resident"], at=MONDAY)
    assert asked(client, desk.people["resident"], url(photo)).status_code == 200
    for who in (None, desk.people["dispatcher"]):
        assert asked(client, who, url(photo)).status_code == 404
    assert asked(client, desk.people["resident"], original(photo)).status_code == 404


def test_what_is_not_there_is_said(client, photo):
    for address in ("/photo/00000000-0000-0000-0000-000000000000/copy.jpg", "/photo/" + "-" * 36 + "/copy.jpg"):
        assert client.get(address).status_code == 404
    assert client.get(url(photo).replace("copy", "original")).status_code == 404
    assert client.get(f"/photo/{photo.key}/../../secret_key").status_code == 404
    Photo.objects.filter(pk=photo.pk).update(copy="copies/gone.jpg")
    assert client.get(url(photo)).status_code == 404
    assert client.post(url(photo)).status_code == 405


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("dispatcher", 200), ("assessor", 200), ("leader", 200), ("lead", 403), ("handler", 403), ("near", 403),
        ("town", 403), ("engineer", 403), ("resident", 403),
    ],
)  # fmt: skip
def test_few_see_an_original(client, desk, photo, name, status):
    answer = asked(client, desk.people[name], original(photo))
    assert answer.status_code == status
    looks = Event.objects.filter(chain=f"photo:{photo.key}", verb="photo.original_seen")
    assert looks.count() == (1 if status == 200 else 0)


def test_nobody_of_another_district_and_nobody_unknown_sees_an_original(client, desks, photo):
    assert asked(client, desks[1].people["dispatcher"], original(photo)).status_code == 403
    answer = asked(client, None, original(photo))
    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_an_original_is_a_file_to_keep_and_the_look_is_on_record(client, desk, photo):
    answer = asked(client, desk.people["dispatcher"], original(photo))
    assert b"SecretPhone" in answer.content
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{photo.case.number}-')
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    event = Event.objects.get(chain=f"photo:{photo.key}", verb="photo.original_seen")
    assert (event.actor, event.after["case"]) == (desk.people["dispatcher"].username, photo.case.number)


def test_an_original_that_is_kept_no_longer(client, desk, photo):
    Photo.objects.filter(pk=photo.pk).update(original="")
    assert asked(client, desk.people["dispatcher"], original(photo)).status_code == 404


@pytest.mark.parametrize("state", PATHS)
def test_photos_of_a_report_are_shown_to_others_once_it_is_filed(client, desk, settings, tmp_path, state):
    settings.MEDIA_ROOT = tmp_path
    case = desk.at_state(state)
    report = Report.objects.create(
        idempotency_key="p", token="t" * 32, district=desk.district, case=case, source="web", received_at=MONDAY,
        lon=case.lon, lat=case.lat,
    )  # fmt: skip
    photo = store(encoded(), stage="before", case=case, report=report, at=MONDAY)
    sees = state not in {"reported", "check_filing", "rejected", "merged"}
    assert client.get(url(photo)).status_code == (200 if sees else 404)
    assert asked(client, desk.people["dispatcher"], url(photo)).status_code == 200
    client.logout()
    page = client.get(f"/c/{case.number}/", follow=True)
    assert (str(photo.key) in page.text) == sees
    assert ("受理后" in page.text) == (state in {"reported", "check_filing"})
    assert [each["key"] for each in client.get(f"/api/cases/{case.number}").json()["photos"]] == [str(photo.key)] * sees
    (found,) = client.get(f"/open311/v2/requests/{case.number}.json", {"jurisdiction_id": "990001"}).json()
    assert bool(found["media_url"]) == sees
    listed = client.get("/problems/", {"district": "990001", "state": "all"}).text
    assert str(photo.key) not in listed or sees
    near = client.get("/api/cases/nearby", {"district": "990001", "lon": case.lon, "lat": case.lat}).json()
    assert str(photo.key) not in str(near) or sees
    mine = client.get(f"/follow/{report.token}/").text
    own = f"/follow/{report.token}/photo/{photo.key}/copy.jpg"
    assert (own in mine) == (state in {"reported", "check_filing", "rejected"})
    answer = client.get(own)
    assert (answer.status_code, "no-store" in answer["Cache-Control"]) == (200, True)
    assert client.get(f"/follow/other/photo/{photo.key}/copy.jpg").status_code == 404


def test_a_case_that_was_filed_and_then_merged_keeps_its_photos_public(client, desk, photo):
    Case.objects.filter(pk=photo.case_id).update(state="merged")
    assert client.get(url(photo)).status_code == 200
    Case.objects.filter(pk=photo.case_id).update(filed_at=None)
    assert client.get(url(photo)).status_code == 404
