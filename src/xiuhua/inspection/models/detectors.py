"""Detectors that propose boxes on photos, on which photos they ran, and whether a person agreed."""

from django.db import models

from xiuhua.casework.models import Photo
from xiuhua.city.models import District
from xiuhua.inspection.models.named import Named
from xiuhua.people.models import User


class Detector(Named):
    """A detector file that the engineer gave, as it was given; another file is another version."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    key = models.SlugField(max_length=40)
    version = models.PositiveIntegerField()
    # Below MEDIA_ROOT.
    file = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    # What the YAML beside the file says: docs/interfaces/detectors.md.
    description = models.JSONField(default=dict)
    # Whether it runs on photos that arrive.
    active = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta(Named.Meta):
        constraints = [models.UniqueConstraint(fields=["district", "key", "version"], name="detector_version")]
        ordering = ["district", "key", "-version"]

    @property
    def ref(self) -> str:
        """Key and version as one word: ``litter@2``."""
        return f"{self.key}@{self.version}"


class DetectorRun(models.Model):
    """A detector looked at a photo once, whether it proposed anything or not."""

    detector = models.ForeignKey(Detector, models.PROTECT, related_name="runs")
    photo = models.ForeignKey(Photo, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    # Why it could not look; empty where it did.
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["detector", "photo"], name="detector_run_once")]
        ordering = ["photo", "id"]

    def __str__(self) -> str:
        return f"{self.detector.ref} {self.photo}"


class Proposal(models.Model):
    """A box that a detector drew on a photo, and whether a person agreed."""

    run = models.ForeignKey(DetectorRun, models.CASCADE, related_name="proposals")
    label = models.CharField(max_length=60)
    confidence = models.FloatField()
    # Shares of width and height of the public copy: left, top, right, bottom.
    box = models.JSONField()
    # Nothing until somebody said so.
    agreed = models.BooleanField(null=True)
    agreed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["run", "-confidence", "id"]

    def __str__(self) -> str:
        return f"{self.label} {self.confidence:.2f}"
