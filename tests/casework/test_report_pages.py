"""A report from the first page to the last without JavaScript: one report, nothing lost, nobody's photo but one's own."""

import io
from uuid import uuid4

import pytest
import shapely
from django.test import Client
from PIL import Image

from xiuhua.casework.models import Case, Follower, Photo, Report, Service
from xiuhua.casework.pages.resident.catalogue import reference
from xiuhua.city.actions.load import load

HERE = {"990001": (120.05, 31.7), "990002": (120.25, 31.7)}
QUESTIONS = {
    "type": "object",
    "properties": {
        "amount": {
            "type": "string", "title": "有多少", "title_en": "How much", "enum": ["bag", "heap"],
            "enum_zh": ["几袋", "成堆"], "enum_en": ["Bags", "A heap"], "order": 1,
        },
        "blocks": {"type": "boolean", "title": "是否挡路", "order": 2},
        "count": {"type": "integer", "title": "数量", "minimum": 1, "maximum": 9, "order": 3},
    },
    "required": ["amount"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(where: tuple[float, float] | None = None) -> io.BytesIO:
    """A small photo; ``where`` is written into it as a phone does."""
    image, exif = Image.new("RGB", (64, 48), "#557755"), Image.Exif()
    if where:
        gps = exif.get_ifd(0x8825)
        for tag, letter, degrees in ((3, "E", where[0]), (1, "N", where[1])):
            minutes = (degrees % 1) * 60
            gps[tag] = letter
            gps[tag + 1] = (float(int(degrees)), float(int(minutes)), round((minutes % 1) * 60, 4))
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif)
    file.seek(0)
    file.name = "photo.jpg"
    return file


def began(client, desk):
    """The address of a new report."""
    page = client.get(f"/report/?district={desk.district.code}")
    assert page.status_code == 200
    return f"/report/{page.context['draft_id']}/"


def placed(desk, **more):
    lon, lat = HERE[desk.district.code]
    return {"text": "路边一堆垃圾", "lon": str(lon), "lat": str(lat), "do": "next", **more}


def up_to_send(client, desk, **more):
    """A report that is told but for sending it."""
    url = began(client, desk)
    assert client.post(url, placed(desk, **more)).url == f"{url}category/"
    answer = client.post(f"{url}category/", {"category": reference(desk.category)})
    assert answer.url == f"{url}send/"
    return url


def test_a_report_from_the_first_page_to_the_last(client, desks):
    for desk in desks:
        Service.objects.update_or_create(category=desk.category, defaults={"questions": QUESTIONS})
        url = began(client, desk)
        files = [picture(), picture()]
        assert client.post(url, placed(desk, photos=files, address="东门对面")).status_code == 302
        kinds = client.get(f"{url}category/")
        assert "暴露垃圾" in kinds.text
        client.post(f"{url}category/", {"category": reference(desk.category)})
        last = client.get(f"{url}send/")
        assert "有多少" in last.text
        answer = client.post(
            f"{url}send/", {"answer-amount": "heap", "answer-count": "3", "email": "a@example.org", "consent": "yes"}
        )
        assert answer.url == f"{url}sent/"
        report = Report.objects.get(district=desk.district)
        assert (report.source, report.category, report.answers) == (
            "web",
            desk.category,
            {"amount": "heap", "count": 3},
        )
        assert report.photos.count() == 2
        assert report.case.photos.count() == 2
        assert (report.placed_by, report.address, report.contact_email) == ("map", "东门对面", "a@example.org")
        sent = client.get(answer.url)
        assert report.case.number in sent.text
        assert f"/follow/{report.token}/" in sent.text
        assert "8" in sent.text
        assert client.get(f"/follow/{report.token}/").status_code == 200


def test_sending_again_back_and_reload_give_one_report(client, desk):
    url = up_to_send(client, desk)
    sent = [client.post(f"{url}send/", {"consent": "yes"}).url for _time in range(3)]
    assert set(sent) == {f"{url}sent/"}
    for page in (url, f"{url}send/", f"{url}category/"):
        assert client.get(page).url == f"{url}sent/"
    assert client.post(url, placed(desk, text="anders")).url == f"{url}sent/"
    assert Report.objects.count() == Case.objects.count() == 1
    assert "路边一堆垃圾" not in str(dict(client.session))


def test_two_sessions_that_send_at_once_keep_to_the_key_of_the_draft(client, desk):
    url = up_to_send(client, desk)
    session = client.session
    drafts = session["report-drafts"]
    client.post(f"{url}send/", {"consent": "yes"})
    session = client.session
    session["report-drafts"] = drafts  # as the second click read it, before the first was done
    session.save()
    assert client.post(f"{url}send/", {"consent": "yes"}).url == f"{url}sent/"
    assert Report.objects.count() == 1
    session = client.session
    session["report-drafts"] = drafts
    session.save()
    other = client.post(f"{url}send/", {"consent": "yes", "email": "a@example.org"})
    assert Report.objects.get().case.number in other.text  # what the key was used for, in words
    assert not Report.objects.get().contact_email


def test_what_is_missing_is_said_at_the_field_and_nothing_is_lost(client, desk):
    url = began(client, desk)
    page = client.post(url, {"text": "", "do": "next", "photos": [picture()], "lon": "abc", "lat": "31.7"})
    assert page.status_code == 422
    assert set(page.context["errors"]) == {"place"}
    assert len(page.context["draft"].photos) == 1
    again = client.get(url)
    assert f"{url}photo/{again.context['draft'].photos[0]}.jpg" in again.text
    assert client.get(f"{url}photo/{again.context['draft'].photos[0]}.jpg")["Content-Type"] == "image/jpeg"
    page = client.post(url, {"text": "写了很多字", "do": "next"})
    assert page.status_code == 422
    assert "写了很多字" in page.text
    assert "写了很多字" in client.get(url).text
    assert client.get(f"{url}send/").url == url


def test_a_file_that_is_no_photo_is_refused_by_name_and_the_others_stay(client, desk):
    url, wrong = began(client, desk), io.BytesIO(b"<svg onload=alert(1)>")
    wrong.name = "<b>evil.svg"
    page = client.post(url, placed(desk, photos=[wrong, picture()]))
    assert page.status_code == 422
    assert "<b>evil" not in page.text
    assert "evil" in page.context["errors"]["photos"]
    assert len(page.context["draft"].photos) == 1
    page = client.post(url, placed(desk, remove=page.context["draft"].photos))
    assert page.status_code == 302
    assert client.get(url).context["draft"].photos == []


def test_the_place_comes_from_the_photo(client, desks):
    for desk in desks:
        url = began(client, desk)
        assert client.post(url, {"do": "next", "photos": [picture(HERE[desk.district.code])]}).status_code == 302
        draft = client.get(url).context["draft"]
        assert draft.placed_by == "photo"
        assert (draft.lon, draft.lat) == pytest.approx(HERE[desk.district.code], abs=1e-5)


def test_the_place_is_found_by_its_name_without_a_script(client, desk):
    line = shapely.LineString([(120.04, 31.7), (120.06, 31.7)])
    row = {"code": "S1", "name_zh": "人民路", "name_en": "People Road", "street_class": "main", "geometry": line}
    assert not load(desk.district, "streets", [row], actor="t", source="t").rejected
    url = began(client, desk)
    page = client.post(url, {"text": "x", "address": "人民路128号对面", "do": "next"})
    assert page.status_code == 422
    assert len(page.context["hits"]) == 1
    hit = page.context["hits"][0]
    assert (
        client.post(url, {"text": "x", "address": "人民路128号对面", "place": hit.value, "do": "next"}).status_code
        == 302
    )
    draft = client.get(url).context["draft"]
    assert (draft.placed_by, draft.address, round(draft.lat, 3)) == ("address", "人民路128号对面", 31.7)


def test_another_address_is_another_place(client, desk):
    for code, name, lat in (("S1", "人民路", 31.7), ("S2", "和平路", 31.71)):
        line = shapely.LineString([(120.04, lat), (120.06, lat)])
        row = {"code": code, "name_zh": name, "street_class": "main", "geometry": line}
        assert not load(desk.district, "streets", [row], actor="t", source="t").rejected
    url, typed = began(client, desk), {"text": "x", "address": "人民路", "do": "look"}
    hit = client.post(url, typed).context["hits"][0].value
    chosen = {**typed, "place": hit, "found_for": "人民路"}
    page = client.post(url, chosen)
    assert page.context["draft"].lat == pytest.approx(31.7)
    old = {"lon": str(page.context["draft"].lon), "lat": str(page.context["draft"].lat)}
    page = client.post(url, {**chosen, **old, "address": "和平路", "do": "next"})
    assert page.status_code == 422
    assert not page.context["draft"].placed
    assert [each.title for each in page.context["hits"]] == ["和平路"]


def test_outside_the_district_it_is_said_in_words(client, desks):
    one, other = desks
    page = client.post(began(client, one), placed(other))
    assert page.status_code == 422
    assert one.district.name_zh in page.context["errors"]["place"]
    assert Report.objects.count() == 0


def test_the_photo_of_another_is_neither_shown_nor_attached(client, desk):
    other = Client()
    url = up_to_send(other, desk, photos=[picture()])
    key = other.get(url).context["draft"].photos[0]
    mine = began(client, desk)
    client.post(mine, placed(desk))
    assert client.get(f"{mine}photo/{key}.jpg").status_code == 404
    assert client.get(f"{url}photo/{key}.jpg").status_code == 404
    assert client.get(url).url == "/report/"
    client.post(mine, placed(desk, photos_kept=[key], photo=key))
    assert client.get(mine).context["draft"].photos == []
    client.post(f"{mine}category/", {"category": reference(desk.category)})
    client.post(f"{mine}send/", {"consent": "yes", "photos": key})
    assert Photo.objects.get(key=key).case is None


def test_known_cases_are_shown_and_joined_instead(client, desk):
    lon, lat = HERE["990001"]
    known = desk.case(lon=lon + 0.0001, lat=lat, public_text="同一堆垃圾")
    desk.case(lon=lon + 0.01, lat=lat, public_text="远处的垃圾")
    url = up_to_send(client, desk)
    page = client.get(f"{url}send/")
    assert "同一堆垃圾" in page.text
    assert "远处的垃圾" not in page.text
    assert "9" in page.context["nearby"][0][1]
    answer = client.post(f"/c/{known.number}/me-too/")
    token = Follower.objects.get(case=known).token
    assert answer.url == f"/follow/{token}/"
    assert client.post(f"/c/{known.number}/me-too/").url == answer.url
    known.refresh_from_db()
    assert (known.me_too, Case.objects.count()) == (1, 2)


def test_wrong_answers_and_contacts_are_said_at_their_fields(client, desk):
    Service.objects.update_or_create(category=desk.category, defaults={"questions": QUESTIONS})
    url = up_to_send(client, desk)
    page = client.post(f"{url}send/", {"answer-count": "99", "email": "nobody", "phone": "+86 138 1234 5678"})
    assert page.status_code == 422
    assert set(page.context["errors"]) == {"email", "consent"}
    wrong = {question.name for question in page.context["questions"] if question.error}
    assert wrong == {"amount", "count"}
    assert 'value="99"' in page.text
    assert 'value="+86 138 1234 5678"' in page.text
    assert 'value="nobody"' in page.text
    assert Report.objects.count() == 0


def test_what_was_typed_is_text_and_never_markup(client, desk):
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    Service.objects.update_or_create(
        category=desk.category, defaults={"questions": {"properties": {"note": {"type": "string", "title": evil}}}}
    )
    url = up_to_send(client, desk, text=evil, address=evil)
    form = {"answer-note": evil, "phone": evil, "email": evil}
    pages = [client.get(url), client.get(f"{url}send/"), client.post(f"{url}send/", form)]
    client.post(f"{url}send/", {"consent": "yes", "answer-note": evil})
    report = Report.objects.get()
    pages += [client.get(f"{url}sent/"), client.get(f"/follow/{report.token}/"), client.get("/problems/")]
    pages += [client.get(f"/c/{report.case.number}/"), client.get("/feeds/990001/cases.atom")]
    for page in pages:
        assert page.status_code in {200, 422}
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


def test_too_many_reports_of_one_address_wait_and_accounts_do_not(client, desk, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "casework-report": "1/h/ip"}
    for expected in (302, 429):
        url = up_to_send(client, desk)
        page = client.post(f"{url}send/", {"consent": "yes"})
        assert page.status_code == expected
    assert "路边一堆垃圾" in client.get(url).text
    client.force_login(desk.people["resident"])
    url = up_to_send(client, desk)
    assert client.post(f"{url}send/", {"consent": "yes"}).status_code == 302
    assert Report.objects.filter(user=desk.people["resident"]).count() == 1


def test_a_draft_that_is_gone_leads_to_the_beginning(client, desk):
    for page in ("", "category/", "send/", "sent/"):
        assert client.get(f"/report/{uuid4()}/{page}").url == "/report/"
