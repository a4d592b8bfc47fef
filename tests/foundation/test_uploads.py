"""Requests with files: what is too large is refused before it is read."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from xiuhua.foundation.uploads import TooMuch


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
    with pytest.raises(TooMuch):
        _ = request.POST


def test_the_answer_says_what_to_do(db, settings):
    settings.XIUHUA_UPLOAD_MB = 0
    browser = Client(enforce_csrf_checks=True)
    browser.cookies["csrftoken"] = "a" * 32
    answer = browser.post("/", {"file": SimpleUploadedFile("a.bin", b"x")})
    assert answer.status_code == 413
    assert "0 MB" in answer.content.decode()
