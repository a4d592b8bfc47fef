"""Back office of casework: to look things up. Cases change by their moves, the rest in the catalogue (pages/office)."""

from django.contrib import admin

from xiuhua.casework.models import Case, Check, Petition, RetentionRule, Service, Standard, Step
from xiuhua.foundation.admin import ReadOnly


@admin.register(Standard)
class StandardAdmin(ReadOnly, admin.ModelAdmin[Standard]):
    list_display = ("category", "number", "condition", "limit", "unit", "closing", "active", "source")
    list_filter = ("active", "unit", "category__code_set")
    list_select_related = ("category",)
    search_fields = ("category__code", "category__name_zh", "category__name_en", "condition")


class StepInline(ReadOnly, admin.TabularInline[Step, Case]):
    model = Step
    fields = ("number", "at", "move", "from_state", "to_state", "actor", "unit", "reason")
    ordering = ("number",)


@admin.register(Case)
class CaseAdmin(ReadOnly, admin.ModelAdmin[Case]):
    list_display = ("number", "state", "category", "unit", "reported_at", "deadline", "overdue")
    list_filter = ("state", "district")
    list_select_related = ("category", "unit")
    search_fields = ("=number",)
    # Their select boxes would load every area and case.
    exclude = ("town", "community", "grid", "master")
    show_full_result_count = False
    inlines = (StepInline,)


@admin.register(Check)
class CheckAdmin(ReadOnly, admin.ModelAdmin[Check]):
    list_display = ("case", "kind", "inspector", "drawn_at", "due", "passed", "received_at", "cancelled_at")
    list_filter = ("kind", "passed")
    list_select_related = ("case", "inspector")
    search_fields = ("=case__number",)
    show_full_result_count = False


@admin.register(Petition)
class PetitionAdmin(ReadOnly, admin.ModelAdmin[Petition]):
    list_display = ("case", "kind", "asked_at", "asked_by", "reason", "reviewed_at", "decided_at", "granted")
    list_filter = ("kind", "granted")
    list_select_related = ("case", "asked_by")
    search_fields = ("=case__number",)
    show_full_result_count = False


@admin.register(Service)
class ServiceAdmin(ReadOnly, admin.ModelAdmin[Service]):
    list_display = ("category", "public", "description_zh", "keywords")
    list_filter = ("public", "category__code_set")
    list_select_related = ("category",)
    search_fields = ("category__code", "category__name_zh", "category__name_en", "keywords")


@admin.register(RetentionRule)
class RetentionRuleAdmin(ReadOnly, admin.ModelAdmin[RetentionRule]):
    list_display = ("source", "contact_days", "original_days")
