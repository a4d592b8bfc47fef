"""Atom feeds: by area and category, with ids that stay, asked for again at no cost."""

from datetime import timedelta

from defusedxml import ElementTree

from casework.conftest import MONDAY
from xiuhua.casework.models import Case
from xiuhua.casework.pages.feeds.cases import ENTRIES
from xiuhua.casework.pages.resident.catalogue import reference

ATOM = "{http://www.w3.org/2005/Atom}"


def entries(page):
    assert page.status_code == 200
    assert page["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(page.content).findall(f"{ATOM}entry")


def ids(page):
    return [entry.findtext(f"{ATOM}id").rpartition(":")[2] for entry in entries(page)]


def test_a_feed_holds_the_public_cases_of_its_district_newest_change_first(client, desks):
    for desk in desks:
        first, second = desk.at_state("dispatched"), desk.case(MONDAY + timedelta(days=1))
        page = client.get(f"/feeds/{desk.district.code}/cases.atom")
        assert ids(page) == [second.number, first.number]
        entry = entries(page)[1]
        assert entry.find(f"{ATOM}link").get("href") == f"http://testserver/c/{first.number}/"
        assert "clean局" in entry.findtext(f"{ATOM}summary")
        assert entry.find(f"{ATOM}category").get("term") == reference(desk.category)
        assert entry.findtext(f"{ATOM}id") == f"tag:127.0.0.1,2026:case:{first.number}"


def test_it_is_narrowed_by_area_and_category(client, desk):
    one, other = desk.case(), desk.case(category=desk.other, town=None)
    for query, wanted in (
        (f"category={reference(desk.category)}", [one.number]),
        (f"category={reference(desk.other)}", [other.number]),
        ("area=town:990001001", [one.number]),
        ("area=town:990001002", []),
    ):
        assert ids(client.get(f"/feeds/990001/cases.atom?{query}")) == wanted
    for query in ("area=town:x", "category=x", "area=street:1"):
        assert client.get(f"/feeds/990001/cases.atom?{query}").status_code == 404
    assert client.get("/feeds/000000/cases.atom").status_code == 404


def test_asked_for_again_it_says_that_nothing_changed(client, desk):
    case = desk.case()
    page = client.get("/feeds/990001/cases.atom")
    again = {"HTTP_IF_NONE_MATCH": page["ETag"]}
    assert client.get("/feeds/990001/cases.atom", **again).status_code == 304
    assert client.get("/feeds/990001/cases.atom", HTTP_IF_MODIFIED_SINCE=page["Last-Modified"]).status_code == 304
    assert client.get("/feeds/990001/cases.atom?language=en", **again).status_code == 200
    before = ids(page)
    desk.make(case, "file", "dispatcher", standard=desk.standard.pk)
    changed = client.get("/feeds/990001/cases.atom", **again)
    assert ids(changed) == before
    Case.objects.filter(pk=case.pk).update(public=False)
    assert ids(client.get("/feeds/990001/cases.atom", HTTP_IF_NONE_MATCH=changed["ETag"])) == []


def test_it_holds_fifty_and_what_xml_cannot_hold_is_left_out(client, desk):
    for _each in range(ENTRIES + 2):
        desk.case()
    desk.case(MONDAY + timedelta(hours=1), public_text="坏\x0b字\ufffe & <b>粗</b>\n第二行", address="\x1b[31m")
    found = entries(client.get("/feeds/990001/cases.atom"))
    assert len(found) == ENTRIES
    assert found[0].findtext(f"{ATOM}summary").startswith("坏字 &amp; &lt;b&gt;粗&lt;/b&gt;<br>第二行")


def test_the_language_can_be_asked_for(client, desk):
    desk.case()
    zh, en = (client.get(f"/feeds/990001/cases.atom?language={each}").text for each in ("zh-hans", "en"))
    assert "待受理" in zh
    assert "Reported" in en
    assert 'xml:lang="en"' in en


def test_pages_name_the_feed(client, desk):
    assert 'href="/feeds/990001/cases.atom"' in client.get("/problems/?district=990001").text
    narrowed = client.get("/problems/?district=990001&area=town:990001001&state=open").text
    assert 'href="/feeds/990001/cases.atom?area=town%3A990001001"' in narrowed
