"""The rows of lives: cases, reports, steps, checks, requests, parts, followers, ratings, as the tables hold them."""

import json
import secrets
from datetime import datetime, timedelta
from random import Random
from typing import Any

from xiuhua.casework.actions.importing import Table
from xiuhua.casework.models import Case, Check, Follower, Party, Petition, Rating, Report, Step
from xiuhua.casework.states import FIELD
from xiuhua.city.actions.derived import AREA_KEYS
from xiuhua.demo.cases.arrivals import Kind
from xiuhua.demo.cases.fate import Fate
from xiuhua.demo.cases.texts import description
from xiuhua.demo.cases.world import World

_KEPT = timedelta(days=180)  # how long contacts are kept after the end of a case
_LATELY = timedelta(days=60)
_COUNTS = ("extensions", "suspensions", "reworks", "refusals", "reopenings", "appeals")
_CASE = (
    "number", "district", "category", "standard", "state", "state_since", "state_due", "description", "public_text",
    "address", "lon", "lat", *AREA_KEYS, "source", "me_too", "unit", "handler", "clock_started", "clock_amount",
    "clock_unit", "clock_pauses", "deadline", "reported_at", "filed_at", "dispatched_at", "handed_back_at",
    "closed_at", "changed_at", "closing_reason", "overdue", "exempt", "hard", *_COUNTS, "version",
)  # fmt: skip
_REPORT = ("key", "idempotency_key", "token", "district", "case", "source", "received_at", "category", "description",
           "address", "lon", "lat", "placed_by", "user", "contact_phone", "contact_email", "anonymised_at")  # fmt: skip
_STEP = ("case", "number", "at", "move", "from_state", "to_state", "user", "actor", "unit", "reason", "public_note",
         "data")  # fmt: skip
_CHECK = ("key", "case", "kind", "inspector", "draw", "drawn_at", "due", "passed", "note", "lon", "lat", "accuracy_m",
          "seen_at", "received_at", "cancelled_at")  # fmt: skip
_PETITION = ("case", "kind", "asked_at", "asked_by", "reason", "until", "reviewed_at", "review_granted", "decided_at",
             "granted", "decision")  # fmt: skip


