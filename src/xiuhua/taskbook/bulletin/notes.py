"""What a bulletin says about itself: the labels of its parts, and how its figures are to be read."""

from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xiuhua.taskbook.bulletin.contents import Contents


def labels() -> dict[str, str]:
    """The headings and the names of columns, by what they stand over."""
    return {
        "overview": pgettext("bulletin", "Overview"),
        "goals": pgettext("bulletin", "Goals"),
        "goal": pgettext("bulletin", "Goal and lead unit"),
        "value": pgettext("bulletin", "This month"),
        "target": pgettext("bulletin", "Target"),
        "picture": pgettext("bulletin", "Value, interval, target"),
        "chance": pgettext("bulletin", "P (forecast)"),
        "light": pgettext("bulletin", "Light"),
        "expected": pgettext("bulletin", "expected"),
        "scores": pgettext("bulletin", "Scores: bands, not places"),
        "group": pgettext("bulletin", "Group"),
        "points": pgettext("bulletin", "Points [interval]"),
        "places": pgettext("bulletin", "Places that cannot be excluded"),
        "commitments": pgettext("bulletin", "Commitments"),
        "measure": pgettext("bulletin", "Measure"),
        "unit": pgettext("bulletin", "Unit"),
        "due": pgettext("bulletin", "Due"),
        "state": pgettext("bulletin", "State"),
        "no_promises": pgettext("bulletin", "None was due this month, none is late."),
        "projects": pgettext("bulletin", "Projects"),
        "finished": pgettext("bulletin", "Finished"),
        "steps": pgettext("bulletin", "Milestones done of those due"),
        "of_all": pgettext("bulletin", "of all milestones"),
        "plan": pgettext("bulletin", "Plan"),
        "revisions": pgettext("bulletin", "Revisions since the last bulletin"),
        "no_revisions": pgettext("bulletin", "No published figure was revised."),
        "month": pgettext("bulletin", "Month"),
        "figure": pgettext("bulletin", "Figure"),
        "before": pgettext("bulletin", "Published"),
        "after": pgettext("bulletin", "Now known"),
        "reason": pgettext("bulletin", "Reason"),
        "at": pgettext("bulletin", "On"),
        "notes": pgettext("bulletin", "How to read the figures"),
        "trace": pgettext("bulletin", "Where each figure comes from"),
        "number": pgettext("bulletin", "No."),
        "what": pgettext("bulletin", "What it is"),
        "ratio": pgettext("bulletin", "Numerator / denominator"),
        "doubt": pgettext("bulletin", "Interval, or why there is none"),
        "version": pgettext("bulletin", "Formula"),
        "until": pgettext("bulletin", "Data until"),
        "page": pgettext("bulletin", "Page"),
        "number_value": pgettext("bulletin", "Value"),
        "more": pgettext("bulletin", "more figures stand in the workbook"),
    }


def notes(contents: Contents, zone: ZoneInfo) -> list[str]:
    """How to read it, in sentences."""
    until = [figure.data_until for figure in contents.figures if figure.data_until]
    told = [
        _(
            "[a–b] is the interval in which the true value lies with 95 % confidence; n is how many records it "
            "rests on. Two values whose intervals overlap need not differ. "
            "Where there is no interval, the reason is given."
        ),
        _(
            "P is the probability that the target of the year is reached, as forecast from the months so far. Green: "
            "at least 80 %. Red: at most 20 %. Yellow: between. Grey: the evidence does not suffice; grey is not zero."
        ),
        _(
            "Scores are shown as bands. Inside a band the order says nothing: those places cannot be told apart. "
            "Places that cannot be excluded hold for all groups at once with 95 % confidence."
        ),
        _(
            "Commitments and projects stand as on the last day of the month. Values of a published month are frozen; "
            "what became known later stands under revisions, with its reason."
        ),
        _(
            "Each figure carries a number (F1, F2, ...). It leads to the page that computes it; the table at the end "
            "and the workbook give numerator, denominator, formula and data time of each."
        ),
        _("A share below 100 % is never rounded to 100: it is printed with as many digits as that takes."),
    ]
    if until:
        first, last = (f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" for moment in (min(until), max(until)))
        told.append(
            _("The data reach up to %(first)s at the earliest and %(last)s at the latest.")
            % {"first": first, "last": last}
        )
    return told
