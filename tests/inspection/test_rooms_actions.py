"""Living rooms by their writes: who may, what is required, what feeds a test, what a failed one does."""

from datetime import date, timedelta

import pytest
import shapely
from django.utils import translation

from inspection.rooms_desk import MONDAY, PATH, SQUARE, Desk, fresh
from xiuhua.casework.refusals import Conflict, Forbidden, Refused
from xiuhua.foundation import events
from xiuhua.foundation.models import Event
from xiuhua.inspection.actions import rooms
from xiuhua.inspection.models import Frame, RoomLook, RoomStep
from xiuhua.inspection.rooms_queries import spells
from xiuhua.people.models import Organisation

pytestmark = pytest.mark.django_db
SUMMER = MONDAY + timedelta(days=60)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def desk(two_districts):
    return Desk(two_districts[0])


def test_a_town_applies_for_its_own_place(desk):
    room = desk.room()
    assert (room.code, room.state, room.version, room.town.code) == ("R001", "applied", 1, "990001001")
    assert room.standard.key == "sit_square"
    assert desk.room(name_zh="步道", type="road", place=PATH).standard.key == "sit_path"
    step = RoomStep.objects.get(room=room)
    assert (step.move, step.to_state, step.user, step.data["unit"]) == (
        "apply", "applied", desk.people["town"], "990001-001"
    )  # fmt: skip
    event = Event.objects.get(chain="room:990001:R001")
    assert (event.verb, event.actor, event.after["state"]) == ("room.apply", "town", "applied")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"place": shapely.Point(120.05, 31.7)}, "neither a line nor an area"),
        ({"place": shapely.box(120.05, 31.7, 120.0500001, 31.7000001)}, "a living room has 100 to 200000"),
        ({"place": shapely.box(120.01, 31.61, 120.09, 31.69)}, "Draw it larger, or apply for a part"),
        ({"place": shapely.box(119.0, 31.7, 119.0005, 31.7005)}, "lies outside"),
        ({"place": shapely.Polygon([(120.05, 31.7), (120.051, 31.701), (120.051, 31.7), (120.05, 31.701)])}, "crosses"),
        ({"name_zh": "  "}, "needs a Chinese name"),
        ({"name_zh": "字" * 161}, "longer than 160"),
        ({"name_zh": "零\x00"}, "cannot be kept"),
        ({"type": "pool"}, "is no type"),
        ({"level": "province"}, "is no level"),
    ],
)
def test_an_application_that_cannot_be_is_refused_with_what_to_do(desk, change, words):
    with pytest.raises(Refused, match=words):
        desk.room(**change)


def test_the_same_place_is_not_applied_for_twice(desk):
    desk.room()
    with pytest.raises(Refused, match="living room already: R001"):
        desk.room()


def test_without_a_standard_nothing_is_promised(desk):
    from xiuhua.inspection.models import Standard

    Standard.objects.update(state="retired")
    with pytest.raises(Refused, match="xiuhua inspection standards load"):
        desk.room()


@pytest.mark.parametrize("who", ["other", "inspector", "resident", "expert"])
def test_nobody_applies_for_the_place_of_another_unit(desk, who):
    with pytest.raises(Forbidden):
        rooms.apply(desk.asked(), actor=desk.people[who])


def test_a_unit_that_is_no_more_does_not_answer(desk):
    Organisation.objects.filter(pk=desk.town.pk).update(valid_to=date(2024, 1, 1))
    with pytest.raises(Refused, match="is no more"):
        desk.room(unit=Organisation.objects.get(pk=desk.town.pk))


def test_a_test_cuts_the_place_and_opens_the_season(desk):
    room = desk.testing()
    assert room.state == "testing"
    frames = Frame.objects.filter(layer="rooms", object_code=room.code)
    assert frames.count() == 12
    assert {(frame.kind, frame.opens.hour, frame.closes.hour, frame.town.code) for frame in frames} == {
        ("square", 6, 22, "990001001")
    }
    assert sum(frame.size for frame in frames) == pytest.approx(1200, rel=0.01)
    test = room.tests.get()
    assert (test.season, test.state, test.good, test.bad, test.limit) == ("2024-2", "running", 0.02, 0.10, 120)
    path = desk.testing(name_zh="步道", type="road", place=PATH)
    assert {round(each.frame.size) for each in path.frames.select_related("frame")} == {10, 15}


