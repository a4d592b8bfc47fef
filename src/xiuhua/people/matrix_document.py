"""The permission matrix as a page of Markdown: docs/permissions.md."""

from xiuhua.people.matrix import Matrix, Permission

HEAD = """\
# Who may do what

Written by `xiuhua people permissions --markdown` from `people/roles.yaml` and `people/permissions.yaml`;
change those files, not this page. The page `/people/permissions/` shows the same.

A role is given to an account in one district, bound to an area and a stage if wanted, for a time.

| Scope | The role may do it |
|---|---|
| everyone | as may anyone, signed in or not |
| any | everywhere in the district of the assignment |
| area | inside the area of the assignment; without an area, in the whole district |
| unit | for what belongs to the own organisation or one below it |
| own | for what is the own |

An assignment bound to a stage counts only at that stage, and wherever a thing has no stages. A closed account
may do only what everyone may; an account that looks after the installation (superuser) may do everything.
"""


def markdown(matrix: Matrix) -> str:
    """The whole document, ending in one line feed."""
    roles = list(matrix.roles.values())
    lines = [HEAD, "## Permissions", ""]
    lines += _table(["Permission", "", *(role.en for role in roles)], [_row(p, matrix) for p in _all(matrix)])
    lines += ["", "## Roles", ""]
    lines += _table(
        ["Role", "", "What it is for", "Given by"],
        [[f"`{r.key}`", f"{r.en} {r.zh}", f"{r.purpose_en}<br>{r.purpose_zh}", _givers(r.key, matrix)] for r in roles],
    )
    return "\n".join(lines) + "\n"


def _all(matrix: Matrix) -> list[Permission]:
    return list(matrix.permissions.values())


def _row(permission: Permission, matrix: Matrix) -> list[str]:
    cells = ["everyone" if permission.public else permission.scopes.get(role, "") for role in matrix.roles]
    return [f"`{permission.key}`", f"{permission.en}<br>{permission.zh}", *cells]


def _givers(key: str, matrix: Matrix) -> str:
    role = matrix.roles[key]
    if role.every_account:
        return "every account has it"
    return ", ".join(matrix.roles[each].en for each in matrix.roles if each in role.granted_by)


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *rows]]
