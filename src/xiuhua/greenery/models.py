"""Tables of greenery: measurements, what the last one found of homes, streets and parks; plans of trees and gates."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from xiuhua.casework.models import Case
from xiuhua.city.models import Area, Building, District, GreenSpace, Street
from xiuhua.people.models import User


class Measurement(models.Model):
    """One run over a district: on what data, with which assumptions, what came out. Rows are kept of the last alone.

    ``totals``: by place (``district``, or kind:code of an area where homes lie) and figure (``figures.py``): numerator,
    denominator, unknown beside it. ``bands``: by figure of the district, the 5th and the 95th per cent of perturbed
    runs, and what crowns that hide trees leave (``bands.py``). ``change``: what explains the way from an earlier day
    (``change.py``). ``cells``: figures of disjoint ground for the lake, rows of town, community, grid (codes or
    nothing) and figures. ``made_at`` is the moment that was measured, ``stored_at`` when that was done. ``digest``
    names the scene and the parameters: where it is the same nothing is measured again. ``unfinished``: what has still
    to be worked out beside the figures, with the parts that are done (``actions/finish.py``).
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    stored_at = models.DateTimeField(auto_now_add=True)
    data_on = models.DateField()
    parameters = models.JSONField(default=dict)
    # Lists of [key, count, total]: which rules filled gaps, which objects were left out or moved.
    assumed = models.JSONField(default=list)
    rejected = models.JSONField(default=list)
    totals = models.JSONField(default=dict)
    cells = models.JSONField(default=list)
    bands = models.JSONField(default=dict)
    change = models.JSONField(default=dict)
    unfinished = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    seconds = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["district", "-made_at"], name="greenery_measurement_latest")]
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.district} {self.data_on}"


class BuildingGreen(models.Model):
    """What the last measurement found of one home. Nothing where it is unknown: no window, no street to its door.

    ``joined``: a street leads to it; then a distance that is missing means that no entrance is reached at all.
    Distances are walks in metres to the nearest entrance of a park of that size in square metres or more.
    """

    measurement = models.ForeignKey(Measurement, models.CASCADE, related_name="buildings")
    building = models.ForeignKey(Building, models.CASCADE, related_name="+")
    town = models.ForeignKey(Area, models.SET_NULL, null=True, related_name="+")
    community = models.ForeignKey(Area, models.SET_NULL, null=True, related_name="+")
    grid = models.ForeignKey(Area, models.SET_NULL, null=True, related_name="+")
    persons = models.PositiveIntegerField()
    windows = models.PositiveIntegerField()
    share_one = models.FloatField(null=True)
    share_three = models.FloatField(null=True)
    any_window = models.PositiveIntegerField()
    near = models.PositiveIntegerField()
    view = models.FloatField(null=True)
    view_5 = models.FloatField(null=True)
    view_15 = models.FloatField(null=True)
    view_25 = models.FloatField(null=True)
    joined = models.BooleanField()
    reach_400 = models.FloatField(null=True)
    reach_5000 = models.FloatField(null=True)
    reach_10000 = models.FloatField(null=True)
    reach_50000 = models.FloatField(null=True)
    reach_100000 = models.FloatField(null=True)
    park = models.ForeignKey(GreenSpace, models.SET_NULL, null=True, related_name="+")
    straight_m = models.FloatField(null=True)
    walk = models.FloatField(null=True)
    cool_way = models.FloatField(null=True)
    canopy_300m = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measurement", "building"], name="building_green_once")]

    def __str__(self) -> str:
        return f"{self.building}"


class StreetGreen(models.Model):
    """What the last measurement found of one street; nothing where it has no pavement.

    ``shade`` by the hours of the measurement is ``grey`` (walls alone) + ``green`` (crowns alone) + ``both``.
    ``lined``: share of its sides that crowns cover to 90 %. ``official``: counted by the official rate of tree-lined
    roads.
    """

    measurement = models.ForeignKey(Measurement, models.CASCADE, related_name="streets")
    street = models.ForeignKey(Street, models.CASCADE, related_name="+")
    town = models.ForeignKey(Area, models.SET_NULL, null=True, related_name="+")
    length_m = models.FloatField()
    official = models.BooleanField()
    points = models.PositiveIntegerField()
    canopy = models.FloatField(null=True)
    lined = models.FloatField(null=True)
    shade = models.FloatField(null=True)
    grey = models.FloatField(null=True)
    green = models.FloatField(null=True)
    both = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measurement", "street"], name="street_green_once")]

    def __str__(self) -> str:
        return f"{self.street}"


