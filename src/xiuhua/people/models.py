"""Tables of people: users, the tree of organisations, who plays which role where."""

from datetime import date

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """A body that can answer for something: a bureau, a town office, a community, a contractor."""

    class Kind(models.TextChoices):
        DISTRICT = "district", _("District government")
        BUREAU = "bureau", _("Bureau")
        TOWN = "town", _("Town or subdistrict office")
        COMMUNITY = "community", _("Community or village committee")
        CONTRACTOR = "contractor", _("Contractor")
        INSTITUTION = "institution", _("Public institution")
        COMPANY = "company", _("Company")

    district_code = models.CharField(max_length=12)
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=Kind)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    # Territory for which this body answers when nobody else does; empty for bodies without one.
    area_code = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    # From a day until before another; empty where it is not bounded. A body that was split, merged or dissolved has
    # ended: the codes of those that took over stand in ``successors``, separated by semicolons.
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    successors = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district_code", "code"], name="organisation_code")]
        indexes = [models.Index(fields=["district_code", "area_code"])]
        ordering = ["district_code", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name_zh

    @property
    def successor_codes(self) -> list[str]:
        """The codes of the bodies that took over when this one ended."""
        return [code for code in self.successors.split(";") if code]

    def exists_on(self, day: date) -> bool:
        """Whether the body exists on ``day``."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day < self.valid_to)


class User(AbstractUser):
    """An account. What it may do follows from its assignments alone."""

    # Short enough to stand as the actor of an event.
    username = models.CharField(
        _("username"),
        max_length=60,
        unique=True,
        validators=[AbstractUser.username_validator],
        error_messages={"unique": _("This username is taken; choose another.")},
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="users"
    )
    display_name = models.CharField(max_length=80, blank=True)
    # Of the pages after sign-in; empty follows the browser.
    language = models.CharField(max_length=10, blank=True, choices=settings.LANGUAGES)
    # The assignments that came with the account: district, role, area, stage, first and last day; None: not yet read.
    assigned: list[list[str | None]] | None = None
    # The account of a request, which is gone with it, reads them once (middleware.py); any other each time anew.
    remembers: bool = False
    # District and code of its organisation, where that was read with the assignments.
    unit_read: tuple[str, str] | None = None

    def __str__(self) -> str:
        return self.display_name or self.username


class Assignment(models.Model):
    """A user plays a role, in an area and at a stage, for a time. Empty area or stage means all."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="assignments")
    role = models.CharField(max_length=20)
    district_code = models.CharField(max_length=12)
    area_code = models.CharField(max_length=40, blank=True)
    stage = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "district_code", "area_code", "stage"], name="assignment_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.area_code or self.district_code}"


class ApiKey(models.Model):
    """A key with which a program acts as an account. Only its digest is kept: the key is shown once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    # The beginning of the key, by which its owner knows it again.
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    # Coarse: written at most once an hour.
    used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.user} {self.prefix}"
