"""Reads of the red and black lists: what is published is for all; what was seen in secret, until then, for few."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from xiuhua.city.models import District
from xiuhua.inspection.list_rules import EXPERT, SECRET
from xiuhua.inspection.models import ListLook, ListPlace, ListRound
from xiuhua.people.models import User
from xiuhua.people.permissions import Person, grants_of

RIGHTS = ("lists.edit", "lists.look", "lists.secret", "lists.publish")


@dataclass(frozen=True)
class ListSight:
    """What a reader may do with the lists of a district."""

    user: Person
    proposes: bool = False
    looks: bool = False
    judges: bool = False
    publishes: bool = False

    @property
    def office(self) -> bool:
        """Whether the reader sees rounds before they are published."""
        return self.proposes or self.looks or self.judges or self.publishes


@dataclass(frozen=True)
class Shown:
    """A place as a reader may see it. ``decided`` says whether the decision is among it."""

    place: ListPlace
    looks: list[ListLook]
    decided: bool
    visits: int = 0

    @property
    def name_of_form(self) -> str:
        """What the names of the forms of this place end with."""
        return str(self.place.pk)

    def of(self, kind: str) -> list[ListLook]:
        """The looks of one kind among those shown."""
        return [look for look in self.looks if look.kind == kind]

    @property
    def expert(self) -> list[ListLook]:
        """The expert visits among those shown."""
        return self.of(EXPERT)

    @property
    def secret(self) -> list[ListLook]:
        """The secret re-checks among those shown."""
        return self.of(SECRET)


def list_sight(user: Person, district: District) -> ListSight:
    """What this reader may do with the lists of the district."""
    found = {key: bool(given) for key, given in grants_of(user, RIGHTS, district_code=district.code).items()}
    return ListSight(user, *(found[key] for key in RIGHTS))


def rounds(district: District, sight: ListSight) -> list[ListRound]:
    """The rounds that the reader sees, the newest first, with how many places are named ``red`` and ``black``."""
    rows = ListRound.objects.filter(district=district)
    if not sight.office:
        rows = rows.filter(state=ListRound.State.PUBLISHED)
    named = {colour: Count("places", filter=Q(places__decided=colour)) for colour in ListPlace.Colour.values}
    return list(rows.annotate(proposed=Count("places"), **named).order_by("-ends", "key"))


def round_of(district: District, key: str, sight: ListSight) -> ListRound | None:
    """The round of this key, if the reader may see it."""
    rows = ListRound.objects.filter(district=district, key=key).select_related("district")
    if not sight.office:
        rows = rows.filter(state=ListRound.State.PUBLISHED)
    return rows.first()


def place_of(round_: ListRound, pk: int) -> ListPlace | None:
    """The place of this key in the round."""
    return round_.places.select_related("unit", "site").filter(pk=pk).first() if pk < 2**63 else None


def shown(round_: ListRound, sight: ListSight) -> list[Shown]:
    """The places of a round with what the reader may see of them.

    Of a published round everything. Before: every place and how often experts visited it; the looks to whoever made
    them; all looks to who judges; decisions to who judges or publishes.
    """
    published = round_.state == ListRound.State.PUBLISHED
    places = round_.places.select_related("unit", "site").prefetch_related(
        "looks__by", "looks__photos__photo", "corrections"
    )
    found = []
    for place in places:
        looks = [look for look in place.looks.all() if sees_look(look, sight, published=published)]
        decided = published or sight.judges or sight.publishes
        visits = sum(look.kind == EXPERT for look in place.looks.all())
        found.append(Shown(place, looks, decided, visits))
    return found


def sees_look(look: ListLook, sight: ListSight, *, published: bool) -> bool:
    """Whether a reader sees a look: everybody once the round is published; before, its maker and who judges."""
    own = isinstance(sight.user, User) and look.by_id == sight.user.pk
    return published or own or sight.judges


def my_looks(user: User, district: District) -> QuerySet[ListLook]:
    """The looks that this person made, the newest first."""
    rows = ListLook.objects.filter(by=user, place__round__district=district)
    return rows.select_related("place__round", "place__unit").prefetch_related("photos__photo").order_by("-at")


def waiting(user: User, district: District) -> list[ListPlace]:
    """Places of open rounds that this person has not looked at yet."""
    rows = ListPlace.objects.filter(round__district=district, round__state=ListRound.State.OPEN)
    return list(rows.exclude(looks__by=user).select_related("round", "unit").order_by("round__ends", "round", "pk"))