class ParkGreen(models.Model):
    """Whom one park serves. ``entered``: by mapped gates, where streets cross its boundary, everywhere, or unknown.

    Persons: ``in_circle`` of the official ``radius_m`` (none for the smallest and squares), ``beyond`` of them those
    with no entrance of any park within a walk of 500 m, and those whose nearest entrance is one of this park, by walk.
    """

    class Entered(models.TextChoices):
        """How its entrances are known."""

        GATES = "gates", _("by mapped gates")
        CROSSINGS = "crossings", _("where streets cross the boundary")
        ANYWHERE = "anywhere", _("open all around")
        UNKNOWN = "unknown", _("unknown")

    measurement = models.ForeignKey(Measurement, models.CASCADE, related_name="parks")
    park = models.ForeignKey(GreenSpace, models.CASCADE, related_name="+")
    town = models.ForeignKey(Area, models.SET_NULL, null=True, related_name="+")
    area_m2 = models.FloatField()
    square = models.BooleanField()
    entered = models.CharField(max_length=9, choices=Entered.choices)
    entrances = models.PositiveIntegerField()
    radius_m = models.PositiveIntegerField(null=True)
    in_circle = models.PositiveIntegerField()
    beyond = models.PositiveIntegerField()
    near_300 = models.PositiveIntegerField()
    near_500 = models.PositiveIntegerField()
    near_1000 = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measurement", "park"], name="park_green_once")]

    def __str__(self) -> str:
        return f"{self.park}"


class PlantingPlan(models.Model):
    """Places for trees, or for one gate, found for a home, a street, a park or a budget; from draft to work orders.

    A budget without a ``town`` is for the whole district.

    ``goal``: the share to be reached, or so many trees of a budget. ``before``, ``after``: the share of windows that
    see three trees (home; of a budget by persons), of pavement under crowns or in shade (street), or nothing (gate).
    ``figures``: what else came out, by name. ``reached``: whether the goal is reached with the room there is.
    """

    class Kind(models.TextChoices):
        """What the plan was made for."""

        HOME = "home", _("a home")
        CANOPY = "canopy", _("canopy over a street")
        SHADE = "shade", _("shade on a street")
        BUDGET = "budget", _("a budget of trees")
        GATE = "gate", _("a gate of a park")

    class State(models.TextChoices):
        """What became of it."""

        DRAFT = "draft", pgettext_lazy("plan", "draft")
        HANDED = "handed", pgettext_lazy("plan", "handed over")
        DROPPED = "dropped", pgettext_lazy("plan", "dropped")
        ASKED = "asked", pgettext_lazy("plan", "being worked out")
        EMPTY = "empty", pgettext_lazy("plan", "nothing found")

    district = models.ForeignKey(District, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    state = models.CharField(max_length=7, choices=State.choices, default=State.DRAFT)
    building = models.ForeignKey(Building, models.SET_NULL, null=True, related_name="+")
    street = models.ForeignKey(Street, models.SET_NULL, null=True, related_name="+")
    park = models.ForeignKey(GreenSpace, models.SET_NULL, null=True, related_name="+")
    town = models.ForeignKey(Area, models.SET_NULL, null=True, related_name="+")
    size = models.CharField(max_length=10, blank=True)
    goal = models.FloatField()
    before = models.FloatField(null=True)
    after = models.FloatField(null=True)
    reached = models.BooleanField(default=True)
    figures = models.JSONField(default=dict)
    data_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["district", "-made_at"], name="greenery_plan_latest")]
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.building or self.street or self.park or self.town or self.district}"


class PlannedPlace(models.Model):
    """One tree or gate of a plan, in the order in which it does most. ``gained``: persons, or the share it adds.

    ``case``: the work order that it was handed over with; trees of one street share one.
    """

    plan = models.ForeignKey(PlantingPlan, models.CASCADE, related_name="places")
    number = models.PositiveIntegerField()
    lon = models.FloatField()
    lat = models.FloatField()
    street = models.ForeignKey(Street, models.SET_NULL, null=True, related_name="+")
    gained = models.FloatField()
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="planned_place_once")]
        ordering = ["plan", "number"]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.number}"
