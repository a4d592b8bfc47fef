"""Tables of the foundation: event chains, outbox, schedules, work calendars, layer versions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One fact that happened: who, when, what, before, after, chained to the one before by digest.

    Appended only: a database trigger refuses UPDATE and DELETE.
    """

    chain = models.CharField(max_length=80)
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    verb = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="event_chain_sequence")]
        indexes = [models.Index(fields=["subject", "at"]), models.Index(fields=["at"])]
        ordering = ["chain", "sequence"]

    def __str__(self) -> str:
        return f"{self.chain}#{self.sequence} {self.verb}"


class LayerVersion(models.Model):
    """Counts the changes of one map layer of one district, so that caches know when to reload."""

    key = models.CharField(max_length=80, primary_key=True)
    version = models.PositiveBigIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class Footprint(models.Model):
    """A geometry as WKB (EPSG:4326, two dimensions) with its bounding box."""

    geom = models.BinaryField()
    min_lon = models.FloatField()
    min_lat = models.FloatField()
    max_lon = models.FloatField()
    max_lat = models.FloatField()

    class Meta:
        abstract = True


class WorkCalendarVersion(models.Model):
    """One version of a work calendar: never changed, a new version takes its place.

    ``periods`` is ``[["08:00", "12:00"], ...]``, ``weekend`` counts Monday as 0, ``years`` are the declared ones.
    """

    key = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    zone = models.CharField(max_length=64)
    periods = models.JSONField()
    weekend = models.JSONField()
    work_day_hours = models.PositiveSmallIntegerField(default=8)
    years = models.JSONField()
    source = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="work_calendar_key_version")]
        ordering = ["key", "-version"]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class CalendarDay(models.Model):
    """A day that differs from the week: off though the week works, or worked though the week rests."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("day off")
        WORKDAY = "workday", _("make-up working day")

    calendar = models.ForeignKey(WorkCalendarVersion, models.PROTECT, related_name="days")
    date = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name_zh = models.CharField(max_length=80, blank=True)
    name_en = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "date"], name="calendar_day_once")]
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.kind}"


class OutboxMessage(models.Model):
    """Something to tell the outside, written in the transaction that made it true.

    ``key`` tells the receiver what it has had already: a message is sent at least once.
    """

    topic = models.CharField(max_length=80)
    key = models.CharField(max_length=120)
    payload = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "key"], name="outbox_topic_key")]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class OutboxDelivery(models.Model):
    """The sending of one message to one target, ``"<adapter>:<address>"``."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        DONE = "done", _("delivered")
        DEAD = "dead", _("given up")

    message = models.ForeignKey(OutboxMessage, models.PROTECT, related_name="deliveries")
    target = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "target"], name="outbox_message_target")]
        indexes = [models.Index(fields=["state", "next_at"])]

    def __str__(self) -> str:
        return f"{self.message_id} -> {self.target} ({self.state})"


class Schedule(models.Model):
    """A task to enqueue again and again: every so many seconds, or daily at a time on the clock of a zone."""

    name = models.CharField(max_length=80, primary_key=True)
    task = models.CharField(max_length=200)
    every_seconds = models.PositiveIntegerField(null=True, blank=True)
    daily_at = models.TimeField(null=True, blank=True)
    zone = models.CharField(max_length=64)
    next_at = models.DateTimeField()
    enabled = models.BooleanField(default=True)
    last_enqueued_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(every_seconds__gt=0, daily_at__isnull=True)
                | models.Q(every_seconds__isnull=True, daily_at__isnull=False),
                name="schedule_every_or_daily",
            )
        ]
        indexes = [models.Index(fields=["enabled", "next_at"])]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
