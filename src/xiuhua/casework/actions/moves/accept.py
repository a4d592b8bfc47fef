"""Moves of the desk that accepts: check before filing, file, reject, merge, correct the category."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from xiuhua.casework.actions import inspectors
from xiuhua.casework.actions.turn import Turn
from xiuhua.casework.models import Case, Check, Follower, Standard
from xiuhua.casework.refusals import Refused
from xiuhua.casework.suggesting import corrected_once_more
from xiuhua.city.models import Code

KIND = Check.Kind.BEFORE_FILING


def check_filing(turn: Turn) -> None:
    """Let an inspector see whether the problem is real."""
    inspectors.ask(turn, KIND)


def confirm(turn: Turn) -> None:
    """The inspector saw the problem."""
    inspectors.settle(turn, KIND, passed=True)


def deny(turn: Turn) -> None:
    """The inspector did not find the problem; the desk decides what that means."""
    inspectors.settle(turn, KIND, passed=False)


def give_up_filing_check(turn: Turn) -> None:
    """Take the check back; the desk decides without it."""
    inspectors.take_back(turn, KIND)


def file(turn: Turn) -> None:
    """File by a standard, which sets the limit and says what closes the case."""
    standard = turn.standard()
    if standard is None or standard.category_id != turn.case.category_id or not standard.active:
        raise Refused(
            _("This filing standard does not belong to the category of the case, or is no longer in force."),
            _("Choose one of the standards of the category, or correct the category first."),
        )
    turn.case.standard = standard
    turn.case.filed_at = turn.at
    turn.kept |= {"standard": standard.pk, "limit": standard.limit, "unit": standard.unit}


def reject(turn: Turn) -> None:
    """Do not file; the reporter is told why."""


def merge(turn: Turn) -> None:
    """Make this case a duplicate of another; its followers and its own duplicates go along."""
    case = turn.case
    master = next(iter(turn.others.values()), None)
    if master is None:
        raise Refused(_("The case to merge into is this case itself or is not there."), _("Choose another case."))
    if master.district_id != case.district_id:
        raise Refused(_("The case to merge into lies in another district."), _("Choose a case of this district."))
    if master.state in {"merged", "rejected"}:
        raise Refused(
            _("Case %(number)s was itself merged or not filed.") % {"number": master.number},
            _("Choose the case that leads."),
        )
    case.master = master
    led = Case.objects.filter(master=case)
    if numbers := list(led.order_by("pk").values_list("number", flat=True)):
        turn.kept["duplicates"] = numbers
        led.update(master=master)
    known = set(Follower.objects.filter(case=master).values_list("user_id", "email", "phone"))
    moved = [row.pk for row in Follower.objects.filter(case=case) if (row.user_id, row.email, row.phone) not in known]
    Follower.objects.filter(pk__in=moved).update(case=master)
    turn.kept |= {"master": master.number, "followers": len(moved)}
    _absorb(turn, master, len(moved))


def _absorb(turn: Turn, master: Case, followers: int) -> None:
    """Write the other side of a merge into the history of the master."""
    from xiuhua.casework.actions.engine import make

    make(
        Turn(
            master, "absorb", max(turn.at, master.changed_at), turn.actor, turn.user,
            {"duplicate": turn.case.number, "me_too": 1 + turn.case.me_too, "followers": followers},
        )
    )  # fmt: skip


def absorb(turn: Turn) -> None:
    """Count those who reported the other case."""
    turn.case.me_too += int(turn.data.get("me_too", 1))
    turn.kept |= {"duplicate": turn.data["duplicate"], "followers": turn.data.get("followers", 0)}


def recategorise(turn: Turn) -> None:
    """Correct the category; the correction teaches the classifier. A filed case needs a standard of the new one."""
    case = turn.case
    category = turn.category()
    if category is None or category.pk == case.category_id:
        raise Refused(_("The case has this category already."), _("Choose another category."))
    turn.kept |= {"old": named(case.category), "new": named(category)}
    corrected_once_more()
    case.category, case.standard = category, None
    if case.state != "filed":
        return
    chosen = turn.standard() or Standard.objects.filter(category=category, active=True).first()
    if chosen is None or chosen.category_id != category.pk:
        raise Refused(_("The new category has no such filing standard."), _("Choose a standard of the new category."))
    case.standard = chosen
    turn.kept |= {"standard": chosen.pk}


def named(category: Code) -> str:
    """The category with its code set, as the classifier reads it back: ``set@version:code``."""
    return f"{category.code_set.key}@{category.code_set.version}:{category.code}"


EFFECTS: dict[str, Callable[[Turn], None]] = {
    "check_filing": check_filing,
    "confirm": confirm,
    "deny": deny,
    "give_up_filing_check": give_up_filing_check,
    "file": file,
    "reject": reject,
    "merge": merge,
    "absorb": absorb,
    "recategorise": recategorise,
}
