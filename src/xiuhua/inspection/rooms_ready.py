"""What living rooms offer when Django starts: facts, indicators, the nightly start of tests, an ear for checks."""

from datetime import time


def offer() -> None:
    """Register with facts, indicators, schedules, checks and photos."""
    from xiuhua.casework.photos_held import Holder, hold
    from xiuhua.foundation import facts, indicators
    from xiuhua.foundation.actions.jobs import offer_schedule
    from xiuhua.inspection.actions import heard
    from xiuhua.inspection.actions.rooms import feed
    from xiuhua.inspection.models import RoomPhoto
    from xiuhua.inspection.rooms_queries import photo_public, photo_seen

    facts.offer("xiuhua.inspection.rooms_facts")
    indicators.offer("xiuhua.inspection.rooms_indicators")
    offer_schedule("living-room-tests", "xiuhua.inspection.rooms_tasks.begin_tests", daily_at=time(0, 40))
    heard.listen(feed)
    hold(Holder(RoomPhoto, public=photo_public, sees=photo_seen))
