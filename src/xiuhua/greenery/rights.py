"""What one may do in greenery, by the names of the permissions."""

from xiuhua.city.models import District
from xiuhua.people.permissions import Person, grants_of

VIEW = "greenery.view"
MEASURE = "greenery.measure"
PLAN = "greenery.plan"


def sees_persons(user: Person, district: District) -> bool:
    """Whether somebody may know how many persons live in a single building: who works with it, nobody else.

    In a small building the number tells of a family.
    """
    return any(grants_of(user, (MEASURE, PLAN), district_code=district.code).values())
