"""Addresses of the pages of standards with their items."""

from django.urls import URLPattern, path

from xiuhua.inspection.pages.standards import editing, moving, reading
from xiuhua.inspection.pages.standards.importing import import_file

_ONE = "inspection/standards/<slug:standard_key>/<text:standard_version>/"
_ITEM = f"{_ONE}items/<slug:item_key>/"
urlpatterns: list[URLPattern] = [
    path("inspection/standards/", reading.listing, name="standards"),
    path("inspection/standards/new/", editing.new, name="standard-new"),
    path("inspection/standards/import/", import_file, name="standards-import"),
    path("inspection/standards/export.<slug:file_format>", reading.export, name="standards-export"),
    path("inspection/standards/pictures/<slug:digest>.jpg", reading.picture, name="scale-picture"),
    path(_ONE, reading.standard, name="standard"),
    path(f"{_ONE}export.<slug:file_format>", reading.export_one, name="standard-export"),
    path(f"{_ONE}change/", editing.head, name="standard-change"),
    path(f"{_ONE}copy/", moving.copy, name="standard-copy"),
    path(f"{_ONE}force/", moving.force, name="standard-force"),
    path(f"{_ONE}retire/", moving.end, name="standard-retire"),
    path(f"{_ONE}drop/", moving.drop, name="standard-drop"),
    path(f"{_ONE}items/", editing.add_item, name="standard-item-add"),
    path(_ITEM, editing.item, name="standard-item"),
    path(f"{_ITEM}remove/", editing.drop_item, name="standard-item-remove"),
    path(f"{_ITEM}pictures/", editing.put_scale_picture, name="standard-picture"),
    path(f"{_ITEM}pictures/<int:grade>/remove/", editing.drop_scale_picture, name="standard-picture-remove"),
]
