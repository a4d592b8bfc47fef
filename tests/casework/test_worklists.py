"""Work lists: exactly what a person's rights reach, in order, page by page, counted rightly."""

from datetime import timedelta

import pytest
from django.db.models import Q
from django.http import QueryDict

from casework.conftest import MONDAY, PATHS, person
from xiuhua.casework.deadlines import COLOURS, calendar_of
from xiuhua.casework.models import Case, Party
from xiuhua.casework.offers import entitled
from xiuhua.casework.states import CLOCK, OPEN
from xiuhua.casework.visible import SEE, disjoint, sight
from xiuhua.casework.worklist_counts import counts
from xiuhua.casework.worklist_criteria import QUEUES, Criteria, read
from xiuhua.casework.worklist_order import instant, place_of
from xiuhua.casework.worklist_queues import PERMISSIONS
from xiuhua.casework.worklists import WorkList, everything
from xiuhua.city.layers import version_key
from xiuhua.city.models import Area
from xiuhua.foundation import layers
from xiuhua.people.models import Assignment

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(hours=5)
STAFF = ("dispatcher", "lead", "handler", "water", "town", "near", "far", "elsewhere", "assessor", "leader", "engineer")


def work(desk, who, now=NOW, **asked) -> WorkList:
    user = desk.people[who] if isinstance(who, str) else who
    return WorkList(
        sight(user, desk.district, PERMISSIONS), read(asked, desk.district), now, calendar_of(desk.district)
    )


def numbers(listed: WorkList) -> list[str]:
    return [row.case.number for row in everything(listed, 1000)]


@pytest.fixture
def busy(desks):
    """Cases in every state in both districts; one is in the other town, one is handled jointly by the water bureau."""
    for desk in desks:
        for number, state in enumerate(PATHS):
            desk.at_state(state, at=MONDAY + timedelta(minutes=number * 7))
        far, code = desk.at_state("handling"), desk.district.code
        west = Area.objects.get(district=desk.district, code=f"{code}002")
        Case.objects.filter(pk=far.pk).update(lon=(west.min_lon + west.max_lon) / 2, town=west)
        joint = desk.at_state("handling")
        Party.objects.create(case=joint, unit=desk.units["water"], since=MONDAY)
        done = desk.at_state("dispatched")
        Party.objects.create(case=done, unit=desk.units["water"], since=MONDAY, done_at=MONDAY)
    return desks


def test_a_list_holds_exactly_what_the_case_page_would_show(busy):
    for desk in busy:
        cases = list(Case.objects.filter(district=desk.district))
        for who in STAFF:
            reached = {
                number for queue in ("open", "ended") for number in numbers(work(desk, who, queue=queue, sort="recent"))
            }
            shown = {case.number for case in cases if entitled(case, desk.people[who]).sees}
            assert reached == shown, who


def test_nobody_sees_or_counts_a_case_of_the_other_district(busy):
    first, second = busy
    for who in STAFF:
        found = sight(first.people[who], second.district, PERMISSIONS)
        assert not found.has(SEE)
        listed = WorkList(found, read({"queue": "open"}, second.district), NOW, None)
        assert numbers(listed) == []
        assert not any((counts(listed) or {}).values())


def test_a_role_bound_to_an_area_of_its_own_kind_reaches_what_lies_in_it(desk, make_area):
    inside, outside = desk.case(), desk.case()
    Case.objects.filter(pk=outside.pk).update(lon=120.09)
    make_area(desk.district, "responsibility_grid", "DG1", (120.0, 31.6, 120.06, 31.8))
    layers.bump(version_key(desk.district.code, "areas"))
    walker = person(desk.district, "walker", "inspector", None, "DG1")
    assert numbers(work(desk, walker, queue="open")) == [inside.number]


def test_a_role_bound_to_a_stage_reaches_cases_at_that_stage(desk):
    desk.at_state("reported")
    checking = desk.at_state("check_closing")
    walker = person(desk.district, "stage", "")
    Assignment.objects.create(user=walker, role="inspector", district_code=desk.district.code, stage="check_closing")
    assert numbers(work(desk, walker, queue="open")) == [checking.number]


def test_rights_that_overlap_show_and_count_a_case_once(desk):
    case = desk.at_state("handling")
    both = person(desk.district, "both", "handler", desk.units["crew"])
    Assignment.objects.create(
        user=both, role="inspector", district_code=desk.district.code, area_code=f"{desk.district.code}001"
    )
    listed = work(desk, both, queue="open")
    assert numbers(listed) == [case.number]
    assert counts(listed)["handling"] == 1


