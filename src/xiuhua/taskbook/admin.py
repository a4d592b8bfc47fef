"""Back office of the task book: to look things up. Books change by their actions and files, values by computation."""

from django.contrib import admin

from xiuhua.foundation.admin import ReadOnly
from xiuhua.taskbook.models import (
    Book,
    Bulletin,
    Closing,
    Commitment,
    Forecast,
    Goal,
    Meeting,
    Milestone,
    Project,
    Review,
    Revision,
    Score,
    Target,
    Value,
)


class TargetInline(ReadOnly, admin.TabularInline[Target, Goal]):
    model = Target
    fields = ("year", "value", "meaning_zh", "meaning_en")


class MilestoneInline(ReadOnly, admin.TabularInline[Milestone, Project]):
    model = Milestone
    fields = ("key", "name_zh", "due", "done_on", "proof")


class ReviewInline(ReadOnly, admin.TabularInline[Review, Commitment]):
    model = Review
    fields = ("meeting", "state", "note", "due_before", "due_after", "user", "at")


@admin.register(Book)
class BookAdmin(ReadOnly, admin.ModelAdmin[Book]):
    list_display = ("key", "name_zh", "district", "first_year", "last_year", "state", "version", "issued_at")
    list_filter = ("district", "state")
    list_select_related = ("district",)
    search_fields = ("key", "name_zh", "name_en")


@admin.register(Goal)
class GoalAdmin(ReadOnly, admin.ModelAdmin[Goal]):
    list_display = ("key", "name_zh", "book", "group_zh", "indicator", "project_kind", "unit", "lead")
    list_filter = ("book", "statement")
    list_select_related = ("book", "lead")
    search_fields = ("key", "name_zh", "name_en", "indicator")
    inlines = (TargetInline,)


@admin.register(Commitment)
class CommitmentAdmin(ReadOnly, admin.ModelAdmin[Commitment]):
    list_display = ("measure", "goal", "unit", "first_due", "due", "state", "done_on")
    list_filter = ("state", "goal__book")
    list_select_related = ("goal", "unit")
    search_fields = ("measure", "=unit__code")
    inlines = (ReviewInline,)


@admin.register(Meeting)
class MeetingAdmin(ReadOnly, admin.ModelAdmin[Meeting]):
    list_display = ("held_on", "title", "book", "chair", "closed_at")
    list_filter = ("book",)
    list_select_related = ("book", "chair")


@admin.register(Project)
class ProjectAdmin(ReadOnly, admin.ModelAdmin[Project]):
    list_display = ("key", "name_zh", "book", "kind", "unit", "area", "started_on", "accepted_by", "done_on")
    list_filter = ("book", "kind", "accepted_by")
    list_select_related = ("book", "unit")
    search_fields = ("key", "name_zh", "name_en")
    inlines = (MilestoneInline,)


@admin.register(Value)
class ValueAdmin(ReadOnly, admin.ModelAdmin[Value]):
    list_display = ("indicator", "version", "month", "scope", "code", "numerator", "denominator", "value", "missing")
    list_filter = ("district", "scope")
    search_fields = ("=indicator", "=code")
    show_full_result_count = False


@admin.register(Score)
class ScoreAdmin(ReadOnly, admin.ModelAdmin[Score]):
    list_display = ("book", "month", "scope", "code", "points", "full", "best_rank", "worst_rank", "band")
    list_filter = ("book", "scope", "band")
    list_select_related = ("book",)
    search_fields = ("=code",)


@admin.register(Forecast)
class ForecastAdmin(ReadOnly, admin.ModelAdmin[Forecast]):
    list_display = ("goal", "scope", "code", "month", "year", "method", "expected", "probability", "light", "reason")
    list_filter = ("light", "scope", "goal__book")
    list_select_related = ("goal",)


@admin.register(Closing)
class ClosingAdmin(ReadOnly, admin.ModelAdmin[Closing]):
    list_display = ("district", "month", "published_at", "actor", "note")
    list_filter = ("district",)
    list_select_related = ("district",)


@admin.register(Revision)
class RevisionAdmin(ReadOnly, admin.ModelAdmin[Revision]):
    list_display = ("closing", "subject", "key", "scope", "code", "reason", "actor", "at")
    list_filter = ("subject",)
    search_fields = ("=key", "=code")


@admin.register(Bulletin)
class BulletinAdmin(ReadOnly, admin.ModelAdmin[Bulletin]):
    list_display = ("district", "month", "version", "made_at", "pdf", "xlsx")
    list_filter = ("district",)
    list_select_related = ("district",)
