"""Key-site campaigns with photos before and after, and red and black lists of named places."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xiuhua.casework.models import Case, Photo
from xiuhua.city.models import Area, District, Site
from xiuhua.inspection.models.checks import Check
from xiuhua.inspection.models.named import Named
from xiuhua.people.models import Organisation, User


class Campaign(Named):
    """Sites of one kind put in order by a day: broken-wall shops, markets, old compounds, under the elevated road."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    key = models.SlugField(max_length=60)
    kind = models.CharField(max_length=40, blank=True)
    lead = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    begins = models.DateField()
    ends = models.DateField()
    about_zh = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta(Named.Meta):
        constraints = [models.UniqueConstraint(fields=["district", "key"], name="campaign_key")]
        ordering = ["-begins", "key"]


class CampaignSite(Named):
    """One place of a campaign: what is wrong, who answers, by when, and who signed that it is in order."""

    class State(models.TextChoices):
        LISTED = "listed", _("Listed")
        DONE = "done", _("Reported done")
        RETURNED = "returned", _("Sent back")
        SIGNED = "signed", _("Signed off")
        DROPPED = "dropped", _("Dropped from the campaign")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="sites")
    number = models.PositiveIntegerField()
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    town = models.ForeignKey(Area, models.SET_NULL, null=True, related_name="+")
    lon = models.FloatField()
    lat = models.FloatField()
    problem = models.TextField()
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    due = models.DateField()
    # The day that was set when the site was listed: a day that is moved moves no site out of the share signed off.
    first_due = models.DateField()
    listed_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.LISTED)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(Named.Meta):
        constraints = [models.UniqueConstraint(fields=["campaign", "number"], name="campaign_site_number")]
        ordering = ["campaign", "number"]


class SiteStep(models.Model):
    """A step of a site: appended, never changed."""

    site = models.ForeignKey(CampaignSite, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    move = models.CharField(max_length=20)
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "number"], name="campaign_site_step")]
        ordering = ["site", "number"]

    def __str__(self) -> str:
        return f"{self.site} {self.number}"


class SitePhoto(models.Model):
    """A photo of a site before or after."""

    class Stage(models.TextChoices):
        BEFORE = "before", _("Before")
        AFTER = "after", _("After")

    site = models.ForeignKey(CampaignSite, models.CASCADE, related_name="photos")
    stage = models.CharField(max_length=8, choices=Stage)
    photo = models.OneToOneField(Photo, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["site", "stage", "id"]

    def __str__(self) -> str:
        return f"{self.site} {self.stage}"


class ListRound(Named):
    """A round of the red and black list: one category judged in one period; places named in it come on the list."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        PUBLISHED = "published", _("Published")

    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    key = models.SlugField(max_length=60)
    # Kind of places: upkeep of open green, construction sites, sorting in compounds.
    kind = models.CharField(max_length=40)
    begins = models.DateField()
    ends = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    # How it is judged, in words; what is printed beside the lists.
    rule = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta(Named.Meta):
        constraints = [models.UniqueConstraint(fields=["district", "key"], name="list_round_key")]
        ordering = ["-ends", "key"]


class ListPlace(Named):
    """A named place in a round: proposed for red or black by the line department, decided after both looks."""

    class Colour(models.TextChoices):
        RED = "red", _("Red list")
        BLACK = "black", _("Black list")

    round = models.ForeignKey(ListRound, models.CASCADE, related_name="places")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    unit = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    proposed = models.CharField(max_length=6, choices=Colour)
    # Empty: on no list.
    decided = models.CharField(max_length=6, choices=Colour, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta(Named.Meta):
        ordering = ["round", "id"]


class ListCorrection(models.Model):
    """What was learned of a place after its round was published: appended, the decision stays as it was printed."""

    place = models.ForeignKey(ListPlace, models.PROTECT, related_name="corrections")
    at = models.DateTimeField()
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    # Empty: it should stand on no list.
    colour = models.CharField(max_length=6, choices=ListPlace.Colour, blank=True)
    reason = models.TextField()

    class Meta:
        ordering = ["place", "at", "id"]

    def __str__(self) -> str:
        return f"{self.place} {self.colour}"


class ListLook(models.Model):
    """A look at a place: the announced visit of experts, or the secret re-check. Each is made by other people."""

    class Kind(models.TextChoices):
        EXPERT = "expert", _("Expert visit")
        SECRET = "secret", _("Secret re-check")

    place = models.ForeignKey(ListPlace, models.CASCADE, related_name="looks")
    kind = models.CharField(max_length=8, choices=Kind)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    score = models.FloatField()
    note = models.TextField(blank=True)
    made = models.ForeignKey(Check, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "kind", "by"], name="list_look_once")]
        ordering = ["place", "at"]

    def __str__(self) -> str:
        return f"{self.place} {self.kind}"


class LookPhoto(models.Model):
    """A photo of a look."""

    look = models.ForeignKey(ListLook, models.CASCADE, related_name="photos")
    photo = models.OneToOneField(Photo, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.photo)
