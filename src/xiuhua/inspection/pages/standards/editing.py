"""Drafts by forms: a new one, its head, its items, the pictures of its grades."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xiuhua.casework.refusals import Refused
from xiuhua.inspection.actions.scale_pictures import put_picture, remove_picture
from xiuhua.inspection.actions.standard_door import PERMISSION
from xiuhua.inspection.actions.standard_drafts import change_draft, create_draft, put_item, remove_item
from xiuhua.inspection.models import Item, Standard
from xiuhua.inspection.pages.standards.forms import HeadForm, ItemForm, PictureForm, show_faults
from xiuhua.inspection.pages.standards.reading import items_shown
from xiuhua.inspection.pages.standards.seen import item_or_404, standard_or_404
from xiuhua.inspection.standard_files.faults import StandardsRefused
from xiuhua.people.models import User
from xiuhua.people.permissions import require

INVALID = 422


def user_of(request: HttpRequest) -> User:
    """The person of a guarded page."""
    assert isinstance(request.user, User)
    return request.user


def address(row: Standard, name: str = "standard", *more: object) -> str:
    """The address of a page of the standard."""
    return reverse(f"inspection:{name}", args=[row.key, row.version, *more])


def say(form: Form, refused: Refused) -> None:
    """Show a refusal in the form: faults beside their fields, anything else above it."""
    if isinstance(refused, StandardsRefused):
        show_faults(form, refused.faults)
    else:
        form.add_error(None, str(refused))


@require_http_methods(["GET", "HEAD", "POST"])
@require(PERMISSION, district=None)
def new(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    form = HeadForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = create_draft(form.data_of(), actor=user_of(request))
        except Refused as refused:
            say(form, refused)
        else:
            messages.success(request, _("The draft is there. Add what is looked at."))
            return HttpResponseRedirect(address(row))
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@require(PERMISSION, district=None)
def head(request: HttpRequest, standard_key: str, standard_version: str) -> HttpResponse:
    """Everything of a draft but its items."""
    row = standard_or_404(request, standard_key, standard_version)
    if request.method != "POST":
        return _form(request, HeadForm.of(row), row)
    form = HeadForm(request.POST, standard=row)
    if form.is_valid():
        try:
            change_draft(row, form.data_of(), actor=user_of(request))
        except Refused as refused:
            say(form, refused)
        else:
            messages.success(request, _("The draft is saved."))
            return HttpResponseRedirect(address(row))
    return _form(request, form, row)


@require_http_methods(["GET", "HEAD", "POST"])
@require(PERMISSION, district=None)
def add_item(request: HttpRequest, standard_key: str, standard_version: str) -> HttpResponse:
    """A new item of a draft."""
    return _item(request, standard_or_404(request, standard_key, standard_version), None)


@require_http_methods(["GET", "HEAD", "POST"])
@require(PERMISSION, district=None)
def item(request: HttpRequest, standard_key: str, standard_version: str, item_key: str) -> HttpResponse:
    """One item of a draft, with the pictures of its grades."""
    row = standard_or_404(request, standard_key, standard_version)
    return _item(request, row, item_or_404(row, item_key))


@require_POST
@require(PERMISSION, district=None)
def drop_item(request: HttpRequest, standard_key: str, standard_version: str, item_key: str) -> HttpResponse:
    """Take an item out of a draft."""
    row = standard_or_404(request, standard_key, standard_version)
    try:
        remove_item(row, item_or_404(row, item_key), actor=user_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The item is removed."))
    return HttpResponseRedirect(address(row))


@require_POST
@require(PERMISSION, district=None)
def put_scale_picture(request: HttpRequest, standard_key: str, standard_version: str, item_key: str) -> HttpResponse:
    """Show a picture beside a grade."""
    row = standard_or_404(request, standard_key, standard_version)
    one = item_or_404(row, item_key)
    form = PictureForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data
        try:
            put_picture(
                one, given["grade"], given["file"], actor=user_of(request), caption_zh=given["caption_zh"],
                caption_en=given["caption_en"],
            )  # fmt: skip
        except Refused as refused:
            if one.scale != Item.Scale.GRADE:
                messages.error(request, str(refused))
                return HttpResponseRedirect(address(row, "standard-item", one.key))
            form.add_error("file", str(refused))
        else:
            messages.success(request, _("The picture is shown beside its grade."))
            return HttpResponseRedirect(address(row, "standard-item", one.key))
    return _show_item(request, row, one, ItemForm.of(one), pictures=form, status=INVALID)


@require_POST
@require(PERMISSION, district=None)
def drop_scale_picture(
    request: HttpRequest, standard_key: str, standard_version: str, item_key: str, grade: int
) -> HttpResponse:
    """Show nothing beside a grade any more."""
    row = standard_or_404(request, standard_key, standard_version)
    one = item_or_404(row, item_key)
    try:
        remove_picture(one, grade, actor=user_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The picture is removed."))
    return HttpResponseRedirect(address(row, "standard-item", one.key))


def _form(request: HttpRequest, form: HeadForm, row: Standard | None) -> HttpResponse:
    context = {"form": form, "standard": row, "locked": row is not None and row.state != Standard.State.DRAFT}
    status = INVALID if form.is_bound else 200
    return render(request, "inspection/standards/head.html", context, status=status)


def _item(request: HttpRequest, row: Standard, one: Item | None) -> HttpResponse:
    if request.method != "POST":
        return _show_item(request, row, one, ItemForm.of(one) if one else ItemForm())
    form = ItemForm(request.POST)
    if form.is_valid():
        try:
            made = put_item(row, form.data_of(), actor=user_of(request), old=one)
        except Refused as refused:
            say(form, refused)
        else:
            messages.success(request, _("The item is saved."))
            return HttpResponseRedirect(address(row) + f"#item-{made.key}")
    return _show_item(request, row, one, form, status=INVALID)


def _show_item(
    request: HttpRequest, row: Standard, one: Item | None, form: ItemForm, *, pictures: PictureForm | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    shown = items_shown([one])[0] if one else None
    context = {
        "standard": row, "item": one, "form": form, "shown": shown, "pictures": pictures or PictureForm(),
        "locked": row.state != Standard.State.DRAFT,
    }  # fmt: skip
    return render(request, "inspection/standards/item.html", context, status=status)