def test_only_who_decides_begins_a_test(desk):
    for who in ("town", "inspector", "resident"):
        with pytest.raises(Forbidden):
            rooms.begin_test(desk.room(name_zh=who), actor=desk.people[who])


def test_a_square_is_drawn_once_and_waits(desk):
    room, inspector = desk.testing(), desk.people["inspector"]
    look = rooms.draw(room, user=inspector, at=MONDAY)
    assert all(rooms.draw(room, user=inspector, at=MONDAY).pk == look.pk for _ in range(5))
    assert rooms.draw(room, user=desk.people["expert"], at=MONDAY).pk != look.pk
    with pytest.raises(Refused, match="needs a reason"):
        rooms.give_up(look, reason=" ", user=inspector)
    rooms.give_up(look, reason="围挡施工", user=inspector)
    again = rooms.draw(room, user=inspector, at=MONDAY)
    assert again.pk != look.pk
    assert RoomLook.objects.get(pk=look.pk).given_up == "围挡施工"
    with pytest.raises(Refused, match="does not wait"):
        rooms.give_up(look, reason="再退一次", user=inspector)
    for who in ("town", "resident"):
        with pytest.raises(Forbidden):
            rooms.draw(room, user=desk.people[who])


def test_every_square_is_drawn_with_the_same_chance(desk):
    room, inspector = desk.testing(), desk.people["inspector"]
    seen = set()
    for _ in range(80):
        look = rooms.draw(room, user=inspector, at=MONDAY)
        seen.add(look.square_id)
        look.delete()
    assert len(seen) == 12


def test_only_drawn_squares_feed_the_test(desk):
    room = desk.testing()
    squares = list(room.frames.all())
    desk.looks(room, [True, False, True])
    desk.look(room, False, square=squares[0])  # chosen by eye
    desk.look(room, False, square=squares[1], part="panel")
    desk.look(room, False, square=squares[2], valid=False)
    desk.look(room, None, square=squares[3])
    test = room.tests.get()
    assert (test.checks, test.failures, test.state) == (3, 1, "running")
    ways = list(test.looks.order_by("pk").values_list("way", flat=True))
    assert ways == ["random"] * 3 + ["dirtiest"]


def test_a_check_that_is_told_again_counts_once(desk):
    room = desk.testing()
    check = desk.look(room)
    rooms.feed(check)
    assert room.tests.get().checks == 1


def test_what_was_seen_before_the_test_began_does_not_count(desk):
    room = desk.testing()
    desk.look(room, False, at=MONDAY - timedelta(days=1))
    assert room.tests.get().checks == 0


def test_phones_send_late_but_the_order_is_that_of_seeing(desk):
    room, later = desk.testing(), MONDAY + timedelta(hours=1)
    desk.looks(room, [True] * 34, later)
    desk.look(room, False, at=MONDAY + timedelta(minutes=1))  # seen first, sent last
    test = room.tests.get()
    assert (test.checks, test.failures, test.state) == (35, 1, "running")


def test_35_clean_squares_pass_and_nothing_is_counted_after(desk):
    room = desk.testing()
    desk.looks(room, [True] * 35)
    test = room.tests.get()
    assert (test.state, test.checks, test.failures) == ("passed", 35, 0)
    assert fresh(room).state == "testing"
    with pytest.raises(Refused, match="is decided"):
        rooms.draw(room, user=desk.people["inspector"], at=MONDAY)


def test_acceptance_needs_a_passed_test_and_names_its_figures(desk):
    room = desk.testing()
    with pytest.raises(Refused, match="0 of 0 squares failed"):
        rooms.accept(room, level="city", actor=desk.people["leader"], at=MONDAY)
    desk.looks(room, [True] * 35)
    with pytest.raises(Forbidden):
        rooms.accept(room, level="district", actor=desk.people["town"], at=MONDAY)
    with pytest.raises(Refused, match="no level"):
        rooms.accept(room, level="village", actor=desk.people["leader"], at=MONDAY)
    with pytest.raises(Refused, match="has no test of season 2024-3"):
        rooms.accept(room, level="district", actor=desk.people["leader"], at=SUMMER)
    with pytest.raises(Conflict):
        rooms.accept(room, level="district", actor=desk.people["leader"], expected_version=1, at=MONDAY)
    kept = rooms.accept(room, level="district", actor=desk.people["leader"], at=MONDAY)
    assert (kept.state, kept.level, kept.accepted_on) == ("accepted", "district", date(2024, 5, 6))
    step = room.steps.last()
    assert step.data["checks"] == 35
    assert step.data["season"] == "2024-2"
    assert events.verify("room:990001:R001").breaks == []


