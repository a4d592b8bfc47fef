"""Tables of the city: districts, areas, streets, waters, greens, gates, plots, buildings, sites, points, duty."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xiuhua.foundation.models import Footprint
from xiuhua.people.models import Organisation


def local(zh: str, en: str) -> str:
    """The text in the language of the page; Chinese where there is no English."""
    return en if en and (get_language() or "").startswith("en") else zh


class District(models.Model):
    """One district that the installation serves: its code, zone and calendar; its outline is an area."""

    code = models.CharField(max_length=12, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    time_zone = models.CharField(max_length=60, default="Asia/Shanghai")
    calendar = models.CharField(max_length=40, default="CN")
    synthetic = models.BooleanField(default=False)
    attribution = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return local(self.name_zh, self.name_en)


class Kind(models.Model):
    """A kind of area, site, water, green space or plot: vocabulary that a district may extend."""

    domain = models.CharField(max_length=20)
    key = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    # Areas only: 0 is the whole district, larger is finer; areas of a partition must not overlap.
    rank = models.PositiveSmallIntegerField(default=50)
    partition = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["domain", "key"], name="kind_key")]
        ordering = ["domain", "rank", "key"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return local(self.name_zh, self.name_en)


class CodeSet(models.Model):
    """A versioned list of category codes. A bare code means nothing without its set."""

    key = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)  # component | event
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="code_set_version")]
        ordering = ["key", "version"]

    def __str__(self) -> str:
        return f"{self.key}@{self.version}"

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return local(self.name_zh, self.name_en)


class Code(models.Model):
    """One category of a code set: four digits, class first."""

    code_set = models.ForeignKey(CodeSet, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(max_length=12)
    class_zh = models.CharField(max_length=60)
    class_en = models.CharField(max_length=80, blank=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    status = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code_set", "code"], name="code_once")]
        ordering = ["code_set", "code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return local(self.name_zh, self.name_en)

    @property
    def class_name(self) -> str:
        """The name of its class in the language of the page."""
        return local(self.class_zh, self.class_en)


class Feature(models.Model):
    """What every object of the city has, whatever its geometry."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=160, blank=True)
    name_en = models.CharField(max_length=160, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=160, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name or self.code

    @property
    def name(self) -> str:
        """The name in the language of the page; empty when the object has none."""
        return local(self.name_zh, self.name_en)


class Area(Feature, Footprint):
    """A polygon of the division of the city, of any kind, valid for a time."""

    kind = models.CharField(max_length=40)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    area_m2 = models.FloatField()
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    persons = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "kind", "code", "valid_from"], name="area_code_dated"),
            models.UniqueConstraint(
                fields=["district", "kind", "code"],
                condition=models.Q(valid_from__isnull=True),
                name="area_code_undated",
            ),
        ]
        indexes = [models.Index(fields=["district", "kind"])]
        ordering = ["code"]


class Street(Feature, Footprint):
    """A street or one section of it, as a centre line."""

    class StreetClass(models.TextChoices):
        EXPRESSWAY = "expressway", _("Expressway")
        MAIN = "main", _("Main road")
        SECONDARY = "secondary", _("Secondary road")
        BRANCH = "branch", _("Branch road")
        LANE = "lane", _("Back street or lane")
        PATH = "path", _("Foot or cycle path")

    street_class = models.CharField(max_length=20, choices=StreetClass)
    cleaning_grade = models.PositiveSmallIntegerField(null=True, blank=True)
    width_m = models.FloatField(null=True, blank=True)
    length_m = models.FloatField()
    oneway = models.BooleanField(default=False)
    elevated = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="street_code")]
        ordering = ["code"]


class KerbSide(Footprint):
    """One side of a street: the thing that is swept, graded and answered for."""

    street = models.ForeignKey(Street, on_delete=models.CASCADE, related_name="kerbs")
    side = models.CharField(max_length=1, choices=[("L", _("Left")), ("R", _("Right"))])
    length_m = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["street", "side"], name="kerb_side_once")]

    def __str__(self) -> str:
        return f"{self.street} {self.side}"


class Water(Feature, Footprint):
    """A river, canal, lake or pond, as line or polygon."""

    kind = models.CharField(max_length=40)
    area_m2 = models.FloatField(default=0)
    length_m = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="water_code")]
        ordering = ["code"]


