"""Back office of the room: districts, vocabulary, code sets, validity of areas. Every change goes through the actions.

Objects of a layer are changed by loading a file or on their own pages; duties on theirs: the lists here are to look
things up. Nothing is deleted here, since history and files name these things by their keys.
"""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiuhua.city.actions.configure import configure
from xiuhua.city.models import Area, Code, CodeSet, District, Duty, Kind


class Configuration[M: models.Model](admin.ModelAdmin[M]):
    """A table that is written through ``configure`` and never loses a row."""

    # What may be given once and never changed: other tables and files refer to it.
    fixed: tuple[str, ...] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: M | None = None) -> tuple[str, ...]:
        return self.fixed if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        configure(obj, actor=request.user.get_username())


@admin.register(District)
class DistrictAdmin(Configuration[District]):
    fixed = ("code",)
    list_display = ("code", "name_zh", "name_en", "time_zone", "calendar", "synthetic")


@admin.register(Kind)
class KindAdmin(Configuration[Kind]):
    fixed = ("domain", "key")
    list_display = ("domain", "key", "name_zh", "name_en", "rank", "partition")
    list_filter = ("domain",)
    search_fields = ("key", "name_zh", "name_en")


@admin.register(CodeSet)
class CodeSetAdmin(Configuration[CodeSet]):
    fixed = ("key", "version", "kind")
    list_display = ("key", "version", "kind", "name_zh", "name_en", "source")
    list_filter = ("kind",)
    search_fields = ("key", "name_zh", "name_en")


@admin.register(Code)
class CodeAdmin(Configuration[Code]):
    fixed = ("code_set", "code")
    list_display = ("code", "name_zh", "name_en", "class_zh", "code_set", "status")
    list_filter = ("code_set",)
    list_select_related = ("code_set",)
    search_fields = ("code", "name_zh", "name_en")


@admin.register(Area)
class AreaAdmin(Configuration[Area]):
    """The validity, grade and persons of an area; its outline comes from files alone."""

    fields = ("district", "kind", "code", "name_zh", "name_en", "parent", "source", "bounds", "area_m2", "grade",
              "persons", "valid_from", "valid_to")  # fmt: skip
    list_display = ("code", "name_zh", "name_en", "kind", "district", "valid_from", "valid_to")
    list_filter = ("district", "kind")
    list_select_related = ("district",)
    search_fields = ("code", "name_zh", "name_en")
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Area | None = None) -> tuple[str, ...]:
        return tuple(name for name in self.fields if name not in {"grade", "persons", "valid_from", "valid_to"})

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Area]:
        return super().get_queryset(request).defer("geom")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # an area needs an outline: xiuhua load areas

    @admin.display(description=gettext_lazy("Bounds (west, south, east, north)"))
    def bounds(self, area: Area) -> str:
        """The box of the outline, in degrees (WGS-84)."""
        return f"{area.min_lon:.6f}, {area.min_lat:.6f}, {area.max_lon:.6f}, {area.max_lat:.6f}"


@admin.register(Duty)
class DutyAdmin(admin.ModelAdmin[Duty]):
    list_display = ("code", "unit", "code_set", "category", "area", "rank", "valid_from", "valid_to", "page")
    list_filter = ("district", "code_set")
    list_select_related = ("district", "unit", "code_set", "area")
    search_fields = ("code", "unit__name_zh", "unit__name_en", "basis")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Duty]:
        return super().get_queryset(request).defer("area__geom")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Duty | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Duty | None = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("Change"))
    def page(self, duty: Duty) -> SafeString:
        """The page on which the duty is changed or ended."""
        address = reverse("city:duty-edit", args=[duty.district.code, duty.pk])
        return format_html('<a href="{}">{}</a>', address, _("Change"))
