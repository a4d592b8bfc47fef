"""Detectors taken in, looking at photos once, people who agree or not, and what the pages say of it."""

import hashlib
import io
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation
from PIL import Image

from casework.conftest import desk, desks  # noqa: F401 - fixtures
from inspection.shapes_detector import DESCRIPTION, drawn, model
from xiuhua.casework.actions.photos import store
from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.foundation.events import verify
from xiuhua.foundation.geometry import to_row
from xiuhua.foundation.models import Event
from xiuhua.inspection.actions.detectors import DetectorSent, add_detector, judge, propose, set_active
from xiuhua.inspection.detector_queries import agreement
from xiuhua.inspection.detector_tasks import look_at_new_photos
from xiuhua.inspection.models import Check, CheckPhoto, Detector, DetectorRun, Frame, Proposal, Standard

pytestmark = pytest.mark.django_db
SQUARES = {(0, 0), (2, 1)}


@pytest.fixture(scope="module")
def content():
    """The file of the tiny detector."""
    return model()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    with translation.override("en"):
        yield


@pytest.fixture
def sent(content):
    return DetectorSent("litter", content, DESCRIPTION, "垃圾", "Litter")


@pytest.fixture
def detector(desk, sent):  # noqa: F811
    return add_detector(desk.district, sent, user=desk.people["engineer"])


@pytest.fixture
def photo(desk):  # noqa: F811
    """A photo of drawn squares that the inspector took."""
    out = io.BytesIO()
    Image.fromarray(drawn(SQUARES, np.random.default_rng(1), size=256)).save(out, "JPEG", quality=92)
    case = desk.at_state("handling")
    return store(out.getvalue(), stage="check", case=case, user=desk.people["near"])


def test_a_detector_is_kept_with_its_digest_and_the_next_file_is_the_next_version(desk, sent, detector):  # noqa: F811
    user = desk.people["engineer"]
    assert (detector.ref, detector.sha256) == ("litter@1", hashlib.sha256(sent.model).hexdigest())
    assert add_detector(desk.district, sent, user=user) == detector
    other = DetectorSent(sent.key, sent.model, sent.description.replace("0.6", "0.7"), sent.name_zh)
    second = add_detector(desk.district, other, user=user)
    assert second.ref == "litter@2"
    assert list(Detector.objects.filter(active=True)) == [second]
    set_active(detector, active=True, user=user)
    assert list(Detector.objects.filter(active=True)) == [detector]
    assert Event.objects.filter(chain="detector:990001:litter").count() == 3
    assert not verify().breaks


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"model": b"GIF89a"}, "no ONNX model"),
        ({"description": DESCRIPTION.replace("[litter]", "[litter, vendor]")}, "tells 1 classes apart, labels name 2"),
        ({"key": "two words"}, "letters, digits"),
        ({"name_zh": ""}, "name 1 to 200"),
    ],
)
def test_what_cannot_be_run_is_refused_in_words_and_nothing_is_kept(desk, sent, change, says):  # noqa: F811
    with pytest.raises(Refused, match=says):
        add_detector(desk.district, DetectorSent(**(vars(sent) | change)), user=desk.people["engineer"])
    assert not Detector.objects.exists()


def test_only_the_engineer_takes_detectors_in(desk, sent):  # noqa: F811
    with pytest.raises(Forbidden):
        add_detector(desk.district, sent, user=desk.people["assessor"])


def test_a_photo_is_looked_at_once_and_gets_the_boxes_that_were_drawn(detector, photo):
    first = propose(photo, [detector], actor="test")
    again = propose(photo, [detector], actor="test")
    assert first == again
    boxes = [tuple(proposal.box) for proposal in Proposal.objects.all()]
    assert {(round(left * 4), round(top * 4)) for left, top, _right, _bottom in boxes} == SQUARES
    assert Event.objects.filter(verb="detector.ran").count() == 1


def test_a_photo_or_a_file_that_is_gone_is_said_and_not_tried_for_ever(detector, photo, settings):
    (settings.MEDIA_ROOT / photo.copy).unlink()
    (run,) = propose(photo, [detector], actor="test")
    assert run.failure == "The photo could not be read."
    assert propose(photo, [detector], actor="test") == [run]
    assert not Proposal.objects.exists()


def made_check(desk, photo, received_at):  # noqa: F811
    """A check by the inspector to which the photo belongs."""
    place = {"lon": 120.05, "lat": 31.7, **to_row(shapely.LineString([(120.05, 31.7), (120.051, 31.7)]))}
    frame = Frame.objects.create(
        district=desk.district, code="f", kind="path", size=1, opens="08:00", closes="18:00", built_at=received_at,
        **place,
    )  # fmt: skip
    standard = Standard.objects.create(key="path", version="1", kind="path")
    check = Check.objects.create(
        district=desk.district, frame=frame, standard=standard, part="panel", began_at=received_at,
        seen_at=received_at, received_at=received_at, inspector=desk.people["near"],
    )  # fmt: skip
    CheckPhoto.objects.create(made=check, photo=photo, phash="0" * 16)
    return check


def test_the_job_looks_at_photos_of_checks_that_came_lately(desk, detector, photo):  # noqa: F811
    now = timezone.now()
    made_check(desk, photo, now - timedelta(days=9))
    assert look_at_new_photos.func() == 0
    Check.objects.update(received_at=now)
    assert look_at_new_photos.func() == 1
    assert look_at_new_photos.func() == 0
    assert Proposal.objects.count() == len(SQUARES)


