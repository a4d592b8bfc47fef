"""The case page: what it shows to whom, how much it asks of the database, and that no text becomes markup."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from casework.conftest import MONDAY, PATHS, hours
from xiuhua.casework.clock_picture import LEFT, PAUSED, USED, picture
from xiuhua.casework.deadlines import calendar_of, clock_of
from xiuhua.casework.dossier import dossier, meet
from xiuhua.casework.drawing import pick
from xiuhua.casework.history import facts
from xiuhua.casework.models import Case, Check, Party, Petition, Photo, Rating, Report, Service
from xiuhua.city.models import Area
from xiuhua.people.models import Organisation

ATTACK = """<script>alert(1)</script>"'><img src=x onerror=alert(1)>"""
NOW = MONDAY + hours(3)


@pytest.fixture(autouse=True)
def now(monkeypatch, desk):
    """Three hours into the first working day, whatever day it is."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def client_of(desk, who):
    client = Client()
    client.force_login(desk.people[who])
    return client


def page(desk, case, who="dispatcher", ask=""):
    answer = client_of(desk, who).get(f"/cases/{case.number}/{ask}")
    assert answer.status_code == 200
    return answer


def report(desk, case, **columns):
    return Report.objects.create(
        idempotency_key=str(Report.objects.count()), token=str(Report.objects.count()), district=desk.district, case=case,
        source="hotline", received_at=MONDAY, lon=case.lon, lat=case.lat, **columns,
    )  # fmt: skip


def rich(desk):
    """A case with something of everything, in fifty steps, in hand of the crew."""
    case = desk.at_state("handling")
    report(
        desk, case, description="另一条", contact_name="王女士", contact_phone="13900000000", answers={"amount": "heap"}
    )
    case = desk.make(case, "join", "dispatcher", unit="water", task="抽水", limit=4, limit_unit="work_hour")
    case = desk.make(case, "ask_extension", "lead", reason="量大")
    case = desk.make(case, "grant_extension", "dispatcher", reason="同意")
    case = desk.make(case, "party_done", "water", reason="已抽干")
    case = desk.make(case, "hand_back", "handler", reason="已清")
    case = desk.make(case, "ask_check")
    case = desk.make(case, "fail", "near", check=case.checks.get().pk, reason="还有碎玻璃", lon=120.05, lat=31.7)
    case = desk.make(case, "assign", "lead", handler=desk.people["handler"].pk)
    Photo.objects.create(
        case=case,
        stage="before",
        original="a",
        copy="b",
        thumbnail="c",
        sha256="d",
        width=4,
        height=3,
        received_at=MONDAY,
    )
    while case.version < 50:
        case = desk.make(case, "note", "handler", reason=f"第 {case.version} 次到场")
    return case


def asked(queries):
    """What a page asks, without the stamps of what is held in memory: outside a test they are asked once a second."""
    return [one["sql"] for one in queries if "layerversion" not in one["sql"] and "SAVEPOINT" not in one["sql"]]


@pytest.mark.parametrize("who", ["dispatcher", "lead", "handler", "near", "town", "assessor"])
@pytest.mark.parametrize("state", PATHS)
def test_the_page_asks_at_most_twelve_questions(desk, state, who):
    case, client = desk.at_state(state), client_of(desk, who)
    asking = [f"/cases/{case.number}/"]
    if client.get(asking[0]).status_code == 200:
        moves = client.get(asking[0]).context["moves"]
        asking += [f"/cases/{case.number}/?move={key}" for key, *_rest in moves]
    for address in asking:
        client.get(address)  # duties and units are held in memory from here on
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        assert len(asked(queries)) <= 12, address


def test_a_case_of_fifty_steps_asks_no_more(desk):
    case, client = rich(desk), client_of(desk, "lead")
    for ask in ("", "?move=assign", "?move=refuse", "?move=ask_suspension"):
        client.get(f"/cases/{case.number}/{ask}")
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"/cases/{case.number}/{ask}")
        assert len(asked(queries)) <= 12
    assert answer.content.decode().count('id="step-') == 50


def test_the_dossier_reads_what_the_tables_hold(desk):
    """Parties, requests and checks come as JSON of one question, the same as by their own tables."""
    case = rich(desk)
    found = dossier(case.number)
    for rows, model in ((found.parties, Party), (found.petitions, Petition), (found.checks, Check)):
        stored = list(model.objects.filter(case=case).order_by("pk"))
        assert stored
        for row, other in zip(sorted(rows, key=lambda each: each.pk), stored, strict=True):
            for column in model._meta.concrete_fields:
                assert getattr(row, column.attname) == getattr(other, column.attname), column.attname
    assert dossier("990001-none") is None


def test_the_page_tells_everything(desk):
    case = rich(desk)
    Service.objects.create(
        category=desk.category,
        questions={
            "properties": {"amount": {"type": "string", "title": "有多少", "enum": ["heap"], "enum_zh": ["成堆"]}}
        },
    )
    shown = page(desk, case).content.decode()
    told = (
        case.number, "暴露垃圾一堆", "清除", "保洁公司", "water局", "抽水", "量大", "同意", "还有碎玻璃", "另一条", "有多少", "成堆",
        "13900000000", "第 49 次到场",
    )  # fmt: skip
    for text in told[:3] + told[4:]:
        assert text in shown, text
    for _step in range(50):
        assert f'id="step-{_step + 1}"' in shown


def test_only_the_desk_reads_how_to_reach_the_reporter(desk):
    case = rich(desk)
    assert "13900000000" in page(desk, case, "dispatcher").content.decode()
    for who in ("lead", "handler", "assessor", "near", "leader"):
        shown = page(desk, case, who).content.decode()
        assert "13900000000" not in shown
        assert "王女士" not in shown


def test_originals_are_named_only_to_those_who_may_see_them(desk):
    case = rich(desk)
    key = case.photos.get().key
    assert f"/photo/{key}/original" in page(desk, case, "dispatcher").content.decode()
    shown = page(desk, case, "lead").content.decode()
    assert f"/photo/{key}/original" not in shown
    assert f"/photo/{key}/thumb.jpg" in shown


def test_every_text_of_a_case_is_shown_as_text(desk):
    case = rich(desk)
    Case.objects.filter(pk=case.pk).update(description=ATTACK, public_text=ATTACK, address=ATTACK)
    Report.objects.filter(case=case).update(
        description=ATTACK + "2",
        contact_name=ATTACK,
        contact_phone=ATTACK[:40],
        contact_email=ATTACK,
        answers={ATTACK: ATTACK},
    )
    Rating.objects.create(report=Report.objects.get(case=case), score=2, text=ATTACK, at=MONDAY)
    Petition.objects.filter(case=case).update(reason=ATTACK, decision=ATTACK)
    Check.objects.filter(case=case).update(note=ATTACK)
    Party.objects.filter(case=case).update(task=ATTACK)
    Organisation.objects.update(name_zh=ATTACK[:120], phone=ATTACK[:40])
    Area.objects.update(name_zh=ATTACK)
    for model, columns in (
        (type(desk.category), ("name_zh", "class_zh")),
        (type(desk.standard), ("condition", "closing")),
    ):
        model.objects.update(**dict.fromkeys(columns, ATTACK[:60]))
    for who in desk.people.values():
        who.display_name = ATTACK
        who.save()
    case = desk.make(case, "note", "handler", reason=ATTACK, public_note=ATTACK)
    case.steps.model.objects.filter(case=case, move="join").update(
        data={ATTACK: ATTACK, "reasons": [ATTACK], "unit": ATTACK}
    )
    near = desk.case()
    Case.objects.filter(pk=near.pk).update(public_text=ATTACK, address=ATTACK)
    addresses = [
        f"/cases/{case.number}/?move={key}" for key in ("redispatch", "join", "suspend", "remind", "mark_hard")
    ]
    addresses += [
        f"/cases/{case.number}/near/",
        f"/cases/{near.number}/?move=merge&master={ATTACK}",
        f"/cases/{near.number}/?move=recategorise",
    ]
    client = client_of(desk, "dispatcher")
    for address in addresses:
        with translation.override("zh-hans"):
            shown = client.get(address).content.decode()
        assert "&lt;script&gt;" in shown
        assert_plain(shown)
    refused = client.post(
        f"/cases/{case.number}/mark_hard/", {"reason": ATTACK, "expected_version": case.version - 1, "x": ATTACK}
    )
    assert refused.status_code == 409
    assert_plain(refused.content.decode())


def assert_plain(shown):
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    # An attack that got out of an attribute would have left its quote behind.
    assert not re.search(r"\sonerror=", re.sub(r"&lt;img src=x onerror=alert\(1\)&gt;", "", shown))


def test_numbers_that_are_none(desk):
    client = client_of(desk, "dispatcher")
    for number in ("990001-1", "%00", "x" * 300, "<script>"):
        assert client.get(f"/cases/{number}/").status_code == 404
    case = desk.case()
    assert client.get(f"/cases/{case.number}/?move=close").context["move"] == "file"
    assert client.get(f"/cases/{case.number}/?move=<script>").status_code == 200


def test_the_unit_that_refused_is_named_and_the_right_one_is_asked_for(desk):
    case = desk.at_state("dispatched")
    case = desk.make(case, "refuse", "lead", reason="不在保洁范围", suggested_unit="water")
    shown = page(desk, case)
    text = shown.content.decode()
    assert "clean局退回：lead" in text
    assert "应由water局处置" in text
    form = shown.context["form"]
    assert shown.context["move"] == "dispatch"
    assert form["unit"].initial != "clean"


def test_the_ranking_by_duty_gives_its_reasons(desk):
    from xiuhua.city.layers import version_key
    from xiuhua.city.models import Duty
    from xiuhua.foundation import layers

    Duty.objects.create(
        district=desk.district, code="D1", unit=desk.units["water"], code_set=desk.category.code_set, category="0101",
        basis="职责清单第三条",
    )  # fmt: skip
    layers.bump(version_key(desk.district.code, "duties"))
    case = desk.at_state("filed")
    shown = page(desk, case)
    assert shown.context["form"]["unit"].initial == "water"
    assert "职责清单第三条" in shown.content.decode()
    answer = client_of(desk, "dispatcher").post(
        f"/cases/{case.number}/dispatch/", {"unit": "water", "expected_version": case.version}
    )
    assert answer.status_code == 302
    step = Case.objects.get(pk=case.pk).steps.get(move="dispatch")
    assert step.data["duty"] == "D1"  # the reasons stay with the step
    assert "职责清单第三条" in page(desk, case).content.decode()


def test_who_takes_part_sees_the_case_until_its_part_is_done(desk):
    case = desk.at_state("dispatched")
    water = client_of(desk, "water")
    assert water.get(f"/cases/{case.number}/").status_code == 403
    case = desk.make(case, "join", "dispatcher", unit="water", limit=4, limit_unit="work_hour")
    shown = water.get(f"/cases/{case.number}/")
    assert shown.status_code == 200
    assert shown.context["move"] == "party_done"
    desk.make(case, "party_done", "water", reason="完成")
    assert water.get(f"/cases/{case.number}/").status_code == 403


def test_a_draw_that_does_not_repeat_is_told(desk):
    case = desk.at_state("check_closing")
    assert "该种子抽中同一人" in page(desk, case).content.decode()
    check = Check.objects.get(case=case)
    people = sorted([*check.draw["candidates"], desk.people["far"].pk])
    other = next(seed for seed in range(99) if pick(people, seed) != check.draw["pick"])
    Check.objects.filter(pk=check.pk).update(draw=check.draw | {"candidates": people, "seed": other})
    assert "抽不中此人" in page(desk, case).content.decode()


def test_cases_near_by_can_be_merged_into(desk):
    case, other = desk.case(), desk.case()
    for headers in ({}, {"HX-Request": "true"}):
        shown = client_of(desk, "dispatcher").get(f"/cases/{case.number}/near/", headers=headers).content.decode()
        assert other.number in shown
        assert f"?move=merge&amp;master={other.number}#act" in shown
        assert ("<html" in shown) == (not headers)
    form = page(desk, case, ask=f"?move=merge&master={other.number}").context["form"]
    assert form["master"].value() == other.number
    assert client_of(desk, "resident").get(f"/cases/{case.number}/near/").status_code == 403


def test_times_are_those_of_the_district(desk):
    desk.district.time_zone = "Asia/Urumqi"
    desk.district.save()
    case = desk.at_state("dispatched")
    shown = page(desk, case, ask="?move=suspend").content.decode()
    assert "2026-03-02 06:00" in shown  # reported at midnight UTC
    assert "Asia/Urumqi" in shown
    answer = client_of(desk, "dispatcher").post(
        f"/cases/{case.number}/suspend/",
        {"reason": "冬季", "until": "2026-04-01T06:00", "expected_version": case.version},
    )
    assert answer.status_code == 302
    assert Case.objects.get(pk=case.pk).state_due.isoformat() == "2026-04-01T00:00:00+00:00"


def test_steps_keep_nothing_that_is_not_readable(desk):
    found = dossier(rich(desk).number)
    meet(found)
    told = {(step.move, fact.label): fact.text for step in found.steps for fact in facts(step, found)}
    assert told["assign", "人员"] == "handler"
    assert told["join", "时限"] == "4 工作时"
    assert told["join", "单位"] == "water局"
    assert told["grant_extension", "是否批准"] == "是"
    assert not [label for _move, label in told if label.isascii() and label.islower()], told


def test_the_picture_of_the_clock_adds_up(desk):
    """Eight work hours from Monday 08:02: what is drawn as used and left is the limit, day by day."""
    case = desk.at_state("dispatched")
    clock, calendar = clock_of(case), calendar_of(desk.district)
    drawn = picture(clock, calendar, MONDAY + hours(3))
    assert [row.day.isoformat() for row in drawn.rows] == ["2026-03-02", "2026-03-03"]
    scale = (drawn.hours[1][0] - drawn.hours[0][0]) / (drawn.hours[1][1] - drawn.hours[0][1])
    lengths = {
        kind: sum(bar.width for row in drawn.rows for bar in row.bars if bar.kind == kind) / scale
        for kind in (USED, LEFT)
    }
    assert lengths[USED] == pytest.approx(3, abs=0.1)
    assert lengths[USED] + lengths[LEFT] == pytest.approx(8, abs=0.1)
    assert drawn.rows[0].now is not None
    assert drawn.rows[1].end == pytest.approx(drawn.rows[1].bars[-1].x + drawn.rows[1].bars[-1].width, abs=0.2)
    bars = [bar for row in drawn.rows for bar in row.bars]
    assert all(drawn.labels <= bar.x and bar.x + bar.width <= drawn.width and bar.width > 0 for bar in bars)


def test_a_pause_is_drawn_and_a_long_limit_is_shortened(desk):
    case = desk.at_state("handed_back")
    clock, calendar = clock_of(case), calendar_of(desk.district)
    drawn = picture(clock, calendar, case.handed_back_at + hours(1), running=False)
    assert {bar.kind for row in drawn.rows for bar in row.bars} == {USED, PAUSED}
    assert not [row for row in drawn.rows if row.now is not None]
    long = type(clock)(MONDAY, 40, type(clock.unit).WORK_DAY)
    drawn = picture(long, calendar, MONDAY + timedelta(days=21))
    assert len(drawn.rows) == 6
    assert sum(row.gap for row in drawn.rows) + len(drawn.rows) == 40


def test_a_year_that_nobody_declared_leaves_the_page_standing(desk):
    case = desk.at_state("dispatched")
    Case.objects.filter(pk=case.pk).update(clock_started=MONDAY + timedelta(days=1500))
    shown = page(desk, case)
    assert shown.context["picture"] is None
    assert "2030" in shown.content.decode()


@pytest.mark.parametrize(("overdue", "said"), [(False, "按时处置"), (True, "处置超期")])
def test_a_closed_case_speaks_of_its_end(desk, overdue, said):
    case = desk.at_state("closed")
    Case.objects.filter(pk=case.pk).update(overdue=overdue)
    text = page(desk, case).content.decode()
    at = timezone.localtime(case.closed_at)
    assert f"案件已于 {at:%Y-%m-%d %H:%M} 结案，{said}。" in text
    assert not [word for word in ("仍在暂停", "处置中。", "现在要做</h2>", "case-thumb", "/remind") if word in text]


@pytest.mark.parametrize(
    ("state", "said"),
    [("reported", "指挥中心"), ("handling", "handler"), ("check_closing", "现场核查中"), ("rejected", "不予立案")],
)
def test_who_has_nothing_to_do_reads_who_has(desk, state, said):
    case = desk.at_state(state)
    answer = page(desk, case, "assessor")
    assert said in answer.context["standing"]
    assert answer.context["standing"] in answer.content.decode()
