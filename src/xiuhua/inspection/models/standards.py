"""Standards as data: what is looked at, how it is graded, what passes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xiuhua.city.models import local
from xiuhua.inspection.models.named import Named


class Standard(Named):
    """What is looked at on objects of one kind, how it is graded, and what passes; one version of it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_FORCE = "in_force", _("In force")
        RETIRED = "retired", _("Retired")

    key = models.SlugField(max_length=40)
    version = models.CharField(max_length=20)
    # Kind of frames it is for: road_section, bank_reach, green_plot, path, square or a kind of sites.
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    source = models.CharField(max_length=300, blank=True)
    source_en = models.CharField(max_length=300, blank=True)
    # How a score comes from items and when a check passes: see inspection/scoring.py.
    rule = models.JSONField(default=dict, blank=True)
    # When a check counts: {"dry": true, "wind_max": 3, "humidity_max": 80}; empty: always.
    conditions = models.JSONField(default=dict, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta(Named.Meta):
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="inspection_standard_version")]
        ordering = ["key", "version"]

    @property
    def ref(self) -> str:
        """Key and version as one word: ``carriageway@2022``."""
        return f"{self.key}@{self.version}"

    @property
    def said_source(self) -> str:
        """Where it comes from, in the language of the page."""
        return local(self.source, self.source_en)


class Item(Named):
    """One thing that is looked at: its scale, its weight, when it passes, and which case its failure becomes."""

    class Scale(models.TextChoices):
        GRADE = "grade", _("Grade 0 to 5")
        COUNT = "count", _("Count")
        GRAMS = "grams", _("Grams a square metre")
        MINUTES = "minutes", _("Minutes")
        YES_NO = "yes_no", _("Yes or no")

    standard = models.ForeignKey(Standard, models.CASCADE, related_name="items")
    key = models.SlugField(max_length=40)
    order = models.PositiveSmallIntegerField(default=0)
    scale = models.CharField(max_length=8, choices=Scale)
    weight = models.FloatField(default=1.0)
    # A grade and a yes pass at ``bound`` and above, counts, grams and minutes at ``bound`` and below.
    bound = models.FloatField()
    help_zh = models.CharField(max_length=300, blank=True)
    help_en = models.CharField(max_length=300, blank=True)
    # What a grade looks like in words: {"5": {"zh": "...", "en": "..."}, ...}.
    words = models.JSONField(default=dict, blank=True)
    photo_needed = models.BooleanField(default=False)
    # What a failure becomes: category (set@version:code) and number of its filing standard; empty: no case.
    category = models.CharField(max_length=60, blank=True)
    filing = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta(Named.Meta):
        constraints = [models.UniqueConstraint(fields=["standard", "key"], name="inspection_item_key")]
        ordering = ["standard", "order", "id"]

    @property
    def help(self) -> str:
        """What to look at, in the language of the page."""
        return local(self.help_zh, self.help_en)


class ScalePhoto(models.Model):
    """How a grade of an item looks: a picture below ``MEDIA_ROOT``."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="pictures")
    grade = models.PositiveSmallIntegerField()
    file = models.CharField(max_length=120)
    caption_zh = models.CharField(max_length=200, blank=True)
    caption_en = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "grade"], name="inspection_scale_photo")]
        ordering = ["item", "grade"]

    def __str__(self) -> str:
        return f"{self.item} {self.grade}"
