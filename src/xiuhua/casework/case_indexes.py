"""The indexes of cases, and the questions that they answer: each costs every move of every case, but for the rare."""

from django.db.models import Index, Q

from xiuhua.casework.states import CLOCK

_HARD, _LATE = Q(hard=True), Q(overdue=True)
_AGAIN = Q(reworks__gt=0) | Q(reopenings__gt=0)
CASE_INDEXES = [
    Index(fields=["district", "state", "deadline"]),
    # Work lists: those who wait longest, or came last, in a district, with a unit, in an area, with a person.
    Index(fields=["district", "state", "state_since"]),
    Index(fields=["unit", "state", "state_since"]),
    Index(fields=["town", "state", "state_since"]),
    Index(fields=["community", "state"]),
    Index(fields=["grid", "state"]),
    Index(fields=["handler", "state", "unit"]),
    # Rare ones have indexes of their own, in the orders of the lists: the others cost a list nothing.
    Index(fields=["district", "state", "state_since"], condition=_HARD, name="case_hard"),
    Index(fields=["district", "state", "deadline"], condition=_HARD, name="case_hard_clock"),
    Index(fields=["district", "state", "state_due"], condition=_HARD, name="case_hard_due"),
    Index(fields=["district", "state", "state_since"], condition=_LATE, name="case_late"),
    Index(fields=["district", "state", "state_since", "source"], condition=_AGAIN, name="case_again"),
    Index(fields=["district", "state", "deadline", "source"], condition=_AGAIN, name="case_again_clock"),
    # Those under a clock without a deadline are few; without this, PostgreSQL reads all others to find them.
    Index(
        fields=["district", "state", "state_since"],
        name="case_no_deadline",
        condition=Q(deadline=None, state__in=CLOCK),
    ),
    Index(fields=["district", "reported_at"]),
    Index(fields=["district", "changed_at"]),
    Index(fields=["state", "state_due"]),
    Index(fields=["lon", "lat"]),
    Index(fields=["master"], name="case_master", condition=Q(master__isnull=False)),
    # Open cases of a category around a place: where many lie on one point, the closed ones cost nothing.
    Index(fields=["category", "state", "lon", "lat"], name="case_nearby"),
]
