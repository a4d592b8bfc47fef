"""Packets of the phone page: several findings and reports with their photos in one request, each judged by itself."""

import hashlib
import json
from uuid import uuid4

import pytest
from django.urls import reverse

from casework.test_patrol import checking, client_of, finding, picture, sighting
from xiuhua.casework.models import Case, Check, Photo
from xiuhua.casework.pages.patrol.packet import LARGEST, MOST_PARTS
from xiuhua.foundation.events import verify

pytestmark = pytest.mark.django_db


def photo_part(data, key):
    query = f"offset=0&size={len(data)}&sha256={hashlib.sha256(data).hexdigest()}"
    return "PUT", f"{reverse('casework:patrol-photo', args=[key])}?{query}", data


def part(name, key, body):
    return "POST", reverse(f"casework:patrol-{name}", args=[key]), json.dumps(body).encode()


def packed(*parts):
    head = [{"method": method, "address": address, "length": len(body)} for method, address, body in parts]
    return json.dumps({"parts": head}).encode() + b"\n" + b"".join(body for _method, _address, body in parts)


def send(client, *parts):
    address = reverse("casework:patrol-packet")
    return client.post(address, packed(*parts), "application/octet-stream", headers={"Accept-Language": "en"})


def statuses(answer):
    assert answer.status_code == 200, answer.content
    return [each["status"] for each in answer.json()["answers"]]


def test_photos_a_finding_and_a_report_arrive_in_one_request_once(desk):
    _case, check = checking(desk)
    first, second, report = uuid4(), uuid4(), uuid4()
    parts = (
        photo_part(picture(side=200), first), part("check", check.key, finding([str(first)])),
        photo_part(picture(side=240), second), part("report", report, sighting(desk, [str(second)])),
    )  # fmt: skip
    client = client_of(desk)
    answer = send(client, *parts)
    assert statuses(answer) == [200, 200, 200, 200]
    said = [each["said"] for each in answer.json()["answers"]]
    assert said[0] == {"received": len(parts[0][2]), "done": True}
    assert said[3]["number"] == Case.objects.get(reports__idempotency_key=f"patrol-{report}").number
    check.refresh_from_db()
    assert check.passed is True
    # The answer was lost: the same packet again changes nothing.
    again = send(client, *parts)
    assert statuses(again) == [200, 200, 200, 200]
    assert again.json()["answers"][3] == answer.json()["answers"][3]
    assert Photo.objects.count() == 2
    assert not verify().breaks


def test_a_refused_part_stops_no_other_and_is_told_as_if_sent_alone(desk):
    client, good, bad = client_of(desk), uuid4(), uuid4()
    _case, check = checking(desk)
    answer = send(
        client, photo_part(b"<svg onload=alert(1)>" * 9, bad), part("check", check.key, finding([str(bad)])),
        photo_part(picture(side=200), good), part("report", uuid4(), sighting(desk, [str(good)])),
        part("report", uuid4(), {"lon": 1}),
    )  # fmt: skip
    assert statuses(answer) == [422, 424, 200, 200, 400]
    said = [each["said"] for each in answer.json()["answers"]]
    assert said[1]["errors"][0]["field"] == str(bad)
    assert all(said[place]["detail"] and said[place]["remedy"] for place in (0, 1, 4))
    assert Check.objects.get(pk=check.pk).received_at is None
    alone = client.post(
        reverse("casework:patrol-check", args=[check.key]), json.dumps(finding([str(bad)])), "application/json",
        headers={"Accept-Language": "en"},
    )  # fmt: skip
    assert (alone.status_code, alone.json()) == (424, said[1])


@pytest.mark.parametrize("address", ["/patrol/api/day", "/patrol/api/packet", "/admin/x", "//evil.example/x", "/patrol/api/photos/x"])  # fmt: skip
def test_a_packet_takes_what_phones_send_and_nothing_else(desk, address):
    client, key = client_of(desk), uuid4()
    answer = send(client, photo_part(picture(side=200), key), ("POST", address, b"{}"))
    assert answer.status_code == 400
    assert answer.json()["detail"] == "This packet cannot be read."
    assert Photo.objects.count() == 0, "what cannot be read is not begun"


@pytest.mark.parametrize(
    "body",
    [b"", b"\n", b"{}", b"{}\n", b'{"parts":[]}\n', b'{"parts":1}\nx', b"\xff\n", packed(("GET", "/", b"")),
     packed(("PUT", "/patrol/api/photos/" + "0" * 600, b"")), packed(*[("POST", "/x", b"")] * (MOST_PARTS + 1))],
)  # fmt: skip
def test_what_is_no_packet_is_refused_in_words(desk, body):
    answer = client_of(desk).post(reverse("casework:patrol-packet"), body, "application/octet-stream")
    assert answer.status_code == 400
    assert answer.json()["remedy"]


def test_lengths_that_do_not_fit_and_packets_too_large_are_refused(desk):
    client, parts = client_of(desk), photo_part(picture(side=200), uuid4())
    address = reverse("casework:patrol-packet")
    assert client.post(address, packed(parts)[:-1], "application/octet-stream").status_code == 400
    assert client.post(address, packed(parts) + b"x", "application/octet-stream").status_code == 400
    assert client.post(address, b"x" * (LARGEST + 1), "application/octet-stream").status_code == 413


def test_parts_are_judged_by_the_rights_of_their_own_addresses(desk):
    """An expert opens the phone page for another room, and may neither check nor report cases."""
    _case, check = checking(desk)
    key = uuid4()
    answer = send(
        client_of(desk, "expert"), photo_part(picture(side=200), key), part("check", check.key, finding([str(key)]))
    )
    assert statuses(answer) == [200, 403]
