"""Books over the interface and in the back office: all of it to read, drafts only for those inside, nothing to write."""

from io import BytesIO

import openpyxl
import pytest

from taskbook.small_book import BOOK, NOW, furnish, person
from xiuhua.people.models import User
from xiuhua.taskbook.actions.books import issue_book
from xiuhua.taskbook.actions.load import load_book
from xiuhua.taskbook.actions.meetings import open_meeting, review
from xiuhua.taskbook.book_file.tables import nested
from xiuhua.taskbook.book_file.xlsx_in import read_xlsx
from xiuhua.taskbook.book_file.yaml_in import read_yaml
from xiuhua.taskbook.models import Commitment
from xiuhua.taskbook.stored import tables_of

pytestmark = pytest.mark.django_db
ROOT = "/api/taskbook/990001/books"


@pytest.fixture
def draft(two_districts):
    furnish(two_districts[0])
    return load_book(read_yaml(BOOK.encode()), two_districts[0], actor="t", at=NOW).book


@pytest.fixture
def book(draft):
    return issue_book(draft, actor="t", at=NOW)


def test_a_book_comes_with_everything_in_it(book, client):
    meeting = open_meeting(book, held_on=NOW.date(), title="会", actor="t", at=NOW)
    review(
        meeting, Commitment.objects.get(), state="open", due=NOW.date().replace(month=9), note="缓", actor="t", at=NOW
    )
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    (row,) = client.get(ROOT).json()
    assert (row["key"], row["name"], row["state"], row["version"]) == ("needlework", "Needlework", "issued", 1)
    found = client.get(f"{ROOT}/needlework").json()
    closing, rooms = found["goals"]
    assert closing["lead"] == {"code": "urban", "name": "城管局"}
    assert closing["group_name"] == "Clean"
    assert closing["score"]["full_at"] == 95
    assert [target["value"] for target in closing["targets"]] == [92, 95]
    (promised,) = closing["commitments"]
    assert (promised["first_due"], promised["due"], promised["reviews"]) == ("2024-06-30", "2024-09-01", 1)
    assert rooms["project_kind"] == found["projects"][0]["kind"] == "living-room"
    assert [step["key"] for step in found["projects"][0]["milestones"]] == ["plan", "open"]


def test_the_file_of_a_book_is_what_load_takes(book, client):
    wanted = nested(tables_of(book))
    assert read_yaml(client.get(f"{ROOT}/needlework/file").content).data["goals"][0]["key"] == "closing"
    answer = client.get(f"{ROOT}/needlework/file?format=xlsx")
    assert "spreadsheetml" in answer.headers["Content-Type"]
    assert openpyxl.load_workbook(BytesIO(answer.content)).sheetnames[0] == "说明"
    read = read_xlsx(answer.content)
    assert not read.faults
    assert [goal["key"] for goal in read.data["goals"]] == [goal["key"] for goal in wanted["goals"]]
    assert client.get(f"{ROOT}/needlework/file?format=doc").status_code == 422


def test_a_draft_is_for_those_inside(draft, client):
    assert client.get(ROOT).json() == []
    answer = client.get(f"{ROOT}/needlework")
    assert answer.status_code == 404
    assert answer.json()["remedy"]
    client.force_login(person(draft.district, "assessor", "assessor"))
    assert [row["state"] for row in client.get(ROOT).json()] == ["draft"]
    assert client.get(f"{ROOT}/needlework").status_code == 200
    assert client.get("/api/taskbook/nowhere/books").status_code == 404


def test_one_book_takes_a_fixed_number_of_questions(book, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        assert client.get(f"{ROOT}/needlework").status_code == 200


def test_the_back_office_shows_everything_and_changes_nothing(book, client):
    client.force_login(User.objects.create_superuser("root", password="only-for-tests"))
    office = "/back-office/taskbook"
    for name in (
        "book",
        "goal",
        "commitment",
        "meeting",
        "project",
        "value",
        "score",
        "forecast",
        "closing",
        "revision",
        "bulletin",
    ):
        assert client.get(f"{office}/{name}/").status_code == 200, name
        assert client.get(f"{office}/{name}/add/").status_code == 403
    for name, item in (("book", book), ("goal", book.goals.first()), ("project", book.projects.first()),
                       ("commitment", Commitment.objects.get())):  # fmt: skip
        assert client.get(f"{office}/{name}/{item.pk}/change/").status_code == 200
        assert client.post(f"{office}/{name}/{item.pk}/change/", {}).status_code == 403
