"""Back office of the foundation: history to read, schedules to set, given-up deliveries to try again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from xiuhua.foundation.actions import jobs, outbox
from xiuhua.foundation.models import CalendarDay, Event, OutboxDelivery, OutboxMessage, Schedule, WorkCalendarVersion


class ReadOnly:
    """Nothing is added, changed or removed here: actions and commands do that."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Never."""
        return False


@admin.register(Event)
class EventAdmin(ReadOnly, admin.ModelAdmin[Event]):
    list_display = ("chain", "sequence", "at", "actor", "verb", "subject")
    search_fields = ("=chain", "=subject", "=actor")
    date_hierarchy = "at"
    ordering = ("-at", "-pk")
    show_full_result_count = False


class CalendarDayInline(ReadOnly, admin.TabularInline[CalendarDay, WorkCalendarVersion]):
    model = CalendarDay


@admin.register(WorkCalendarVersion)
class WorkCalendarVersionAdmin(ReadOnly, admin.ModelAdmin[WorkCalendarVersion]):
    list_display = ("key", "version", "zone", "years", "source", "created_at")
    list_filter = ("key",)
    inlines = (CalendarDayInline,)


class ScheduleForm(forms.ModelForm[Schedule]):
    """What a person decides about a schedule; the rest follows."""

    class Meta:
        model = Schedule
        fields = ("name", "task", "every_seconds", "daily_at", "zone", "enabled")

    def clean(self) -> dict[str, Any]:
        """Refuse what the action would refuse, as a message at the form."""
        values = super().clean() or {}
        if not self.errors:
            try:
                jobs.check_schedule(
                    values.get("name") or self.instance.name,  # the name of a schedule that exists is only shown
                    values["task"],
                    values["zone"],
                    values["every_seconds"],
                    values["daily_at"],
                )
            except jobs.ScheduleError as error:
                raise forms.ValidationError(str(error)) from None
        return values


@admin.register(Schedule)
class ScheduleAdmin(admin.ModelAdmin[Schedule]):
    form = ScheduleForm
    list_display = ("name", "task", "every_seconds", "daily_at", "zone", "next_at", "enabled", "last_error")

    def get_readonly_fields(self, request: HttpRequest, obj: Schedule | None = None) -> tuple[str, ...]:
        """The name stays once it is given: it is the key of the schedule's history."""
        return ("name",) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Schedule | None = None) -> bool:
        """Never: switch it off instead."""
        return False

    def save_model(self, request: HttpRequest, obj: Schedule, form: forms.ModelForm[Schedule], change: bool) -> None:  # noqa: FBT001
        """Save through the action, which writes the event and works out the next time."""
        jobs.set_schedule(
            obj.name, obj.task, zone=obj.zone, actor=str(request.user), every_seconds=obj.every_seconds,
            daily_at=obj.daily_at, enabled=obj.enabled,
        )  # fmt: skip


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnly, admin.ModelAdmin[OutboxMessage]):
    list_display = ("topic", "key", "created_at")
    search_fields = ("=topic", "=key")
    ordering = ("-pk",)


@admin.register(OutboxDelivery)
class OutboxDeliveryAdmin(ReadOnly, admin.ModelAdmin[OutboxDelivery]):
    list_display = ("pk", "message", "target", "state", "attempts", "next_at", "last_error")
    list_filter = ("state",)
    list_select_related = ("message",)
    ordering = ("-pk",)
    actions = ("try_again",)

    @admin.action(description=gettext_lazy("Try the deliveries that were given up again"))
    def try_again(self, request: HttpRequest, queryset: QuerySet[OutboxDelivery]) -> None:
        """Put given-up deliveries among those selected back into the queue; the others are left alone."""
        if not request.user.has_perm("foundation.change_outboxdelivery"):
            self.message_user(request, _("You may read deliveries, not send them again."), messages.ERROR)
            return
        rows = list(queryset.filter(state=OutboxDelivery.State.DEAD))
        for row in rows:
            outbox.retry(row, actor=str(request.user))
        text = ngettext(
            "%(count)s delivery will be tried again.", "%(count)s deliveries will be tried again.", len(rows)
        )
        self.message_user(request, text % {"count": len(rows)})
