"""A district with people, a standard and a square, for tests of living rooms."""

import uuid
from datetime import UTC, datetime, timedelta

import shapely

from xiuhua.inspection.actions import rooms
from xiuhua.inspection.actions.rooms import Application
from xiuhua.inspection.models import Check, Item, Standard
from xiuhua.people.models import Assignment, Organisation, User

MONDAY = datetime(2024, 5, 6, 2, tzinfo=UTC)
# A square of 40 by 30 metres in the first town, and a path of 95 metres.
SQUARE = shapely.box(120.05, 31.70, 120.05 + 40 / 94_800, 31.70 + 30 / 110_900)
PATH = shapely.LineString([(120.06, 31.70), (120.06 + 95 / 94_800, 31.70)])


class Desk:
    """People of district 990001 by their role; ``room`` makes an application."""

    def __init__(self, district):
        self.district = district
        self.units = {each.code: each for each in Organisation.objects.filter(district_code=district.code)}
        self.town, self.other = (self.units[f"{district.code}-{number}"] for number in ("001", "002"))
        self.people = {
            name: self._person(name, role, unit)
            for name, role, unit in (
                ("town", "town", self.town), ("other", "town", self.other), ("assessor", "assessor", None),
                ("leader", "leader", None), ("inspector", "inspector", None), ("expert", "expert", None),
                ("resident", "", None),
            )
        }  # fmt: skip
        for key, kind in (("sit_path", "path"), ("sit_square", "square")):
            standard = Standard.objects.create(
                key=key, version="1", kind=kind, state="in_force", name_zh="席地而坐", name_en="Sit on the ground"
            )
            for number, (item, scale, bound) in enumerate((("dust", "grams", 5), ("litter", "count", 0))):
                Item.objects.create(
                    standard=standard, key=item, order=number, scale=scale, bound=bound, name_zh=item, name_en=item
                )

    def _person(self, name, role, unit):
        user = User.objects.create_user(name, organisation=unit)
        if role:
            Assignment.objects.create(user=user, role=role, district_code=self.district.code)
        return user

    def asked(self, place=SQUARE, **more):
        """An application of the first town."""
        given = {"name_zh": "水秀街广场", "name_en": "Shuixiu Square", "type": "square", "unit": self.town, **more}
        return Application(self.district, place=place, **given)

    def room(self, at=MONDAY, **more):
        """A room that was applied for."""
        return rooms.apply(self.asked(**more), actor=self.people["town"], at=at)

    def testing(self, at=MONDAY, **more):
        """A room that is being tested."""
        room = self.room(at, **more)
        rooms.begin_test(room, actor=self.people["assessor"], at=at)
        return fresh(room)

    def look(self, room, passed=True, at=MONDAY, square=None, part="sequential", **more):
        """A check that counts: the square is drawn, then looked at; with ``square`` it was chosen by eye."""
        user = self.people["inspector"]
        if square is None:
            square = rooms.draw(room, user=user, at=at).square
        check = Check.objects.create(
            key=uuid.uuid4(), district=self.district, frame=square.frame, standard=room.standard, part=part,
            inspector=user, began_at=at, seen_at=at, received_at=at + timedelta(minutes=5), passed=passed, **more,
        )  # fmt: skip
        rooms.feed(check)
        return check

    def looks(self, room, results, at=MONDAY):
        """Checks one after the other, a minute between two."""
        for number, passed in enumerate(results):
            self.look(room, passed, at + timedelta(minutes=number + 1))

    def accepted(self, at=MONDAY, **more):
        """A room that the district accepted."""
        room = self.testing(at, **more)
        self.looks(room, [True] * 35, at)
        return rooms.accept(fresh(room), level="district", actor=self.people["assessor"], at=at + timedelta(hours=2))


def fresh(room):
    """The room as the database has it now."""
    return type(room).objects.select_related("district", "unit", "standard", "town").get(pk=room.pk)
