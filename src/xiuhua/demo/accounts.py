"""One account for each role, with one password drawn for this data folder and kept beside it."""

import secrets
import string
from collections.abc import Iterable

from xiuhua.demo.plan import Row, read_yaml
from xiuhua.people.actions.accounts import create_user, set_password
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
    for entry in account_list():
        role = entry["role"]
        unit = Organisation.objects.filter(district_code=district_code, code=entry["organisation"]).first()
        user = User.objects.filter(username=role).first()
        if user is None:
            name = f"{MATRIX.roles[role].zh}（示例）"
            user = create_user(role, password, actor=actor, display_name=name, organisation=unit)
        else:
            set_password(user, password, actor=actor)
        grant(user, role, district_code=district_code, area_code=bound[entry["area"]], actor=actor)
    return len(account_list())
