"""How a case of the demonstration fares: what people decide, and when. Pure computation over ``life``."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from random import Random
from typing import Any
from uuid import UUID

from xiuhua.casework.drawing import draw
from xiuhua.casework.states import CLOCK, MAX_EXTENSIONS, MAX_SUSPENSIONS
from xiuhua.demo.cases.life import Asked, Life, NotYetError, Part, Person
from xiuhua.demo.cases.texts import said, unfixed
from xiuhua.demo.cases.world import Category, World, nearest_inspectors
from xiuhua.demo.plan import read_yaml
from xiuhua.foundation.worktime import Unit

_MINUTE = timedelta(minutes=1)
_LONG = timedelta(days=12)
_CONTENT = 4
_DAY = range(6, 22)
_OUTSIDE = ("web", "phone", "hotline", "open311")
_NOBODY = Person(None, "nobody")
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def _chances() -> dict[str, float]:
    return dict(read_yaml("cases.yaml")["chances"])


@dataclass(slots=True)
class Fate:
    """One case: where it lies, who reported it, and what chance decided beforehand."""

    world: World
    rng: Random
    kind: int
    category: Category
    lon: float
    lat: float
    areas: tuple[str, ...]
    groups: tuple[int, ...]
    area_ids: dict[str, int]
    source: str
    reporter: Person
    life: Life = field(init=False)
    report: UUID = field(init=False)
    wrong: Category | None = None
    # The case into which this one is merged, and when.
    master: tuple[str, datetime] | None = None
    rating: tuple[int, str, datetime] | None = None
    _clock: datetime = field(default=_LONG_AGO, init=False)

    def begin(
        self, number: str, at: datetime, end: datetime, incoming: list[tuple[datetime, str]]
    ) -> None:  # fmt: skip
        """The life, reported at ``at``; ``incoming`` are cases that may be merged into it, and when."""
        self.life = Life(number, self.world.calendar, end, self._draw, self._key, self._duty, incoming)
        self.report = self._key()
        self.life.make(
            "report", at, self.reporter, report=str(self.report), source=self.source, seen_at=None, chosen=True
        )

    def run(self) -> None:
        """Let the case fare until it ends or the present comes."""
        with suppress(NotYetError):
            self._fare()
        self.life.absorb(self.life.end)

    def _fare(self) -> None:
        if self.master is not None:
            number, at = self.master
            self.life.make("merge", at, self._desk(), master=number, followers=0)
        elif self._accept():
            self._work()
            self._afterwards()

    # The desk.

    def _accept(self) -> bool:
        """Whether the case is filed."""
        life, rng = self.life, self.rng
        desk = self._desk()
        self._soon(4)
        if self.source in _OUTSIDE and self._lot("look_before_filing"):
            life.ask_check(self._now(), desk)
            if life.state == "check_filing" and not self._look_before_filing():
                return False
        if self.source in _OUTSIDE and self._lot("not_filed"):
            life.make("reject", self._now(), desk, reason=said("reject", rng), note="经核实不予立案，感谢您的关注。")
            return False
        if self.wrong is not None:
            life.make("recategorise", self._now(), desk, old=self.wrong.named, new=self.category.named)
            self._soon(1)
        rules = self.category.rules
        life.make("file", self._now(), desk, rule=rules[0] if self._lot("usual_standard") else rng.choice(rules))
        return True

    def _look_before_filing(self) -> bool:
        """The field check; False when the desk then does not file."""
        life, rng = self.life, self.rng
        seen = self._visit(said("deny", rng), "confirm", "deny", "found")
        self._soon(3)
        if not seen:
            return True
        if life.checks[-1].passed is False and self._lot("not_filed_if_not_found"):
            life.make("reject", self._now(), self._desk(), reason=said("deny", rng), note="到场核查未发现所述问题。")
            return False
        return True

    def _visit(self, why: str, good: str, bad: str, chance: str) -> bool:
        """The inspector who was drawn comes and says yes with this chance; False when nobody came."""
        life, rng = self.life, self.rng
        state = life.state
        self._soon(14)
        if life.state == state:
            check = life.checks[-1]
            who = self._inspector(check.draw["pick"])
            passed = self._lot(chance)
            now = self._now()
            if now > life.end:
                raise NotYetError
            check.passed, check.received_at, check.seen_at = passed, now, now - rng.random() * 3 * _MINUTE
            check.note = "" if passed else why
            check.place = (self.lon + rng.gauss(0, 8e-5), self.lat + rng.gauss(0, 7e-5), round(rng.uniform(4, 18), 1))
            life.make(good if passed else bad, now, who, reason=check.note, check=len(life.checks) - 1,
                      seen_at=check.seen_at.isoformat(), lon=check.place[0], lat=check.place[1])  # fmt: skip
            return True
        return False

    # The unit.

    def _work(self) -> None:
        """From filing to closing."""
        life = self.life
        self._soon(4)
        if life.state == "filed":
            life.make("dispatch", self._now(), self._desk())
        if self._lot("refused"):
            self._refused()
        while True:
            self._fix()
            if self._verified():
                return

    def _refused(self) -> None:
        life, rng = self.life, self.rng
        self._soon(35)
        if life.state != "dispatched":
            return
        others = [each for each in self.world.answering(
            self.category.pk, self.lon, self.lat, self.groups, life.changed_at or life.end
        ) if each[0] != life.unit]  # fmt: skip
        if not others:
            return
        old = life.unit
        life.make("refuse", self._now(), self._lead(), unit=old, reason=said("refuse", rng),
                  suggested_unit=others[0][1]["unit"])  # fmt: skip
        self._soon(6)
        if life.state == "filed":
            unit, why = others[0]
            life.make("dispatch", self._now(), self._desk(), to=(unit, {"unit": why["unit"]}), reason="按退回意见改派")

    def _fix(self) -> None:
        """The unit works on it and hands it back."""
        life, rng, world = self.life, self.rng, self.world
        if life.unit is None or life.rule is None or life.deadline is None or life.clock is None:
            raise ValueError("not dispatched")
        again = life.count("reworks") > 0
        start, unit = life.changed_at or life.end, life.clock.unit
        in_time = rng.random() < world.skill[life.unit] + (0.02 if again else 0)
        self._at_work(start, 20 if unit.continuous else 40)
        hands = world.handlers.get(life.unit, [])
        who = rng.choice(hands) if hands else self._lead()
        if life.state == "dispatched" and hands and self._lot("assigned"):
            life.make("assign", self._now(), self._lead(), handler=who.pk)
        self._along_the_way()
        if in_time and life.deadline > self._now():
            share = Fraction(int(1000 * rng.betavariate(2.0, 2.6)), 1000)
            left = world.calendar.between(self._now(), life.deadline, unit)
            at = world.calendar.add(self._now(), left * share, unit)
        else:
            more = Fraction(int(1000 * min(rng.expovariate(1.6), 6)), 1000) * life.rule.limit
            at = world.calendar.add(max(life.deadline, self._now()), more, unit)
        life.until(max(at, self._now() + _MINUTE))
        at = max(at, self._now() + _MINUTE)
        if life.count("suspensions") == 0 and not life.hard and at - start > _LONG and self._lot("hard"):
            life.make("mark_hard", self._now() + _MINUTE, self._desk(), reason=said("hard", rng))
        for part in life.parts:
            if part.done_at is None:
                done = max(self._now(), part.since) + _MINUTE
                code = world.units[part.unit].code
                who_else = world.leads.get(part.unit, _NOBODY)
                late = bool(part.deadline and part.deadline < done)
                life.make("party_done", done, who_else, unit=part.unit, reason="协办部分已完成", late=late)
                life.steps[-1].data["unit"] = code
                part.done_at = done
        fixed = f"已{life.rule.closing}"
        life.make("hand_back", max(at, self._now() + _MINUTE), who, reason=fixed, note=f"{fixed}，等待核查。")

    def _along_the_way(self) -> None:
        """Notes, further units, requests about time."""
        life, _rng = self.life, self.rng
        if self._lot("noted"):
            life.make("note", self._now() + 3 * _MINUTE, self._lead(), reason="已安排人员到场查看")
        elif self._lot("joint"):
            self._join()
        elif self._lot("asks_extension"):
            self._extension()
        elif life.count("suspensions") < MAX_SUSPENSIONS and self._lot("asks_suspension"):
            self._suspension()

    def _join(self) -> None:
        life, world = self.life, self.world
        others = [pk for pk in sorted(world.handlers) if pk != life.unit and pk not in {p.unit for p in life.parts}]
        unit = self.rng.choice(others)
        at = self._now() + 5 * _MINUTE
        deadline = world.calendar.add(at, 1, Unit.WORK_DAY)
        life.make("join", at, self._desk(), unit=unit, limit=1, limit_unit="work_day", deadline=deadline.isoformat())
        life.steps[-1].data["unit"] = world.units[unit].code
        life.parts.append(Part(unit, at, 1, Unit.WORK_DAY, deadline))

    def _ask(self, kind: str, until: datetime | None = None) -> bool:
        life, rng = self.life, self.rng
        at = self._now() + timedelta(minutes=rng.uniform(10, 90))
        life.until(at)
        if life.late(at) or life.state not in CLOCK:
            return False
        asked = Asked(kind, at, self._lead(), said("extend" if kind == "extension" else "suspend", rng), until)
        if at > life.end:
            raise NotYetError
        life.asked.append(asked)
        when = until.isoformat() if until else None
        life.make(f"ask_{kind}", at, asked.who, reason=asked.reason, petition=len(life.asked) - 1, until=when)
        life.until(at + timedelta(minutes=rng.uniform(5, 60)))
        self._soon(12)
        return True

    def _extension(self) -> None:
        life, _rng = self.life, self.rng
        if life.count("extensions") < MAX_EXTENSIONS and self._ask("extension"):
            if self._lot("extended"):
                life.make("grant_extension", self._now(), self._desk())
            else:
                why = "理由不充分，请按期办结"
                life.make("refuse_extension", self._now(), self._desk(), reason=why, why=why)

    def _suspension(self) -> None:
        life, rng = self.life, self.rng
        until = self._now().replace(minute=0, second=0, microsecond=0) + timedelta(days=rng.randint(5, 70))
        if self._ask("suspension", until):
            why = "同意挂账，到期恢复"
            life.make("suspend", self._now(), self._desk(), reason=why, why=why)
            life.until(until + _MINUTE)

    # Verification and what comes after.

    def _verified(self) -> bool:
        """Whether the case was closed; False when it goes back to the unit."""
        life, rng = self.life, self.rng
        self._soon(5)
        if life.state == "handed_back":
            if self._lot("sent_back"):
                life.make("rework", self._now(), self._desk(), reason=said("rework", rng))
                return False
            if self._lot("closed_unfixed"):
                key, why = unfixed(rng)
                life.make("close_unfixed", self._now(), self._desk(), reason=why, note=why, closing_reason=key)
                return True
            life.ask_check(self._now(), self._desk())
        while life.state in {"check_closing", "handed_back"}:
            if life.state == "handed_back":  # the inspectors were tried, or there is none: somebody is found later
                self._soon(60)
                if life.state == "handed_back":
                    life.ask_check(self._now(), self._desk())
                continue
            if self._visit(said("fail", rng), "pass", "fail", "fixed"):
                break
        if life.state == "dispatched":
            return False
        self._soon(4)
        if life.state == "verified":
            life.make("close", self._now(), self._desk())
        return True

    def _afterwards(self) -> None:
        """Ratings, objections, appeals."""
        life, rng = self.life, self.rng
        outside = self.source in _OUTSIDE
        if outside and self._lot("objection" if life.closing_reason == "fixed" else "objection_unfixed"):
            life.until(self._now() + timedelta(hours=rng.uniform(2, 90)))
            life.make("reopen", self._now() + _MINUTE, self._who_reported(), reason=said("object", rng))
            while True:
                self._fix()
                if self._verified():
                    break
        if life.overdue and self._lot("appeal"):
            self._appeal()
        if outside and self._lot("rated"):
            at = (life.closed_at or life.end) + timedelta(hours=rng.expovariate(1 / 20))
            if at < life.end:
                bad = life.overdue or life.closing_reason != "fixed" or life.count("reopenings") > 0
                score = rng.choices([1, 2, 3, 4, 5], [3, 3, 4, 4, 3] if bad else [0.4, 0.6, 2, 6, 9])[0]
                text = said("praise" if score >= _CONTENT else "blame", rng) if self._lot("comment") else ""
                self.rating = (score, text, at)

    def _appeal(self) -> None:
        life, rng = self.life, self.rng
        at = self._now() + timedelta(hours=rng.uniform(1, 30))
        asked = Asked("appeal", at, self._lead(), said("appeal", rng))
        if at > life.end:
            raise NotYetError
        life.asked.append(asked)
        life.make("appeal", at, asked.who, reason=asked.reason, petition=len(life.asked) - 1)
        life.until(at + timedelta(hours=rng.uniform(1, 20)))
        granted = self._lot("appeal_reviewed")
        life.make("review_appeal", self._now() + _MINUTE, self._desk(), granted=granted)
        if granted:
            life.until(self._now() + timedelta(hours=rng.uniform(1, 20)))
            life.make("decide_appeal", self._now() + _MINUTE, self.world.assessor, granted=self._lot("appeal_granted"))

    # Who and when.

    def _now(self) -> datetime:
        """When the next thing happens: not before what happened last."""
        return max(self._clock, self.life.changed_at or self._clock)

    def _soon(self, minutes: float) -> None:
        """Some minutes pass, ``minutes`` in the middle of a day and more at night; timers ring meanwhile."""
        base = self.life.changed_at or self.life.end
        hour = base.astimezone(self.world.zone).hour
        wait = minutes * self.rng.lognormvariate(0, 0.7) * (1 if hour in _DAY else 2.5)
        self._pass(base + timedelta(minutes=wait))

    def _at_work(self, start: datetime, minutes: float) -> None:
        """The unit looks at it, within its working hours where its limit runs in them."""
        unit = Unit.URGENT_HOUR if self.life.clock and self.life.clock.unit.continuous else Unit.WORK_HOUR
        wait = Fraction(max(1, int(minutes * self.rng.lognormvariate(0, 0.8))), 60)
        self._pass(self.world.calendar.add(start, wait, unit))

    def _pass(self, at: datetime) -> None:
        self.life.until(at)
        self._clock = at

    def _lot(self, what: str) -> bool:
        """Whether it happens this time."""
        return self.rng.random() < _chances()[what]

    def _desk(self) -> Person:
        return self.rng.choice(self.world.desk)

    def _lead(self) -> Person:
        unit = self.life.unit
        hands = self.world.handlers.get(unit or 0, [_NOBODY])
        return self.world.leads.get(unit or 0, hands[0])

    def _who_reported(self) -> Person:
        return self.reporter if self.reporter.pk else Person(None, "token")

    def _inspector(self, pk: int) -> Person:
        return next(person for person, _area in self.world.inspectors if person.pk == pk)

    def _draw(self, kind: str, passed_over: frozenset[int]) -> dict[str, Any] | None:
        fixers = self.life.fixers() if kind == "before_closing" else frozenset()
        barred = passed_over | ({self.reporter.pk} if kind == "before_filing" and self.reporter.pk else frozenset())
        found = nearest_inspectors(self.world, self.areas, fixers, barred)
        return draw(found, seed=self.rng.getrandbits(48)) if found else None

    def _key(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def _duty(self, at: datetime) -> tuple[int, dict[str, Any]]:
        refused = {step.unit for step in self.life.steps if step.move == "refuse"}
        named = self.world.answering(self.category.pk, self.lon, self.lat, self.groups, at)
        unit, why = next(each for each in named if each[0] not in refused)
        return unit, dict(why)
