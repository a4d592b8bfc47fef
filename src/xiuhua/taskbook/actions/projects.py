"""Projects: milestones reported done with proof, and the acceptance of the whole."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xiuhua.people.actors import Actor
from xiuhua.taskbook.actions.door import allow, conflict, day_of, not_closed, past_day, same_version, tell, text_of
from xiuhua.taskbook.book_file.schema import ACCEPTING
from xiuhua.taskbook.models import Milestone, Project
from xiuhua.taskbook.refusals import Refused


@transaction.atomic
def finish_milestone(
    milestone: Milestone, *, proof: str, actor: Actor, done_on: date | None = None,
    expected_version: int | None = None, at: datetime | None = None,
) -> Milestone:  # fmt: skip
    """Report a milestone done, with what shows it. ``expected_version`` is of the project.

    Raises ``Conflict`` where somebody else was first, ``Refused``, ``Forbidden``.
    """
    project = _held(milestone.project_id, expected_version)
    allow(actor, "taskbook.commit", project.book, project.unit)
    row = Milestone.objects.get(pk=milestone.pk)
    if row.done_on is not None:
        raise conflict(project, project.book)
    row.done_on = past_day(done_on, day_of(project.book, at))
    row.proof = text_of(proof, _("proof: words, an address, the number of a case"))
    row.save(update_fields=["done_on", "proof"])
    if project.started_on is None or project.started_on > row.done_on:
        project.started_on = row.done_on
    _next(project, "started_on")
    after = {"milestone": row.key, "done_on": row.done_on, "proof": row.proof}
    tell(project, project.book, "milestone.done", actor, before={"done_on": None}, after=after, at=at)
    return row


@transaction.atomic
def reopen_milestone(
    milestone: Milestone, *, reason: str, actor: Actor, expected_version: int | None = None, at: datetime | None = None
) -> Milestone:
    """Take back that a milestone is done, for a reason; the acceptance of its project falls with it."""
    project = _held(milestone.project_id, expected_version)
    allow(actor, "taskbook.review", project.book)
    row = Milestone.objects.get(pk=milestone.pk)
    if row.done_on is None:
        raise Refused(_("The milestone is not done."), _("Nothing is to be taken back."))
    before = {"milestone": row.key, "done_on": row.done_on, "accepted_by": project.accepted_by}
    row.done_on, project.accepted_by, project.done_on = None, "", None
    row.save(update_fields=["done_on"])
    _next(project, "accepted_by", "done_on")
    after = {"milestone": row.key, "reason": text_of(reason, _("a reason"))}
    tell(project, project.book, "milestone.reopened", actor, before=before, after=after, at=at)
    return row


@transaction.atomic
def accept_project(
    project: Project, *, accepted_by: str, actor: Actor, done_on: date | None = None,
    expected_version: int | None = None, at: datetime | None = None,
) -> Project:  # fmt: skip
    """Accept a project whose milestones are all done; ``accepted_by`` says at which level.

    A project that the district accepted may be accepted by a higher level later. Raises as ``finish_milestone``.
    """
    row = _held(project.pk, expected_version)
    allow(actor, "taskbook.review", row.book)
    if accepted_by not in ACCEPTING:
        raise Refused(
            _("“%(level)s” is no level that accepts.") % {"level": accepted_by},
            _("Use one of: %(list)s.") % {"list": ", ".join(ACCEPTING)},
        )
    if row.accepted_by and ACCEPTING.index(accepted_by) <= ACCEPTING.index(row.accepted_by):
        raise conflict(row, row.book)
    if left := row.milestones.filter(done_on=None).count():
        raise Refused(
            _("%(count)s milestones of the project are not done.") % {"count": left},
            _("Report each done with its proof first."),
        )
    before = {"accepted_by": row.accepted_by, "done_on": row.done_on}
    day = past_day(done_on, day_of(row.book, at))
    row.accepted_by, row.done_on = accepted_by, row.done_on or day
    _next(row, "accepted_by", "done_on")
    after = {"accepted_by": accepted_by, "done_on": row.done_on, "accepted_on": day}
    tell(row, row.book, "project.accepted", actor, before=before, after=after, at=at)
    return row


def _held(pk: int, expected_version: int | None) -> Project:
    rows = Project.objects.select_for_update(of=("self",)).select_related("book__district", "unit")
    row = rows.get(pk=pk)
    same_version(row, row.book, expected_version)
    not_closed(row.book)
    return row


def _next(project: Project, *columns: str) -> None:
    project.version += 1
    project.save(update_fields=[*columns, "version"])
