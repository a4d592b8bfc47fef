"""One account for each role, with one password drawn for this data folder and kept beside it."""

import secrets
import string
from collections.abc import Iterable

from django.contrib.auth.hashers import make_password

from xiuhua.demo.plan import Row, read_yaml
from xiuhua.people.actions.accounts import save
from xiuhua.people.actions.assignments import grant
from xiuhua.people.matrix import MATRIX
from xiuhua.people.models import Organisation, User

# Without the letters and digits that are taken for one another.
_LETTERS = "".join(letter for letter in string.ascii_lowercase + string.digits if letter not in "0o1li")


def new_password() -> str:
    """A random password that can be read aloud: three groups of four, about 59 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def account_list() -> list[Row]:
    """The accounts of ``accounts.yaml``; the username is the role."""
    return list(read_yaml("accounts.yaml"))


def make_accounts(district_code: str, areas: Iterable[Row], password: str, *, actor: str) -> int:
    """Create the accounts with their roles, or give those that are there the password. Returns how many."""
    first: dict[str, str] = {}
    for row in areas:
        first.setdefault(row["kind"], row["code"])
    bound = {"": "", "town": first["town"], "grid": first["responsibility_grid"]}
    hashed = make_password(password)  # slow on purpose, so once for all
    for entry in account_list():
        role = entry["role"]
        user = User.objects.filter(username=role).first() or User(username=role)
        user.display_name, user.password = f"{MATRIX.roles[role].zh}（示例）", hashed
        user.organisation = Organisation.objects.filter(district_code=district_code, code=entry["organisation"]).first()
        save(user, actor=actor)
        grant(user, role, district_code=district_code, area_code=bound[entry["area"]], actor=actor)
    return len(account_list())
