"""Who is let in where: every address and method of the site, for every role, against ``matrix.yaml``.

An answer is one of: ``in`` (whatever becomes of the request then), ``login`` (sent to sign in), ``401``, ``403``,
``404`` (hidden), ``405``. A new address that is not in the matrix fails the suite, with what was seen to be checked and
added.
"""

import uuid
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
import yaml
from django.db import transaction
from django.test import Client

from contract.addresses import addresses, back_office
from contract.greenery import measured
from contract.living_room import living_room
from xiuhua.casework.models import Photo, Report
from xiuhua.inspection.models import (
    Campaign,
    CampaignSite,
    Detector,
    DetectorRun,
    Item,
    ListPlace,
    ListRound,
    Proposal,
    Standard,
)
from xiuhua.people.models import Organisation
from xiuhua.taskbook.models import Book, Commitment, Goal, Meeting, Milestone, Project

pytestmark = pytest.mark.django_db
MATRIX = Path(__file__).parent / "matrix.yaml"
METHODS = ("GET", "POST")
QUERY = "?district=990001&lon=120.05&lat=31.7&text=x&q=x"
# Parts whose meaning depends on the address.
MEANT = {
    "casework:catalogue": {"code": "0101"}, "casework:standard": {"code": "0101"},
    "inspection:standard": {"file_format": "xlsx"}, "inspection:room-move": {"move": "test"},
    "greenery:map": {"measure": "see", "layer": "buildings"}, "greenery:lacking": {"lack_key": "height_median"},
    # The key of a photo that is still to come; that of somebody else is refused.
    "casework:patrol-photo": {"key": str(uuid.UUID(int=8))},
}  # fmt: skip
# Roles of the matrix, by the people of the desk who have them; the case is with the unit of lead and handler.
ROLES = {
    "anonymous": "", "resident": "resident", "inspector": "near", "dispatcher": "dispatcher", "handler": "handler",
    "unit_lead": "lead", "other_unit": "water", "town": "town", "assessor": "assessor", "leader": "leader",
    "engineer": "engineer", "expert": "expert",
}  # fmt: skip
EVERYBODY = tuple(ROLES)
STAFF = tuple(role for role in ROLES if role not in {"anonymous", "resident", "expert"})
WORDS = {"everyone": EVERYBODY, "accounts": EVERYBODY[1:], "staff": STAFF, "nobody": ()}


def expected(entry, role):
    """What the matrix says: one answer for all, a word of ``WORDS``, or who is let in and what the others get."""
    if isinstance(entry, int) or entry == "login":
        return str(entry)
    given = {"in": entry} if isinstance(entry, str) else entry
    if role in given:
        return str(given[role])
    let_in = given["in"]
    if role in (WORDS[let_in] if isinstance(let_in, str) else let_in):
        return "in"
    return str(given.get("anonymous", "login") if role == "anonymous" else given.get("others", 403))


@pytest.fixture
def parts(desk):
    """Something real for every part of an address."""
    case = desk.at_state("handling")
    report = Report.objects.create(
        idempotency_key="matrix", token="matrix-token", district=desk.district, case=case, source="web",
        received_at=case.reported_at, lon=case.lon, lat=case.lat,
    )  # fmt: skip
    key = str(uuid.UUID(int=7))
    photo = Photo.objects.create(
        key=key, case=case, report=report, stage="before", original="o", copy="c", thumbnail="t", sha256="0" * 64,
        width=1, height=1, received_at=case.reported_at,
    )  # fmt: skip
    detector = Detector.objects.create(
        district=desk.district, key="litter", version=1, file="none.onnx", sha256="0" * 64, size=1, name_zh="垃圾",
        active=False, added_at=case.reported_at,
    )  # fmt: skip
    run = DetectorRun.objects.create(detector=detector, photo=photo, at=case.reported_at)
    proposal = Proposal.objects.create(run=run, label="litter", confidence=0.5, box=[0, 0, 1, 1])
    person = str(desk.people["handler"].pk)
    book = Book.objects.create(
        district=desk.district, key="care", name_zh="任务书", first_year=2024, last_year=2030, state="issued"
    )
    goal = Goal.objects.create(book=book, key="care", name_zh="目标")
    day = case.reported_at.date()
    meeting = Meeting.objects.create(book=book, held_on=day, title="调度会")
    unit = Organisation.objects.get(district_code="990001", code="clean")
    promise = Commitment.objects.create(goal=goal, measure="每日巡查", unit=unit, first_due=day, due=day)
    standard = Standard.objects.create(
        key="lane", version="1", kind="road_section", state="in_force", name_zh="小巷", rule={"pass": "items"}
    )
    Item.objects.create(standard=standard, key="overall", scale="grade", bound=4, name_zh="整体")
    owner = desk.units["gov"]
    campaign = Campaign.objects.create(
        district=desk.district, key="walls", name_zh="整治", lead=owner, begins=day, ends=day
    )
    site = CampaignSite.objects.create(
        campaign=campaign, number=1, name_zh="点位", lon=case.lon, lat=case.lat, problem="破损", unit=unit, due=day,
        first_due=day, listed_at=case.reported_at,
    )  # fmt: skip
    judged = ListRound.objects.create(
        district=desk.district, key="parks", name_zh="红黑榜", kind="公园", begins=day, ends=day
    )
    place = ListPlace.objects.create(round=judged, name_zh="公园", proposed="red")
    renewal = Project.objects.create(book=book, key="room-1", kind="room", name_zh="示意", unit=unit)
    Milestone.objects.create(project=renewal, key="plan", name_zh="方案", due=day)
    return {
        "campaign_key": campaign.key, "site_number": str(site.number), "site_move": "sign", "round_key": judged.key,
        "place_id": str(place.pk),
        "standard_key": "lane", "standard_version": "1", "item_key": "overall",
        "digest": "0" * 64, "grade": "5",
        "district_code": "990001", "district": "990001", "stream": "ping",
        "layer_key": "streets", "layer": "streets", "identity": "1", "number": case.number,
        "move": "note", "token": report.token, "key": key, "draft_id": key, "size": "thumb", "pk": person,
        "unit_code": "clean", "code": "clean", "code_set": "events@1", "z": "10", "x": "1", "y": "1", "file_format": "csv",
        "provider_id": "oidc", "form": "json", "service_code": "events:1:0101", "given": "x", "rest": "x", "uidb36": "x",
        "path": "x", "month": "2026-03", "version": "1", "name": "zh.pdf",
        "goal_key": "care", "book": "care", "indicator_key": "closing_rate", "kind": "town", "area_code": "990001001",
        "meeting_id": str(meeting.pk), "detector_id": str(detector.pk), "proposal_id": str(proposal.pk),
        "commitment_id": str(promise.pk), **living_room(desk, case), "scope": "unit",
        "plan_id": a_plan(desk.district), "plan_move": "reveal",
        "project_key": "room-1", "step_key": "plan", **measured(desk.district),
    }  # fmt: skip


