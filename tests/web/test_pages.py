"""The shell's own pages: what each shows, in both languages, with no district, one, and two."""

import pytest
from django.urls import reverse

from xiuhua.web.context import _here

PAGES = ["web:start", "web:map", "web:about"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_pages_stand_without_a_district(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert "尚未载入" in answer.text or name == "web:about"


@pytest.mark.parametrize("name", PAGES)
def test_a_synthetic_district_says_so_on_every_page(client, two_districts, name):
    text = client.get(reverse(name)).text
    assert "合成数据" in text
    two_districts[0].synthetic = False
    two_districts[0].save()
    assert "合成数据" not in client.get(reverse(name)).text


def test_the_district_asked_for_is_shown_and_remembered(client, two_districts):
    assert two_districts[1].name_zh in client.get("/?district=990002").context["district"].name_zh
    assert client.get("/").context["district"] == two_districts[1]
    assert client.get("/?district=nonsense").context["district"] == two_districts[1]


def test_the_start_page_counts_every_layer(client, two_districts):
    figures = {figure.key: figure.count for figure in client.get("/").context["figures"]}
    assert figures["areas"] == 3
    assert figures["trees"] == 0


def test_the_language_switch_keeps_the_page(client, two_districts):
    answer = client.post(reverse("web:set-language"), {"language": "en", "next": "/about?district=990002"})
    assert (answer.status_code, answer["Location"]) == (302, "/about?district=990002")
    text = client.get("/about").text
    assert "About the data" in text
    assert 'lang="en"' in text


@pytest.mark.parametrize(
    ("language", "back"), [("xx", "https://elsewhere.example/"), ("", "//elsewhere.example"), ("en", "")]
)
def test_the_language_switch_leads_nowhere_else(client, db, language, back):
    answer = client.post(reverse("web:set-language"), {"language": language, "next": back})
    assert answer["Location"] == "/"


def test_errors_are_pages_that_say_what_to_do(client, two_districts):
    missing = client.get("/no-such-page")
    assert missing.status_code == 404
    assert "检查地址" in missing.text
    client.raise_request_exception = False
    assert client.get("/no-such-page", headers={"accept-language": "en"}).text.count("Check the address") == 1


def test_a_failing_page_is_answered_in_words(client, two_districts, monkeypatch):
    def fail(_request):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("xiuhua.web.pages.role_cards", fail)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "稍后" in answer.text
    monkeypatch.setattr("xiuhua.web.errors._page", lambda *_: fail(None))
    assert "稍后" in client.get("/").text


def test_health_names_the_layer_versions(client, two_districts):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["database"] == "ok"
    assert set(answer.json()["layer_versions"]) == {"990001", "990002"}


@pytest.mark.django_db
def test_health_fails_when_the_cache_keeps_nothing(client, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert client.get("/healthz").status_code == 503


@pytest.mark.django_db
def test_small_files_are_served(client):
    assert "Disallow: /api/" in client.get("/robots.txt").text
    assert client.get("/manifest.webmanifest").json()["short_name"] == "绣花"


def test_no_page_carries_inline_code_or_style(client, two_districts):
    for name in PAGES:
        text = client.get(reverse(name)).text
        assert " style=" not in text
        assert " onclick=" not in text
        assert text.count("<script") == text.count('<script type="module" src=') + text.count('type="application/json"')


def test_the_menu_tells_where_one_is_and_beneath_what(client, two_districts):
    def marked(path):
        links = client.get(path).context["navigation"]
        return {link.url.partition("?")[0]: link.current for link in links if link.current}

    assert marked("/map") == {"/map": "page"}
    assert marked("/greenery/990001/") == {"/greenery/990001/": "page"}
    assert marked("/greenery/990001/parks/") == {"/greenery/990001/": "true"}
    assert marked("/about") == {}


def test_an_address_that_only_begins_alike_is_not_beneath():
    assert _here("/reports/mine", ["/report", "/map?district=1"]) == {}
    assert _here("/report/photo/", ["/report/", "/report/photo/"]) == {"/report/photo/": "page"}
    assert _here("/map", ["/map?district=1"]) == {"/map?district=1": "page"}
