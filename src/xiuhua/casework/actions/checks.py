"""What every move must meet before its effect: the state, the version, the rights, what was given."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiuhua.casework.actions.turn import Turn
from xiuhua.casework.fixers import fixers_of, reported_by
from xiuhua.casework.models import Case, Party, Step
from xiuhua.casework.places import area_codes
from xiuhua.casework.refusals import Conflict, Forbidden, Refused
from xiuhua.casework.states import MOVES, STATES, Move, moves_from
from xiuhua.casework.unit_tree import unit_tree
from xiuhua.foundation.plain import keepable
from xiuhua.people.matrix import MATRIX
from xiuhua.people.permissions import may, refusal

# The longest text of a step.
LONGEST = 5000


def check_state(turn: Turn, seen: Case | None, expected_version: int | None) -> None:
    """Raise ``Conflict`` when somebody was first, ``Refused`` when the state does not know the move."""
    case, rule = turn.case, MOVES[turn.move]
    if expected_version is not None and case.version != expected_version:
        raise conflict(case)
    if turn.at < case.changed_at:
        raise Refused(
            _("The case changed after the time of this move."), _("Give a later time: history is written in order.")
        )
    if case.state in rule.start:
        return
    if seen is not None and seen.version != case.version and seen.state in rule.start:
        raise conflict(case)
    offered = "、" if (get_language() or "").startswith("zh") else ", "
    names = offered.join(MOVES[key].name for key in moves_from(case.state)) or _("none")
    raise Refused(
        _("“%(move)s” is not possible: the case is “%(state)s”.")
        % {"move": rule.name, "state": STATES[case.state].name},
        _("Possible now: %(moves)s.") % {"moves": names},
    )


def conflict(case: Case) -> Conflict:
    """The conflict with whoever made the last move of the case."""
    last = Step.objects.filter(case=case).select_related("user").order_by("-number").first()
    if last is None:
        raise LookupError(f"case {case.pk} has no step")
    by = str(last.user) if last.user else last.actor
    local = date_format(timezone.localtime(last.at), "Y-m-d H:i:s")
    return Conflict(
        _("%(by)s was first: “%(move)s” at %(at)s; the case is now “%(state)s”.")
        % {"by": by, "move": MOVES[last.move].name, "at": local, "state": STATES[case.state].name},
        _("Look at the case as it is now, then decide again."),
        by=by, move=last.move, at=last.at,
    )  # fmt: skip


def check_rights(turn: Turn, rule: Move) -> None:
    """Raise ``Forbidden`` when the person may not make the move on this case."""
    user, case = turn.user, turn.case
    if user is None:
        if rule.automatic or rule.public:
            return
        raise Forbidden(_("“%(move)s” needs an account.") % {"move": rule.name}, _("Sign in and try again."))
    scopes = set(MATRIX.permission(rule.permission).scopes.values())
    granted = may(
        user,
        rule.permission,
        district_code=case.district.code,
        area_codes=area_codes(case, turn.at) if "area" in scopes else (),
        stage=case.state,
        unit_codes=_unit_codes(turn) if "unit" in scopes else (),
        own="own" in scopes and reported_by(case).filter(user=user).exists(),
    )
    if not granted:
        why = refusal(user, rule.permission, case.district.code)
        reason = why or _("Your account may do this only for other cases: “%(move)s”.") % {"move": rule.name}
        raise Forbidden(reason, _("Ask somebody who answers for this case."))
    if rule.not_fixer and fixers_of(case, with_superiors=False).include(user):
        raise Forbidden(
            _("You, or your unit, fixed this case: somebody else must see that it is fixed."),
            _("Leave it to an inspector or a desk of another unit."),
        )


def _unit_codes(turn: Turn) -> list[str]:
    """The units of the case and of the person who has it in hand with those above them; in a joint case all parts."""
    case = turn.case
    tree = unit_tree(case.district.code)
    codes = tree.chain_codes(case.unit_id) + tree.chain_codes(getattr(case, "handler_unit", None))
    if turn.move in {"party_done", "note"}:
        for unit in Party.objects.filter(case=case, done_at=None).values_list("unit_id", flat=True):
            codes += tree.chain_codes(unit)
    return codes


def check_given(turn: Turn, rule: Move) -> None:
    """Raise ``Refused`` when something that the move requires is missing, or a text cannot be kept."""
    for value in turn.data.values():
        if isinstance(value, str) and (len(value) > LONGEST or not keepable(value)):
            raise Refused(
                _("A text is longer than %(limit)s characters or holds signs that cannot be kept.")
                % {"limit": LONGEST},
                _("Shorten it and write it without control characters."),
            )
    missing = [name for name in rule.requires if turn.given(name) is None]
    if missing:
        names = {
            "reason": _("a reason"), "unit": _("a unit"), "standard": _("a filing standard"),
            "check": _("the check"), "master": _("the case to merge into"), "category": _("a category"),
            "handler": _("a person"), "until": _("a date"), "granted": _("yes or no"),
            "closing_reason": _("a closing reason"), "duplicate": _("the case to take in"),
        }  # fmt: skip
        raise Refused(
            _("“%(move)s” needs %(what)s.") % {"move": rule.name, "what": names[missing[0]]},
            _("Give it and try again."),
        )
