"""What a unit reports of its own by forms: measures promised and done, steps of projects done; and who accepts them."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xiuhua.foundation.form_answers import Failed
from xiuhua.people.permissions import require
from xiuhua.taskbook.actions.commitments import finish, promise
from xiuhua.taskbook.actions.projects import accept_project, finish_milestone, reopen_milestone
from xiuhua.taskbook.book_file.schema import ACCEPTING
from xiuhua.taskbook.models import Milestone
from xiuhua.taskbook.pages.asked import Asking, asked
from xiuhua.taskbook.pages.form_answers import failed_by, user_of
from xiuhua.taskbook.pages.own import show_unit
from xiuhua.taskbook.pages.projects import show_projects
from xiuhua.taskbook.queries import commitment_of, goal_of, milestone_of, project_of, unit_of
from xiuhua.taskbook.refusals import Refused

COMMIT, REVIEW = "taskbook.commit", "taskbook.review"


class DoneForm(forms.Form):
    """Something is done: what shows it, and since when."""

    proof = forms.CharField(label=gettext_lazy("Proof"), max_length=20_000)
    done_on = forms.DateField(label=gettext_lazy("Done on"), required=False)
    expected_version = forms.IntegerField(required=False, min_value=0, max_value=2**31)


class PromiseForm(forms.Form):
    """A new measure under a goal."""

    goal = forms.SlugField(label=gettext_lazy("Goal"), max_length=60)
    measure = forms.CharField(label=gettext_lazy("Measure"), max_length=400)
    due = forms.DateField(label=gettext_lazy("By when"))


class ReopenForm(forms.Form):
    """A step is not done after all."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=20_000)
    expected_version = forms.IntegerField(required=False, min_value=0, max_value=2**31)


class AcceptForm(forms.Form):
    """A project is accepted by a level."""

    accepted_by = forms.ChoiceField(label=gettext_lazy("Accepted by"), choices=[(each, each) for each in ACCEPTING])
    done_on = forms.DateField(label=gettext_lazy("Done on"), required=False)
    expected_version = forms.IntegerField(required=False, min_value=0, max_value=2**31)


@require_POST
@require(COMMIT, partly=True)
def commitment_done(request: HttpRequest, district_code: str, commitment_id: int) -> HttpResponse:
    """Report a commitment done; it stands on the page of its unit."""
    asking, form = asked(request, district_code), DoneForm(request.POST)
    row = commitment_of(asking.book, commitment_id) if asking.book else None
    if row is None:
        raise Http404(_("The book has no such commitment. The page of the unit lists its own."))
    failed = failed_by(form, f"commitment-{row.pk}", lambda: finish(row, actor=user_of(request), **form.cleaned_data))
    return _unit_again(request, asking, row.unit.code, failed, _("Reported as done: “%(what)s”.") % {"what": row})


@require_POST
@require(COMMIT, partly=True)
def promised(request: HttpRequest, district_code: str, code: str) -> HttpResponse:
    """Promise a measure of the unit, outside a meeting."""
    asking, form = asked(request, district_code), PromiseForm(request.POST)
    body = unit_of(asking.district, code)
    if body is None or asking.book is None:
        raise Http404(_("There is no such unit, or no task book, in this district."))
    book = asking.book

    def act() -> None:
        given = form.cleaned_data
        goal = goal_of(book, given["goal"])
        if goal is None:
            raise Refused(_("The book has no goal %(key)s.") % {"key": given["goal"]}, _("Choose one of the list."))
        promise(goal, measure=given["measure"], unit=body, due=given["due"], actor=user_of(request))

    return _unit_again(request, asking, code, failed_by(form, "promise", act), _("The commitment is made."))


@require_POST
@require(COMMIT, partly=True)
def step_done(request: HttpRequest, district_code: str, project_key: str, step_key: str) -> HttpResponse:
    """Report a step of a project done; its unit does so on its own page."""
    asking, step = _step(request, district_code, project_key, step_key)
    form = DoneForm(request.POST)
    failed = failed_by(
        form, f"step-{step.pk}", lambda: finish_milestone(step, actor=user_of(request), **form.cleaned_data)
    )
    unit = step.project.unit.code
    return _unit_again(request, asking, unit, failed, _("Reported as done: “%(what)s”.") % {"what": step})


@require_POST
@require(REVIEW)
def step_reopened(request: HttpRequest, district_code: str, project_key: str, step_key: str) -> HttpResponse:
    """Take back that a step is done."""
    asking, step = _step(request, district_code, project_key, step_key)
    form = ReopenForm(request.POST)
    failed = failed_by(
        form, f"reopen-{step.pk}", lambda: reopen_milestone(step, actor=user_of(request), **form.cleaned_data)
    )
    return _projects_again(request, asking, failed, _("Taken back: “%(what)s” is not done.") % {"what": step})


@require_POST
@require(REVIEW)
def accepted(request: HttpRequest, district_code: str, project_key: str) -> HttpResponse:
    """Accept a project whose steps are all done."""
    asking, form = asked(request, district_code), AcceptForm(request.POST)
    project = project_of(asking.book, project_key) if asking.book else None
    if project is None:
        raise Http404(_("The book has no such project."))
    failed = failed_by(
        form, f"accept-{project.pk}", lambda: accept_project(project, actor=user_of(request), **form.cleaned_data)
    )
    return _projects_again(request, asking, failed, _("Accepted: “%(what)s”.") % {"what": project})


def _step(request: HttpRequest, district_code: str, project_key: str, step_key: str) -> tuple[Asking, Milestone]:
    asking = asked(request, district_code)
    step = milestone_of(asking.book, project_key, step_key) if asking.book else None
    if step is None:
        raise Http404(_("The book has no such step of a project."))
    return asking, step


def _unit_again(request: HttpRequest, asking: Asking, code: str, failed: Failed | None, said: str) -> HttpResponse:
    if failed:
        return show_unit(request, asking, code, failed)
    messages.success(request, said)
    return _to("taskbook:unit", asking, code)


def _projects_again(request: HttpRequest, asking: Asking, failed: Failed | None, said: str) -> HttpResponse:
    if failed:
        return show_projects(request, asking, failed)
    messages.success(request, said)
    return _to("taskbook:projects", asking)


def _to(name: str, asking: Asking, *args: str) -> HttpResponse:
    path = reverse(name, args=[asking.district.code, *args])
    return HttpResponseRedirect(f"{path}?book={asking.book.key}" if asking.book else path)
