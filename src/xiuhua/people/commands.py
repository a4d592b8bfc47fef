"""Commands of the room: accounts, roles and the permission matrix."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click
from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from xiuhua.people.models import User

ACTOR = "system:command"
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def people() -> None:
    """Accounts, their roles, and who may do what."""


@people.command("add-user")
@click.argument("username")
@click.password_option(envvar="XIUHUA_NEW_PASSWORD", help="Asked for, or taken from XIUHUA_NEW_PASSWORD.")
@click.option("--name", "display_name", default="", help="Name shown to others.")
@click.option("--organisation", default="", metavar="DISTRICT:CODE", help="Where the person works.")
@click.option("--language", type=click.Choice(["zh-hans", "en"]), help="Without, as the browser asks.")
@click.option("--superuser", is_flag=True, help="May do everything and enters the back office.")
def add_user(
    username: str, password: str, display_name: str, organisation: str, language: str | None, *, superuser: bool
) -> None:
    """Make an account that signs in with a password."""
    from xiuhua.people.actions.accounts import create_user
    from xiuhua.people.models import Organisation

    unit = None
    if organisation:
        district_code, _colon, code = organisation.partition(":")
        unit = Organisation.objects.filter(district_code=district_code, code=code).first()
        if unit is None:
            raise click.BadParameter(
                f"there is no organisation {organisation}; write DISTRICT:CODE, load organisations first",
                param_hint="--organisation",
            )
    with _readable():
        create_user(
            username, password, actor=ACTOR, display_name=display_name, organisation=unit, language=language or "",
            superuser=superuser,
        )  # fmt: skip
    click.echo(f"made {username}")


@people.command("set-password")
@click.argument("username")
@click.password_option(envvar="XIUHUA_NEW_PASSWORD", help="Asked for, or taken from XIUHUA_NEW_PASSWORD.")
def set_password(username: str, password: str) -> None:
    """Give an account a new password."""
    from xiuhua.people.actions.accounts import set_password as change

    with _readable():
        change(_user(username), password, actor=ACTOR)
    click.echo(f"the password of {username} is changed")


@people.command()
@click.argument("username")
@click.argument("role")
@click.option("--district", required=True, metavar="CODE")
@click.option("--area", default="", metavar="CODE", help="Bind to an area; without, the whole district.")
@click.option("--stage", default="", help="Bind to a stage; without, every stage.")
@click.option("--from", "valid_from", type=DAY, help="First day.")
@click.option("--to", "valid_to", type=DAY, help="Last day.")
def grant(
    username: str, role: str, district: str, area: str, stage: str,
    valid_from: datetime | None, valid_to: datetime | None,
) -> None:  # fmt: skip
    """Give an account a role; again with other days to change them."""
    from xiuhua.people.actions.assignments import grant as give

    with _readable():
        given = give(
            _user(username), role, district_code=district, area_code=area, stage=stage,
            valid_from=valid_from.date() if valid_from else None, valid_to=valid_to.date() if valid_to else None,
            actor=ACTOR,
        )  # fmt: skip
    click.echo(f"given: {given}")


@people.command()
@click.argument("username")
@click.argument("role")
@click.option("--district", required=True, metavar="CODE")
@click.option("--area", default="", metavar="CODE")
@click.option("--stage", default="")
def revoke(username: str, role: str, district: str, area: str, stage: str) -> None:
    """Take a role back; area and stage as they were given."""
    from xiuhua.people.actions.assignments import revoke as take

    held = _user(username).assignments.filter(district_code=district)
    found = held.filter(role=role, area_code=area, stage=stage).first()
    if found is None:
        known = "; ".join(f"{a.role} area={a.area_code or '-'} stage={a.stage or '-'}" for a in held) or "none"
        raise click.ClickException(f"{username} does not hold this role so bound in {district}; held there: {known}")
    take(found, actor=ACTOR)
    click.echo(f"taken back: {role}")


@people.command("list")
@click.option("--district", default="", metavar="CODE", help="Only who has a role there.")
@click.option("--role", default="", help="Only who has this role.")
def list_accounts(district: str, role: str) -> None:
    """List accounts with their roles, one role a line."""
    from xiuhua.people.models import User

    users = User.objects.prefetch_related("assignments").select_related("organisation").order_by("username")
    for user in users:
        held = [a for a in user.assignments.all() if district in {"", a.district_code} and role in {"", a.role}]
        if (district or role) and not held:
            continue
        marks = f"{' superuser' if user.is_superuser else ''}{'' if user.is_active else ' closed'}"
        click.echo(f"{user.username}\t{user.organisation.code if user.organisation else '-'}{marks}")
        for each in held:
            bound = f"{each.district_code} area={each.area_code or '-'} stage={each.stage or '-'}"
            click.echo(f"  {each.role}\t{bound}\t{each.valid_from or ''}..{each.valid_to or ''}")


@people.command()
@click.option("--markdown", "as_markdown", is_flag=True, help="As the page docs/permissions.md.")
def permissions(*, as_markdown: bool) -> None:
    """Print who may do what."""
    from xiuhua.people.matrix import MATRIX
    from xiuhua.people.matrix_document import markdown

    if as_markdown:
        click.echo(markdown(MATRIX), nl=False)
        return
    for key, rule in MATRIX.permissions.items():
        who = "everyone" if rule.public else ", ".join(f"{role} ({scope})" for role, scope in rule.scopes.items())
        click.echo(f"{key}\t{rule.en}\t{who}")


@people.group()
def key() -> None:
    """Keys with which programs act as an account."""


@key.command("issue")
@click.argument("username")
@click.argument("name")
@click.option("--days", type=click.IntRange(1, 3650), help="Valid for so many days; without, until revoked.")
def issue_key(username: str, name: str, days: int | None) -> None:
    """Issue a key for an account; NAME says what it is for. The key is printed this once."""
    from django.utils import timezone

    from xiuhua.people.actions.api_keys import issue

    ends = timezone.now() + timedelta(days=days) if days else None
    with _readable():
        issued = issue(_user(username), name, actor=ACTOR, expires_at=ends)
    click.echo(issued)


@key.command("list")
@click.argument("username", required=False)
def list_keys(username: str | None) -> None:
    """List keys, of one account or of all; the keys themselves are not kept."""
    from xiuhua.people.models import ApiKey

    keys = ApiKey.objects.select_related("user").order_by("user__username", "pk")
    for each in keys.filter(user=_user(username)) if username else keys:
        ends = f"until {each.expires_at:%Y-%m-%d}" if each.expires_at else "unlimited"
        state = f"revoked {each.revoked_at:%Y-%m-%d}" if each.revoked_at else ends
        used = f"used {each.used_at:%Y-%m-%d}" if each.used_at else "never used"
        click.echo(f"{each.user.username}\t{each.pk}\t{each.prefix}…\t{each.name}\t{state}\t{used}")


@key.command("revoke")
@click.argument("username")
@click.argument("number", type=int)
def revoke_key(username: str, number: int) -> None:
    """Let a key open nothing any more; NUMBER as `xiuhua people key list` prints it."""
    from xiuhua.people.actions.api_keys import revoke as end

    found = _user(username).api_keys.select_related("user").filter(pk=number).first()
    if found is None:
        raise click.BadParameter(
            f"{username} has no key {number}; see `xiuhua people key list {username}`", param_hint="NUMBER"
        )
    end(found, actor=ACTOR)
    click.echo(f"revoked: {found.prefix}…")


@contextmanager
def _readable() -> Iterator[None]:
    """Turn a refused value into the message of the command."""
    try:
        yield
    except ValidationError as error:
        raise click.ClickException("; ".join(error.messages)) from error


def _user(username: str) -> "User":
    from xiuhua.people.models import User

    found = User.objects.filter(username=username).first()
    if found is None:
        raise click.BadParameter(f"there is no account {username}; see `xiuhua people list`", param_hint="USERNAME")
    return found


commands: list[click.Command] = [people]
