"""Living rooms: places where one can sit down on the ground, from application to acceptance and withdrawal."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xiuhua.casework.models import Photo
from xiuhua.city.models import Area, Feature, Site, local
from xiuhua.foundation.models import Footprint
from xiuhua.inspection.models.checks import Check
from xiuhua.inspection.models.sampling import Frame
from xiuhua.inspection.models.standards import Standard
from xiuhua.people.models import Organisation, User


class LivingRoom(Feature, Footprint):
    """A street, path, square or garden kept so clean that one can sit down on the ground."""

    class Type(models.TextChoices):
        ROAD = "road", _("Road")
        PEDESTRIAN = "pedestrian", _("Pedestrian street")
        GARDEN = "garden", _("Garden")
        SQUARE = "square", _("Square")

    class Level(models.TextChoices):
        """Who accepted it: what the district accepted alone counts apart from what the city accepted."""

        DISTRICT = "district", pgettext_lazy("level", "District")
        CITY = "city", _("City")

    class State(models.TextChoices):
        APPLIED = "applied", _("Applied")
        TESTING = "testing", _("Being tested")
        ACCEPTED = "accepted", pgettext_lazy("living room", "Accepted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    type = models.CharField(max_length=10, choices=Type)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    town = models.ForeignKey(Area, models.SET_NULL, null=True, related_name="+")
    lon = models.FloatField()
    lat = models.FloatField()
    state = models.CharField(max_length=10, choices=State, default=State.APPLIED)
    # Asked for, and where accepted: by whom.
    asked_level = models.CharField(max_length=8, choices=Level, default=Level.DISTRICT)
    level = models.CharField(max_length=8, choices=Level, blank=True)
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="+")
    about_zh = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    applied_at = models.DateTimeField()
    applied_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    accepted_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(Feature.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="living_room_code")]
        ordering = ["district", "code"]

    @property
    def about(self) -> str:
        """What one finds there, in the language of the page."""
        return local(self.about_zh, self.about_en)


class RoomFrame(models.Model):
    """A path of 10 m or a square of 100 m2 of a living room. Why it was looked at stands with each look."""

    room = models.ForeignKey(LivingRoom, models.CASCADE, related_name="frames")
    frame = models.OneToOneField(Frame, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.frame)


class RoomTest(models.Model):
    """The sequential test of a living room in a season; checks of part ``sequential`` in its frames feed it."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        PASSED = "passed", _("Passed")
        FAILED = "failed", _("Failed")

    room = models.ForeignKey(LivingRoom, models.CASCADE, related_name="tests")
    # Year and quarter: 2024-2.
    season = models.CharField(max_length=6)
    # Shares of failing checks that are good and bad, and the risks: see foundation/estimators/acceptance.py.
    good = models.FloatField(default=0.02)
    bad = models.FloatField(default=0.10)
    producer_risk = models.FloatField(default=0.05)
    consumer_risk = models.FloatField(default=0.05)
    # After so many checks it decides for whichever limit is nearer.
    limit = models.PositiveIntegerField(default=120)
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    began_on = models.DateField()
    checks = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "season"], name="living_room_season")]
        ordering = ["room", "season"]

    def __str__(self) -> str:
        return f"{self.room} {self.season}"


class RoomLook(models.Model):
    """A look at one square: drawn at random, which feeds the test, or the dirtiest to the inspector's eye, kept apart.

    A drawn square waits for its check; what was drawn and not looked at keeps the reason why.
    """

    class Way(models.TextChoices):
        RANDOM = "random", _("Drawn at random")
        DIRTIEST = "dirtiest", _("Dirtiest square")

    test = models.ForeignKey(RoomTest, models.CASCADE, related_name="looks")
    square = models.ForeignKey(RoomFrame, models.CASCADE, related_name="looks")
    way = models.CharField(max_length=8, choices=Way)
    drawn_at = models.DateTimeField(null=True)
    drawn_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made = models.OneToOneField(Check, models.PROTECT, null=True, related_name="+")
    given_up = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["test", "id"]

    def __str__(self) -> str:
        return f"{self.square} {self.way}"


class RoomStep(models.Model):
    """A step of a living room: appended, never changed."""

    room = models.ForeignKey(LivingRoom, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    move = models.CharField(max_length=20)
    to_state = models.CharField(max_length=10)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "number"], name="living_room_step")]
        ordering = ["room", "number"]

    def __str__(self) -> str:
        return f"{self.room} {self.number}"


class RoomPhoto(models.Model):
    """A picture of the album of a living room."""

    room = models.ForeignKey(LivingRoom, models.CASCADE, related_name="album")
    photo = models.OneToOneField(Photo, models.PROTECT, related_name="+")
    caption_zh = models.CharField(max_length=200, blank=True)
    caption_en = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["room", "id"]

    def __str__(self) -> str:
        return f"{self.room} {self.caption_zh}"

    @property
    def caption(self) -> str:
        """The caption in the language of the page."""
        return local(self.caption_zh, self.caption_en)
