"""Tables of the foundation: event chains, outbox, schedules, work calendars, layer versions."""

from django.db import models


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