def a_plan(district):
    """A plan of checks that the public may see."""
    from xiuhua.inspection.models import Plan

    kinds = [{"kind": "road_section", "standard": "carriageway@2022", "checks": 30}]
    plan = Plan.objects.create(
        district=district, name_zh="检查计划", month="2026-03-01", state="committed", design={"kinds": kinds}
    )
    return str(plan.pk)


def path_of(address, parts):
    """The path of an address with something real in it."""
    more = next((values for name, values in MEANT.items() if address.name.startswith(name)), {})
    return address.path({**parts, **more})


def seen(client, method, path):
    """What the site answers; whatever the request does is undone."""
    kept = {name: each.value for name, each in client.cookies.items()}
    with transaction.atomic():
        query = QUERY if path.startswith("/api/") and method == "GET" else ""
        body = b"{}" if "/api/" in path else b""
        response = client.generic(method, path + query, body, content_type=_type(method, path))
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(kept)
    if response.status_code in {301, 302} and "/login" in response.headers["Location"]:
        return "login"
    return str(response.status_code) if response.status_code in {401, 403, 404, 405} else "in"


def _type(method, path):
    if method == "GET":
        return ""
    return "application/json" if "/api/" in path else "application/x-www-form-urlencoded"


def caller(desk, role):
    client = Client(raise_request_exception=True)
    if ROLES[role]:
        client.force_login(desk.people[ROLES[role]])
    return client


def rows():
    """The matrix: ``"<name> <METHOD>"`` to its entry."""
    told = yaml.safe_load(MATRIX.read_text(encoding="utf-8"))
    return {f"{name} {method}": entry for name, methods in told.items() for method, entry in methods.items()}


def test_every_address_stands_in_the_matrix(desk, parts):
    known, missing = rows(), []
    for each in addresses():
        if all(f"{each.name} {method}" in known for method in METHODS):
            continue
        lines = [f"{each.name}:"]
        for method in METHODS:
            answers = {role: seen(caller(desk, role), method, path_of(each, parts)) for role in ROLES}
            lines.append(f"  {method}: {answers}")
        missing.append("\n".join(lines))
    assert not missing, (
        f"{len(missing)} addresses are not in tests/contract/matrix.yaml. Say there who may be let in; seen was:\n"
        + "\n".join(missing)
    )


def test_the_matrix_names_no_address_that_is_gone():
    there = {f"{each.name} {method}" for each in addresses() for method in METHODS}
    assert set(rows()) <= there


@pytest.mark.parametrize("role", EVERYBODY)
def test_who_is_let_in(role, desk, parts):
    known, client, wrong = rows(), caller(desk, role), []
    for each in addresses():
        for method in METHODS:
            entry = known.get(f"{each.name} {method}")
            if entry is None:
                continue
            found = seen(client, method, path_of(each, parts))
            if found != expected(entry, role):
                wrong.append(f"{each.name} {method} {path_of(each, parts)}: {found}, not {expected(entry, role)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", EVERYBODY)
def test_the_back_office_lets_nobody_in_but_superusers(role, desk, parts):
    client = caller(desk, role)
    values = {**parts, "object_id": "1", "app_label": "people", "content_type_id": "1", "url": "x", "id": "1"}
    wrong = []
    for each in back_office():
        path = each.path(values)
        if any(part in path for part in ("/login", "/logout", "/jsi18n")):
            continue
        if (found := seen(client, "GET", path)) not in {"login", "403", "404"}:
            wrong.append(f"{path}: {found}")
    assert not wrong, "\n".join(wrong)
