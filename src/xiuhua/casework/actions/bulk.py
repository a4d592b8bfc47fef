"""One move on many cases: rehearsed first, then made case by case; one that cannot be leaves the others alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from xiuhua.casework.actions.engine import perform
from xiuhua.casework.deadlines import amount_text
from xiuhua.casework.models import Case, Standard, Step
from xiuhua.casework.refusals import CaseworkError, Conflict, Forbidden, Refused
from xiuhua.casework.states import STATES
from xiuhua.casework.visible import Sight, either
from xiuhua.casework.worklist_bulk import bulk_moves
from xiuhua.foundation.worktime import Unit

PERMISSION = "case.bulk"
MOST = 200
# How it goes, or went, with one case.
POSSIBLE, REFUSED, CONFLICT, DONE = "possible", "refused", "conflict", "done"


@dataclass(frozen=True)
class Chosen:
    """A case as the person saw it."""

    number: str
    version: int


@dataclass(frozen=True)
class Outcome:
    """What becomes of one case: ``facts`` are what the move does, ``reason`` and ``remedy`` why it does not."""

    number: str
    version: int
    result: str
    case: Case | None = None
    facts: list[str] = field(default_factory=list)
    reason: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Bulk:
    """A move on cases within what a person may see. ``standards`` are ids of filing standards by category id."""

    sight: Sight
    chosen: Sequence[Chosen]
    move: str
    data: Mapping[str, Any] = field(default_factory=dict)
    standards: Mapping[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.sight.has(PERMISSION):
            raise Forbidden(_("Your account may not act on many cases at once."), _("Open the cases one by one."))
        if self.move not in bulk_moves():
            raise Refused(_("This move is not made on many cases at once."), _("Choose one of the list."))
        if not self.chosen:
            raise Refused(_("No case is selected."), _("Select cases in the list, then choose a move."))
        if len(self.chosen) > MOST:
            raise Refused(
                _("%(count)s cases are selected.") % {"count": len(self.chosen)},
                _("Select at most %(most)s at once.") % {"most": MOST},
            )

    def cases(self) -> dict[str, Case]:
        """The chosen cases that the person may see, by number."""
        seen = either(self.sight.parts())
        if seen is None:
            return {}
        found = Case.objects.filter(
            seen, district=self.sight.district, number__in=[each.number for each in self.chosen]
        )
        return {case.number: case for case in found.select_related("category", "unit").order_by()}

    def rehearse(self) -> list[Outcome]:
        """What the move would do to each case; it is made and taken back, so it says just what will happen."""
        return self._each(self._rehearsed)

    def make(self) -> list[Outcome]:
        """Make the move on each case in a transaction of its own. Made again by a reload it changes nothing more."""
        return self._each(self._made)

    def _each(self, act: Any) -> list[Outcome]:
        known, standards = self.cases(), self._standards()
        outcomes = []
        for each in self.chosen:
            case = known.get(each.number)
            if case is None:
                reason = _("There is no case %(case)s.") % {"case": each.number[:40]}
                remedy = _("Check the number or search for the case.")
                outcomes.append(Outcome(each.number[:40], each.version, REFUSED, None, [], reason, remedy))
                continue
            try:
                facts = act(each, {**self.data, **self._standard(case, standards)})
            except CaseworkError as error:
                result = CONFLICT if isinstance(error, Conflict) else REFUSED
                outcomes.append(Outcome(each.number, each.version, result, case, [], error.reason, error.remedy))
            else:
                outcomes.append(
                    Outcome(each.number, each.version, DONE if act == self._made else POSSIBLE, case, facts)
                )
        return outcomes

    def _rehearsed(self, each: Chosen, data: Mapping[str, Any]) -> list[str]:
        with transaction.atomic():
            facts = told(self._perform(each, data))
            transaction.set_rollback(True)
        return facts

    def _made(self, each: Chosen, data: Mapping[str, Any]) -> list[str]:
        try:
            return told(self._perform(each, data))
        except Conflict:
            mine = Step.objects.filter(
                case__number=each.number, number=each.version + 1, move=self.move, user=self.sight.user
            )
            if not mine.exists():
                raise
            return [_("Done already.")]

    def _perform(self, each: Chosen, data: Mapping[str, Any]) -> Case:
        return perform(each.number, self.move, user=self.sight.user, data=data, expected_version=each.version)

    def _standards(self) -> dict[int, list[Standard]]:
        found: dict[int, list[Standard]] = {}
        for standard in Standard.objects.filter(active=True) if self.move == "file" else ():
            found.setdefault(standard.category_id, []).append(standard)
        return found

    def _standard(self, case: Case, standards: Mapping[int, list[Standard]]) -> dict[str, Standard]:
        """The standard that was chosen for the category of the case, else its first."""
        offered = standards.get(case.category_id, [])
        wanted = self.standards.get(case.category_id)
        chosen = next((standard for standard in offered if standard.pk == wanted), offered[0] if offered else None)
        return {"standard": chosen} if chosen else {}


def told(case: Case) -> list[str]:
    """What the last move did to the case, in words."""
    step = Step.objects.select_related("unit").filter(case=case).order_by("-number").first()
    if step is None:
        raise LookupError(f"case {case.pk} has no step")
    facts = []
    if step.to_state != step.from_state:
        facts.append(_("becomes “%(state)s”") % {"state": STATES[step.to_state].name})
    if step.move == "file" and case.standard:
        limit = amount_text(case.standard.limit, Unit(case.standard.unit))
        facts.append(_("standard: %(condition)s, %(limit)s") % {"condition": case.standard, "limit": limit})
    if step.move in {"dispatch", "redispatch"} and case.unit:
        facts.append(_("to %(unit)s") % {"unit": case.unit})
        facts += [str(reason) for reason in step.data.get("reasons", [])]
    if step.move in {"dispatch", "redispatch", "grant_extension", "rework"} and case.deadline:
        facts.append(_("deadline %(at)s") % {"at": date_format(timezone.localtime(case.deadline), "Y-m-d H:i")})
    if "check" in step.data and step.move in {"ask_check", "check_filing"}:
        facts.append(_("an inspector is drawn at random"))
    return facts or [_("is written into the history")]
