"""Whether a month is published: then its values and scores are frozen, and what is learned later is a revision."""

from datetime import date

from django.utils.translation import gettext as _

from xiuhua.city.models import District
from xiuhua.taskbook.models import Closing
from xiuhua.taskbook.months import written
from xiuhua.taskbook.refusals import Refused


class Frozen(Refused):
    """A write into a published month."""


def chain(district: District) -> str:
    """The event chain of the values and scores of a district; who measures, scores or publishes holds it."""
    return f"taskbook:{district.code}"


def published_months(district: District) -> set[date]:
    """The months of the district that were published."""
    return set(Closing.objects.filter(district=district).values_list("month", flat=True))


def closing_of(district: District, month: date) -> Closing | None:
    """The publication of the month; None where it is not published."""
    return Closing.objects.filter(district=district, month=month).first()


def refuse_frozen(district: District, month: date) -> None:
    """Raise ``Frozen`` for a published month."""
    found = closing_of(district, month)
    if found is not None:
        raise Frozen(
            _("%(month)s was published on %(day)s: its values and scores are frozen.")
            % {"month": written(month), "day": f"{found.published_at:%Y-%m-%d}"},
            _("Write what is known now as a revision with its reason; the published number stays beside it."),
        )