def test_the_inspector_of_the_photo_and_the_assessor_say_whether_it_is_right(desk, detector, photo):  # noqa: F811
    propose(photo, [detector], actor="test")
    first, second = Proposal.objects.all()
    assert judge(first, agreed=True, user=desk.people["near"]).agreed is True
    assert judge(second, agreed=False, user=desk.people["assessor"]).agreed is False
    assert judge(second, agreed=True, user=desk.people["assessor"]).agreed is True
    for role in ("engineer", "handler"):
        with pytest.raises(Forbidden):
            judge(first, agreed=False, user=desk.people[role])
    assert Event.objects.filter(verb="proposal.judged").count() == 3


def test_agreement_is_counted_with_n_and_without_n_there_is_none(detector, photo):
    assert [(row.share, row.low) for row in agreement(detector)] == [(None, None)]
    run = DetectorRun.objects.create(detector=detector, photo=photo, at=datetime(2026, 3, 1, tzinfo=UTC))
    for number in range(10):
        agreed = None if number == 9 else number < 6
        Proposal.objects.create(run=run, label="litter", confidence=0.9, box=[0, 0, 1, 1], agreed=agreed)
    whole, litter = agreement(detector)
    assert (whole.proposals, whole.judged, whole.agreed) == (10, 9, 6)
    assert (litter.label, litter.share) == ("litter", pytest.approx(6 / 9))
    # Clopper and Pearson for 6 of 9: 0.2993 to 0.9251.
    assert (litter.low, litter.high) == (pytest.approx(0.2993, abs=1e-4), pytest.approx(0.9251, abs=1e-4))


def test_the_pages_take_a_file_in_and_show_what_it_proposes(client, desk, content, photo):  # noqa: F811
    client.cookies["django_language"] = "en"
    client.force_login(desk.people["engineer"])
    here = "/inspection/detectors/990001/"
    assert "No detector was given yet" in client.get(here).content.decode()
    form = {"key": "litter", "name_zh": "垃圾", "description": "labels: [litter]"}
    refused = client.post(here, form | {"model": SimpleUploadedFile("a.onnx", content)})
    assert refused.status_code == 422
    assert "input is missing: add it to the description" in refused.content.decode()
    done = client.post(here, form | {"description": DESCRIPTION, "model": SimpleUploadedFile("a.onnx", content)})
    detector = Detector.objects.get()
    assert done["Location"] == f"{here}{detector.pk}/"
    propose(photo, [detector], actor="test")
    text = client.get(done["Location"]).content.decode()
    assert "nobody judged yet" in text
    assert text.count("<rect") == len(SQUARES)
    assert "top, left" in text
    assert "Agree" not in text.split("Newest proposals")[1]
    client.post(f"{here}{detector.pk}/use/", {"active": "no"})
    assert not Detector.objects.get().active
    assert client.get(f"{here}{detector.pk + 1}/").status_code == 404


def test_the_inspector_lets_detectors_look_and_agrees_on_the_page(client, desk, detector, photo, rf):  # noqa: F811
    from django.template import Context, Template

    def fragment(role):
        request = rf.get("/somewhere/?x=1")
        request.user = desk.people[role]
        text = "{% load detector_boxes %}{% detector_boxes photo district %}"
        with translation.override("en"):
            return Template(text).render(Context({"request": request, "photo": photo, "district": desk.district}))

    here = "/inspection/detectors/990001/"
    assert "Let the detectors look" in fragment("near")
    assert "Let the detectors look" not in fragment("handler")
    client.force_login(desk.people["near"])
    back = client.post(f"{here}photos/{photo.key}/", {"next": "/somewhere/?x=1"})
    assert back["Location"] == "/somewhere/?x=1"
    proposal = Proposal.objects.first()
    assert fragment("near").count("Agree: litter, box") == len(SQUARES)
    outside = client.post(f"{here}proposals/{proposal.pk}/", {"agreed": "yes", "next": "https://elsewhere.example/"})
    assert outside["Location"] == "/inspection/seen/990001/"
    assert Proposal.objects.get(pk=proposal.pk).agreed is True
    assert "agreed</span>" in fragment("near")
    client.force_login(desk.people["far"] if "far" in desk.people else desk.people["town"])
    assert client.post(f"{here}proposals/{proposal.pk}/", {"agreed": "no"}).status_code == 403


def test_the_page_of_a_check_shows_boxes_and_takes_what_people_say(client, desk, detector, photo):  # noqa: F811
    client.cookies["django_language"] = "en"
    check = made_check(desk, photo, timezone.now())
    address = f"/inspection/checks/{check.key}/"

    def shown(role):
        client.force_login(desk.people[role])
        return client.get(address).content.decode()

    assert "Let the detectors look" in shown("assessor")
    propose(photo, [detector], actor="test")
    text = shown("town")
    assert text.count("<rect") == len(SQUARES)
    assert "Agree: litter" not in text
    assert shown("near").count("Agree: litter, box") == len(SQUARES)
    proposal = Proposal.objects.first()
    back = client.post(f"/inspection/detectors/990001/proposals/{proposal.pk}/", {"agreed": "no", "next": address})
    assert back["Location"] == address
    assert "not so</span>" in shown("assessor")
    set_active(detector, active=False, user=desk.people["engineer"])
    text = shown("assessor")
    assert "<rect" not in text
    assert f"/photo/{photo.key}/thumb.jpg" in text
