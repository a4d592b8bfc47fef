"""What can be drawn, plans, and the visits that were drawn."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from xiuhua.city.models import Area, District, Feature
from xiuhua.foundation.models import Footprint
from xiuhua.inspection.models.named import Named
from xiuhua.inspection.models.standards import Standard
from xiuhua.people.models import User


class Part(models.TextChoices):
    """Why a visit is made. Only the random panel feeds the index."""

    PANEL = "panel", _("Random panel")
    SEQUENTIAL = "sequential", _("Sequential test")
    COMPLAINT = "complaint", _("Led by complaints")
    REPEAT = "repeat", _("Blind repeat")


class Frame(Feature, Footprint):
    """A unit that can be drawn: 300 m of one side of a road, 200 m of a bank, a plot of green, a market."""

    kind = models.CharField(max_length=40)
    # The object of the city it was cut from.
    layer = models.CharField(max_length=20, blank=True)
    object_code = models.CharField(max_length=40, blank=True)
    side = models.CharField(max_length=1, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    town = models.ForeignKey(Area, models.SET_NULL, null=True, related_name="+")
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    # Metres of lines, square metres of plots, 1 of sites: what its weight is made of, with the hours in use.
    size = models.FloatField()
    opens = models.TimeField()
    closes = models.TimeField()
    built_at = models.DateTimeField()

    class Meta(Feature.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="inspection_frame_code")]
        indexes = [models.Index(fields=["district", "kind", "town"])]
        ordering = ["district", "code"]


class Plan(Named):
    """The checks of one month: a design, a seed whose digest is published before and which is revealed after."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        COMMITTED = "committed", _("Committed")
        REVEALED = "revealed", _("Revealed")
        DROPPED = "dropped", _("Dropped")

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    month = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    # Kinds with standard and number of checks, shares of the parts, bands, confidence: see inspection/design.py.
    design = models.JSONField(default=dict)
    # Secret until revealed: never shown, exported or written into events before.
    seed = models.CharField(max_length=64, blank=True)
    seed_sha256 = models.CharField(max_length=64, blank=True)
    # Of the codes and sizes of all frames: what the draw was made from.
    frames_sha256 = models.CharField(max_length=64, blank=True)
    committed_at = models.DateTimeField(null=True, blank=True)
    revealed_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta(Named.Meta):
        ordering = ["-month", "-id"]


class DrawnFrom(models.Model):
    """Everything that a month was drawn from, so that it can be drawn again: see inspection/month.py.

    Apart from the plan, since it is large and whoever reads plans or visits has no use for it.
    """

    plan = models.OneToOneField(Plan, models.CASCADE, related_name="drawn_from")
    inputs = models.JSONField()

    def __str__(self) -> str:
        return str(self.plan)


class Visit(models.Model):
    """A drawn check: a frame on a day in a time band, why, by whom, at which place of the route."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        DONE = "done", _("Done")
        MISSED = "missed", _("Missed")

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="visits")
    frame = models.ForeignKey(Frame, models.PROTECT, related_name="visits")
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part)
    stratum = models.CharField(max_length=80)
    # Chance to be in the panel times number of draws: an estimate divides by it.
    expected_draws = models.FloatField(default=1.0)
    day = models.DateField()
    begins = models.TimeField()
    ends = models.TimeField()
    inspector = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    # Place in the route of the day; the planned time on the clock of the district.
    order = models.PositiveSmallIntegerField(null=True)
    planned_at = models.TimeField(null=True)
    # The visit that this one repeats without the inspector knowing.
    repeats = models.ForeignKey("self", models.CASCADE, null=True, related_name="repeated_by")
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["inspector", "day", "state"]), models.Index(fields=["plan", "day"])]
        ordering = ["plan", "day", "inspector", "order", "id"]

    def __str__(self) -> str:
        return f"{self.frame} {self.day}"
