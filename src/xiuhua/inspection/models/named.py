"""What has a name in two languages."""

from django.db import models

from xiuhua.city.models import local


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
