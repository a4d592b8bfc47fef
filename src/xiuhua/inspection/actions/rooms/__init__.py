"""Every write of living rooms: applied for, tested, accepted or refused, withdrawn; squares drawn, photos added."""

from xiuhua.inspection.actions.rooms.album import add_photo, remove_photo
from xiuhua.inspection.actions.rooms.applying import Application, apply, apply_again
from xiuhua.inspection.actions.rooms.deciding import accept, raise_level, refuse, withdraw
from xiuhua.inspection.actions.rooms.drawing import draw, drawn, give_up
from xiuhua.inspection.actions.rooms.feeding import feed
from xiuhua.inspection.actions.rooms.testing import begin_season, begin_test

__all__ = [
    "Application",
    "accept",
    "add_photo",
    "apply",
    "apply_again",
    "begin_season",
    "begin_test",
    "draw",
    "drawn",
    "feed",
    "give_up",
    "raise_level",
    "refuse",
    "remove_photo",
    "withdraw",
]