@pytest.mark.parametrize(
    ("who", "states"),
    [
        ("dispatcher", {"reported", "filed", "handed_back", "verified"}),
        ("lead", {"dispatched", "handling"}),
        ("handler", {"handling"}),  # what is dispatched to the bureau is not yet for a person of its crew
        ("water", set()),
        ("town", set()),
        ("near", {"check_filing", "check_closing"}),
        ("engineer", set()),
    ],
)
def test_to_do_is_what_a_person_can_act_on(desk, who, states):
    for state in PATHS:
        desk.at_state(state)
    found = Case.objects.filter(number__in=numbers(work(desk, who, queue="todo")))
    assert {case.state for case in found} == states
    if who == "near":
        assert all(case.checks.last().inspector == desk.people["near"] for case in found)


def test_a_request_for_time_is_something_to_do_for_the_desk(desk):
    case = desk.at_state("handling")
    desk.make(case, "ask_extension", "handler", reason="缺件")
    assert numbers(work(desk, "dispatcher", queue="todo")) == [case.number]
    assert numbers(work(desk, "dispatcher", queue="open", asked="1")) == [case.number]
    assert counts(work(desk, "dispatcher", queue="open"))["asked"] == 1


def test_pages_in_both_directions_hold_every_case_once_and_in_order(desk):
    for number in range(23):
        desk.at_state(
            ("reported", "dispatched", "handed_back", "suspended")[number % 4],
            at=MONDAY + timedelta(minutes=number // 3),
        )
    for sort in ("urgent", "waiting", "recent"):
        listed = work(desk, "dispatcher", queue="open", sort=sort)
        whole = listed.page(size=100).rows
        at = [(instant(row.case, sort), row.case.pk) for row in whole]
        assert at == sorted(at, reverse=sort == "recent")
        place, pages = None, []
        while True:
            page = listed.page(place, size=5)
            pages.append(page)
            place = page.after
            if place is None:
                break
        walked = [row.case.pk for page in pages for row in page.rows]
        assert walked == [row.case.pk for row in whole]
        back = listed.page(pages[-1].before, backwards=True, size=5)
        assert [row.case.pk for row in back.rows] == [row.case.pk for row in pages[-2].rows]
        first = listed.page(pages[1].before, backwards=True, size=5)
        assert [row.case.pk for row in first.rows] == [row.case.pk for row in pages[0].rows]
        assert first.before is None
        assert str(place_of(str(pages[0].after))) == str(pages[0].after)


def test_a_case_without_a_deadline_is_not_lost_among_the_urgent(desk):
    case = desk.at_state("dispatched")
    Case.objects.filter(pk=case.pk).update(deadline=None)
    assert numbers(work(desk, "dispatcher", queue="open")) == [case.number]


def test_colours_part_the_running_clocks(desk):
    for hour in (0, 1, 2.5, 3.9, 6.5, 8, 9.5):
        desk.at_state("dispatched", at=MONDAY + timedelta(hours=hour))
    listed = work(desk, "dispatcher", now=MONDAY + timedelta(hours=25), queue="units")
    shown = {row.case.number: row.left.colour for row in everything(listed, 100)}
    assert set(shown.values()) == {colour for _share, colour in COLOURS}
    for _share, colour in COLOURS:
        found = numbers(work(desk, "dispatcher", now=listed.now, queue="units", colour=colour))
        assert set(found) == {number for number, each in shown.items() if each == colour}, colour


def test_overdue_is_whose_deadline_passed_or_who_was_late(desk):
    late, ended = desk.at_state("dispatched"), desk.at_state("closed")
    desk.at_state("closed")
    desk.at_state("dispatched", at=MONDAY + timedelta(days=4))
    Case.objects.filter(pk=ended.pk).update(overdue=True)
    now = late.deadline + timedelta(minutes=1)
    assert numbers(work(desk, "leader", now=now, queue="open", overdue="1")) == [late.number]
    assert numbers(work(desk, "leader", now=now, queue="ended", overdue="1")) == [ended.number]
    assert counts(work(desk, "leader", now=now, queue="open"))["overdue"] == 1


def test_counts_are_those_of_the_lists(busy):
    for desk in busy:
        for who in STAFF:
            for asked in (
                {},
                {"unit": "clean"},
                {"category": "events@1:0101"},
                {"area": f"town:{desk.district.code}001"},
            ):
                found = counts(work(desk, who, queue="open", **asked))
                for queue in QUEUES:
                    listed = numbers(work(desk, who, queue=queue, **asked))
                    assert len(listed) == len(set(listed)) == found[queue], (who, queue, asked)


def test_hard_cases_have_a_ledger_and_stay_in_every_count(desk):
    hard, plain = desk.at_state("dispatched"), desk.at_state("dispatched")
    before = counts(work(desk, "dispatcher", queue="open"))
    desk.make(hard, "mark_hard", "dispatcher", reason="无主管线")
    found = counts(work(desk, "dispatcher", queue="open"))
    assert (before["hard"], found["hard"]) == (0, 1)
    assert found["open"] == before["open"]
    assert set(numbers(work(desk, "dispatcher", queue="open"))) == {hard.number, plain.number}
    assert numbers(work(desk, "dispatcher", queue="open", ledger="hard")) == [hard.number]


def test_filters_narrow(desk):
    told = desk.at_state("reported")
    Case.objects.filter(pk=told.pk).update(
        description="井盖翻了", source="hotline", reported_at=MONDAY - timedelta(days=3)
    )
    again = desk.at_state("dispatched")
    Case.objects.filter(pk=again.pk).update(reworks=1)
    other = desk.case()
    Case.objects.filter(pk=other.pk).update(category=desk.other)
    mine = desk.at_state("handling")

    def found(**asked):
        return set(numbers(work(desk, "dispatcher", queue="open", **asked)))

    assert found(q="井盖") == found(source="hotline") == {told.number}
    assert found(q=again.number) == found(again="1") == {again.number}
    assert found(category="events@1:0102") == {other.number}
    assert len(found(category="class:市容环境")) == 4
    assert found(unit="water") == set()
    assert found(unit="clean") == {again.number, mine.number}
    assert found(**{"from": "2026-02-27", "to": "2026-02-27"}) == {told.number}
    assert found(**{"from": "2026-03-02"}) == {again.number, other.number, mine.number}
    assert set(numbers(work(desk, "handler", queue="open", mine="1"))) == {mine.number}
    assert numbers(work(desk, "dispatcher", state="handling")) == [mine.number]


def test_the_day_of_a_report_is_the_day_of_the_district(desk):
    case = desk.case(at=MONDAY - timedelta(hours=8))  # midnight between Sunday and Monday in Shanghai
    assert numbers(work(desk, "dispatcher", queue="open", **{"from": "2026-03-02", "to": "2026-03-02"})) == [
        case.number
    ]
    assert numbers(work(desk, "dispatcher", queue="open", to="2026-03-01")) == []


def test_a_question_that_is_kept_answers_each_reader_each_text_and_each_instant(desk):
    texts = ["井盖缺失 100%", "井盖缺失 100m", "Lamp_1", "lampX1"]
    cases = [desk.at_state("handling") for _text in texts]
    for case, text in zip(cases, texts, strict=True):
        Case.objects.filter(pk=case.pk).update(description=text)
    Case.objects.filter(pk=cases[0].pk).update(handler=desk.people["lead"])
    mine = {who: numbers(work(desk, who, queue="open", mine="1")) for who in ("handler", "lead")}
    assert set(mine["handler"]) == {case.number for case in cases[1:]}
    assert mine["lead"] == [cases[0].number]
    for text, found in (("100%", [0]), ("100", [0, 1]), ("缺失", [0, 1]), ("LAMP", [2, 3]), ("p_1", [2]), ("井x", [])):
        assert set(numbers(work(desk, "dispatcher", queue="open", q=text))) == {cases[n].number for n in found}, text
    late = max(case.deadline for case in cases) + timedelta(seconds=1)
    assert numbers(work(desk, "dispatcher", queue="open", overdue="1")) == []
    assert len(numbers(work(desk, "dispatcher", late, queue="open", overdue="1"))) == len(cases)


def test_an_address_says_again_what_was_asked(desk):
    asked = {
        "queue": "open",
        "category": "class:市容环境",
        "unit": "clean",
        "overdue": "1",
        "from": "2026-03-01",
        "q": "a&b",
    }
    criteria = read(asked, desk.district)
    assert QueryDict(criteria.address()).dict() == asked
    assert not criteria.refused
    assert read({"unit": "none", "from": "31.3.", "state": "x"}, desk.district).refused.keys() == {
        "unit",
        "from",
        "state",
    }
    assert Criteria(queue="open").narrowed is False
    assert criteria.narrowed is True


def test_disjoint_filters_hold_each_case_once():
    assert disjoint([Q(pk=1), Q(), Q(pk=2)]) == [Q()]
    assert len(disjoint([Q(pk=1), Q(pk=1), Q(pk=2)])) == 2


def test_queues_cover_every_state():
    covered = {state for queue in ("open", "ended") for state in QUEUES[queue][1]}
    assert covered == set(PATHS)
    assert set(QUEUES["open"][1]) == set(OPEN)
    assert set(CLOCK) <= set(QUEUES["units"][1])
