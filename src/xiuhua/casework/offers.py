"""Which moves a page offers to a person: those of the state, within the rights, that make sense now."""

from xiuhua.casework.fixers import fixers_of, reported_by
from xiuhua.casework.models import Case, Party, Petition
from xiuhua.casework.places import area_codes
from xiuhua.casework.states import MOVES, moves_from
from xiuhua.casework.unit_tree import unit_tree
from xiuhua.people.models import User
from xiuhua.people.permissions import grants_of

# Made by the platform as a part of something else.
_INTERNAL = {"absorb", "recompute"}
# Moves that answer an open request.
_ANSWERS = {
    "grant_extension": Petition.Kind.EXTENSION,
    "refuse_extension": Petition.Kind.EXTENSION,
    "refuse_suspension": Petition.Kind.SUSPENSION,
    "review_appeal": Petition.Kind.APPEAL,
    "decide_appeal": Petition.Kind.APPEAL,
}


def offered(case: Case, user: User) -> list[str]:
    """The keys of the moves that ``user`` may make on ``case`` now, in the order of ``MOVES``; at most 10 queries.

    What is offered may still be refused (the limits of the rules, what is given); what is not offered would be.
    """
    keys = [key for key in moves_from(case.state) if key not in _INTERNAL and _sensible(case, key)]
    keys = _answerable(case, keys)
    found = grants_of(user, {MOVES[key].permission for key in keys}, district_code=case.district.code)
    if not any(found.values()):
        return []
    scopes = {grant.scope for grants in found.values() for grant in grants}
    areas = area_codes(case) if "area" in scopes else []
    own = "own" in scopes and reported_by(case).filter(user=user).exists()
    units = _unit_codes(case, keys) if "unit" in scopes else {}
    fixer = any(MOVES[key].not_fixer for key in keys) and fixers_of(case, with_superiors=False).include(user)
    return [
        key
        for key in keys
        if not (MOVES[key].not_fixer and fixer)
        and any(grant.covers(areas, case.state, units.get(key, ()), own=own) for grant in found[MOVES[key].permission])
    ]


def _sensible(case: Case, key: str) -> bool:
    if key == "mark_hard":
        return not case.hard
    if key == "unmark_hard":
        return case.hard
    if key == "appeal":
        return case.overdue and not case.appeals
    return True


def _answerable(case: Case, keys: list[str]) -> list[str]:
    """``keys`` without the answers to requests that nobody made, and parts that nobody has."""
    open_ones: dict[str, Petition] = {}
    if any(key in _ANSWERS for key in keys):
        open_ones = {row.kind: row for row in Petition.objects.filter(case=case, decided_at=None)}
    reviewed = {kind for kind, row in open_ones.items() if row.reviewed_at is not None}
    kept = [key for key in keys if key not in _ANSWERS or _ANSWERS[key] in open_ones]
    kept = [
        key
        for key in kept
        if key not in {"review_appeal", "decide_appeal"} or (key == "decide_appeal") == bool(reviewed)
    ]
    if "party_done" in kept and not Party.objects.filter(case=case, done_at=None).exists():
        kept.remove("party_done")
    return kept


def _unit_codes(case: Case, keys: list[str]) -> dict[str, list[str]]:
    """For each move the units that count as those of the case, with those above them."""
    tree = unit_tree(case.district.code)
    codes = tree.chain_codes(case.unit_id)
    if case.handler is not None:
        codes = codes + tree.chain_codes(case.handler.organisation_id)
    joint = list(codes)
    if {"party_done", "note"} & set(keys):
        for unit in Party.objects.filter(case=case, done_at=None).values_list("unit_id", flat=True):
            joint += tree.chain_codes(unit)
    return {key: joint if key in {"party_done", "note"} else codes for key in keys}
