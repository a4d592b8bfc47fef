"""What pages of living rooms show alike: badges, tests in words and as a picture, the story of a room."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiuhua.inspection.models import Item, LivingRoom, RoomStep, RoomTest
from xiuhua.inspection.pages.rooms.picture import Picture, picture
from xiuhua.inspection.rooms_queries import now_at, results, sequence
from xiuhua.inspection.rooms_sequence import Standing
from xiuhua.inspection.rooms_states import MOVES
from xiuhua.inspection.standard_words import bound_words

BADGES = {"applied": "info", "testing": "warn", "accepted": "good", "refused": "", "withdrawn": "bad"}
TEST_BADGES = {"running": "info", "passed": "good", "failed": "bad"}


@dataclass(frozen=True)
class Shown:
    """A room as lists show it."""

    room: LivingRoom

    @property
    def badge(self) -> str:
        """The class of the badge of its state."""
        return BADGES[self.room.state]

    @property
    def level(self) -> str:
        """By whom it is accepted; empty while it is not."""
        return level_words(self.room.level)


@dataclass(frozen=True)
class ShownTest:
    """A test of a season: how it stands, in words too."""

    test: RoomTest
    stands: Standing

    @property
    def badge(self) -> str:
        """The class of the badge of its state."""
        return TEST_BADGES[self.test.state]

    @property
    def text(self) -> str:
        """Where it stands and what is left of it."""
        return standing_words(self.stands)

    @property
    def good(self) -> str:
        """The share that is good, in per cent."""
        return f"{self.test.good * 100:g}"

    @property
    def bad(self) -> str:
        """The share that is bad, in per cent."""
        return f"{self.test.bad * 100:g}"

    def picture(self) -> Picture:
        """The limits and the way of the test."""
        return picture(sequence(self.test), results(self.test)[: self.stands.checks])


@dataclass(frozen=True)
class Told:
    """A step of the story: when, what, the figures it names, the reason."""

    at: datetime
    name: str
    figures: str
    reason: str
    user: str


def standing_words(stands: Standing) -> str:
    """How a test stands, and the fewest checks that are left."""
    said = ngettext("%(checks)s square, %(failures)s failed", "%(checks)s squares, %(failures)s failed", stands.checks)
    done = said % {"checks": stands.checks, "failures": stands.failures}
    if stands.passed is not None:
        word = _("passed") if stands.passed else _("failed")
        return _("%(word)s after %(done)s") % {"word": word, "done": done}
    if stands.to_pass is None:
        return _("go on: %(done)s; it can no longer pass") % {"done": done}
    return _("go on: %(done)s; at least %(more)s more") % {"done": done, "more": stands.to_pass}


def level_words(level: str) -> str:
    """Who accepted, in words."""
    known = {"district": _("accepted by the district"), "city": _("accepted by the city")}
    return known.get(level, "")


def shown_tests(room: LivingRoom) -> list[ShownTest]:
    """The tests of a room, the newest first."""
    return [ShownTest(test, now_at(test)) for test in room.tests.order_by("-season")]


def story(room: LivingRoom, *, names: bool) -> list[Told]:
    """The steps of a room, the newest first; with ``names`` also who made them."""
    steps = room.steps.select_related("user").order_by("-number")
    return [
        Told(
            step.at, MOVES[step.move].name if step.move in MOVES else step.move, step_figures(step), step.reason,
            str(step.user or _("the platform")) if names else "",
        )
        for step in steps
    ]  # fmt: skip


def step_figures(step: RoomStep) -> str:
    """The figures of a step: of the test that it rests on, and the level."""
    said, data = [], step.data
    if step.move in {"accept", "raise"}:
        said.append(level_words(str(data.get("level", ""))))
    if "checks" in data:
        said.append(
            _("season %(season)s: %(failures)s of %(checks)s squares failed")
            % {"season": data["season"], "failures": data["failures"], "checks": data["checks"]}
        )
    elif "season" in data:
        said.append(_("season %(season)s") % {"season": data["season"]})
    if "squares" in data:
        said.append(ngettext("%(count)s square", "%(count)s squares", data["squares"]) % {"count": data["squares"]})
    return " · ".join(said)


def promises(room: LivingRoom) -> list[tuple[Item, str]]:
    """What is looked at in each square, and when it passes; of yes or no the name of the item says it."""
    return [(item, _promised(item)) for item in room.standard.items.order_by("order", "pk")]


def _promised(item: Item) -> str:
    if item.scale == Item.Scale.COUNT and item.bound == 0:
        return _("none")
    return "" if item.scale == Item.Scale.YES_NO else bound_words(item)