def test_the_city_accepts_what_the_district_accepted(desk):
    room = desk.accepted()
    rooms.raise_level(
        room, reason="市城管局 2024 年第 3 批", actor=desk.people["leader"], at=MONDAY + timedelta(days=9)
    )
    with pytest.raises(Conflict):
        rooms.raise_level(fresh(room), reason="再来", actor=desk.people["leader"], at=MONDAY + timedelta(days=10))
    found = list(spells(type(room).objects.all()))
    assert [(one.number, one.level, one.begins.day, one.ended_by) for one in found] == [
        (1, "district", 6, "raise"), (2, "city", 15, ""),
    ]  # fmt: skip


def test_a_failed_test_withdraws_with_its_figures_as_the_reason(desk):
    room = desk.accepted()
    desk.looks(room, [False, False], SUMMER)
    gone = fresh(room)
    assert (gone.state, gone.level, gone.withdrawn_on) == ("withdrawn", "", date(2024, 7, 5))
    step = gone.steps.last()
    assert (step.move, step.user, step.data["season"], step.data["failures"]) == ("withdraw", None, "2024-3", 2)
    assert "2" in step.reason
    assert Event.objects.filter(chain="room:990001:R001").last().actor == "living-room-test"
    assert not Frame.objects.filter(layer="rooms", valid_to=None).exists()
    [spell] = spells(type(room).objects.all())
    assert (spell.ends, spell.ended_by) == (date(2024, 7, 5), "withdraw")


def test_after_a_failed_test_nobody_tries_again_in_the_same_season(desk):
    room = desk.accepted()
    desk.looks(room, [False, False], SUMMER)
    rooms.apply_again(fresh(room), reason="增加保洁频次", actor=desk.people["town"], at=SUMMER)
    with pytest.raises(Refused, match="The next one begins on 2024-10-01"):
        rooms.begin_test(fresh(room), actor=desk.people["assessor"], at=SUMMER)
    autumn = SUMMER + timedelta(days=92)
    rooms.begin_test(fresh(room), actor=desk.people["assessor"], at=autumn)
    assert Frame.objects.filter(layer="rooms", valid_to=None).count() == 12
    desk.looks(fresh(room), [True] * 35, autumn)
    again = rooms.accept(fresh(room), level="district", actor=desk.people["assessor"], at=autumn)
    assert again.withdrawn_on is None
    assert [one.ended_by for one in spells(type(room).objects.all())] == ["withdraw", ""]


def test_a_test_that_fails_before_acceptance_leaves_the_decision_to_the_assessor(desk):
    room = desk.testing()
    desk.looks(room, [False, False])
    assert fresh(room).state == "testing"
    assert room.steps.last().move == "fail"
    with pytest.raises(Refused, match="Refuse it"):
        rooms.accept(fresh(room), level="district", actor=desk.people["leader"], at=MONDAY)
    rooms.refuse(fresh(room), reason="未通过测试", actor=desk.people["leader"], at=MONDAY)
    assert fresh(room).state == "refused"
    with pytest.raises(Refused, match="not possible while"):
        rooms.apply_again(fresh(room), reason="再报", actor=desk.people["town"], at=MONDAY)


def test_withdrawal_by_decision_needs_a_reason(desk):
    room = desk.accepted()
    with pytest.raises(Refused, match="needs a reason"):
        rooms.withdraw(room, reason="", actor=desk.people["leader"], at=MONDAY)
    rooms.withdraw(room, reason="占道施工", actor=desk.people["leader"], at=MONDAY + timedelta(days=1))
    assert fresh(room).state == "withdrawn"


def test_each_season_begins_the_tests_of_accepted_rooms_once(desk):
    room = desk.accepted()
    desk.testing(name_zh="另一处", place=shapely.affinity.translate(SQUARE, 0.01))
    assert rooms.begin_season(desk.district, actor="schedule", at=MONDAY) == 0
    assert rooms.begin_season(desk.district, actor="schedule", at=SUMMER) == 1
    assert rooms.begin_season(desk.district, actor="schedule", at=SUMMER) == 0
    assert [test.season for test in room.tests.all()] == ["2024-2", "2024-3"]
    assert fresh(room).state == "accepted"
