"""Code sets: which lists there are, what a code means in each of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xiuhua.city.models import Code, CodeSet
from xiuhua.people.permissions import refusal

TEXT_LENGTH = 60


@dataclass(frozen=True)
class Meaning:
    """What one code means in one set; ``code`` is None where the set lacks it."""

    code_set: CodeSet
    code: Code | None


@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    """Sets with their versions, the categories of one, a search, and one code in every set side by side."""
    sets = list(CodeSet.objects.annotate(size=Count("codes")))
    chosen = next((item for item in sets if str(item) == request.GET.get("set", "")), None)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:TEXT_LENGTH]
    bare = request.GET.get("code", "").replace("\x00", "").strip()[:12]
    found = Code.objects.select_related("code_set")
    if chosen:
        found = found.filter(code_set=chosen)
    if text:
        found = found.filter(
            Q(code__startswith=text) | Q(name_zh__icontains=text) | Q(name_en__icontains=text)
            | Q(class_zh__icontains=text)
            | Q(class_en__icontains=text)
        )  # fmt: skip
    listed = list(found) if chosen or text else []
    context = {
        "sets": sets,
        "chosen": chosen,
        "text": text,
        "bare": bare,
        "meanings": _meanings(sets, bare) if bare else [],
        "clashes": _clashes() if len(sets) > 1 else [],
        "codes": listed,
        "asked": bool(chosen or text),
        "may_edit": not refusal(request.user, "catalogue.edit", None),
    }
    return render(request, "city/codes.html", context)


def _meanings(sets: Sequence[CodeSet], bare: str) -> list[Meaning]:
    found = {code.code_set_id: code for code in Code.objects.filter(code=bare)}
    return [Meaning(code_set, found.get(code_set.pk)) for code_set in sets]


def _clashes() -> list[str]:
    """Codes that two sets of the same kind name differently: the reason never to write a bare code."""
    names: dict[tuple[str, str], set[str]] = {}
    for kind, code, name in Code.objects.values_list("code_set__kind", "code", "name_zh"):
        names.setdefault((kind, code), set()).add(name)
    return sorted({code for (_kind, code), found in names.items() if len(found) > 1})
