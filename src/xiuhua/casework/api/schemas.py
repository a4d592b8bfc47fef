"""The shapes of the JSON answers about cases."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema


class NamedOut(Schema):
    """Something with a code and a name in the language of the request."""

    code: str
    name: str


class UnitOut(NamedOut):
    """A unit."""


class PlaceOut(NamedOut):
    """An area, by its kind."""

    kind: str


class LeftOut(Schema):
    """What is left of the limit: ``units`` of ``unit`` (negative when over), a colour, and the same in words."""

    units: float
    unit: str
    colour: str
    paused: bool
    text: str


class CaseRowOut(Schema):
    """A case in a list. ``text`` is masked where the reader sees only what is public."""

    number: str
    district: str
    state: str
    state_name: str
    category: NamedOut
    text: str
    address: str
    lon: float
    lat: float
    source: str
    reported_at: datetime
    changed_at: datetime
    unit: UnitOut | None
    deadline: datetime | None
    overdue: bool
    me_too: int
    closed_at: datetime | None
    closing_reason: str
    version: int | None = None
    hard: bool | None = None
    handler: str | None = None
    left: LeftOut | None = None


class FacetOut(Schema):
    """One value of a facet with its count."""

    value: str
    name: str
    count: int


class CaseListOut(Schema):
    """One page of cases; ``next`` is given as ``after`` to go on, and is empty at the end."""

    cases: list[CaseRowOut]
    next: str
    scope: str
    facets: dict[str, list[FacetOut]]


class PhotoOut(Schema):
    """A photo: its public copy and thumbnail."""

    key: UUID
    stage: str
    copy_url: str
    thumbnail_url: str
    width: int
    height: int
    taken_at: datetime | None
    received_at: datetime
    public: bool


class PublicStepOut(Schema):
    """One line of the public history."""

    at: datetime
    text: str
    note: str


class StepOut(Schema):
    """One move of the case, as the desk sees it."""

    number: int
    at: datetime
    move: str
    move_name: str
    from_state: str
    to_state: str
    actor: str
    person: str
    unit: UnitOut | None
    reason: str
    public_note: str
    data: dict[str, Any]


class StandingOut(Schema):
    """How the case stands, in a sentence."""

    text: str
    tone: str


class CaseOut(CaseRowOut):
    """One case as everybody sees it; what only staff sees stands in ``staff``."""

    standing: StandingOut
    areas: list[PlaceOut]
    photos: list[PhotoOut]
    history: list[PublicStepOut]
    master: str
    staff: "StaffOut | None" = None


class StandardOut(Schema):
    """A filing standard."""

    id: int
    category: str
    number: int
    condition: str
    limit: int
    unit: str
    closing: str


class PartyOut(Schema):
    """A unit that takes part."""

    unit: UnitOut
    task: str
    since: datetime
    deadline: datetime | None
    done_at: datetime | None


class CheckOut(Schema):
    """A field check of the case."""

    key: UUID
    kind: str
    inspector: str
    drawn_at: datetime
    due: datetime
    passed: bool | None
    note: str
    lon: float | None
    lat: float | None
    accuracy_m: float | None
    seen_at: datetime | None
    received_at: datetime | None
    cancelled_at: datetime | None
    draw: dict[str, Any]


class PetitionOut(Schema):
    """A request about time or about a judgement."""

    kind: str
    asked_at: datetime
    asked_by: str
    reason: str
    until: datetime | None
    reviewed_at: datetime | None
    review_granted: bool | None
    decided_at: datetime | None
    granted: bool | None
    decision: str


class RatingOut(Schema):
    """How satisfied a reporter is."""

    score: int
    text: str
    at: datetime


class ReportOut(Schema):
    """A report as it came; ``contact`` only for who may accept cases."""

    key: UUID
    source: str
    received_at: datetime
    description: str
    address: str
    answers: dict[str, Any]
    suggested: list[dict[str, Any]]
    contact: dict[str, str] | None
    rating: RatingOut | None


class StaffOut(Schema):
    """What staff sees of a case."""

    description: str
    standard: StandardOut | None
    state_since: datetime
    state_due: datetime | None
    clock: str
    priority: int
    exempt: bool
    counts: dict[str, int]
    parties: list[PartyOut]
    checks: list[CheckOut]
    petitions: list[PetitionOut]
    reports: list[ReportOut]
    moves: list[str]


class OfferOut(Schema):
    """A move that may be made now: what must be given with it, what may be."""

    move: str
    name: str
    to: str
    requires: list[str]
    takes: list[str]


class MadeOut(Schema):
    """A move that was made: how the case is now, and what the step tells."""

    number: str
    state: str
    state_name: str
    version: int
    changed_at: datetime
    state_due: datetime | None
    deadline: datetime | None
    overdue: bool
    unit: str | None
    step: dict[str, Any]


class TakenOut(Schema):
    """A report that was taken in: its key, the number of its case, the token with which to follow it."""

    report: UUID
    number: str
    state: str
    token: str
    follow_url: str
    case_url: str


class FollowedReportOut(Schema):
    """What who reported sees: the case as it goes on, and the own rating."""

    report: UUID
    number: str
    state: str
    state_name: str
    standing: StandingOut
    history: list[PublicStepOut]
    may_rate: bool
    rating: RatingOut | None


class FollowedOut(Schema):
    """Somebody follows the case from now on."""

    number: str
    me_too: int
    token: str


class NearbyOut(Schema):
    """An open case near a place."""

    number: str
    category: NamedOut
    state: str
    state_name: str
    text: str
    address: str
    lon: float
    lat: float
    distance_m: float
    age_seconds: int
    me_too: int
    thumbnail_url: str | None


class SuggestedOut(Schema):
    """A category that the text speaks of, and how sure that is."""

    category: NamedOut
    confidence: float


class ServiceOut(Schema):
    """What may be reported: the category, its description, its questions as a JSON Schema."""

    category: NamedOut
    group: str
    public: bool
    description: str
    keywords: list[str]
    questions: dict[str, Any]


class GivenCheckOut(Schema):
    """A check that waits for the inspector who asks."""

    key: UUID
    kind: str
    number: str
    category: NamedOut
    text: str
    address: str
    lon: float
    lat: float
    drawn_at: datetime
    due: datetime


class StoredPhotoOut(Schema):
    """A photo that was taken in."""

    key: UUID
    width: int
    height: int
    taken_at: datetime | None
    lon: float | None
    lat: float | None


CaseOut.model_rebuild()
