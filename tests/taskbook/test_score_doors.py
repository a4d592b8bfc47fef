"""Scores at the command line and over JSON."""

import pytest
from click.testing import CliRunner
from django.test import Client

from taskbook.scored import IN_TIME, MONTH, NOW, declare, make_book, put_month
from xiuhua.people.models import Assignment, User
from xiuhua.taskbook.actions.closing import publish_month
from xiuhua.taskbook.actions.revising import Learned, revise
from xiuhua.taskbook.actions.score import score_month
from xiuhua.taskbook.commands import taskbook
from xiuhua.taskbook.gathering import values_of
from xiuhua.taskbook.models import Closing, Score
from xiuhua.taskbook.parts import Reading

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
ADDRESS = "/api/taskbook/990001/scores"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def district(two_districts):
    declare(two_districts[0], 2026)
    make_book(two_districts[0])
    put_month(two_districts[0], town=(850, 880), other=(930, 940))
    return two_districts[0]


def told(*arguments):
    done = CliRunner().invoke(taskbook, [*arguments])
    return done.exit_code, done.output


def test_score_verify_publish_and_ask_at_the_command_line(district):
    month = ["--district", district.code, "--month", "2026-03"]
    code, output = told("score", *month)
    assert (code, "Task book: 4 scores, 0 of them without points" in output) == (0, True), output
    assert told("verify") == (0, "4 scores computed again, 0 differ.\n")
    code, output = told("what-if", f"town:{district.code}001", *month)
    assert code == 0, output
    assert "handling-on-time: 85.00 %, 40\n    to the target: 95.00 %, +10, 100 records" in output
    assert "to the best of the others: 93.00 %, +8, 80 records" in output
    assert told("publish", *month)[0] == 0
    assert Closing.objects.get().month == MONTH
    code, output = told("score", *month)
    assert (code, "frozen" in output) == (1, True)


def test_verify_fails_where_somebody_changed_a_score(district):
    told("score", "--district", district.code, "--month", "2026-03")
    Score.objects.filter(scope="district").update(points=100)
    code, output = told("verify", "--district", district.code)
    assert code == 1
    assert "points is 100.0, computed again" in output
    assert "4 scores computed again, 1 differ." in output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["score", "--month", "2026-03"], "Name one district with --district. Known: 990001, 990002"),
        (["score", "--district", "990001", "--month", "March"], "“March” is no month"),
        (["score", "--district", "990001", "--month", "2030-03"], "No issued task book"),
        (["score", "--district", "990001", "--month", "2026-03", "--book", "x"], "no issued task book x"),
        (["publish", "--district", "990001", "--month", "2026-03"], "was not scored"),
        (["what-if", "town:1", "--district", "990001", "--month", "2026-03"], "town:1 has no score in 2026-03"),
    ],
)
def test_what_the_commands_refuse(arguments, words, district):
    code, output = told(*arguments)
    assert (code, words in output) == (1, True), output


def client_of(role):
    client = Client(headers=ENGLISH)
    if role:
        user = User.objects.create_user(role)
        Assignment.objects.create(user=user, role=role, district_code="990001")
        client.force_login(user)
    return client


def test_a_month_is_seen_by_everybody_once_it_is_published(district):
    book = district.books.get()
    score_month(book, MONTH, actor="test")
    asked = f"{ADDRESS}?month=2026-03"
    assert client_of("").get(asked).status_code == 404
    assert client_of("assessor").get(asked).json()["published"] is False
    publish_month(district, MONTH, actor="test", at=NOW)
    body = Client(headers=ENGLISH).get(asked).json()
    assert (body["book"], body["month"], body["published"], len(body["scores"])) == ("book", "2026-03", True, 4)
    town = next(row for row in body["scores"] if row["code"] == f"{district.code}001")
    assert (town["band"], town["best_rank"], town["full"]) == ("below", 2, 100)
    assert [row["scope"] for row in Client(headers=ENGLISH).get(f"{asked}&scope=town").json()["scores"]] == [
        "town",
        "town",
    ]


def test_one_score_with_all_that_is_needed_to_compute_it_again(district):
    score_month(district.books.get(), MONTH, actor="test")
    publish_month(district, MONTH, actor="test", at=NOW)
    address = f"{ADDRESS}/town/{district.code}001?month=2026-03"
    body = Client(headers=ENGLISH).get(address).json()
    part = body["parts"][0]
    off = (part["rule"]["full_at"] - 100 * part["numerator"] / part["denominator"]) / part["rule"]["step"]
    assert part["points"] == pytest.approx(part["rule"]["weight"] - off * part["rule"]["deduct"])
    assert body["points"] == pytest.approx(sum(each["points"] for each in body["parts"]))
    assert body["levers"][0]["steps"][0]["records"] == 100
    assert body["revised"] is None
    was = values_of(district, MONTH)[IN_TIME, "town", f"{district.code}001"]
    now = Reading(**{**vars(was), "numerator": 900, "value": 0.9})
    revise(district, MONTH, [Learned(IN_TIME, "town", f"{district.code}001", now)], actor="test", reason="x")
    again = Client(headers=ENGLISH).get(address).json()
    assert again["points"] == body["points"]
    assert again["revised"]["points"] == pytest.approx(body["points"] + 5)


def test_the_district_itself_is_asked_for_by_its_code(district):
    score_month(district.books.get(), MONTH, actor="test")
    publish_month(district, MONTH, actor="test", at=NOW)
    assert (
        Client(headers=ENGLISH).get(f"{ADDRESS}/district/{district.code}?month=2026-03").json()["scope"] == "district"
    )


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/api/taskbook/1/scores?month=2026-03", 404, "no district 1"),
        (f"{ADDRESS}?month=2026-3", 400, "is no month"),
        (f"{ADDRESS}", 422, "month"),
        (f"{ADDRESS}?month=2026-03&book=x", 404, "no task book x"),
        (f"{ADDRESS}/town/nowhere?month=2026-03", 404, "town nowhere has no score"),
    ],
)
def test_what_the_interface_refuses(address, status, words, district):
    Closing.objects.create(district=district, month=MONTH, published_at=NOW, actor="test")
    answer = Client(headers=ENGLISH).get(address)
    assert (answer.status_code, words in answer.json()["detail"]) == (status, True), answer.content
