"""Tables of the lake: how far each fact was read, which batches of telemetry arrived and where they lie."""

from django.db import models


class Watermark(models.Model):
    """Up to which change a fact of the rooms was written; the next writing starts there."""

    fact = models.CharField(max_length=60, primary_key=True)
    until = models.DateTimeField()
    rows = models.PositiveBigIntegerField(default=0)
    written_at = models.DateTimeField()
    # Of the columns: a fact whose columns changed is written anew from the beginning.
    schema_digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.fact


class Batch(models.Model):
    """One batch of telemetry that was acknowledged: it stays until its rows lie in their partitions."""

    class State(models.TextChoices):
        WAITING = "waiting"
        COMPACTED = "compacted"

    fact = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    # Of the rows: the same key with other rows is refused.
    digest = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    days = models.JSONField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    # Arrow IPC; empty once the rows lie in their partitions.
    content = models.BinaryField()
    sent_by = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fact", "key"], name="batch_key")]
        indexes = [models.Index(fields=["state", "fact", "id"])]

    def __str__(self) -> str:
        return f"{self.fact} {self.key}"
