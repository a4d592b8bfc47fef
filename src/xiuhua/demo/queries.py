"""What the pages may know of a demonstration."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from xiuhua.city.models import District
from xiuhua.demo.accounts import account_list
from xiuhua.demo.note import read_note
from xiuhua.demo.plan import district_file
from xiuhua.people.matrix import MATRIX
from xiuhua.people.permissions import name


@dataclass(frozen=True)
class DemoAccount:
    """One account of the demonstration; ``role`` and ``what_to_try`` in the language of the page."""

    role: str
    username: str
    password: str
    what_to_try: str
    url: str


def demo_accounts() -> list[DemoAccount]:
    """The accounts to list on the start page.

    Empty unless this data folder holds a demonstration that is being served on this machine alone, and
    every district in it is synthetic: a password must never be shown beside real data.
    """
    note = read_note()
    if note is None or not note.complete or not note.shown:
        return []
    if District.objects.filter(synthetic=False).exists():
        return []
    return [
        DemoAccount(
            role=name(MATRIX.roles[entry["role"]]),
            username=entry["role"],
            password=note.password,
            what_to_try=_(entry["try"]),
            url=_address(entry["url"]),
        )
        for entry in account_list()
    ]


def _address(page: str) -> str:
    of_district = page.startswith(("city:", "taskbook:", "inspection:"))
    return reverse(page, args=[district_file()["code"]]) if of_district else reverse(page)
