"""Tables of the task book: goals, targets, commitments, meetings, projects; values, scores, frozen months."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from xiuhua.city.models import District, local
from xiuhua.people.models import Organisation


class Named(models.Model):
    """Something with a Chinese name and, where there is one, an English one."""

    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        return local(self.name_zh, self.name_en)


class Book(Named):
    """The task book of a programme: its goals, and the years for which they have targets."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Issued")
        CLOSED = "closed", _("Closed")

    district = models.ForeignKey(District, models.PROTECT, related_name="books")
    key = models.SlugField(max_length=60)
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    # Counts the changes of what the book promises: each change of an issued book is a version with a reason.
    version = models.PositiveIntegerField(default=1)
    source = models.CharField(max_length=300, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)

    class Meta(Named.Meta):
        constraints = [models.UniqueConstraint(fields=["district", "key"], name="book_key")]
        ordering = ["-last_year", "key"]


class Goal(Named):
    """One promise of a book: what is measured, who answers for it, what proves it, how it is scored."""

    class Statement(models.TextChoices):
        """What "100 %" means for a goal that is inspected; empty for goals of another kind."""

        NO_FAILURE = "no_failure", _("No failure was seen")
        LEVEL = "level", _("A level is demonstrated")
        RESTORED = "restored", _("Every failure was restored in time")

    book = models.ForeignKey(Book, models.CASCADE, related_name="goals")
    key = models.SlugField(max_length=60)
    # The class of the programme: a key and its names, data of the book.
    group = models.CharField(max_length=40, blank=True)
    group_zh = models.CharField(max_length=80, blank=True)
    group_en = models.CharField(max_length=80, blank=True)
    # Key of a registered indicator; empty where projects or commitments alone are counted.
    indicator = models.CharField(max_length=60, blank=True)
    # Kind of projects whose finished ones are counted; empty for others.
    project_kind = models.CharField(max_length=40, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    lead = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="led_goals")
    support = models.ManyToManyField(Organisation, blank=True, related_name="supported_goals")
    baseline = models.FloatField(null=True, blank=True)
    baseline_year = models.PositiveSmallIntegerField(null=True, blank=True)
    statement = models.CharField(max_length=12, choices=Statement, blank=True)
    evidence_zh = models.TextField(blank=True)
    evidence_en = models.TextField(blank=True)
    # full_at, step, deduct, floor, cap, weight, source, version: see taskbook/rules.py.
    score = models.JSONField(default=dict, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta(Named.Meta):
        constraints = [models.UniqueConstraint(fields=["book", "key"], name="goal_key")]
        ordering = ["order", "key"]


class Target(models.Model):
    """What a goal shall reach by the end of a year."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="targets")
    year = models.PositiveSmallIntegerField()
    value = models.FloatField()
    meaning_zh = models.CharField(max_length=300, blank=True)
    meaning_en = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["goal", "year"], name="target_year")]
        ordering = ["year"]

    def __str__(self) -> str:
        return f"{self.goal.key} {self.year}"


class Meeting(models.Model):
    """A review of a book with its minutes."""

    book = models.ForeignKey(Book, models.CASCADE, related_name="meetings")
    held_on = models.DateField()
    title = models.CharField(max_length=200)
    minutes = models.TextField(blank=True)
    chair = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    # Counts the changes, so that of two who change at once one is told.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.held_on} {self.title}"


class Commitment(models.Model):
    """What somebody promised under a goal: the measure, by whom, until when, and what proves that it was done."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="commitments")
    key = models.SlugField(max_length=60, blank=True)
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, blank=True, related_name="commitments")
    measure = models.CharField(max_length=400)
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="commitments")
    first_due = models.DateField()
    due = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    done_on = models.DateField(null=True, blank=True)
    # What shows it: words, an address of the site, the number of a case; of a dropped one, why it was dropped.
    proof = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["goal", "key"], condition=~models.Q(key=""), name="commitment_key")
        ]
        ordering = ["due", "pk"]
        indexes = [models.Index(fields=["unit", "state", "due"])]

    def __str__(self) -> str:
        return self.measure


class Review(models.Model):
    """What a meeting said of a commitment: kept as said, also where the date was moved."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="reviews")
    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="reviews")
    state = models.CharField(max_length=8, choices=Commitment.State)
    note = models.TextField(blank=True)
    due_before = models.DateField()
    due_after = models.DateField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.commitment_id}"


class Project(Named):
    """Something that is built, renewed or planted, with milestones; its kind is data of the book."""

    book = models.ForeignKey(Book, models.CASCADE, related_name="projects")
    key = models.SlugField(max_length=60)
    kind = models.CharField(max_length=40)
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="projects")
    # An area of the city as kind:code, and a place; empty where there is none.
    area = models.CharField(max_length=80, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    # Who accepted it: district, city; empty until then.
    accepted_by = models.CharField(max_length=40, blank=True)
    started_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(Named.Meta):
        constraints = [models.UniqueConstraint(fields=["book", "key"], name="project_key")]
        ordering = ["kind", "key"]


class Milestone(Named):
    """A step of a project that is due at a day."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones")
    key = models.SlugField(max_length=60)
    due = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    proof = models.TextField(blank=True)

    class Meta(Named.Meta):
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="milestone_key")]
        ordering = ["due", "key"]


