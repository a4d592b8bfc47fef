"""A check and everything that follows from it, in one transaction: once, flagged, never lost, never two cases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import translation

from inspection.check_street import NINE, make_frame, make_street
from inspection.test_phash import drawn, saved
from xiuhua.casework.actions import photos
from xiuhua.casework.actions.patrol import PhotosMissing
from xiuhua.casework.actions.retention import tidy
from xiuhua.casework.models import Case, Photo
from xiuhua.casework.refusals import Conflict, Forbidden, Refused
from xiuhua.city.models import Duty
from xiuhua.foundation.events import verify
from xiuhua.foundation.models import Event
from xiuhua.inspection.models import Check, CheckPhoto, Finding, Item, Plan, Visit

DIRTY = {"whole": 2.0, "edges": 5.0, "pieces": 1.0}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def street(two_districts):
    return make_street(two_districts)


@pytest.fixture
def photo(street, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    def taken(seed=1, user=None):
        return photos.store(saved(drawn(seed)), stage="check", user=user or street.inspector, at=NINE)

    return taken


def flags_of(made):
    return {flag["flag"] for flag in made.flags}


def test_a_clean_check_passes_has_its_score_and_makes_the_visit_done(street):
    made = street.check()
    assert (made.score, made.passed, made.valid, made.part, made.flags) == (100.0, True, True, "panel", [])
    assert made.distance_m == 0
    assert made.received_at == NINE + timedelta(hours=1)
    street.visit.refresh_from_db()
    assert street.visit.state == "done"
    assert {row.item.key: (row.value, row.passed, row.case) for row in made.findings.all()} == {
        "whole": (5.0, True, None), "edges": (5.0, True, None), "pieces": (0.0, True, None),
    }  # fmt: skip
    event = Event.objects.get(verb="check.made")
    assert event.after["score"] == 100.0
    assert not verify().breaks


def test_a_failed_item_is_a_case_with_its_limit_at_the_place_and_with_the_photos_of_it(street, photo):
    whole, of_item = photo(1), photo(2)
    Duty.objects.create(
        district=street.desk.district, code="d1", unit=street.desk.units["clean"], code_set=street.desk.category.code_set,
        category="0101",
    )  # fmt: skip
    made = street.check(values=DIRTY, notes={"whole": "一堆纸屑"}, photos=[(whole.key, None), (of_item.key, "whole")])
    assert (made.passed, made.score) == (False, 100 * (12 * 2 / 5 + 8) / 20)
    case = made.findings.get(item__key="whole").case
    assert (case.category, case.standard, case.source) == (street.desk.category, street.desk.standard, "inspector")
    assert (case.lon, case.lat) == (120.051, 31.7)
    assert case.address == "人民路F1"
    for part in ("整体洁净", "多处垃圾", "一堆纸屑"):
        assert part in case.description
    assert list(case.photos.values_list("key", "stage")) == [(of_item.key, "before")]
    assert made.findings.get(item__key="edges").case is None
    assert set(made.photos.values_list("photo__key", "item__key")) == {(whole.key, None), (of_item.key, "whole")}


def test_the_case_is_dispatched_by_duty_with_its_deadline(street):
    Duty.objects.create(
        district=street.desk.district, code="d1", unit=street.desk.units["clean"], code_set=street.desk.category.code_set,
        category="0101",
    )  # fmt: skip
    from xiuhua.city.layers import version_key
    from xiuhua.foundation import layers

    layers.bump(version_key(street.desk.district.code, "duties"))
    case = street.check(values=DIRTY).findings.get(item__key="whole").case
    assert (case.state, case.unit) == ("dispatched", street.desk.units["clean"])
    assert case.deadline is not None


def test_the_photos_of_the_whole_go_to_a_case_without_its_own(street, photo):
    whole = photo()
    made = street.check(values={**DIRTY, "edges": 1.0}, photos=[(whole.key, None)])
    cases = [row.case for row in made.findings.exclude(case=None).order_by("item__order")]
    assert [case.photos.count() for case in cases] == [1, 0]


def test_the_same_key_gives_the_first_answer_and_nothing_twice(street, photo):
    sent = street.sent(values=DIRTY, photos=[(photo().key, "whole")])
    from xiuhua.inspection.actions.checks import submit_check

    first = submit_check(sent, at=NINE)
    assert submit_check(sent, at=NINE + timedelta(hours=5)).pk == first.pk
    assert (Check.objects.count(), Case.objects.count(), CheckPhoto.objects.count()) == (1, 1, 1)
    with pytest.raises(Conflict, match="another check"):
        submit_check(replace(sent, seen_at=NINE + timedelta(minutes=1)), at=NINE + timedelta(hours=5))
    with pytest.raises(Forbidden, match="somebody else"):
        submit_check(replace(sent, inspector=street.desk.people["far"]), at=NINE)


@pytest.mark.parametrize(
    ("change", "error", "text"),
    [
        ({"inspector_id": "far"}, Forbidden, "somebody else"),
        ({"day": date(2026, 3, 3)}, Refused, "later day"),
        ({"plan": "draft"}, Refused, "not in force"),
        ({"plan": "dropped"}, Refused, "not in force"),
        ({"frame": "other"}, Refused, "another object"),
    ],
)
def test_a_visit_that_is_not_to_be_made_is_refused_in_words(street, change, error, text):
    for name, value in change.items():
        if name == "plan":
            Plan.objects.update(state=value)
        elif name == "inspector_id":
            Visit.objects.update(inspector=street.desk.people[value])
        elif name == "frame":
            Visit.objects.update(frame=make_frame(street.desk.district, "F9"))
        else:
            Visit.objects.update(**{name: value})
    visit = Visit.objects.select_related("plan").get()
    with pytest.raises(error, match=text):
        street.check(visit=visit)
    assert not Check.objects.exists()


def test_a_visit_is_made_once(street):
    street.check()
    with pytest.raises(Conflict, match="already"):
        street.check(seen_at=NINE + timedelta(minutes=20))


def test_a_check_on_the_day_before_is_not_made_possible_by_a_wrong_clock(street):
    Visit.objects.update(day=date(2026, 3, 3))
    visit = Visit.objects.select_related("plan").get()
    with pytest.raises(Refused, match="future"):
        street.check(visit=visit, seen_at=NINE + timedelta(days=1), began_at=NINE + timedelta(days=1))


def test_a_visit_of_yesterday_is_taken_and_its_hours_are_flagged(street):
    made = street.check(
        began_at=NINE + timedelta(hours=26),
        seen_at=NINE + timedelta(hours=26, minutes=5),
        at=NINE + timedelta(hours=27),
    )
    assert {"flag": "other_time", "figure": 23 * 60 + 5} in made.flags


@pytest.mark.parametrize("part", ["panel", "repeat", "", "else"])
def test_nobody_chooses_what_belongs_to_the_panel(street, part):
    with pytest.raises(Refused, match="without a visit"):
        street.check(visit=None, part=part)


def test_a_check_led_by_a_complaint_needs_no_visit_but_the_area(street):
    made = street.check(visit=None, part="complaint")
    assert (made.part, made.visit) == ("complaint", None)
    elsewhere = street.desk.people["elsewhere"]
    with pytest.raises(Forbidden, match="other areas"):
        street.check(visit=None, part="complaint", inspector=elsewhere)
    with pytest.raises(Forbidden):
        street.check(visit=None, part="complaint", inspector=street.desk.people["resident"])


def test_an_expert_checks_everywhere(street):
    expert = street.desk.people["expert"]
    assert street.check(visit=None, part="complaint", inspector=expert, values=DIRTY).passed is False


def test_in_wet_weather_it_is_kept_and_does_not_count_and_makes_no_case(street):
    made = street.check(weather={"dry": False, "wind": 5}, values=DIRTY)
    assert (made.valid, made.passed) == (False, False)
    assert flags_of(made) == {"wet", "wind"}
    assert {"flag": "wind", "figure": 5} in made.flags
    assert not Case.objects.exists()


def test_without_the_weather_nothing_is_proved(street):
    made = street.check(weather={})
    assert (made.valid, flags_of(made)) == (False, {"unknown_weather"})


def test_a_blind_repeat_and_the_next_check_make_no_second_case_while_the_first_is_open(street):
    case = street.check(values=DIRTY).findings.get(item__key="whole").case
    repeat = street.visit_to(part="repeat", repeats=street.visit, inspector=street.desk.people["far"])
    made = street.check(
        visit=repeat, inspector=street.desk.people["far"], values={**DIRTY, "edges": 0.0},
        began_at=NINE + timedelta(minutes=8), seen_at=NINE + timedelta(minutes=12),
    )  # fmt: skip
    assert made.part == "repeat"
    assert made.findings.get(item__key="whole").case == case
    assert made.findings.get(item__key="edges").case not in {None, case}
    assert Case.objects.count() == 2
    Case.objects.update(state="closed")
    again = street.check(
        visit=street.visit_to(), values=DIRTY, began_at=NINE + timedelta(hours=2), seen_at=NINE + timedelta(hours=2, minutes=4),
        at=NINE + timedelta(hours=3),
    )  # fmt: skip
    assert again.findings.get(item__key="whole").case != case


def test_what_no_category_is_known_for_is_kept_with_the_reason(street):
    Item.objects.filter(key="whole").update(category="events@1:9999")
    made = street.check(values=DIRTY)
    assert not Case.objects.exists()
    (flag,) = made.flags
    assert (flag["flag"], flag["with"]) == ("no_case", "whole")
    assert "events@1:9999" in flag["why"]


def test_far_from_the_object_it_is_taken_and_flagged_and_the_case_lies_at_the_object(street):
    made = street.check(lon=120.06, values=DIRTY)
    assert made.flags == [{"flag": "off_object", "figure": pytest.approx(650, abs=10)}]
    case = made.findings.get(item__key="whole").case
    assert (case.lon, case.lat) == (street.frame.lon, street.frame.lat)


def test_an_impossible_way_from_the_check_before_is_flagged(street):
    before = street.check()
    frame = make_frame(street.desk.district, "F2", west=120.09)
    made = street.check(
        frame=frame, visit=street.visit_to(frame), lon=120.09, began_at=NINE + timedelta(seconds=20), seen_at=NINE + timedelta(minutes=2)
    )  # fmt: skip
    (flag,) = [flag for flag in made.flags if flag["flag"] == "too_fast"]
    assert flag["with"] == str(before.key)
    assert flag["figure"] == pytest.approx(110, abs=3)


def test_the_same_picture_again_is_flagged_also_saved_anew_and_smaller(street, photo):
    first = street.check(photos=[(photo(3).key, None)])
    again = photos.store(saved(drawn(3).resize((320, 240)), 60), stage="check", user=street.inspector, at=NINE)
    later = NINE + timedelta(hours=1)
    made = street.check(
        visit=street.visit_to(), began_at=later - timedelta(minutes=5), seen_at=later, photos=[(again.key, None), (photo(4).key, None)]
    )  # fmt: skip
    (flag,) = made.flags
    assert (flag["flag"], flag["with"]) == ("same_picture", str(first.key))
    assert flag["figure"] <= 5


def test_photos_that_did_not_come_are_named_and_those_of_others_are_not_taken(street, photo):
    missing = uuid4()
    others = photo(5, street.desk.people["far"])
    with pytest.raises(PhotosMissing) as told:
        street.check(photos=[(missing, None), (others.key, None)])
    assert told.value.keys == [missing, others.key]
    used = photo(6)
    street.check(photos=[(used.key, None)])
    with pytest.raises(Refused, match="sent before"):
        street.check(visit=street.visit_to(), seen_at=NINE + timedelta(minutes=30), photos=[(used.key, None)])


def test_a_photo_of_a_check_is_kept_and_seen_by_whom_the_check_is(street, photo, client):
    taken = photo()
    street.check(photos=[(taken.key, None)])
    assert tidy(NINE + timedelta(days=10)).orphans == 0
    address = f"/photo/{taken.key}/thumb.jpg"
    assert client.get(address).status_code == 404
    for who, status in (("assessor", 200), ("near", 200), ("far", 404), ("resident", 404), ("town", 200)):
        client.force_login(street.desk.people[who])
        assert client.get(address).status_code == status, who


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"values": {"whole": 5.0, "edges": 5.0}}, "Nothing is said of"),
        ({"values": {"whole": 5.5, "edges": 5.0, "pieces": 0.0}}, "cannot be 5.5"),
        ({"values": {"whole": 5.0, "edges": 5.0, "pieces": 0.5}}, "cannot be 0.5"),
        ({"values": {"whole": float("nan"), "edges": 5.0, "pieces": 0.0}}, "cannot be nan"),
        ({"values": {"whole": 5.0, "edges": 5.0, "pieces": 0.0, "x": 1.0}}, "no item x"),
        ({"values": dict.fromkeys(["whole", "edges", "pieces"])}, "Nothing was assessed"),
        ({"notes": {"y": "?"}}, "no item y"),
        ({"weather": {"wind": 13}}, "weather"),
        ({"weather": {"dry": 1}}, "weather"),
        ({"weather": {"rain": True}}, "weather"),
        ({"lon": None}, "position"),
        ({"lon": 181.0}, "not on earth"),
        ({"accuracy_m": -1.0}, "position"),
        ({"began_at": NINE + timedelta(minutes=1)}, "before it began"),
        ({"seen_at": datetime(2026, 3, 2, 1, 0)}, "no zone"),  # noqa: DTZ001 - that is what is tried
        ({"seen_at": NINE + timedelta(hours=2)}, "future"),
        ({"seen_at": datetime(2025, 3, 2, tzinfo=UTC), "began_at": datetime(2025, 3, 2, tzinfo=UTC)}, "two months"),
        ({"note": "x" * 4001}, "4001 characters"),
        ({"note": "a\x00b"}, "cannot be kept"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_kept(street, more, text):
    with pytest.raises(Refused, match=text):
        street.check(**more)
    assert not Check.objects.exists()
    assert not Finding.objects.exists()


def test_an_item_that_needs_a_photo_needs_it_where_it_was_assessed(street, photo):
    Item.objects.filter(key="edges").update(photo_needed=True)
    with pytest.raises(Refused, match="no photo"):
        street.check()
    assert street.check(values={"whole": 5.0, "edges": None, "pieces": 0.0}).passed is None
    visit = street.visit_to()
    assert street.check(visit=visit, seen_at=NINE + timedelta(minutes=30), photos=[(photo().key, "edges")]).passed


def test_what_fails_in_the_middle_leaves_nothing(street, photo, monkeypatch):
    from xiuhua.inspection.actions import checks

    def broken(*_args, **_more):
        raise RuntimeError("power cut")

    taken = photo()
    monkeypatch.setattr(checks.heard, "tell", broken)
    with pytest.raises(RuntimeError):
        street.check(values=DIRTY, photos=[(taken.key, "whole")])
    assert not Check.objects.exists()
    assert not Case.objects.exists()
    assert Photo.objects.get(pk=taken.pk).case_id is None
    street.visit.refresh_from_db()
    assert street.visit.state == "planned"


def test_bytes_that_are_no_picture_any_more_do_not_hold_the_check_up(street, photo, settings):
    taken = photo()
    (settings.MEDIA_ROOT / taken.thumbnail).write_bytes(b"")
    assert street.check(photos=[(taken.key, None)]).photos.get().phash == ""