class Rows:
    """The rows of one batch. ``now`` is the present of the history."""

    def __init__(self, world: World, now: datetime, rng: Random) -> None:
        self._world, self._now, self._rng = world, now, rng
        self._held: list[tuple[Fate, str, str, int, int]] = []

    def add(self, fate: Fate, address: str, kind: Kind) -> None:
        """Take a life in."""
        text = description(kind, address, self._rng)
        told = any(step.move == "recategorise" for step in fate.life.steps)
        category = fate.category.pk if fate.wrong is None or told else fate.wrong.pk
        joined = 0
        lately = self._now - fate.life.steps[0].at < _LATELY and fate.life.state not in {"merged", "rejected"}
        if lately and self._rng.random() < 0.06:  # noqa: PLR2004 - few say "me too"
            joined = self._rng.choice((1, 1, 2, 3))
        self._held.append((fate, address, text, category, joined))

    def insert_cases(self) -> None:
        """Insert the cases alone: what belongs to them needs their keys."""
        Table(Case, *_CASE).insert(self._case(*each) for each in self._held)

    def insert_rest(self, pks: dict[str, int]) -> None:
        """Insert everything that belongs to the cases, whose keys by number are ``pks``."""
        pairs = [(pks[held[0].life.number], *held) for held in self._held]
        tokens = [secrets.token_urlsafe(24) for _ in pairs]
        Table(Report, *_REPORT).insert(
            self._report(pk, fate, address, text, token)
            for (pk, fate, address, text, _category, _joined), token in zip(pairs, tokens, strict=True)
        )
        self._insert_followers(pairs, tokens)
        checks, petitions = self._insert_checks(pairs), self._insert_petitions(pairs)
        Table(Party, "case", "unit", "limit", "limit_unit", "since", "deadline", "done_at").insert(
            (pk, part.unit, part.limit, part.limit_unit.value, part.since, part.deadline, part.done_at)
            for pk, fate, *_rest in pairs
            for part in fate.life.parts
        )
        Table(Step, *_STEP).insert(step for pk, fate, *_rest in pairs for step in _steps(pk, fate, checks, petitions))
        self._insert_ratings(pairs)

    def _case(self, fate: Fate, address: str, text: str, category: int, joined: int) -> tuple[Any, ...]:
        life = fate.life
        clock = life.clock
        pauses = [[pause.start.isoformat(), pause.end.isoformat() if pause.end else None] for pause in life.pauses]
        return (
            life.number, self._world.district.pk, category, life.rule.pk if life.rule else None, life.state,
            life.state_since, life.state_due, text, text, address, fate.lon, fate.lat,
            *(fate.area_ids.get(kind) for kind in AREA_KEYS.values()), fate.source, life.me_too + joined, life.unit,
            life.handler, clock.start if clock else None, int(clock.amount) if clock else None,
            clock.unit.value if clock else "", json.dumps(pauses), life.deadline, life.steps[0].at, life.filed_at,
            life.dispatched_at, life.handed_back_at, life.closed_at, life.changed_at, life.closing_reason,
            life.overdue, life.exempt, life.hard, *(life.count(name) for name in _COUNTS), len(life.steps),
        )  # fmt: skip

    def _report(self, pk: int, fate: Fate, address: str, text: str, token: str) -> tuple[Any, ...]:
        life = fate.life
        phone, email = _reachable(fate)
        ended = life.state_since if life.state in {"closed", "rejected", "merged"} else None
        forgotten = ended + _KEPT if ended and ended + _KEPT < self._now else None
        if forgotten:
            phone = email = ""
        placed = "device" if fate.source in {"inspector", "phone"} else "map"
        category = (fate.wrong or fate.category).pk
        return (
            fate.report.hex, f"demo:{life.number}", token, self._world.district.pk, pk, fate.source, life.steps[0].at,
            category, text, address, fate.lon, fate.lat, placed, fate.reporter.pk, phone, email, forgotten,
        )  # fmt: skip

    def _insert_followers(self, pairs: list[tuple[Any, ...]], tokens: list[str]) -> None:
        rows = []
        for (pk, fate, _address, _text, _category, joined), token in zip(pairs, tokens, strict=True):
            since, end = fate.life.steps[0].at, fate.life.state_since
            phone, email = _reachable(fate)
            over = fate.life.state in {"closed", "rejected"} and end is not None and end + _KEPT < self._now
            if fate.life.state != "merged" and (fate.reporter.pk or ((phone or email) and not over)):
                rows.append((pk, fate.reporter.pk, email, phone, token, False, since))
            rows += [
                (pk, None, f"neighbour{pk}-{number}@example.org", "", secrets.token_urlsafe(24), True, since)
                for number in range(joined)
            ]
        Table(Follower, "case", "user", "email", "phone", "token", "me_too", "since").insert(rows)

    def _insert_checks(self, pairs: list[tuple[Any, ...]]) -> dict[str, int]:
        """Insert the checks. Returns their keys in the database by their own."""
        last = Check.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        Table(Check, *_CHECK).insert(
            (
                check.key.hex, pk, check.kind, check.draw["pick"], json.dumps(check.draw), check.drawn_at,
                check.drawn_at + FIELD, check.passed, check.note, *(check.place or (None, None, None)), check.seen_at,
                check.received_at, check.cancelled_at,
            )
            for pk, fate, *_rest in pairs
            for check in fate.life.checks
        )  # fmt: skip
        rows = Check.objects.filter(pk__gt=last).order_by().values_list("key", "pk")
        return {key.hex: pk for key, pk in rows.iterator(chunk_size=5000)}

    def _insert_petitions(self, pairs: list[tuple[Any, ...]]) -> dict[tuple[int, str, datetime], int]:
        """Insert the requests. Returns their keys by case, kind and time."""
        last = Petition.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        Table(Petition, *_PETITION).insert(
            (
                pk, one.kind, one.asked_at, one.who.pk, one.reason, one.until, one.reviewed_at, one.review_granted,
                one.decided_at, one.granted, one.decision,
            )
            for pk, fate, *_rest in pairs
            for one in fate.life.asked
        )  # fmt: skip
        rows = Petition.objects.filter(pk__gt=last).order_by()
        return {(case, kind, at): pk for case, kind, at, pk in rows.values_list("case_id", "kind", "asked_at", "pk")}

    def _insert_ratings(self, pairs: list[tuple[Any, ...]]) -> None:
        rated = {fate.report: fate.rating for _pk, fate, *_rest in pairs if fate.rating}
        keys = list(rated)
        found: dict[Any, int] = {}
        for some in range(0, len(keys), 900):
            found |= dict(Report.objects.filter(key__in=keys[some : some + 900]).values_list("key", "pk"))
        Table(Rating, "report", "score", "text", "at").insert((found[key], *rated[key]) for key in keys)


def _reachable(fate: Fate) -> tuple[str, str]:
    """Telephone and e-mail of a reporter: numbers nobody has, in a domain that is kept for examples."""
    lot = fate.report.int % 10
    if fate.source not in {"hotline", "web", "phone"} or lot < 3 or fate.reporter.pk:  # noqa: PLR2004
        return "", ""
    if fate.source == "hotline":
        return f"100000{fate.report.int % 100_000:05d}", ""
    return "", f"resident{fate.report.int % 1_000_000}@example.org"


def _steps(
    pk: int, fate: Fate, checks: dict[str, int], petitions: dict[tuple[int, str, datetime], int]
) -> list[tuple[Any, ...]]:  # fmt: skip
    """The steps of a case, with the keys of the rows that they refer to."""
    life, rows = fate.life, []
    for number, step in enumerate(life.steps, start=1):
        data = step.data
        if "check" in data:
            data = data | {"check": checks[life.checks[data["check"]].key.hex]}
        if "petition" in data:
            one = life.asked[data["petition"]]
            data = data | {"petition": petitions[pk, one.kind, one.asked_at]}
        rows.append((
            pk, number, step.at, step.move, step.before, step.after, step.who.pk, step.who.name, step.unit,
            step.reason, step.note, json.dumps(data, ensure_ascii=False),
        ))  # fmt: skip
    return rows
