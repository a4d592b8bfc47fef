"""Tables of casework: standards, reports, photos, cases, parties, steps, checks, followers, saved views."""

import uuid

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from xiuhua.casework.case_indexes import CASE_INDEXES
from xiuhua.casework.states import STATES
from xiuhua.city.models import Area, Code, District
from xiuhua.people.models import Organisation, User


class Standard(models.Model):
    """A filing standard of a category: when a case is filed, how long it may take, what closes it."""

    category = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="standards")
    number = models.PositiveSmallIntegerField()
    condition = models.CharField(max_length=300)
    limit = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=20)
    closing = models.CharField(max_length=300, blank=True)
    active = models.BooleanField(default=True)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["category", "number"], name="standard_number")]
        ordering = ["category", "number"]

    def __str__(self) -> str:
        return self.condition


class Service(models.Model):
    """What the public may report: a category offered for reporting, with its questions (a JSON Schema)."""

    category = models.OneToOneField(Code, on_delete=models.PROTECT, related_name="service")
    public = models.BooleanField(default=True)
    description_zh = models.CharField(max_length=300, blank=True)
    description_en = models.CharField(max_length=300, blank=True)
    keywords = models.CharField(max_length=300, blank=True)
    # Each property is one question; see docs/interfaces/open311.md for the mapping to service definitions.
    questions = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return str(self.category)

    @property
    def description(self) -> str:
        """What this is about, in the language of the page."""
        english = (get_language() or "").startswith("en")
        return (self.description_en if english else self.description_zh) or self.description_zh


