"""Photos by Open311: files of a form, and addresses that a job fetches."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tasks_db.models import DBTaskResult
from PIL import Image

from plugins.open311_town import key_of
from xiuhua.casework.actions import media
from xiuhua.casework.models import Case, Photo
from xiuhua.interop.open311 import actions

pytestmark = pytest.mark.django_db


def picture(shade="red"):
    out = io.BytesIO()
    Image.new("RGB", (64, 48), shade).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def form(settings, tmp_path, key, here):
    settings.MEDIA_ROOT = tmp_path
    return {"api_key": key, "service_code": "events-1-0102", **here}


def test_files_of_the_form_become_photos_of_the_case(desk, form, send, ask):
    files = [
        SimpleUploadedFile("a.jpg", picture(), "image/jpeg"),
        SimpleUploadedFile("b.jpg", picture("blue"), "image/jpeg"),
    ]
    answer = send("requests", {**form, "media": files}, headers={"Idempotency-Key": "k"})
    case = Case.objects.get()
    assert case.photos.count() == 2
    assert not ask(f"requests/{case.number}", jurisdiction_id="990001")[0]["media_url"]
    Case.objects.update(state="filed")
    (found,) = ask(f"requests/{case.number}", jurisdiction_id="990001")
    assert found["media_url"] == f"http://testserver/photo/{case.photos.first().key}/copy.jpg"
    sent = {"headers": {"Idempotency-Key": "k"}}
    for file in files:
        file.seek(0)
    assert send("requests", {**form, "media": [*reversed(files)]}, **sent) == answer
    for more in ({"media": files[0]}, {}, {"media_url": "https://example.org/1.jpg"}):
        files[0].seek(0)
        (error,) = send("requests", {**form, **more}, status=400, **sent)
        assert error["code"] == 40020
        assert case.number in error["description"]
    assert Photo.objects.count() == 2


def test_a_file_that_is_no_photo_is_refused_and_nothing_reported(form, send):
    svg = SimpleUploadedFile("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "image/jpeg")
    errors = send("requests", {**form, "media": svg}, status=400)
    assert [error["code"] for error in errors] == [40011]
    many = [SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(11)]
    assert send("requests", {**form, "media": many}, status=400)[0]["code"] == 40011
    assert not Case.objects.exists()


def test_addresses_of_photos_are_fetched_by_jobs(form, send, monkeypatch):
    asked = []
    monkeypatch.setattr(media, "fetch", lambda url: asked.append(url) or picture())
    urls = ["https://example.org/1.jpg", "https://example.org/2.jpg", "https://example.org/1.jpg"]
    send("requests", {**form, "media_url": urls})
    assert not Photo.objects.exists()
    rows = DBTaskResult.objects.filter(task_path=media.fetch_media.module_path)
    for row in rows:
        media.fetch_media.call(*row.args_kwargs["args"])
    assert sorted(asked) == sorted(set(urls))
    assert Case.objects.get().photos.filter(stage="before").count() == 2


def test_addresses_that_are_not_fetched_yet_are_part_of_what_a_key_stands_for(form, send, monkeypatch):
    monkeypatch.setattr(media, "fetch", lambda _url: picture())
    one, sent = {**form, "media_url": "https://example.org/1.jpg"}, {"headers": {"Idempotency-Key": "k"}}
    answer = send("requests", one, **sent)
    for _fetched in range(2):
        assert send("requests", one, **sent) == answer
        other = send("requests", {**form, "media_url": "https://example.org/2.jpg"}, status=400, **sent)
        assert other[0]["code"] == 40020
        assert send("requests", form, status=400, **sent)[0]["code"] == 40020
        for row in DBTaskResult.objects.filter(task_path=media.fetch_media.module_path):
            media.fetch_media.call(*row.args_kwargs["args"])
    assert (Case.objects.count(), Photo.objects.count()) == (1, 1)


def test_photos_of_an_update_show_the_work_done(desk, form, send, ask, monkeypatch):
    monkeypatch.setattr(actions, "fetch", lambda _url: picture("green"))
    case = desk.at_state("handling")
    update = {
        "api_key": key_of(desk, "handler"), "jurisdiction_id": "990001", "service_request_id": case.number,
        "update_id": "7", "status": "FIXED", "updated_datetime": "2026-03-02T10:00:00+08:00", "description": "已清运",
        "media_url": "https://example.org/3.jpg",
    }  # fmt: skip
    first = send("servicerequestupdates", {**update, "media": SimpleUploadedFile("a.jpg", picture(), "image/jpeg")})
    assert (
        send("servicerequestupdates", {**update, "media": SimpleUploadedFile("a.jpg", picture(), "image/jpeg")})
        == first
    )
    assert case.photos.filter(stage="after", user=desk.people["handler"]).count() == 1
    (row,) = DBTaskResult.objects.filter(task_path=actions.fetch_photo.module_path)
    for _again in range(2):
        actions.fetch_photo.call(*row.args_kwargs["args"])
    assert case.photos.filter(stage="after").count() == 2
    wrong = {**update, "update_id": "8", "media_url": "javascript:alert(1)"}
    assert send("servicerequestupdates", wrong, status=400)[0]["code"] == 40011
    assert ask("servicerequestupdates", jurisdiction_id="990001")[-1]["media_url"]
