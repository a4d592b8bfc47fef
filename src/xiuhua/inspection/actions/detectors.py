"""Take detectors in, let them look at photos, and keep whether people agree with what they propose."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import yaml
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from xiuhua.casework import photo_files
from xiuhua.casework.actions.photo_copies import drawn
from xiuhua.casework.models import Photo
from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.city.models import District
from xiuhua.foundation import events
from xiuhua.foundation.wording import in_words
from xiuhua.inspection.detecting import Box, OnnxDetector
from xiuhua.inspection.detector_file import DetectorError, describe, read_description
from xiuhua.inspection.models import Detector, DetectorRun, Proposal
from xiuhua.people.models import User
from xiuhua.people.permissions import may, refusal

FOLDER = "detectors"
DETECT, JUDGE = "inspection.detect", "inspection.judge"
LARGEST = 200 * 1024 * 1024
KEY_LENGTH, NAME_LENGTH = 40, 200


@dataclass(frozen=True)
class DetectorSent:
    """A detector as it is given: the file in the format ONNX, and what the YAML beside it says."""

    key: str
    model: bytes
    description: str
    name_zh: str
    name_en: str = ""


def add_detector(district: District, sent: DetectorSent, *, user: User) -> Detector:
    """Keep a detector after it ran once on an empty picture; the next version where its key is known.

    The versions before look at no photo any more. The same file with the same description is the one that is there.
    Raises ``Forbidden``, or ``Refused`` with what is wrong.
    """
    _entitled(user, district)
    _check_names(sent)
    try:
        description = read_description(sent.description)
        given = yaml.safe_load(sent.description)
        size = description.picture.height, description.picture.width, 3
        OnnxDetector(sent.model, description).propose(np.zeros(size, dtype=np.uint8))
    except DetectorError as error:
        raise Refused(in_words(error), _("Correct the file or its description, and send both again.")) from None
    digest = hashlib.sha256(sent.model).hexdigest()
    name = f"{FOLDER}/{digest}.onnx"
    if not (Path(settings.MEDIA_ROOT) / name).exists():
        photo_files.keep(Path(settings.MEDIA_ROOT), name, sent.model)
    with transaction.atomic():
        events.lock(f"detector:{district.code}:{sent.key}")
        newest = Detector.objects.filter(district=district, key=sent.key).first()
        if newest and (newest.sha256, newest.description) == (digest, given):
            return newest
        Detector.objects.filter(district=district, key=sent.key).update(active=False)
        made = Detector.objects.create(
            district=district, key=sent.key, version=newest.version + 1 if newest else 1, file=name, sha256=digest,
            size=len(sent.model), description=given, name_zh=sent.name_zh, name_en=sent.name_en,
            added_at=timezone.now(), added_by=user,
        )  # fmt: skip
        _tell(made, "detector.added", user.username, {"version": made.version, "sha256": digest, "description": given})
    return made


def set_active(detector: Detector, *, active: bool, user: User) -> Detector:
    """Let a detector look at photos that arrive, or not. Of one key only one version does."""
    _entitled(user, detector.district)
    with transaction.atomic():
        events.lock(f"detector:{detector.district.code}:{detector.key}")
        detector.refresh_from_db()
        if detector.active != active:
            if active:
                Detector.objects.filter(district=detector.district, key=detector.key).update(active=False)
            detector.active = active
            detector.save(update_fields=["active"])
            _tell(detector, "detector.on" if active else "detector.off", user.username, {"version": detector.version})
    return detector


def propose(photo: Photo, detectors: Iterable[Detector], *, actor: str) -> list[DetectorRun]:
    """Let ``detectors`` look at the public copy of a photo, each once however often it is asked.

    One that fails is kept with why, and not asked again for this photo. Returns the runs, also those of before.
    """
    return [_run(photo, detector, actor) for detector in detectors]


def judge(proposal: Proposal, *, agreed: bool, user: User) -> Proposal:
    """Say whether a proposed box is right: the inspector of the photo, or an assessor; the last word stands.

    Raises ``Forbidden``.
    """
    run = proposal.run
    code = run.detector.district.code
    if not may(user, JUDGE, district_code=code, own=run.photo.user_id == user.pk):
        raise Forbidden(
            refusal(user, JUDGE, code, partly=True) or _("This photo was taken by somebody else."),
            _("Ask the inspector who took it, or an assessor."),
        )
    with transaction.atomic():
        kept = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if kept.agreed == agreed and kept.agreed_by_id == user.pk:
            return kept
        before = {"agreed": kept.agreed}
        kept.agreed, kept.agreed_by, kept.agreed_at = agreed, user, timezone.now()
        kept.save(update_fields=["agreed", "agreed_by", "agreed_at"])
        subject = f"photo:{run.photo.key}"
        events.record(
            chain=subject, verb="proposal.judged", actor=user.username, subject=f"casework.{subject}", before=before,
            after={"agreed": agreed, "label": kept.label, "box": kept.box, "detector": run.detector.ref},
        )  # fmt: skip
    return kept


def _run(photo: Photo, detector: Detector, actor: str) -> DetectorRun:
    known = DetectorRun.objects.filter(detector=detector, photo=photo).first()
    if known:
        return known
    found, why = _look(photo, detector)
    try:
        with transaction.atomic():
            run = DetectorRun.objects.create(detector=detector, photo=photo, at=timezone.now(), failure=why)
            Proposal.objects.bulk_create(
                Proposal(
                    run=run, label=box.label, confidence=box.confidence,
                    box=[round(each, 5) for each in (box.left, box.top, box.right, box.bottom)],
                )
                for box in found
            )  # fmt: skip
            subject = f"photo:{photo.key}"
            events.record(
                chain=subject, verb="detector.ran", actor=actor, subject=f"casework.{subject}",
                after={"detector": detector.ref, "proposals": len(found), "failure": why},
            )  # fmt: skip
    except IntegrityError:  # another process looked at the same time
        return DetectorRun.objects.get(detector=detector, photo=photo)
    return run


def _look(photo: Photo, detector: Detector) -> tuple[list[Box], str]:
    """The boxes, and why there are none where the detector or the photo could not be read."""
    try:
        with Image.open(Path(settings.MEDIA_ROOT) / drawn(photo).copy) as image:
            pixels = np.asarray(image.convert("RGB"))
    except OSError:
        return [], _("The photo could not be read.")
    try:
        return _loaded(detector.file, yaml.safe_dump(detector.description)).propose(pixels), ""
    except DetectorError as error:
        return [], in_words(error)[:300]
    except FileNotFoundError:
        return [], _("The file of the detector is gone: send it again.")


@lru_cache(maxsize=4)
def _loaded(file: str, description: str) -> OnnxDetector:
    """A detector ready to run; the name of its file is made of its digest, so it never changes."""
    model = (Path(settings.MEDIA_ROOT) / file).read_bytes()
    return OnnxDetector(model, describe(yaml.safe_load(description)))


def _entitled(user: User, district: District) -> None:
    if not may(user, DETECT, district_code=district.code):
        raise Forbidden(refusal(user, DETECT, district.code), _("Ask the engineer."))


def _check_names(sent: DetectorSent) -> None:
    try:
        validate_slug(sent.key)
    except ValidationError:
        raise Refused(
            _("The key “%(value)s” of a detector may hold letters, digits, - and _ alone.") % {"value": sent.key[:60]},
            _("Choose a short word, e.g. litter."),
        ) from None
    if len(sent.key) > KEY_LENGTH or not sent.name_zh or max(len(sent.name_zh), len(sent.name_en)) > NAME_LENGTH:
        raise Refused(
            _("A key has at most %(key)s characters, a name 1 to %(name)s.") % {"key": KEY_LENGTH, "name": NAME_LENGTH},
            _("Shorten the key or the name."),
        )
    if len(sent.model) > LARGEST:
        raise Refused(
            _("The file has %(size).0f MB; at most %(most)s MB are taken.")
            % {"size": len(sent.model) / 1024 / 1024, "most": LARGEST // 1024 // 1024},
            _("Give a smaller model."),
        )


def _tell(detector: Detector, verb: str, actor: str, after: dict[str, object]) -> None:
    key = f"detector:{detector.district.code}:{detector.key}"
    events.record(chain=key, verb=verb, actor=actor, subject=f"inspection.{key}", after=after)
