"""Checks with what was found and photographed."""

import uuid

from django.db import models

from xiuhua.casework.models import Case, Photo
from xiuhua.city.models import District
from xiuhua.inspection.models.sampling import Frame, Part, Visit
from xiuhua.inspection.models.standards import Item, Standard
from xiuhua.people.models import User


class Check(models.Model):
    """One look at a frame by a standard: when, where, in which weather, and what came out."""

    # Made by the phone: the same check sent twice is one.
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    visit = models.OneToOneField(Visit, models.PROTECT, null=True, related_name="made")
    frame = models.ForeignKey(Frame, models.PROTECT, related_name="checks")
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part)
    inspector = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    received_at = models.DateTimeField()
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    # How far the phone was from the frame.
    distance_m = models.FloatField(null=True)
    # {"dry": true, "wind": 2, "humidity": 60}: as told by the inspector or a station.
    weather = models.JSONField(default=dict)
    # False where the conditions of the standard were not met: kept, not counted.
    valid = models.BooleanField(default=True)
    score = models.FloatField(null=True)
    passed = models.BooleanField(null=True)
    # What is odd: [{"flag": "too_fast", "figure": 190.0, "with": "..."}]; see inspection/flags.py.
    flags = models.JSONField(default=list)
    # When they changed after the check was taken: pictures may be drawn later (actions/pictures.py).
    flagged_at = models.DateTimeField(null=True)
    note = models.TextField(blank=True)
    # Numbers of the cases that it led to, where that is known because it was made just now; no column.
    led_to: list[str] | None = None

    class Meta:
        indexes = [
            models.Index(fields=["district", "seen_at"]),
            models.Index(fields=["inspector", "seen_at"]),
            models.Index(fields=["district", "received_at"]),
            models.Index(
                fields=["district", "flagged_at"], name="inspection_check_flagged", condition=~models.Q(flagged_at=None)
            ),
        ]
        ordering = ["-seen_at", "-id"]

    def __str__(self) -> str:
        return f"{self.frame} {self.seen_at:%Y-%m-%d %H:%M}"


class Finding(models.Model):
    """What one item of a check came to; a failed one leads to its case."""

    made = models.ForeignKey(Check, models.CASCADE, related_name="findings")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    # Nothing where it could not be assessed.
    value = models.FloatField(null=True)
    passed = models.BooleanField(null=True)
    note = models.CharField(max_length=300, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["made", "item"], name="inspection_finding_item")]
        ordering = ["made", "item"]

    def __str__(self) -> str:
        return f"{self.item}: {self.value}"


class CheckPhoto(models.Model):
    """A photo of a check or of one of its items, with the digest that finds the same picture again."""

    made = models.ForeignKey(Check, models.CASCADE, related_name="photos")
    item = models.ForeignKey(Item, models.PROTECT, null=True, related_name="+")
    photo = models.ForeignKey(Photo, models.PROTECT, related_name="+")
    # Perceptual hash of 64 bits as 16 hexadecimal digits; empty where the picture has no contrast.
    phash = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["photo"], name="inspection_photo_once")]

    def __str__(self) -> str:
        return str(self.photo)


class PhotoBand(models.Model):
    """A piece of the hash of a photo with its place, as one number: pictures that are alike share at least one."""

    photo = models.ForeignKey(CheckPhoto, models.CASCADE, related_name="bands")
    band = models.PositiveSmallIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"{self.photo} {self.band}"
