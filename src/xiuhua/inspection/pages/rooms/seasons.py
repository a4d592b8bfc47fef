"""The season at a glance: which rooms must be tested, and how many checks are left of each test."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from xiuhua.inspection.actions.rooms import begin_season
from xiuhua.inspection.pages.rooms.asked import inside, reader_of, signed
from xiuhua.inspection.pages.rooms.showing import TEST_BADGES, Shown, standing_words
from xiuhua.inspection.rooms_queries import Due, due
from xiuhua.inspection.rooms_sequence import season_days, season_of
from xiuhua.people.permissions import require

SEASON_LENGTH = 6


@dataclass(frozen=True)
class Line:
    """A room in the season, as the page shows it."""

    due: Due

    @property
    def shown(self) -> Shown:
        """The room."""
        return Shown(self.due.room)

    @property
    def badge(self) -> str:
        """The class of the badge of its test."""
        return TEST_BADGES[self.due.test.state] if self.due.test else "warn"

    @property
    def text(self) -> str:
        """How the test stands."""
        return standing_words(self.due.stands) if self.due.stands else _("not begun")

    @property
    def left(self) -> int:
        """The fewest checks that are left."""
        stands = self.due.stands
        return (stands.to_pass or 0) if stands and stands.passed is None else 0


@require_safe
@inside
def overview(request: HttpRequest, district_code: str) -> HttpResponse:
    """The rooms of a season, ``?season=2024-2``; without it those of today's."""
    reader = reader_of(request, district_code)
    wanted = request.GET.get("season", "")[:SEASON_LENGTH]
    try:
        first, last = season_days(wanted)
        season = wanted
    except ValueError:
        season = reader.season
        first, last = season_days(season)
    lines = [Line(each) for each in due(reader.district, season)]
    context = {
        "district": reader.district, "reader": reader, "lines": lines, "season": season, "first": first, "last": last,
        "running": season == reader.season, "left": sum(line.left for line in lines),
        "open": sum(line.due.stands is None or line.due.stands.passed is None for line in lines),
        "unbegun": sum(line.due.test is None for line in lines),
        "before": season_of(first.fromordinal(first.toordinal() - 1)),
        "after": season_of(last.fromordinal(last.toordinal() + 1)),
    }  # fmt: skip
    return render(request, "inspection/rooms/seasons.html", context)


@require_POST
@require("rooms.accept")
def begin(request: HttpRequest, district_code: str) -> HttpResponse:
    """Begin the test of this season of every accepted room that has none."""
    reader = reader_of(request, district_code)
    count = begin_season(reader.district, actor=signed(request))
    messages.success(request, _("%(count)s tests of this season have begun.") % {"count": count})
    return HttpResponseRedirect(reverse("inspection:room-seasons", args=[reader.district.code]))
