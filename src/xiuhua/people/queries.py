"""Reads that more than one caller needs: the tree of organisations, and which accounts a person sees."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from xiuhua.people.models import Organisation, User
from xiuhua.people.permissions import grants


@dataclass(frozen=True)
class Node:
    """An organisation at its place in the tree; ``depth`` 0 is a root."""

    organisation: Organisation
    depth: int

    @property
    def indent(self) -> str:
        """Wide spaces before the branch in a printed tree."""
        return "\u2003" * (self.depth - 1)


def tree(district_code: str) -> list[Node]:
    """All organisations of a district, each parent before its children, siblings by code."""
    children: dict[int | None, list[Organisation]] = {}
    for organisation in Organisation.objects.filter(district_code=district_code).order_by("code"):
        children.setdefault(organisation.parent_id, []).append(organisation)
    found: list[Node] = []
    waiting = [Node(root, 0) for root in reversed(children.get(None, []))]
    while waiting:
        node = waiting.pop()
        found.append(node)
        waiting += [Node(child, node.depth + 1) for child in reversed(children.get(node.organisation.pk, []))]
    return found


def search_tree(district_code: str, text: str) -> list[Node]:
    """The nodes whose name (either language) or code contains ``text``, with those above them."""
    words = text.casefold()
    kept: list[Node] = []
    for node in reversed(tree(district_code)):
        o = node.organisation
        hit = any(words in value.casefold() for value in (o.name_zh, o.name_en, o.code))
        # Walking backwards, everything kept below this one ends with a direct child of it.
        if hit or (kept and kept[-1].organisation.parent_id == o.pk):
            kept.append(node)
    return kept[::-1]


def unit_chain(organisation: Organisation | None) -> list[Organisation]:
    """The organisation and those above it, from itself to the root."""
    chain: list[Organisation] = []
    while organisation is not None and organisation not in chain:
        chain.append(organisation)
        organisation = organisation.parent
    return chain


def units_of(user: User, district_code: str) -> list[str]:
    """The codes of the user's organisation in this district and of those above it."""
    return [o.code for o in unit_chain(user.organisation) if o.district_code == district_code]


def below(district_code: str, code: str) -> list[Organisation]:
    """The organisation with this code and everything under it; empty if there is none."""
    found: list[Organisation] = []
    root_depth = -1
    for node in tree(district_code):
        if node.organisation.code == code:
            root_depth = node.depth
        elif node.depth <= root_depth:
            break
        if root_depth >= 0:
            found.append(node.organisation)
    return found


def territories_below(district_code: str, organisation: Organisation | None) -> set[str]:
    """The area codes of the organisation and of everything under it, as far as they have a territory."""
    code = organisation.code if organisation else ""
    return {o.area_code for o in below(district_code, code) if o.area_code}


def visible_users(viewer: User, district_code: str, *, exact: str = "") -> QuerySet[User]:
    """The accounts of a district that ``viewer`` may see.

    An account belongs to a district by its organisation or by an assignment. A new account belongs to none
    yet: who may give roles in the whole district finds it by its ``exact`` username.
    """
    here = Q(organisation__district_code=district_code) | Q(assignments__district_code=district_code)
    reach = Q(pk=None)
    for grant in grants(viewer, "people.view", district_code=district_code):
        if grant.scope == "any":
            reach |= here
        elif grant.scope == "unit" and grant.unit_code:
            reach |= Q(organisation__in=[o.pk for o in below(district_code, grant.unit_code)])
        elif grant.scope == "own":
            reach |= Q(pk=viewer.pk)
    whole = any(g.scope == "any" for g in grants(viewer, "people.manage", district_code=district_code))
    if whole and exact:
        reach |= Q(username=exact, organisation=None, assignments=None)
    return User.objects.filter(reach).select_related("organisation").distinct().order_by("username")
