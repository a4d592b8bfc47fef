"""Standards to be read by everybody: the list, one of them with its items, its pictures, files of them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from xiuhua.casework.models import Standard as FilingStandard
from xiuhua.city.models import Code, local
from xiuhua.foundation.models import Event
from xiuhua.inspection.actions.scale_pictures import FOLDER
from xiuhua.inspection.actions.standards import unready
from xiuhua.inspection.models import Item, ScalePhoto, Standard
from xiuhua.inspection.pages.standards.forms import GRADES, VersionForm
from xiuhua.inspection.pages.standards.seen import maintains, standard_or_404
from xiuhua.inspection.scoring import GRADE
from xiuhua.inspection.standard_files.writing import nested
from xiuhua.inspection.standard_files.xlsx_out import write_xlsx
from xiuhua.inspection.standard_files.yaml_out import write_yaml
from xiuhua.inspection.standard_queries import categories, every, filing_standards, not_retired
from xiuhua.inspection.standard_words import bound_words, condition_words, kind_names, rule_words

_WRITERS = {
    "yaml": (write_yaml, "application/yaml"),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_DIGEST = re.compile(r"[0-9a-f]{64}")
VERBS = {
    "standard.loaded": gettext_lazy("loaded from a file"),
    "standard.drafted": gettext_lazy("drafted"),
    "standard.changed": gettext_lazy("changed"),
    "standard.item_put": gettext_lazy("an item added or changed"),
    "standard.item_removed": gettext_lazy("an item removed"),
    "standard.picture_put": gettext_lazy("a picture put"),
    "standard.picture_removed": gettext_lazy("a picture removed"),
    "standard.put_in_force": gettext_lazy("put in force"),
    "standard.retired": gettext_lazy("retired"),
    "standard.copied": gettext_lazy("copied from another version"),
}


@dataclass(frozen=True)
class GradeShown:
    """A grade as the page shows it: its words, its picture, whether the item passes with it."""

    grade: int
    words: str
    picture: str
    caption: str
    passes: bool


@dataclass(frozen=True)
class ItemShown:
    """An item as the page shows it. ``category`` is None where the installation does not have it."""

    item: Item
    bound: str
    grades: list[GradeShown]
    category: Code | None
    filing: FilingStandard | None

    @property
    def caption(self) -> str:
        """What is said of all its pictures alike; empty where they differ."""
        said = {grade.caption for grade in self.grades if grade.picture}
        return said.pop() if len(said) == 1 else ""


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Standards by kind, narrowed by ``kind`` and ``state``; retired ones only when asked for."""
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    inside, names = maintains(request), kind_names()
    rows = [row for row in every() if inside or row.state != Standard.State.DRAFT]
    kinds = sorted({row.kind for row in rows}, key=lambda each: list(names).index(each) if each in names else 99)
    retired = sum(row.state == Standard.State.RETIRED for row in rows)
    wanted = [
        row for row in rows
        if (not kind or row.kind == kind)
        and (row.state == state if state else row.state != Standard.State.RETIRED)
    ]  # fmt: skip
    states = [each for each in Standard.State.choices if inside or each[0] != Standard.State.DRAFT]
    context = {
        "rows": [(names.get(each, each), row) for each in kinds for row in wanted if row.kind == each],
        "count": len(rows), "retired": retired,
        "kinds": [(each, names.get(each, each)) for each in kinds], "states": states, "kind": kind, "state": state,
        "maintains": inside,
    }  # fmt: skip
    return render(request, "inspection/standards/list.html", context)


@require_safe
def standard(request: HttpRequest, standard_key: str, standard_version: str) -> HttpResponse:
    """One version of a standard."""
    return show(request, standard_or_404(request, standard_key, standard_version))


def show(request: HttpRequest, row: Standard, *, copying: VersionForm | None = None, status: int = 200) -> HttpResponse:
    """The page of a standard; ``copying`` is the form of a new version that was refused."""
    items, inside = list(row.items.all()), maintains(request)
    versions = [each for each in every().filter(key=row.key) if inside or each.state != Standard.State.DRAFT]
    draft = row.state == Standard.State.DRAFT
    context = {
        "standard": row, "kind_name": kind_names().get(row.kind, row.kind), "items": items_shown(items),
        "rule": rule_words(row, items), "conditions": condition_words(row.conditions), "maintains": inside,
        "draft": draft, "unready": unready(row) if draft else [],
        "versions": [each for each in versions if each.pk != row.pk], "copying": copying or VersionForm(),
        "copying_open": copying is not None, "history": _history(row) if inside else [],
    }  # fmt: skip
    return render(request, "inspection/standards/standard.html", context, status=status)


def items_shown(items: list[Item]) -> list[ItemShown]:
    """The items with their grades, pictures and the cases that their failures become."""
    known = categories(items)
    filing = filing_standards(known.values())
    return [
        ItemShown(
            item, bound_words(item), _grades(item) if item.scale == GRADE else [], known.get(item.category),
            filing.get((item.category, item.filing or 0)),
        )
        for item in items
    ]  # fmt: skip


def _grades(item: Item) -> list[GradeShown]:
    pictures = {picture.grade: picture for picture in item.pictures.all()}
    found = []
    for grade in GRADES:
        said, picture = item.words.get(str(grade), {}), pictures.get(grade)
        words = local(said.get("zh", "") or said.get("en", ""), said.get("en", ""))
        caption = local(picture.caption_zh or picture.caption_en, picture.caption_en) if picture else ""
        name = Path(picture.file).stem if picture else ""
        found.append(GradeShown(grade, words, name, caption, grade >= item.bound))
    return found if any(each.words or each.picture for each in found) else []


def _history(row: Standard) -> list[tuple[Event, str]]:
    subject = f"inspection.standard:{row.ref}"
    events = Event.objects.filter(chain=f"inspection-standard:{row.key}", subject=subject).order_by("-sequence")
    # Drawn and uploaded pictures come in dozens.
    found = [event for event in events if event.verb != "standard.picture_put"][:20]
    return [(event, str(VERBS.get(event.verb, event.verb))) for event in found]


@require_safe
def picture(request: HttpRequest, digest: str) -> HttpResponse:
    """A picture of a grade; it never changes, since it is named by what it shows."""
    name = f"{FOLDER}/{digest}.jpg"
    if not _DIGEST.fullmatch(digest) or not ScalePhoto.objects.filter(file=name).exists():
        raise Http404(_("There is no such picture."))
    try:
        response = HttpResponse((Path(settings.MEDIA_ROOT) / name).read_bytes(), content_type="image/jpeg")
    except FileNotFoundError:
        raise Http404(_("There is no such picture.")) from None
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def export(request: HttpRequest, file_format: str) -> HttpResponse:
    """All standards that are not retired, as a file that an import takes again; drafts for those who maintain them."""
    rows = [row for row in not_retired() if maintains(request) or row.state != Standard.State.DRAFT]
    return _file(nested(rows), "standards", file_format)


@require_safe
def export_one(request: HttpRequest, standard_key: str, standard_version: str, file_format: str) -> HttpResponse:
    """One version of a standard as a file."""
    row = standard_or_404(request, standard_key, standard_version)
    return _file(nested([row]), f"{row.key}-{row.version}", file_format)


def _file(data: dict[str, Any], name: str, file_format: str) -> HttpResponse:
    if file_format not in _WRITERS:
        raise Http404(_("Standards come as yaml or xlsx."))
    write, kind = _WRITERS[file_format]
    response = HttpResponse(write(data), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}.{file_format}"'
    return response
