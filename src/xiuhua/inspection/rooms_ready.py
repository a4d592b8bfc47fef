"""What living rooms offer when Django starts: facts, indicators, the nightly start of tests, an ear for checks."""

from datetime import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xiuhua.inspection.models import Check


def feed(check: "Check") -> None:
    """Let a check feed the tests of its room; only then is what decides them loaded, which brings scipy along."""
    from xiuhua.inspection.actions.rooms.feeding import feed as feed_tests

    feed_tests(check)


def offer() -> None:
    """Register with facts, indicators, schedules, checks and photos."""
    from xiuhua.casework.photos_held import hold
    from xiuhua.foundation import facts, indicators
    from xiuhua.foundation.actions.jobs import offer_schedule
    from xiuhua.inspection.actions import heard
    from xiuhua.inspection.rooms_photos import PHOTOS

    facts.offer("xiuhua.inspection.rooms_facts")
    indicators.offer("xiuhua.inspection.rooms_indicators")
    offer_schedule("living-room-tests", "xiuhua.inspection.rooms_tasks.begin_tests", daily_at=time(0, 40))
    heard.listen(feed)
    hold(PHOTOS)
