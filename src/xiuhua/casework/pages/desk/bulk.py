"""One move on the selected cases: what it needs, what it will do to each, and then how it went."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from xiuhua.casework.actions.bulk import CONFLICT, DONE, POSSIBLE, REFUSED, Bulk, Chosen, Outcome
from xiuhua.casework.models import Case, Standard
from xiuhua.casework.pages.desk.asked import Asking, at_desk
from xiuhua.casework.refusals import Forbidden, Refused
from xiuhua.casework.states import MOVES
from xiuhua.casework.vocabulary import units
from xiuhua.casework.worklist_criteria import read

_VERSION_DIGITS = 9


@require_POST
@at_desk
def bulk(request: HttpRequest, asking: Asking) -> HttpResponseBase:
    """Ask for what the move needs, show what it would do, or make it, as the form says."""
    back = read(QueryDict(request.POST.get("back", "")).dict(), asking.sight.district).address()
    back = f"{reverse('casework:work')}?{back}"
    given = {name: request.POST.get(name, "").strip() for name in ("reason", "unit")}
    move = request.POST.get("move", "")
    try:
        wanted = Bulk(asking.sight, _chosen(request), move, {k: v for k, v in given.items() if v}, _standards(request))
    except Forbidden as refused:
        raise PermissionDenied(str(refused)) from refused
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(back)
    rule = MOVES[move]
    missing = [name for name in ("reason", "unit") if name in rule.requires and not given[name]]
    ready = not missing
    making = ready and request.POST.get("stage") == "make"
    outcomes = wanted.make() if making else wanted.rehearse() if ready else _unheard(wanted)
    sent = "stage" in request.POST
    context = {
        "move": rule, "key": move, "back": back, "back_query": back.partition("?")[2], "given": given,
        "outcomes": outcomes, "made": making, "ready": ready,
        "missing": dict.fromkeys(missing, sent),
        "asks_reason": "reason" in (*rule.requires, *rule.takes), "needs_reason": "reason" in rule.requires,
        "asks_unit": "unit" in (*rule.requires, *rule.takes), "needs_unit": "unit" in rule.requires,
        "units": list(units(asking.sight.district.code).values()) if "unit" in (*rule.requires, *rule.takes) else [],
        "choices": _choices(wanted) if move == "file" else [],
        "count": {name: sum(each.result == name for each in outcomes) for name in (POSSIBLE, REFUSED, CONFLICT, DONE)},
    }  # fmt: skip
    return render(request, "casework/desk/bulk.html", context)


def _chosen(request: HttpRequest) -> list[Chosen]:
    """The selected cases in their order, each once; what is no case is passed over."""
    found: dict[str, Chosen] = {}
    for text in request.POST.getlist("case"):
        number, _colon, version = text.replace("\x00", "").rpartition(":")
        if number and version.isascii() and version.isdecimal() and len(version) <= _VERSION_DIGITS:
            found.setdefault(number, Chosen(number, int(version)))
    return list(found.values())


def _standards(request: HttpRequest) -> dict[int, int]:
    """The standard that was chosen for each category, from fields like ``standard-12``."""
    found = {}
    for name, value in request.POST.items():
        category = name.removeprefix("standard-")
        if category != name and category.isdecimal() and str(value).isdecimal() and len(str(value)) < 18:  # noqa: PLR2004
            found[int(category)] = int(str(value))
    return found


def _choices(wanted: Bulk) -> list[tuple[Case, list[Standard], int]]:
    """For each category of the cases with more than one filing standard: those, and which is chosen."""
    by_category = {case.category_id: case for case in wanted.cases().values()}
    offered: dict[int, list[Standard]] = {}
    for standard in Standard.objects.filter(active=True, category_id__in=by_category):
        offered.setdefault(standard.category_id, []).append(standard)
    return [
        (by_category[category], standards, wanted.standards.get(category, standards[0].pk))
        for category, standards in offered.items()
        if len(standards) > 1
    ]


def _unheard(wanted: Bulk) -> list[Outcome]:
    """The cases before anything is known: the move still needs something."""
    known = wanted.cases()
    return [
        Outcome(each.number, each.version, "", known[each.number]) for each in wanted.chosen if each.number in known
    ]
