"""Which moves a page offers to a person: those of the state, within the rights, that make sense now."""

from collections.abc import Sequence
from dataclasses import dataclass

from xiuhua.casework.fixers import fixers_of, reported_by
from xiuhua.casework.models import Case, Petition, Report
from xiuhua.casework.places import area_codes
from xiuhua.casework.states import MOVES, STATES, moves_from
from xiuhua.casework.unit_tree import unit_tree
from xiuhua.people.models import User
from xiuhua.people.permissions import grants_of

# Made by the platform as a part of something else.
INTERNAL = {"absorb", "recompute"}
# Open to every unit that takes part in a joint case.
JOINT = {"party_done", "note"}
SEE, CONTACTS, ORIGINALS = "case.view", "case.accept", "case.original"
# Moves that answer an open request.
_ANSWERS = {
    "grant_extension": Petition.Kind.EXTENSION,
    "refuse_extension": Petition.Kind.EXTENSION,
    "refuse_suspension": Petition.Kind.SUSPENSION,
    "review_appeal": Petition.Kind.APPEAL,
    "decide_appeal": Petition.Kind.APPEAL,
}


@dataclass(frozen=True)
class Entitled:
    """What a person may do with one case: see it, see who reported it, see originals of photos, make ``moves``."""

    moves: list[str]
    sees: bool
    contacts: bool
    originals: bool


def offered(case: Case, user: User) -> list[str]:
    """The keys of the moves that ``user`` may make on ``case`` now, in the order of ``MOVES``; at most 10 queries.

    What is offered may still be refused (the limits of the rules, what is given); what is not offered would be.
    """
    return entitled(case, user).moves


def entitled(case: Case, user: User, *, reports: Sequence[Report] | None = None) -> Entitled:
    """What ``user`` may do with ``case`` now.

    ``petitions``, ``parties`` and ``steps`` of the case are not read again where they were fetched with it, nor are
    ``reports``, those of the case and of the cases merged into it.
    """
    keys = [key for key in moves_from(case.state) if key not in INTERNAL and _sensible(case, key)]
    keys = _answerable(case, keys)
    wanted = {MOVES[key].permission for key in keys} | {SEE, CONTACTS, ORIGINALS}
    found = grants_of(user, wanted, district_code=case.district.code)
    if not any(found.values()):
        return Entitled([], sees=False, contacts=False, originals=False)
    scopes = {grant.scope for grants in found.values() for grant in grants}
    areas = area_codes(case) if "area" in scopes else []
    own = "own" in scopes and _own(case, user, reports)
    units, joint = _unit_codes(case) if "unit" in scopes else ([], [])
    fixer = any(MOVES[key].not_fixer for key in keys) and fixers_of(case, with_superiors=False).include(user)

    def covers(permission: str, codes: list[str]) -> bool:
        return any(grant.covers(areas, case.state, codes, own=own) for grant in found[permission])

    return Entitled(
        [
            key
            for key in keys
            if not (MOVES[key].not_fixer and fixer) and covers(MOVES[key].permission, joint if key in JOINT else units)
        ],
        sees=covers(SEE, joint),
        contacts=covers(CONTACTS, units),
        originals=covers(ORIGINALS, units),
    )


def _own(case: Case, user: User, reports: Sequence[Report] | None) -> bool:
    if reports is None:
        return reported_by(case).filter(user=user).exists()
    return any(report.user_id == user.pk for report in reports)


def _sensible(case: Case, key: str) -> bool:
    if key == "mark_hard":
        return not case.hard
    if key == "unmark_hard":
        return case.hard
    if key == "remind":
        return STATES[case.state].open or case.state_due is not None  # after the end only an appeal waits
    if key == "appeal":
        return case.overdue and not case.appeals
    return True


def _answerable(case: Case, keys: list[str]) -> list[str]:
    """``keys`` without the answers to requests that nobody made, and parts that nobody has."""
    open_ones: dict[str, Petition] = {}
    if any(key in _ANSWERS for key in keys):
        open_ones = {row.kind: row for row in case.petitions.all() if row.decided_at is None}
    reviewed = {kind for kind, row in open_ones.items() if row.reviewed_at is not None}
    kept = [key for key in keys if key not in _ANSWERS or _ANSWERS[key] in open_ones]
    kept = [
        key
        for key in kept
        if key not in {"review_appeal", "decide_appeal"} or (key == "decide_appeal") == bool(reviewed)
    ]
    if "party_done" in kept and not any(party.done_at is None for party in case.parties.all()):
        kept.remove("party_done")
    return kept


def _unit_codes(case: Case) -> tuple[list[str], list[str]]:
    """The units that count as those of the case, with those above them; and these with the units that take part."""
    tree = unit_tree(case.district.code)
    codes = tree.chain_codes(case.unit_id)
    if case.handler is not None:
        codes = codes + tree.chain_codes(case.handler.organisation_id)
    joint = list(codes)
    for party in case.parties.all():
        if party.done_at is None:
            joint += tree.chain_codes(party.unit_id)
    return codes, joint
