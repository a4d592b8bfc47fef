from pathlib import Path

import pytest
from click.testing import CliRunner

from xiuhua.foundation.models import Event
from xiuhua.people.commands import people
from xiuhua.people.matrix import MATRIX
from xiuhua.people.matrix_document import markdown
from xiuhua.people.models import User

pytestmark = pytest.mark.django_db
SECRET = "long-enough-secret-1"


def run(*arguments, **options):
    return CliRunner().invoke(people, arguments, **options)


def add(username, *more):
    return run("add-user", username, "--password", SECRET, *more)


def test_the_document_of_permissions_is_current():
    document = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
    assert document.read_text(encoding="utf-8") == markdown(MATRIX), (
        "run: xiuhua people permissions --markdown > docs/permissions.md"
    )
    assert run("permissions", "--markdown").output == markdown(MATRIX)


def test_permissions_are_printed_one_a_line():
    lines = run("permissions").output.splitlines()
    assert len(lines) == len(MATRIX.permissions)
    assert any(line.startswith("city.import\t") and line.endswith("engineer (any)") for line in lines)


def test_an_account_is_made_given_a_role_listed_and_stripped(two_districts):
    assert add("wei", "--organisation", "990001:990001-001", "--name", "韦").exit_code == 0
    bound = ("--district", "990001", "--area", "990001001")
    assert run("grant", "wei", "inspector", *bound, "--from", "2026-01-01", "--to", "2027-01-01").exit_code == 0
    listed = run("list", "--district", "990001").output
    assert "wei\t990001-001" in listed
    assert "inspector\t990001 area=990001001 stage=-\t2026-01-01..2027-01-01" in listed
    assert "wei" not in run("list", "--district", "990002").output
    wrong = run("revoke", "wei", "inspector", "--district", "990001")
    assert wrong.exit_code == 1
    assert "inspector area=990001001" in wrong.output
    assert run("revoke", "wei", "inspector", *bound).exit_code == 0
    assert not User.objects.get().assignments.exists()
    assert [e.verb for e in Event.objects.filter(actor="system:command")] == [
        "user.created", "role.granted", "role.revoked",
    ]  # fmt: skip


def test_a_password_is_asked_for_or_taken_from_the_environment(db):
    assert run("add-user", "a", input=f"{SECRET}\n{SECRET}\n").exit_code == 0
    assert run("add-user", "b", "--superuser", env={"XIUHUA_NEW_PASSWORD": SECRET}).exit_code == 0
    assert User.objects.get(username="a").check_password(SECRET)
    assert User.objects.get(username="b").is_superuser
    assert run("set-password", "a", "--password", "another-long-one-2").exit_code == 0
    assert User.objects.get(username="a").check_password("another-long-one-2")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("add-user", "wei", "--password", "x"), "10"),
        (("add-user", "wei", "--password", SECRET, "--organisation", "990001:nobody"), "load organisations first"),
        (("grant", "nobody", "leader", "--district", "990001"), "there is no account nobody"),
        (("grant", "known", "mayor", "--district", "990001"), "leader"),
        (("set-password", "known", "--password", "1"), "10"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(two_districts, arguments, message):
    add("known", "--language", "en")
    events = Event.objects.count()
    answer = run(*arguments)
    assert answer.exit_code in {1, 2}
    assert message in answer.output
    assert "Traceback" not in answer.output
    assert (Event.objects.count(), User.objects.count()) == (events, 1)
