"""The form of the hotline: one page, two Enters. The first looks (place, known cases, standards), the second sends."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xiuhua.casework.actions.engine import perform
from xiuhua.casework.actions.intake import Submission, join, submit
from xiuhua.casework.asking import given_in, questions_of
from xiuhua.casework.deadlines import amount_text
from xiuhua.casework.models import Report, Service, Standard
from xiuhua.casework.nearby import nearby
from xiuhua.casework.pages.resident.catalogue import reference
from xiuhua.casework.pages.resident.finding import Hit, chosen_hit, coordinates, find
from xiuhua.casework.pages.resident.send import RADIUS_M, age, contact_errors, distance
from xiuhua.casework.questions import answered
from xiuhua.casework.refusals import CaseworkError, Refused
from xiuhua.casework.submission import LONGEST, places
from xiuhua.casework.suggesting import offered, suggest
from xiuhua.city.choice import chosen_district
from xiuhua.city.models import Code, District
from xiuhua.city.queries import find_category
from xiuhua.foundation.worktime import Unit
from xiuhua.people.models import User
from xiuhua.people.permissions import require

LINES = {"phone": 60, "name": 80, "address": 200, "category": 200, "lon": 30, "lat": 30, "seen": 200}


@dataclass
class Call:
    """What the operator has typed so far."""

    key: UUID
    text: str = ""
    lines: dict[str, str] = field(default_factory=dict)
    place: tuple[float, float] | None = None
    placed_by: str = "address"
    category: Code | None = None
    standard: Standard | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    hits: list[Hit] = field(default_factory=list)
    chosen: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def look(self) -> str:
        """What the operator must have seen before sending: the place and the category that were looked at."""
        return f"{self.place} {self.category.pk if self.category else ''}"


def _district_code(request: HttpRequest) -> str:
    district = chosen_district(request)
    return district.code if district else ""


@never_cache
@require("case.accept", district=_district_code, partly=True)
@require_http_methods(["GET", "HEAD", "POST"])
def hotline(request: HttpRequest) -> HttpResponse:
    """Take a call: look, then send; or count it with a case that is known."""
    district = chosen_district(request)
    if district is None:
        return render(request, "casework/resident/no_district.html")
    if request.method != "POST":
        return _page(request, district, Call(uuid4()))
    call = _read(request, district)
    if request.POST.get("join"):
        return _join(request, district, call)
    if call.errors or call.problems or request.POST.get("seen") != call.look:
        return _page(request, district, call, looked=not call.errors)
    return _send(request, district, call)


def _read(request: HttpRequest, district: District) -> Call:
    """The call as the form holds it, with what is wrong or missing."""
    post = request.POST
    try:
        key = UUID(post.get("key", ""))
    except ValueError:
        key = uuid4()
    call = Call(key, text=post.get("text", "").replace("\x00", "").replace("\r\n", "\n"))
    call.lines = {name: post.get(name, "").replace("\x00", "").strip()[:longest] for name, longest in LINES.items()}
    call.errors = contact_errors("", call.lines["phone"])
    if not call.text.strip():
        call.errors["text"] = _("Write down what the caller says.")
    elif len(call.text) > LONGEST:
        call.errors["text"] = _("The text has %(length)s characters. Shorten it to at most %(longest)s.") % {
            "length": len(call.text), "longest": LONGEST,
        }  # fmt: skip
    # A place that was chosen for another address is none for this one.
    same = post.get("found_for", "").strip() == call.lines["address"]
    _read_place(post.get("place", "").replace("\x00", "") if same else "", district, call)
    _read_category(post.get("suggested", ""), call)
    chosen = post.get("standard", "")
    if call.category and chosen.isascii() and chosen.isdecimal() and len(chosen) < 18:  # noqa: PLR2004 - fits an id
        call.standard = Standard.objects.filter(category=call.category, active=True, pk=int(chosen)).first()
    schema = _schema(call.category)
    call.answers = given_in(schema, post)
    if post.get("seen") == call.look:
        _values, call.problems = answered(schema, call.answers)
    return call


def _read_place(chosen: str, district: District, call: Call) -> None:
    """The place: by the coordinates, else the one chosen of those with this name, or the only one."""
    if typed := coordinates(call.lines):
        call.place, call.placed_by = typed, "map"
    elif call.lines["address"]:
        call.hits = find(district, call.lines["address"])
        values = [hit.value for hit in call.hits]
        call.chosen = chosen if chosen in values else values[0] if len(values) == 1 else ""
        hit = chosen_hit(call.chosen)
        call.place = (hit[0], hit[1]) if hit else None
    if call.place is None:
        call.errors["address"] = (
            _("Choose the place from the list.") if call.hits
            else _("Nothing has this name. Ask the caller for a street, a community or something known nearby.")
        )  # fmt: skip
        return
    try:
        places(Submission("-", district, Report.Source.HOTLINE, *call.place), timezone.now())
    except Refused as refused:
        call.place, call.errors["address"] = None, f"{refused.reason} {refused.remedy}"


def _read_category(suggested: str, call: Call) -> None:
    """The category: one that was suggested, else what was typed, when it means just one."""
    typed = call.lines["category"]
    if not typed and suggested:
        call.category = Code.objects.filter(offered(), pk=_pk(suggested)).select_related("code_set").first()
    elif typed:
        rows = list(Code.objects.filter(offered()).select_related("code_set"))
        exact = [code for code in rows if option(code) == typed]
        near = exact or [code for code in rows if typed.casefold() in option(code).casefold()]
        call.category = near[0] if len(near) == 1 else None
    if call.category is not None:
        call.lines["category"] = option(call.category)
    else:
        call.errors["category"] = _("Choose one category of the list; its code or a part of its name is enough.")


def _pk(text: str) -> int:
    found = find_category(text.replace("\x00", "")[:120])
    return found.pk if found else 0


def option(code: Code) -> str:
    """A category as the operator types it: code, name, and its set, which tells equal codes apart."""
    return f"{code.code} {code.name} ({code.code_set.name})"


def _schema(category: Code | None) -> dict[str, Any]:
    service = Service.objects.filter(category=category).first() if category else None
    schema: dict[str, Any] = service.questions if service else {}
    return schema


def _join(request: HttpRequest, district: District, call: Call) -> HttpResponse:
    """Count the caller with a known case."""
    number = request.POST.get("join", "").replace("\x00", "")[:24]
    if "phone" in call.errors:
        return _page(request, district, call)
    try:
        join(number, phone=call.lines["phone"], language=get_language() or "zh-hans")
    except Refused as refused:
        call.errors["all"] = f"{refused.reason} {refused.remedy}"
        return _page(request, district, call, looked=True)
    messages.success(request, _("Counted with case %(number)s. Tell the caller this number.") % {"number": number})
    return HttpResponseRedirect(f"{reverse('casework:hotline')}?district={district.code}")


def _send(request: HttpRequest, district: District, call: Call) -> HttpResponse:
    user = request.user
    if not isinstance(user, User) or call.place is None:
        raise TypeError("the page is guarded, and without a place there is an error")
    given = Submission(
        idempotency_key=f"hotline:{user.pk}:{call.key}", district=district, source=Report.Source.HOTLINE,
        lon=round(call.place[0], 6), lat=round(call.place[1], 6), category=call.category, description=call.text,
        placed_by=call.placed_by, address=call.lines["address"], answers=call.answers,
        contact_name=call.lines["name"], contact_phone=call.lines["phone"], standard=call.standard,
    )  # fmt: skip
    try:
        report = submit(given, user=user)
    except Refused as refused:
        call.errors["all"] = f"{refused.reason} {refused.remedy}"
        return _page(request, district, call, looked=True)
    case = report.case
    said = _("Case %(number)s is taken in. Tell the caller this number.")
    if call.standard is not None and case.state == "reported":
        try:
            perform(case.pk, "file", user=user, data={"standard": call.standard})
            said = _("Case %(number)s is taken in and filed. Tell the caller this number.")
        except CaseworkError as error:
            messages.warning(request, f"{error.reason} {error.remedy}")
    messages.success(request, said % {"number": case.number})
    return HttpResponseRedirect(f"{reverse('casework:hotline')}?district={district.code}")


def _page(request: HttpRequest, district: District, call: Call, *, looked: bool = False) -> HttpResponse:
    """The form. Once ``looked`` it also shows what the operator should see before sending."""
    known = nearby(district, *call.place, call.category, RADIUS_M, unfiled=True) if call.place and call.category else []
    codes = Code.objects.filter(offered()).select_related("code_set")
    standards = Standard.objects.filter(category=call.category, active=True) if call.category else []
    wanted = call.text if call.category is None else ""
    by_pk = {code.pk: code for code in codes}
    context = {
        "district": district, "call": call, "looked": looked, "options": [option(code) for code in codes],
        "nearby": [(case, distance(case), age(case.age)) for case in known], "radius": int(RADIUS_M),
        "standards": [(each, amount_text(each.limit, Unit(each.unit))) for each in standards],
        "suggested": [
            (reference(by_pk[each.category]), by_pk[each.category].name)
            for each in (suggest(wanted) if wanted.strip() else []) if each.category in by_pk
        ],
        "questions": questions_of(_schema(call.category), call.answers, call.problems) if looked else [],
    }  # fmt: skip
    return render(
        request, "casework/resident/hotline.html", context, status=422 if call.errors or call.problems else 200
    )