class Case(models.Model):
    """One problem at one place, from filing to its verified end."""

    number = models.CharField(max_length=24, unique=True)
    # Each move writes into every index of its rows: keys lead one of those below, or only rare deletions look for them.
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+", db_index=False)
    category = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="+", db_index=False)
    standard = models.ForeignKey(Standard, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=24, choices=[(key, state.zh) for key, state in STATES.items()])
    # When the case entered its state, and when the state itself must be left (desk limits and timers).
    state_since = models.DateTimeField()
    state_due = models.DateTimeField(null=True)
    description = models.TextField(blank=True)
    public_text = models.TextField(blank=True)
    address = models.CharField(max_length=200, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    town = models.ForeignKey(Area, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    community = models.ForeignKey(Area, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    grid = models.ForeignKey(Area, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    source = models.CharField(max_length=20)
    priority = models.PositiveSmallIntegerField(default=0)
    me_too = models.PositiveIntegerField(default=0)
    unit = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    handler = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    # The clock of handling: starts at dispatch, in the unit of the standard; pauses are [[from, to|null], ...].
    clock_started = models.DateTimeField(null=True)
    clock_amount = models.PositiveSmallIntegerField(null=True)
    clock_unit = models.CharField(max_length=20, blank=True)
    clock_pauses = models.JSONField(default=list)
    deadline = models.DateTimeField(null=True)
    reported_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    handed_back_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    closing_reason = models.CharField(max_length=24, blank=True)
    overdue = models.BooleanField(default=False)
    exempt = models.BooleanField(default=False)
    hard = models.BooleanField(default=False)
    public = models.BooleanField(default=True)
    extensions = models.PositiveSmallIntegerField(default=0)
    suspensions = models.PositiveSmallIntegerField(default=0)
    reworks = models.PositiveSmallIntegerField(default=0)
    refusals = models.PositiveSmallIntegerField(default=0)
    reopenings = models.PositiveSmallIntegerField(default=0)
    appeals = models.PositiveSmallIntegerField(default=0)
    master = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="duplicates", db_index=False)
    # Raised by every change: two persons acting on the same case cannot both win.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = CASE_INDEXES
        ordering = ["-reported_at", "-id"]

    def __str__(self) -> str:
        return self.number


class Report(models.Model):
    """What somebody told: kept as it came, whatever becomes of it."""

    class Source(models.TextChoices):
        WEB = "web", _("Web form")
        PHONE = "phone", _("Phone page")
        INSPECTOR = "inspector", _("Inspector")
        HOTLINE = "hotline", _("Hotline")
        IMPORT = "import", _("File")
        API = "api", _("API")
        OPEN311 = "open311", _("Open311")
        PLAN = "plan", pgettext_lazy("source", "Plan")

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    # The same submission sent twice carries the same key and stays one report.
    idempotency_key = models.CharField(max_length=80)
    token = models.CharField(max_length=48)
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    source = models.CharField(max_length=20, choices=Source)
    received_at = models.DateTimeField()
    category = models.ForeignKey(Code, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    suggested = models.JSONField(default=list)
    description = models.TextField(blank=True)
    address = models.CharField(max_length=200, blank=True)
    lon = models.FloatField()
    lat = models.FloatField()
    placed_by = models.CharField(max_length=12, blank=True)  # map | photo | address | device
    answers = models.JSONField(default=dict)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    contact_name = models.CharField(max_length=80, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    contact_email = models.EmailField(blank=True)
    anonymised_at = models.DateTimeField(null=True)

    class Meta:
        # As constraints: a unique column would get a second index on PostgreSQL, for the beginnings of its texts.
        constraints = [
            models.UniqueConstraint(fields=["idempotency_key"], name="report_once"),
            models.UniqueConstraint(fields=["token"], name="report_token"),
        ]
        indexes = [models.Index(fields=["user", "received_at"])]
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return str(self.key)


class Step(models.Model):
    """One move of a case: appended, never edited; together the steps are its history."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps", db_index=False)
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    move = models.CharField(max_length=32)
    from_state = models.CharField(max_length=24, blank=True)
    to_state = models.CharField(max_length=24)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    actor = models.CharField(max_length=80)
    unit = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField(blank=True)
    public_note = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="step_number")]
        # What the suggestion of categories learns from, among millions of steps.
        indexes = [models.Index(fields=["id"], condition=models.Q(move="recategorise"), name="step_correction")]
        ordering = ["case", "number"]

    def __str__(self) -> str:
        return f"{self.case_id}#{self.number} {self.move}"


class Party(models.Model):
    """A unit that takes part in handling a case jointly, with its own limit."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    lead = models.BooleanField(default=False)
    task = models.CharField(max_length=300, blank=True)
    limit = models.PositiveSmallIntegerField(null=True)
    limit_unit = models.CharField(max_length=20, blank=True)
    since = models.DateTimeField()
    deadline = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "unit"], name="party_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.unit}"


class Check(models.Model):
    """A field check: before filing (is it real?) or before closing (is it done?), by an inspector drawn at random."""

    class Kind(models.TextChoices):
        BEFORE_FILING = "before_filing", _("Check before filing")
        BEFORE_CLOSING = "before_closing", _("Check before closing")

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=20, choices=Kind)
    inspector = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    # How the inspector was drawn: candidates, seed and pick, so that anyone can repeat the draw.
    draw = models.JSONField(default=dict)
    drawn_at = models.DateTimeField()
    due = models.DateTimeField()
    passed = models.BooleanField(null=True)
    note = models.TextField(blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    seen_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["inspector", "received_at", "due"])]
        ordering = ["drawn_at"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Photo(models.Model):
    """A photo: the original under permission, a public copy re-encoded, turned upright and stripped."""

    class Stage(models.TextChoices):
        BEFORE = "before", _("Before")
        AFTER = "after", _("After")
        CHECK = "check", _("Check")

    # There are public copies, or will be once they are asked for.
    SHOWN = models.Q(waiting=True) | ~models.Q(copy="")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="photos")
    report = models.ForeignKey(Report, null=True, on_delete=models.PROTECT, related_name="photos")
    check_made = models.ForeignKey(Check, null=True, on_delete=models.PROTECT, related_name="photos")
    stage = models.CharField(max_length=10, choices=Stage)
    original = models.CharField(max_length=120)
    copy = models.CharField(max_length=120)
    thumbnail = models.CharField(max_length=120)
    waiting = models.BooleanField(default=False)  # its copies are still to be drawn (actions/photo_copies.py)
    unreadable = models.BooleanField(default=False)  # they could not be: the original is damaged
    sha256 = models.CharField(max_length=64, db_index=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    taken_at = models.DateTimeField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    received_at = models.DateTimeField()
    public = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["id"], name="casework_photo_waiting", condition=models.Q(waiting=True))]
        ordering = ["received_at", "id"]

    def __str__(self) -> str:
        return str(self.key)


class Follower(models.Model):
    """Somebody who wants to hear of a case: an account, or an address with a token to stop."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="followers")
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    token = models.CharField(max_length=48, unique=True)
    language = models.CharField(max_length=10, default="zh-hans")
    me_too = models.BooleanField(default=False)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id} {self.user or self.email}"


class Petition(models.Model):
    """A request about time or about a judgement: an extension, a suspension, an appeal; reviewed, then decided."""

    class Kind(models.TextChoices):
        EXTENSION = "extension", _("Extension")
        SUSPENSION = "suspension", _("Suspension")
        APPEAL = "appeal", _("Appeal")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="petitions")
    kind = models.CharField(max_length=12, choices=Kind)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField()
    until = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    review_granted = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)
    decision = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=models.Q(decided_at__isnull=True), name="petition_one_open"
            )
        ]
        ordering = ["asked_at"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Rating(models.Model):
    """How satisfied a reporter is with the end of a case."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="rating")
    score = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.score)


class SavedView(models.Model):
    """A work list that a person keeps: its name and its filters as a query string."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_view_name")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class NumberBlock(models.Model):
    """Some numbers in a row of one district and day; who makes cases at the same time draws from several blocks."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    start = models.PositiveIntegerField()
    left = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "day", "start"], name="number_block_start")]

    def __str__(self) -> str:
        return f"{self.district_id} {self.day} {self.start}"


class RetentionRule(models.Model):
    """How long what a source told of persons is kept after the end of a case; "" is for sources without a rule."""

    source = models.CharField(max_length=20, unique=True, blank=True)
    contact_days = models.PositiveSmallIntegerField(null=True)
    original_days = models.PositiveSmallIntegerField(null=True)

    def __str__(self) -> str:
        return self.source or "*"
