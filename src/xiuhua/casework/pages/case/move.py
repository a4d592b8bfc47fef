"""Make a move from the case page: what was typed is checked, made, or shown again with what is wrong."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiuhua.casework.actions import photos
from xiuhua.casework.actions.engine import perform
from xiuhua.casework.dossier import meet
from xiuhua.casework.models import Case
from xiuhua.casework.offers import INTERNAL, entitled
from xiuhua.casework.pages.case.asking import Asking, handler_units
from xiuhua.casework.pages.case.fields import PHOTOS, MoveForm
from xiuhua.casework.pages.case.view import Opened, open_case, show
from xiuhua.casework.refusals import CaseworkError, Conflict, Forbidden
from xiuhua.casework.states import MOVES, STATES
from xiuhua.people.models import User

INVALID, FORBIDDEN, CONFLICT = 422, 403, 409
LARGEST_VERSION_DIGITS = 9


@require_POST
def make_move(request: HttpRequest, number: str, move: str) -> HttpResponseBase:
    """Make ``move``; on refusal the page comes again with the reason and everything that was typed."""
    if move not in MOVES or move in INTERNAL or not MOVES[move].start:
        raise Http404
    opened = open_case(request, number)
    if isinstance(opened, HttpResponseBase):
        return opened
    people = meet(opened.found, handler_units(move, opened.found))
    form = MoveForm(Asking(opened.found, move, opened.user, people), request.POST, request.FILES)
    offered = move in opened.standing.moves
    if offered and not form.is_valid():
        return show(request, opened, move, form=form, status=INVALID)
    try:
        case = _make(opened, form, offered=offered)
    except CaseworkError as problem:
        return _again(request, number, form, problem)
    name, state = MOVES[move].name, STATES[case.state].name
    messages.success(request, _("“%(move)s” is done. The case is now “%(state)s”.") % {"move": name, "state": state})
    return HttpResponseRedirect(_next(case, opened.user))


def _make(opened: Opened, form: MoveForm, *, offered: bool) -> Case:
    """Make the move with its photos, or nothing. What is not offered is asked all the same, to be told why not."""
    found, move = opened.found, form.move
    if not offered:
        return perform(found.case, move, user=opened.user, expected_version=_version(form))
    check = form.asking.check()
    with transaction.atomic():
        made = perform(
            found.case,
            move,
            user=opened.user,
            data=form.given(),
            expected_version=form.cleaned_data["expected_version"],
        )
        for upload in form.cleaned_data.get("photos") or ():
            stage = PHOTOS[move]
            photos.store(upload, stage=stage, case=made, check=check if stage == "check" else None, user=opened.user)
    return made


def _version(form: MoveForm) -> int | None:
    text = str(form.data.get("expected_version", ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LARGEST_VERSION_DIGITS else None


def _again(request: HttpRequest, number: str, typed: MoveForm, problem: CaseworkError) -> HttpResponseBase:
    """The page as the case is now, with what was typed and why it was refused."""
    opened = open_case(request, number)
    if isinstance(opened, HttpResponseBase):
        return opened
    people = meet(opened.found, handler_units(typed.move, opened.found))
    data = dict(typed.data.items())
    data["expected_version"] = str(opened.found.case.version)
    form = MoveForm(Asking(opened.found, typed.move, opened.user, people), data, typed.files)
    status = CONFLICT if isinstance(problem, Conflict) else FORBIDDEN if isinstance(problem, Forbidden) else INVALID
    return show(request, opened, typed.move, form=form, problem=problem, status=status)


def _next(case: Case, user: User) -> str:
    """Where to go on: the case, or the work list when the case has left the person's hands."""
    fresh = Case.objects.select_related("district", "handler").get(pk=case.pk)
    if entitled(fresh, user).sees:
        return reverse("casework:case", args=[case.number])
    try:
        return reverse("casework:work")
    except NoReverseMatch:
        return reverse("web:start")
