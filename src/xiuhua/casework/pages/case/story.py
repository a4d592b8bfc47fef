"""What a case has gone through, ready to be read: its steps, photos, reports, requests and checks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from xiuhua.casework.actions.timers import ACTOR
from xiuhua.casework.asking import questions_of
from xiuhua.casework.dossier import Dossier
from xiuhua.casework.drawing import pick
from xiuhua.casework.history import Fact, facts
from xiuhua.casework.models import Case, Check, Petition, Photo, Report, Step
from xiuhua.casework.templatetags.cases import source_name
from xiuhua.people.models import User


@dataclass(frozen=True)
class Told:
    """A step with its data in words."""

    step: Step
    facts: list[Fact]

    @property
    def who(self) -> str:
        """Who made it: the name of the account, else as the step has it."""
        if self.step.user:
            return str(self.step.user)
        return _("the clock of the platform") if self.step.actor == ACTOR else source_name(self.step.actor)


@dataclass(frozen=True)
class Drawn:
    """A check with its inspector and the draw: ``repeats`` when the seed draws the same person again."""

    check: Check
    inspector: User | None
    candidates: list[tuple[int, User | None]]
    repeats: bool
    photos: list[Photo]


def story(found: Dossier, now: datetime) -> dict[str, Any]:
    """The parts of the page that tell: newest step first, everything else in the order of time."""
    by_stage: dict[str, list[Photo]] = {stage: [] for stage in Photo.Stage.values}
    for photo in found.photos:
        by_stage[photo.stage].append(photo)
    reasons: list[Any] = next((step.data["reasons"] for step in reversed(found.steps) if step.data.get("reasons")), [])
    return {
        "steps": [Told(step, facts(step, found)) for step in reversed(found.steps)],
        "photo_stages": [(stage, Photo.Stage(stage).label, photos) for stage, photos in by_stage.items()],
        "has_photos": bool(found.photos),
        "reports": [(report, _answers(report, found.case)) for report in found.reports],
        "petitions": [(row, found.person(row.asked_by_id), _outcome(row)) for row in reversed(found.petitions)],
        "checks": [_drawn(check, found) for check in reversed(found.checks)],
        "refusals": [
            (step, found.unit(step.data.get("suggested_unit", ""))) for step in found.steps if step.move == "refuse"
        ],
        "unit_reasons": reasons if found.case.unit_id else [],
        "late_by": found.case.overdue and found.case.deadline and now > found.case.deadline,
    }


def _answers(report: Report, case: Case) -> list[tuple[str, str]]:
    """The answers to the questions of the category, by the words of the question where it is known."""
    category = report.category or case.category
    service = getattr(category, "service", None)
    asked = {one.name: one for one in questions_of(service.questions if service else {}, report.answers)}
    told = []
    for name, value in report.answers.items():
        question = asked.get(name)
        chosen = [choice.label for choice in question.choices if choice.chosen] if question else []
        text = _(", ").join(chosen or [_word(each) for each in (value if isinstance(value, list) else [value])])
        told.append((question.label if question else name, text))
    return told


def _word(value: Any) -> str:
    return (_("yes") if value else _("no")) if isinstance(value, bool) else str(value)


def _outcome(row: Petition) -> str:
    """``open``, ``reviewed``, ``granted``, ``refused``, or ``withdrawn`` when events overtook it."""
    if row.decided_at is None:
        return "reviewed" if row.reviewed_at else "open"
    if row.granted is None:
        return "withdrawn"
    return "granted" if row.granted else "refused"


def _drawn(check: Check, found: Dossier) -> Drawn:
    among, seed = check.draw.get("candidates") or [], check.draw.get("seed")
    repeats = bool(among) and seed is not None and pick(among, seed) == check.draw.get("pick")
    return Drawn(
        check, found.person(check.inspector_id), [(identity, found.person(identity)) for identity in among], repeats,
        [photo for photo in found.photos if photo.check_made_id == check.pk],
    )  # fmt: skip
