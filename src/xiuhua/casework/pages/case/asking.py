"""What the form of a move is made from: the case, the move, and what there is to choose from."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from xiuhua.casework.actions.moves.dispatch import by_duty
from xiuhua.casework.actions.turn import Turn
from xiuhua.casework.deadlines import amount_text
from xiuhua.casework.dossier import Dossier
from xiuhua.casework.models import Check, Petition, Standard
from xiuhua.casework.nearby import NearbyCase, nearby
from xiuhua.casework.refusals import Refused
from xiuhua.casework.states import MOVES
from xiuhua.casework.suggesting import offered
from xiuhua.casework.unit_tree import unit_tree
from xiuhua.city.duty import Resolution, resolve
from xiuhua.city.models import Code
from xiuhua.foundation.worktime import Unit
from xiuhua.people.models import User

NEAR_M, NEAR_COUNT = 200.0, 6
# Where the checks of a kind are waited for.
CHECKING = {"check_filing": Check.Kind.BEFORE_FILING, "check_closing": Check.Kind.BEFORE_CLOSING}
PETITIONED = {
    "grant_extension": Petition.Kind.EXTENSION,
    "refuse_extension": Petition.Kind.EXTENSION,
    "suspend": Petition.Kind.SUSPENSION,
    "refuse_suspension": Petition.Kind.SUSPENSION,
    "review_appeal": Petition.Kind.APPEAL,
    "decide_appeal": Petition.Kind.APPEAL,
}


@dataclass
class Asking:
    """One move of one case that is about to be asked for. Choices are read where a field wants them."""

    found: Dossier
    move: str
    user: User
    people: list[User] = field(default_factory=list)
    now: datetime = field(default_factory=timezone.now)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the district, in which times are typed."""
        return ZoneInfo(self.found.case.district.time_zone)

    @property
    def resolution(self) -> Resolution:
        """Who answers for the case by duty, ranked, with reasons."""
        case = self.found.case
        return resolve(case.district, case.lon, case.lat, category=case.category, at=self.now)

    def lead(self) -> str:
        """The code of the unit to which the case goes by duty, past those that refused it; empty for none."""
        turn = Turn(self.found.case, "dispatch", self.now, "", self.user)
        try:
            return by_duty(turn).code
        except Refused:
            return ""

    def petition(self) -> Petition | None:
        """The open request that the move answers."""
        kind = PETITIONED.get(self.move)
        open_ones = [row for row in self.found.petitions if row.kind == kind and row.decided_at is None]
        return open_ones[0] if open_ones else None

    def check(self) -> Check | None:
        """The open check that the case waits for."""
        kind = CHECKING.get(self.found.case.state)
        return next(
            (row for row in self.found.checks if row.kind == kind and not row.received_at and not row.cancelled_at),
            None,
        )

    def standards(self) -> list[Standard]:
        """The filing standards to choose from: of the category, or of every category where it is being corrected."""
        rows = Standard.objects.filter(active=True)
        if self.move == "recategorise":
            rows = rows.exclude(category=self.found.case.category).select_related("category")
        else:
            rows = rows.filter(category=self.found.case.category)
        return list(rows.order_by("category__code_set", "category__code", "number"))

    def categories(self) -> list[Code]:
        """The categories that a case may have, except its own."""
        return list(Code.objects.filter(offered()).exclude(pk=self.found.case.category_id).order_by("code_set", "code"))

    def near(self) -> list[NearbyCase]:
        """Open cases near by, the nearest first."""
        case = self.found.case
        rows = nearby(case.district, case.lon, case.lat, None, NEAR_M, limit=NEAR_COUNT + 1, photos=False)
        return [row for row in rows if row.id != case.pk][:NEAR_COUNT]


def handler_units(asking_for: str, found: Dossier) -> set[int]:
    """The units whose people the form of the move offers."""
    case = found.case
    return unit_tree(case.district.code).below(case.unit_id) if asking_for == "assign" and case.unit_id else set()


def standard_text(standard: Standard) -> str:
    """A filing standard in one line: when a case is filed, and how long it may take."""
    return f"{standard.condition} · {amount_text(standard.limit, Unit(standard.unit))}"


def names_of(move: str) -> tuple[str, ...]:
    """What is asked for with a move, in the order of a form: what decides first, then the words."""
    rule = MOVES[move]
    last = ("reason", "public_note")
    # A corrected category brings its standard along.
    wanted = [name for name in (*rule.requires, *rule.takes) if (move, name) != ("recategorise", "standard")]
    return (*(name for name in wanted if name not in last), *(name for name in last if name in wanted))
