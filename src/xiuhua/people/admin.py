"""Back office of the room, for those who look after the installation. Every change goes through the actions."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from xiuhua.people.actions import accounts, assignments
from xiuhua.people.actions.organisations import FIELDS, load_organisations
from xiuhua.people.matrix import MATRIX
from xiuhua.people.models import Assignment, Organisation, User
from xiuhua.people.permissions import name
from xiuhua.people.queries import unit_chain

# The limits on wrong passwords and the second factor hold for this door too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class OrganisationForm(forms.ModelForm[Organisation]):
    """Refuses a parent of another district or below the organisation itself."""

    class Meta:
        model = Organisation
        fields = ("district_code", "code", "parent", *FIELDS)

    def clean(self) -> dict[str, Any]:
        """Check the parent."""
        data = super().clean() or self.cleaned_data
        parent = data.get("parent")
        if parent and parent.district_code != data.get("district_code", self.instance.district_code):
            self.add_error("parent", _("The parent belongs to another district. Choose one of the same district."))
        elif parent and self.instance.pk and self.instance in unit_chain(parent):
            self.add_error("parent", _("The organisation would stand below itself. Choose another parent."))
        return data


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin[Organisation]):
    form = OrganisationForm
    list_display = ("code", "name_zh", "name_en", "kind", "district_code", "parent", "area_code")
    list_filter = ("district_code", "kind")
    search_fields = ("code", "name_zh", "name_en")
    autocomplete_fields = ("parent",)

    def get_readonly_fields(self, request: HttpRequest, obj: Organisation | None = None) -> tuple[str, ...]:
        return ("district_code", "code") if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Organisation | None = None) -> bool:
        return False  # duties and history name organisations by their code

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:  # noqa: FBT001
        row = {field: getattr(obj, field) for field in FIELDS}
        row |= {"code": obj.code, "parent": obj.parent.code if obj.parent else ""}
        load_organisations(obj.district_code, [row], actor=request.user.get_username())
        obj.pk = Organisation.objects.get(district_code=obj.district_code, code=obj.code).pk


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    list_display = ("username", "display_name", "organisation", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("username", "display_name")
    autocomplete_fields = ("organisation",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "display_name", "email", "organisation", "language")}),
        (None, {"fields": ("is_active", "is_superuser", "last_login", "date_joined")}),
    )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        accounts.save(obj, actor=request.user.get_username())

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        accounts.delete(obj, actor=request.user.get_username())

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            for user in queryset:
                accounts.delete(user, actor=request.user.get_username())

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        with transaction.atomic():
            response = super().user_change_password(request, id, form_url)
            if request.method == "POST" and isinstance(response, HttpResponseRedirect):
                accounts.record_password_set(User.objects.get(pk=id), actor=request.user.get_username())
        return response


class AssignmentForm(forms.ModelForm[Assignment]):
    """Offers the roles of the matrix."""

    role = forms.ChoiceField(choices=lambda: [(key, name(role)) for key, role in MATRIX.roles.items()])

    class Meta:
        model = Assignment
        fields = ("user", "role", "district_code", "area_code", "stage", "valid_from", "valid_to")


@admin.register(Assignment)
class AssignmentAdmin(admin.ModelAdmin[Assignment]):
    form = AssignmentForm
    list_display = ("user", "role", "district_code", "area_code", "stage", "valid_from", "valid_to")
    list_filter = ("role", "district_code")
    search_fields = ("user__username", "area_code")
    autocomplete_fields = ("user",)

    def get_readonly_fields(self, request: HttpRequest, obj: Assignment | None = None) -> tuple[str, ...]:
        # Another binding is another assignment: take this one back and give the new one.
        return ("user", "role", "district_code", "area_code", "stage") if obj else ()

    def save_model(self, request: HttpRequest, obj: Assignment, form: Any, change: bool) -> None:  # noqa: FBT001
        granted = assignments.grant(
            obj.user, obj.role, district_code=obj.district_code, area_code=obj.area_code, stage=obj.stage,
            valid_from=obj.valid_from, valid_to=obj.valid_to, actor=request.user.get_username(),
        )  # fmt: skip
        obj.pk = granted.pk

    def delete_model(self, request: HttpRequest, obj: Assignment) -> None:
        assignments.revoke(obj, actor=request.user.get_username())

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            for each in queryset:
                assignments.revoke(each, actor=request.user.get_username())