class GreenSpace(Feature, Footprint):
    """A park, garden or other green area; ``fenceless`` ones are entered anywhere along their boundary."""

    kind = models.CharField(max_length=40)
    area_m2 = models.FloatField()
    fenceless = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="green_code")]
        ordering = ["code"]


class Plot(Feature, Footprint):
    """Ground with one land use, by kind."""

    kind = models.CharField(max_length=40)
    area_m2 = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="plot_code")]
        ordering = ["code"]


class Building(Feature, Footprint):
    """A building footprint with its height and the persons who live in it, where known."""

    use = models.CharField(max_length=40, blank=True)
    height_m = models.FloatField(null=True, blank=True)
    floors = models.PositiveSmallIntegerField(null=True, blank=True)
    persons = models.PositiveIntegerField(null=True, blank=True)
    area_m2 = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="building_code")]
        ordering = ["code"]


class Site(Feature, Footprint):
    """A place put in order by the programme: market, old compound, elevated corridor, and more as data."""

    kind = models.CharField(max_length=40)
    address = models.CharField(max_length=200, blank=True)
    responsible = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="site_code")]
        ordering = ["code"]


class Point(models.Model):
    """A place as a point, with the areas it lies in, resolved once at the door."""

    lon = models.FloatField()
    lat = models.FloatField()
    town = models.ForeignKey(Area, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    community = models.ForeignKey(Area, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    grid = models.ForeignKey(Area, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        abstract = True


class Gate(Feature, Point):
    """An entrance of a green space, on its boundary; it goes with the green space."""

    green = models.ForeignKey(GreenSpace, on_delete=models.CASCADE, related_name="gates")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="gate_code")]
        ordering = ["code"]


class Component(Feature, Point):
    """A managed part of the city (部件): cover, lamp, bin, sign; ``code`` is its 16-digit identifier."""

    class State(models.TextChoices):
        INTACT = "intact", _("Intact")
        DAMAGED = "damaged", _("Damaged")
        LOST = "lost", _("Lost")
        DISCARDED = "discarded", _("Discarded")

    category = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State, default=State.INTACT)
    competent = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    maintainer = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    surveyed_on = models.DateField(null=True, blank=True)
    changed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="component_code")]
        indexes = [models.Index(fields=["lon", "lat"]), models.Index(fields=["code"])]
        ordering = ["code"]


class Tree(Feature, Point):
    """A single tree: species, size and year, where known; ``base_m`` is how high its crown begins.

    A tree that was felled has its last day in ``valid_to`` and stays on record.
    """

    species = models.CharField(max_length=80, blank=True)
    evergreen = models.BooleanField(null=True, blank=True)
    height_m = models.FloatField(null=True, blank=True)
    crown_m = models.FloatField(null=True, blank=True)
    base_m = models.FloatField(null=True, blank=True)
    trunk_cm = models.FloatField(null=True, blank=True)
    planted = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="tree_code")]
        ordering = ["code"]


class Duty(models.Model):
    """Category x area x time -> unit. Empty category, area or object means any."""

    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="duties")
    code = models.CharField(max_length=40)
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="duties")
    code_set = models.ForeignKey(CodeSet, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # "" any category, "01" a class, "0101" one category of code_set.
    category = models.CharField(max_length=12, blank=True)
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="duties")
    object_layer = models.CharField(max_length=20, blank=True)
    object_code = models.CharField(max_length=40, blank=True)
    weekdays = models.CharField(max_length=7, default="1234567")
    time_from = models.TimeField(null=True, blank=True)
    time_to = models.TimeField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    # 1 leads; larger numbers support, in this order.
    rank = models.PositiveSmallIntegerField(default=1)
    basis = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="duty_code")]
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class SearchEntry(models.Model):
    """One object that can be found by name or code."""

    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="+")
    layer = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    code = models.CharField(max_length=40, db_index=True)
    title_zh = models.CharField(max_length=160)
    title_en = models.CharField(max_length=160, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "layer", "object_id"], name="search_entry_once")]

    def __str__(self) -> str:
        return self.title_zh


class SearchToken(models.Model):
    """A two-character piece of a name: what makes two-character Chinese words findable."""

    token = models.CharField(max_length=8)
    entry = models.ForeignKey(SearchEntry, on_delete=models.CASCADE, related_name="tokens")

    class Meta:
        indexes = [models.Index(fields=["token"])]

    def __str__(self) -> str:
        return self.token