class Value(models.Model):
    """What an indicator was in a month, for the district, an area or a unit; empty where it could not be said."""

    district = models.ForeignKey(District, models.CASCADE, related_name="+")
    indicator = models.CharField(max_length=60)
    # Of the formula; a change of it is another version.
    version = models.PositiveIntegerField()
    month = models.DateField()
    # district, the kind of an area, or "unit"; the code is empty for the district.
    scope = models.CharField(max_length=40)
    code = models.CharField(max_length=60, blank=True)
    numerator = models.FloatField()
    denominator = models.FloatField()
    n = models.PositiveBigIntegerField()
    n_eff = models.FloatField(null=True)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    # Which estimator gave the interval; else why there is none, or why there is no value.
    interval = models.CharField(max_length=40, blank=True)
    missing = models.CharField(max_length=40, blank=True)
    # Up to which instant the data reach, and when and by which code it was computed.
    data_until = models.DateTimeField()
    computed_at = models.DateTimeField()
    code_digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "indicator", "month", "scope", "code"], name="value_of_group")
        ]
        indexes = [models.Index(fields=["district", "scope", "code", "month"])]

    def __str__(self) -> str:
        return f"{self.indicator} {self.month:%Y-%m} {self.scope}:{self.code}"


class Closing(models.Model):
    """A month that was published: its values and scores are frozen; what is learned later is a revision."""

    district = models.ForeignKey(District, models.CASCADE, related_name="closings")
    month = models.DateField()
    published_at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    note = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "month"], name="closing_month")]
        ordering = ["-month"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Revision(models.Model):
    """A later truth about a figure of a published month: what was published, what it is now, and why."""

    closing = models.ForeignKey(Closing, models.CASCADE, related_name="revisions")
    # value or score, and the key of the figure: indicator or book, scope and code.
    subject = models.CharField(max_length=10)
    key = models.CharField(max_length=60)
    scope = models.CharField(max_length=40)
    code = models.CharField(max_length=60, blank=True)
    before = models.JSONField()
    after = models.JSONField()
    reason = models.TextField()
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.closing_id} {self.key}"


class Score(models.Model):
    """What a unit or an area was given for a month under a book, with all that is needed to compute it again."""

    book = models.ForeignKey(Book, models.CASCADE, related_name="scores")
    month = models.DateField()
    scope = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    points = models.FloatField(null=True)
    full = models.FloatField()
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    # Places that cannot be excluded, and the band: above, same, below; empty where there is no score.
    best_rank = models.PositiveSmallIntegerField(null=True)
    worst_rank = models.PositiveSmallIntegerField(null=True)
    band = models.CharField(max_length=8, blank=True)
    # A list of parts: goal, indicator, value with its interval, rule, points, and the sentence that says it.
    parts = models.JSONField()
    rule_version = models.CharField(max_length=40)
    code_digest = models.CharField(max_length=64)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "month", "scope", "code"], name="score_of_group")]
        ordering = ["scope", "code"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.scope}:{self.code}"


class Forecast(models.Model):
    """How likely a goal reaches its target at the end of a year, as it looked at a month; kept to be judged later."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="forecasts")
    scope = models.CharField(max_length=40)
    code = models.CharField(max_length=60, blank=True)
    month = models.DateField()
    year = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=40)
    expected = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    probability = models.FloatField(null=True)
    light = models.CharField(max_length=6)
    # Why it is grey; empty otherwise.
    reason = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["goal", "scope", "code", "month", "year"], name="forecast_of_group")
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.month:%Y-%m}"


class Bulletin(models.Model):
    """A monthly report that was made: the files lie in the data folder; ``figures`` traces each number of them.

    Provisional: made before the month was published, so it says that its figures may still change.
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="bulletins")
    month = models.DateField()
    version = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    provisional = models.BooleanField(default=False)
    # Of everything that the bulletin says: the same content is not made twice.
    content_digest = models.CharField(max_length=64, default="")
    # Below MEDIA_ROOT; the names hold the beginning of the digest, so that no file is ever written over.
    pdf = models.CharField(max_length=200)
    pdf_en = models.CharField(max_length=200, default="")
    xlsx = models.CharField(max_length=200)
    pdf_digest = models.CharField(max_length=64)
    pdf_en_digest = models.CharField(max_length=64, default="")
    xlsx_digest = models.CharField(max_length=64)
    # A list: the number in the bulletin, what it is, and the address where it is explained (bulletin/figures.py).
    figures = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "month", "version"], name="bulletin_version")]
        ordering = ["-month", "-version"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} v{self.version}"
