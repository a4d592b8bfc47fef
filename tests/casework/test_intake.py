"""One way in: a report becomes one case, at its place, with its number; nonsense is refused with a remedy."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from casework.conftest import MONDAY, furnish, make_calendar
from casework.pictures import encoded
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.actions.intake import Submission, join, submit
from xiuhua.casework.actions.numbers import SIZE, draw, draw_many
from xiuhua.casework.actions.photos import store
from xiuhua.casework.actions.retention import tidy
from xiuhua.casework.models import Case, Follower, Photo, Report, Service, Step
from xiuhua.casework.questions import answered
from xiuhua.casework.refusals import Refused
from xiuhua.city.models import District
from xiuhua.foundation.models import Event


def told(desk, **more):
    west = 120.0 if desk.district.code == "990001" else 120.2
    given = Submission(
        idempotency_key="key-1", district=desk.district, source="web", lon=west + 0.05, lat=31.7,
        category=desk.category, description="路边一堆垃圾，车牌苏B12345，电话13812345678",
    )  # fmt: skip
    return replace(given, **more)


def test_a_report_makes_a_case_with_number_areas_masked_text_step_and_event(desks):
    for desk in desks:
        report = submit(told(desk, idempotency_key=f"k{desk.district.code}", address="东门，找 13912345678"), at=MONDAY)
        case = report.case
        assert case.number == f"{desk.district.code}-260302-00001"
        assert (case.state, case.town.code, case.grid) == ("reported", f"{desk.district.code}001", None)
        assert case.public_text == "路边一堆垃圾，车牌***，电话***"
        assert case.description == report.description == told(desk).description
        assert (case.address, report.address) == ("东门，找 ***", "东门，找 13912345678")
        assert list(case.steps.values_list("number", "move", "actor")) == [(1, "report", "web")]
        event = Event.objects.get(chain=f"case:{case.number}")
        assert (event.verb, event.after["data"]["report"]) == ("case.report", str(report.key))


def test_the_day_of_the_number_is_that_of_the_district(desk):
    late = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # already the third in Shanghai
    assert submit(told(desk), at=late).case.number.startswith("990001-260303-")


def test_the_same_key_is_the_same_report(desk):
    one = submit(told(desk), at=MONDAY)
    again = submit(told(desk), at=MONDAY + timedelta(hours=1))
    assert (again.pk, again.token) == (one.pk, one.token)
    assert (Case.objects.count(), Report.objects.count(), Step.objects.count()) == (1, 1, 1)


def test_a_key_that_stands_for_something_else_is_refused(desk):
    submit(told(desk), at=MONDAY)
    with pytest.raises(Refused, match="这个键已于"):
        submit(told(desk, description="另一件事"), at=MONDAY)
    with pytest.raises(Refused):
        submit(told(desk), user=desk.people["resident"], at=MONDAY)
    assert Report.objects.count() == 1


def photo():
    return store(encoded(), stage="before").key


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"lon": 120.051}, "place"), ({"category": "other"}, "category"), ({"description": "x"}, "description"),
        ({"address": "East gate"}, "address"), ({"contact_email": "a@example.org"}, "ways to reach"),
        ({"photos": []}, "photos"), ({"photos": "others"}, "photos"), ({"photos": "more"}, "photos"),
    ],
)  # fmt: skip
def test_a_used_key_says_what_it_was_used_for_and_what_differs(desk, settings, tmp_path, change, named):
    settings.MEDIA_ROOT = tmp_path
    user, keys = desk.people["resident"], [photo(), photo()]
    first = submit(told(desk, photos=keys), user=user, at=MONDAY)
    again = submit(told(desk, photos=[*reversed(keys), keys[0]]), user=user, at=MONDAY + timedelta(minutes=1))
    assert again.pk == first.pk
    change = dict(change)
    if "photos" in change:
        change["photos"] = {"others": lambda: [photo()], "more": lambda: [*keys, photo()]}.get(
            str(change["photos"]), list
        )()
    else:
        change["photos"] = keys
    if "category" in change:
        change["category"] = desk.other
    with override("en"), pytest.raises(Refused) as refused:
        submit(told(desk, **change), user=user, at=MONDAY + timedelta(minutes=1))
    assert refused.value.reason.startswith("This key was used at 2026-03-02 08:00 for the report that became case ")
    assert first.case.number in refused.value.reason
    assert refused.value.reason.rpartition("differs in: ")[2].startswith(named)
    assert (Report.objects.count(), Case.objects.count(), first.photos.count()) == (1, 1, 2)


def test_who_guesses_a_key_of_nobody_hears_not_how_near_the_guess_was(desk):
    submit(told(desk, contact_phone="13812345678"), at=MONDAY)
    with override("en"), pytest.raises(Refused) as refused:
        submit(told(desk), at=MONDAY)
    assert "differs" not in refused.value.reason
    with override("en"), pytest.raises(Refused) as refused:
        submit(told(desk), user=desk.people["resident"], at=MONDAY)
    assert refused.value.reason == "This key was used for another report."


def test_what_retention_let_go_of_is_not_held_against_who_sends_again(desk):
    first = submit(told(desk, contact_phone="13812345678", address="东门"), at=MONDAY)
    perform(first.case, "reject", user=desk.people["dispatcher"], data={"reason": "无"}, at=MONDAY)
    assert tidy(MONDAY + timedelta(days=3000)).reports == 1
    assert submit(told(desk, contact_phone="13812345678", address="东门"), at=MONDAY).pk == first.pk


def at_once(work, count=6):
    """What ``work(number)`` gave in threads that begin together."""
    if connection.vendor != "postgresql":
        pytest.skip("the test database of SQLite lies in memory, where writers cannot wait; processes race below")
    start = threading.Barrier(count)

    def run(number):
        try:
            start.wait(timeout=10)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
def test_the_same_report_sent_by_many_at_once_is_one(two_districts):
    make_calendar()
    desk = furnish(two_districts[0])
    assert len(set(at_once(lambda _number: submit(told(desk), at=MONDAY).pk))) == 1
    assert (Case.objects.count(), Report.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_reports_sent_at_once_get_numbers_of_their_own(two_districts):
    make_calendar()
    desk = furnish(two_districts[0])

    def send(number):
        keys = (f"{number}-{count}" for count in range(5))
        return [submit(told(desk, idempotency_key=key), at=MONDAY).case.number for key in keys]

    numbers = [number for found in at_once(send) for number in found]
    assert len(set(numbers)) == 30


SETUP = "import django; django.setup(); from datetime import datetime, UTC\n"
FURNISH = SETUP + (
    "from xiuhua.city.models import *\n"
    "District.objects.create(code='990001', name_zh='d')\n"
    "codes = CodeSet.objects.create(key='e', version='1', kind='event', name_zh='e')\n"
    "Code.objects.create(code_set=codes, code='0101', class_zh='c', name_zh='n')\n"
)
SEND = SETUP + (
    "import sys; from xiuhua.city.models import *; from xiuhua.casework.actions.intake import *\n"
    "district, category = District.objects.get(), Code.objects.get()\n"
    "for n in range(20):\n"
    "    for key in (f'same-{n}', f'{sys.argv[1]}-{n}'):\n"
    "        report = submit(Submission(key, district, 'web', 120.05, 31.7, category))\n"
    "        print(key, report.pk, report.case.number)\n"
)


@pytest.mark.slow
def test_processes_on_one_sqlite_file_send_the_same_and_their_own(tmp_path):
    env = {
        **os.environ, "XIUHUA_DATA_DIR": str(tmp_path), "XIUHUA_DATABASE": f"sqlite:///{tmp_path}/data.sqlite3",
        "DJANGO_SETTINGS_MODULE": "xiuhua.conf.settings",
    }  # fmt: skip
    main = "from xiuhua.conf.cli import main; main()"
    subprocess.run([sys.executable, "-c", main, "manage", "migrate", "-v", "0"], env=env, check=True, timeout=120)
    subprocess.run([sys.executable, "-c", FURNISH], env=env, check=True, timeout=60)
    senders = [
        subprocess.Popen([sys.executable, "-c", SEND, str(name)], env=env, stdout=subprocess.PIPE, text=True)
        for name in range(4)
    ]
    lines = [line.split() for sender in senders for line in sender.communicate(timeout=120)[0].splitlines()]
    assert [sender.returncode for sender in senders] == [0] * 4
    assert len(lines) == 160
    assert (
        len({(key, report) for key, report, _number in lines}) == len({key for key, _report, _number in lines}) == 100
    )
    assert len({number for _key, _report, number in lines}) == 100


def test_numbers_rise_and_a_run_of_them_stays_together(desk):
    first = [draw(desk.district, MONDAY) for _ in range(SIZE + 2)]
    many = list(draw_many(desk.district, MONDAY.date(), SIZE + 5))
    then = [draw(desk.district, MONDAY) for _ in range(3)]
    assert first == sorted(first)
    assert many == sorted(many)
    assert len({*first, *many, *then}) == 2 * SIZE + 10
    long = District(code="320206001001", time_zone="Asia/Shanghai")
    long.save()
    assert len(draw(long, MONDAY)) <= 24


@pytest.mark.parametrize(
    "wrong",
    [
        {"lon": 119.0}, {"lon": float("nan")}, {"lat": 91.0}, {"lon": 120.25},
        {"description": "长" * 4001}, {"description": "a\x00b"}, {"description": "\ud800"},
        {"idempotency_key": " "}, {"idempotency_key": "k" * 81}, {"source": "rumour"}, {"placed_by": "guess"},
        {"contact_email": "nobody"}, {"contact_phone": "call me"}, {"contact_phone": "12"}, {"contact_name": "n" * 81},
        {"seen_at": MONDAY + timedelta(hours=1)}, {"seen_at": MONDAY - timedelta(days=400)},
        {"seen_at": datetime(2026, 3, 1)}, {"answers": {"size": "large"}}, {"photos": ["no-key"]},  # noqa: DTZ001
        {"photos": ["7a1f7c3e-0000-4000-8000-000000000000"]}, {"category": None, "description": ""},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_with_a_remedy_and_leaves_nothing(desk, wrong):
    with pytest.raises(Refused) as refused:
        submit(told(desk, **wrong), at=MONDAY)
    assert refused.value.reason
    assert refused.value.remedy
    assert not Case.objects.exists()
    assert not Event.objects.filter(chain__startswith="case:").exists()


def test_answers_are_read_as_the_questions_ask(desk):
    schema = {
        "properties": {
            "bags": {"type": "integer", "minimum": 1, "maximum": 50},
            "smell": {"type": "boolean"},
            "what": {"type": "array", "items": {"enum": ["wood", "food"]}},
            "since": {"type": "string", "format": "date"},
        },
        "required": ["bags"],
    }
    Service.objects.create(category=desk.category, questions=schema)
    answers = {"bags": "3", "smell": "on", "what": ["wood"], "since": "2026-03-01"}
    assert submit(told(desk, answers=answers), at=MONDAY).answers == {**answers, "bags": 3, "smell": True}
    for bad in ({}, {"bags": "many"}, {"bags": 51}, {"bags": "NaN"}, {"bags": 2, "what": "iron"}, {"bags": 2, "since": "soon"},
                {"bags": 2, "other": 1}, {"bags": 2, "smell": "maybe"}, {"bags": True}):  # fmt: skip
        with pytest.raises(Refused):
            submit(told(desk, idempotency_key=str(bad)[:80], answers=bad), at=MONDAY)


def test_what_is_not_offered_to_the_public_comes_from_staff_alone(desk):
    Service.objects.create(category=desk.category, public=False)
    with pytest.raises(Refused):
        submit(told(desk), at=MONDAY)
    assert submit(told(desk, source="hotline"), user=desk.people["dispatcher"], at=MONDAY).pk


def test_without_a_category_the_text_decides_and_the_suggestion_is_kept(desk):
    report = submit(told(desk, category=None, description="桥下有暴露垃圾"), at=MONDAY)
    assert report.category is None
    assert report.case.category == desk.category
    assert report.suggested[0]["category"] == "events@1:0101"
    assert 0.5 < report.suggested[0]["confidence"] <= 1


def test_who_can_be_reached_follows_with_the_token_of_the_report(desk):
    silent = submit(told(desk, idempotency_key="a"), at=MONDAY)
    mailed = submit(told(desk, idempotency_key="b", contact_email="someone@example.org", language="en"), at=MONDAY)
    signed = submit(told(desk, idempotency_key="c"), user=desk.people["resident"], at=MONDAY)
    assert not silent.case.followers.exists()
    assert list(mailed.case.followers.values_list("email", "token", "language")) == [
        ("someone@example.org", mailed.token, "en")
    ]
    assert signed.case.followers.get().user == desk.people["resident"]


def test_stored_photos_go_with_the_report_once(desk):
    photo = Photo.objects.create(
        stage="before", original="o", copy="c", thumbnail="t", sha256="0", width=1, height=1, received_at=MONDAY
    )
    report = submit(told(desk, photos=[photo.key, str(photo.key)]), at=MONDAY)
    photo.refresh_from_db()
    assert (photo.case, photo.report) == (report.case, report)
    with pytest.raises(Refused):
        submit(told(desk, idempotency_key="other", photos=[photo.key]), at=MONDAY)


def test_me_too_counts_each_person_once_and_makes_no_case(desk):
    case = submit(told(desk), at=MONDAY).case
    one = join(case, email="a@example.org", at=MONDAY)
    assert join(case.number, email="a@example.org", at=MONDAY).pk == one.pk
    join(case.pk, user=desk.people["resident"], at=MONDAY)
    join(case, phone="13800000000", at=MONDAY)
    case.refresh_from_db()
    assert (case.me_too, case.followers.filter(me_too=True).count(), Case.objects.count()) == (3, 3, 1)
    assert case.version == 1


def test_the_reporter_does_not_count_as_me_too(desk):
    case = submit(told(desk, contact_email="a@example.org"), at=MONDAY).case
    join(case, email="a@example.org", at=MONDAY)
    case.refresh_from_db()
    assert case.me_too == 0


def test_a_finished_or_hidden_case_cannot_be_joined(desk):
    case = submit(told(desk), at=MONDAY).case
    Case.objects.filter(pk=case.pk).update(public=False)
    with pytest.raises(Refused):
        join(case)
    Case.objects.filter(pk=case.pk).update(public=True)
    perform(case.pk, "reject", user=desk.people["dispatcher"], data={"reason": "不属实"}, at=MONDAY)
    with pytest.raises(Refused):
        join(case)
    with pytest.raises(Refused):
        join("no-such-number")
    for nobody in ({"email": "nobody"}, {"phone": "12"}, {"phone": "1" * 50}):
        with pytest.raises(Refused):
            join(case, **nobody)
    assert not Follower.objects.exists()


def test_an_inspector_who_chose_a_standard_has_the_case_dispatched_at_once(desk):
    given = told(desk, source="inspector", standard=desk.standard)
    case = submit(given, user=desk.people["near"], at=MONDAY).case
    assert (case.state, case.unit) == ("dispatched", desk.units["town"])
    assert [step.move for step in case.steps.all()] == ["report", "file", "dispatch"]


def test_nobody_else_gets_past_the_desk(desk, settings):
    given = told(desk, source="inspector", standard=desk.standard)
    for key, user in (("a", desk.people["resident"]), ("b", desk.people["elsewhere"]), ("c", None)):
        assert submit(replace(given, idempotency_key=key), user=user, at=MONDAY).case.state == "reported"
    settings.XIUHUA_TRUSTED_SOURCES = []
    assert submit(replace(given, idempotency_key="d"), user=desk.people["near"], at=MONDAY).case.state == "reported"


def test_a_standard_of_another_category_is_refused(desk):
    with pytest.raises(Refused):
        submit(told(desk, category=desk.other, standard=desk.standard), user=desk.people["near"], at=MONDAY)


@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "c", "d", "e"]),
        st.one_of(
            st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text(max_size=3)), st.just({})
        ),
    )
)
def test_any_answers_are_read_or_named_as_wrong(given_answers):
    schema = {
        "properties": {
            "a": {"type": "integer", "minimum": 0}, "b": {"type": "string", "maxLength": 5, "enum": ["x", "y"]},
            "c": {"type": "array", "items": {"type": "number"}}, "d": {"type": "string", "format": "date-time"},
        },
        "required": ["a"],
    }  # fmt: skip
    values, problems = answered(schema, given_answers)
    assert set(values).isdisjoint(problems)
    assert set(values) | set(problems) <= set(given_answers) | {"a"}
    assert "a" in values or "a" in problems
    assert "e" not in values
    assert not problems.keys() & values.keys()
    assert answered(schema, values)[0] == values


@pytest.mark.parametrize("count", [0, 1])
def test_intake_needs_few_queries(desk, django_assert_max_num_queries, count):
    submit(told(desk, idempotency_key="first"), at=MONDAY)
    with django_assert_max_num_queries(25):
        submit(told(desk, contact_email="a@example.org" if count else ""), at=MONDAY)
