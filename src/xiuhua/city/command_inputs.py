"""What commands are given: districts; refused with those there are."""

import click
from django.utils.translation import gettext as _

from xiuhua.city.models import District


def known_district(code: str) -> District:
    """The district with this code. Raises ``click.ClickException``."""
    found = District.objects.filter(code=code).first()
    if found is None:
        raise click.ClickException(
            _("There is no district %(code)s. Known: %(known)s.") % {"code": code, "known": _known()}
        )
    return found


def district_of(code: str | None) -> District:
    """The district with this code, or the only one where none is named. Raises ``click.ClickException``."""
    found = list(District.objects.filter(code=code) if code else District.objects.all()[:2])
    if len(found) != 1:
        raise click.ClickException(_("Name one district with --district. Known: %(known)s.") % {"known": _known()})
    return found[0]


def _known() -> str:
    return ", ".join(District.objects.values_list("code", flat=True)) or "-"
