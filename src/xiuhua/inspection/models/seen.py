"""When each square of 100 m was last seen."""

from django.db import models

from xiuhua.city.models import District


class Cell(models.Model):
    """When a square of 100 m was last seen, by what; numbers of column and row are those of ``inspection/cells.py``."""

    district = models.ForeignKey(District, models.CASCADE, related_name="+")
    column = models.IntegerField()
    row = models.IntegerField()
    # check | case | sweep | patrol | camera: see seen_queries.SOURCES
    source = models.CharField(max_length=12)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "column", "row", "source"], name="inspection_cell_source")
        ]

    def __str__(self) -> str:
        return f"{self.column},{self.row} {self.source}"


class CellReading(models.Model):
    """Until when sightings were read into the squares of a district, and the plane on which these are numbered.

    Numbers of squares hold on one plane alone: when the borders of the towns move, so does its middle.
    """

    district = models.OneToOneField(District, models.CASCADE, related_name="+")
    # Metres of a degree of longitude and of latitude.
    east = models.FloatField()
    north = models.FloatField()
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.district} {self.until}"
