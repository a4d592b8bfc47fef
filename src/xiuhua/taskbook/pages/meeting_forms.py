"""What a meeting does, by forms: opened, commitments reviewed, new ones promised, minutes written, closed."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from xiuhua.foundation.form_answers import Failed
from xiuhua.people.models import Organisation
from xiuhua.people.permissions import require
from xiuhua.taskbook.actions.commitments import promise
from xiuhua.taskbook.actions.meetings import close_meeting, open_meeting, review, write_minutes
from xiuhua.taskbook.models import Commitment, Goal, Meeting
from xiuhua.taskbook.pages.asked import Asking, asked
from xiuhua.taskbook.pages.form_answers import failed_by, user_of
from xiuhua.taskbook.pages.meetings import meeting_of, show_meeting, show_meetings
from xiuhua.taskbook.queries import commitment_of, goal_of, unit_of
from xiuhua.taskbook.refusals import Refused

REVIEW, COMMIT = "taskbook.review", "taskbook.commit"


class OpenForm(forms.Form):
    """A meeting to be opened."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    held_on = forms.DateField(label=gettext_lazy("Day"))
    chair = forms.CharField(label=gettext_lazy("Chair"), max_length=40, required=False)


class ReviewForm(forms.Form):
    """What is said of a commitment."""

    state = forms.ChoiceField(label=gettext_lazy("What the meeting says"), choices=Commitment.State.choices)
    due = forms.DateField(label=gettext_lazy("Move the date to"), required=False)
    done_on = forms.DateField(label=gettext_lazy("Done on"), required=False)
    proof = forms.CharField(label=gettext_lazy("Proof"), max_length=20_000, required=False)
    note = forms.CharField(label=gettext_lazy("Remark"), max_length=20_000, required=False)
    expected_version = forms.IntegerField(required=False, min_value=0, max_value=2**31)


class PromiseForm(forms.Form):
    """A new commitment."""

    goal = forms.SlugField(label=gettext_lazy("Goal"), max_length=60)
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=40)
    measure = forms.CharField(label=gettext_lazy("Measure"), max_length=400)
    due = forms.DateField(label=gettext_lazy("By when"))


class MinutesForm(forms.Form):
    """The minutes as far as they are written."""

    minutes = forms.CharField(label=gettext_lazy("Minutes"), max_length=20_000, required=False)
    expected_version = forms.IntegerField(required=False, min_value=0, max_value=2**31)


@require_POST
@require(REVIEW)
def open_one(request: HttpRequest, district_code: str) -> HttpResponse:
    """Open a meeting of the book and go to it."""
    asking, form = asked(request, district_code), OpenForm(request.POST)
    made: list[Meeting] = []

    def act() -> None:
        given = form.cleaned_data
        chair = _unit(asking, given["chair"]) if given["chair"] else None
        made.append(open_meeting(
            asking.book_there(), held_on=given["held_on"], title=given["title"], chair=chair, actor=user_of(request)
        ))  # fmt: skip

    if failed := failed_by(form, "open", act):
        return show_meetings(request, asking, failed)
    return HttpResponseRedirect(reverse("taskbook:meeting", args=[district_code, made[0].pk]))


@require_POST
@require(REVIEW)
def review_one(request: HttpRequest, district_code: str, meeting_id: int, commitment_id: int) -> HttpResponse:
    """Say of a commitment whether it goes on, is done or is dropped."""
    asking, meeting = meeting_of(request, district_code, meeting_id)
    commitment, form = commitment_of(meeting.book, commitment_id), ReviewForm(request.POST)
    if commitment is None:
        raise Http404(_("The book of this meeting has no such commitment."))
    failed = failed_by(
        form,
        f"review-{commitment_id}",
        lambda: review(meeting, commitment, actor=user_of(request), **form.cleaned_data),
    )
    return _then(
        request, asking, meeting, failed, _("Kept what the meeting said of “%(what)s”.") % {"what": commitment}
    )


@require_POST
@require(COMMIT, partly=True)
def promise_one(request: HttpRequest, district_code: str, meeting_id: int) -> HttpResponse:
    """Promise a new measure in the meeting."""
    asking, meeting = meeting_of(request, district_code, meeting_id)
    form = PromiseForm(request.POST)

    def act() -> None:
        given = form.cleaned_data
        promise(
            _goal(meeting, given["goal"]), measure=given["measure"], unit=_unit(asking, given["unit"]),
            due=given["due"], meeting=meeting, actor=user_of(request),
        )  # fmt: skip

    return _then(request, asking, meeting, failed_by(form, "promise", act), _("The commitment is made."))


@require_POST
@require(REVIEW)
def minutes(request: HttpRequest, district_code: str, meeting_id: int) -> HttpResponse:
    """Keep the minutes; with the button ``close`` end the meeting with them."""
    asking, meeting = meeting_of(request, district_code, meeting_id)
    form, closing = MinutesForm(request.POST), "close" in request.POST
    change = close_meeting if closing else write_minutes
    failed = failed_by(form, "minutes", lambda: change(meeting, actor=user_of(request), **form.cleaned_data))
    return _then(request, asking, meeting, failed, _("The meeting is closed.") if closing else _("Saved."))


def _then(request: HttpRequest, asking: Asking, meeting: Meeting, failed: Failed | None, said: str) -> HttpResponse:
    """The meeting again: with what is wrong, or from the beginning with what was done."""
    if failed:
        return show_meeting(request, asking, meeting, failed)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("taskbook:meeting", args=[asking.district.code, meeting.pk]))


def _unit(asking: Asking, code: str) -> Organisation:
    found = unit_of(asking.district, code)
    if found is None:
        raise Refused(_("There is no unit %(code)s in this district.") % {"code": code}, _("Choose one of the list."))
    return found


def _goal(meeting: Meeting, key: str) -> Goal:
    found = goal_of(meeting.book, key)
    if found is None:
        raise Refused(_("The book has no goal %(key)s.") % {"key": key}, _("Choose one of the list."))
    return found
