"""Requests with files: what is too large is refused before it is read."""

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory


def posted(size: int):
    return RequestFactory().post("/", {"word": "x", "file": SimpleUploadedFile("a.bin", b"x" * size)})


def test_what_fits_comes_through(settings):
    settings.XIUHUA_UPLOAD_MB = 1
    request = posted(500_000)
    assert request.POST["word"] == "x"
    assert request.FILES["file"].size == 500_000


def test_what_is_too_large_is_refused_unread(settings, monkeypatch):
    settings.XIUHUA_UPLOAD_MB = 1
    request = posted(1_100_000)
    request._stream = None  # reading it would fail
    with pytest.raises(RequestDataTooBig):
        _ = request.POST


def test_the_answer_is_no_server_error(db, settings):
    settings.XIUHUA_UPLOAD_MB = 0
    answer = Client(enforce_csrf_checks=True).post("/", {"file": SimpleUploadedFile("a.bin", b"x")})
    assert answer.status_code == 400
