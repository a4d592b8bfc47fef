"""The one way in for reports, whoever sends them: a report makes a case, or joins one that is there."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import F, Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.actions import engine
from xiuhua.casework.actions.numbers import draw
from xiuhua.casework.masking import mask
from xiuhua.casework.models import Case, Follower, Photo, Report
from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.casework.resent import check_same, fetched_key
from xiuhua.casework.states import STATES
from xiuhua.casework.submission import Submission, check_contact, checked, places
from xiuhua.casework.suggesting import Suggested, suggest
from xiuhua.city.actions.derived import AREA_KEYS
from xiuhua.city.area_index import Place
from xiuhua.city.models import Code
from xiuhua.foundation import events
from xiuhua.foundation.single import find_one
from xiuhua.people.models import User
from xiuhua.people.permissions import may, refusal

__all__ = ["Submission", "join", "submit"]


def submit(submission: Submission, *, user: User | None = None, at: datetime | None = None) -> Report:
    """Take a report in: it makes a case, reported, with its number, areas and masked public text.

    The same ``idempotency_key`` gives back the same report, also when both arrive at once. A trusted source (setting
    ``XIUHUA_TRUSTED_SOURCES``) that chose a filing standard has its case filed and dispatched at once. Raises
    ``Refused``; then nothing is kept.
    """
    now = at or timezone.now()
    if why := refusal(user or AnonymousUser(), "report.make", submission.district.code, partly=True):
        raise Forbidden(why, _("Ask the district for this right, or report by telephone."))
    given = checked(submission, now)
    around = places(given, now)
    suggested = suggest(given.description) if given.description else []
    category = _category(given, suggested)
    try:
        with transaction.atomic():
            # Who sends the same at the same time waits here, and then finds it there.
            events.lock(f"report:{given.idempotency_key}")
            if known := _known(given, user):
                return known
            report = _take(given, category, around, suggested, user, now)
    except IntegrityError:
        if known := _known(given, user):
            return known
        raise
    if given.standard is not None and user is not None and _trusted(given, user, around):
        _file_at_once(report, user, now, given)
    return report


def join(
    case: Case | int | str,
    *,
    user: User | None = None,
    email: str = "",
    phone: str = "",
    language: str = "zh-hans",
    at: datetime | None = None,
) -> Follower:
    """Say "me too" to an open case instead of reporting it once more. Whoever follows it already counts once.

    A case that was merged into another leads there. Raises ``Refused`` when it is no longer open.
    """
    now = at or timezone.now()
    check_contact(email, phone)
    with transaction.atomic():
        row = _open_case(case)
        who = Q(pk__in=[])
        for name, value in (("user", user), ("email", email), ("phone", phone)):
            who |= Q(**{name: value}) if value else Q(pk__in=[])
        if known := Follower.objects.filter(who, case=row).first():
            return known
        follower = Follower.objects.create(
            case=row, user=user, email=email, phone=phone, token=secrets.token_urlsafe(24), language=language,
            me_too=True, since=now,
        )  # fmt: skip
        Case.objects.filter(pk=row.pk).update(me_too=F("me_too") + 1)
        events.record(
            chain=f"case:{row.number}", verb="case.joined", actor=user.username if user else "public",
            subject=f"casework.case:{row.number}", before={"me_too": row.me_too}, after={"me_too": row.me_too + 1},
            at=now,
        )  # fmt: skip
    return follower


def _open_case(case: Case | int | str) -> Case:
    """The case, or the one that it was merged into, locked."""
    wanted: dict[str, Any] = (
        {"number": case} if isinstance(case, str) else {"pk": case.pk if isinstance(case, Case) else case}
    )
    row = Case.objects.select_for_update(of=("self",)).filter(**wanted).first()
    while row is not None and row.master_id is not None:
        row = Case.objects.select_for_update(of=("self",)).get(pk=row.master_id)
    if row is None or not row.public:
        raise Refused(_("There is no such case."), _("Report the problem anew."))
    if not STATES[row.state].open:
        raise Refused(
            _("Case %(case)s is finished: %(state)s.") % {"case": row.number, "state": STATES[row.state].name},
            _("If the problem is there again, report it anew."),
        )
    return row


def _known(given: Submission, user: User | None) -> Report | None:
    """The report of this key. Raises ``Refused`` when the key stands for something else that was reported."""
    report = find_one(Report, "case", idempotency_key=given.idempotency_key)
    if report is None:
        return None
    check_same(report, given, user)
    return report


def _category(given: Submission, suggested: list[Suggested]) -> Code:
    """The category that was chosen, else that of the standard, else the likeliest by the text."""
    if given.category is not None:
        return given.category
    if given.standard is not None:
        return given.standard.category
    if suggested:
        return Code.objects.get(pk=suggested[0].category)
    raise Refused(_("It is not clear what this is about."), _("Choose a category or describe the problem."))


def _take(
    given: Submission, category: Code, around: list[Place], suggested: list[Suggested], user: User | None, now: datetime
) -> Report:
    """Make case, report and follower. Inside a transaction."""
    actor = user.username if user else given.source
    ids = {key: next((p.id for p in around if p.kind == kind), None) for key, kind in AREA_KEYS.items()}
    case = Case(
        number=draw(given.district, now), district=given.district, category=category, description=given.description,
        public_text=mask(given.description), address=mask(given.address), lon=given.lon, lat=given.lat,
        source=given.source, reported_at=now, **{f"{key}_id": identity for key, identity in ids.items()},
    )  # fmt: skip
    key, token = uuid4(), secrets.token_urlsafe(24)
    told: dict[str, Any] = {
        "report": key,
        "source": given.source,
        "seen_at": given.seen_at,
        "chosen": given.category is not None,
    }
    if given.media:
        told["media"] = [fetched_key(key, url) for url in given.media]
    kept = [{"category": one.name, "confidence": round(one.confidence, 4)} for one in suggested]
    report = Report(
        key=key, token=token, idempotency_key=given.idempotency_key, district=given.district, case=case,
        source=given.source, received_at=now, category=given.category, description=given.description,
        suggested=kept, address=given.address, lon=given.lon, lat=given.lat, placed_by=given.placed_by,
        answers=dict(given.answers), user=user, contact_name=given.contact_name, contact_phone=given.contact_phone,
        contact_email=given.contact_email,
    )  # fmt: skip
    rows: list[Model] = [report]
    if user is not None or given.contact_email or given.contact_phone:
        # Who reports follows the case, and so hears of its first step.
        rows.append(
            Follower(
                case=case, user=user, email=given.contact_email, phone=given.contact_phone, token=token,
                language=given.language, since=now,
            )
        )  # fmt: skip
    engine.first_step(case, user=user, actor=actor, at=now, data=told, also=rows)
    _attach(given.photos, case, report)
    return report


def _attach(keys: Any, case: Case, report: Report) -> None:
    """Give stored photos to the case. Raises ``Refused`` for one that is not there or belongs to another case."""
    wanted: list[UUID] = list(dict.fromkeys(keys))
    if wanted and Photo.objects.filter(key__in=wanted, case=None, report=None).update(case=case, report=report) != len(
        wanted
    ):
        raise Refused(_("A photo of the report is not there."), _("Add the photo again and send."))


def _trusted(given: Submission, user: User, around: list[Place]) -> bool:
    """Whether the case need not wait for the desk: a trusted source, and somebody who may check or accept there."""
    areas = [place.code for place in around]
    return given.source in settings.XIUHUA_TRUSTED_SOURCES and any(
        may(user, permission, district_code=given.district.code, area_codes=areas)
        for permission in ("case.check", "case.accept")
    )


def _file_at_once(report: Report, user: User, now: datetime, given: Submission) -> None:
    """File and dispatch; where either is refused (no calendar, nobody answers) the case waits at the desk."""
    actor = f"intake:{user.username}"[:80]
    try:
        engine.perform(report.case_id, "file", actor=actor, data={"standard": given.standard}, at=now)
        engine.perform(report.case_id, "dispatch", actor=actor, at=now)
    except Refused:
        pass
    report.case.refresh_from_db()
