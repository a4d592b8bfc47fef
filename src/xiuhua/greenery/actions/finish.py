"""What is worked out after the figures are stored, part by part: the bands, and the change since an earlier day.

Each part is some seconds of work and is kept at once in ``unfinished`` of its measurement:
``{"bands": [shares of each part]}`` and ``{"change": {"since", "actor", "kept", "then", "steps"}}``. So jobs go on with
it between other jobs; one that is killed loses the part it was at. A newer measurement ends what an older one lacks.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from xiuhua.foundation import events
from xiuhua.greenery.actions.measure import NoHomesError, Taken, keep, measured_of, take
from xiuhua.greenery.bands import bands_of, ground_of, part, parts
from xiuhua.greenery.change import ORDER, Step, before_all, ending_at, next_steps
from xiuhua.greenery.measure import Measured, Options
from xiuhua.greenery.models import Measurement
from xiuhua.greenery.queries import asked_of, latest, whole

_NOON = time(12)
type Unfinished = dict[str, Any]


@dataclass
class Setting:
    """What the parts of one measurement are worked out on; kept from part to part by the process that makes them."""

    measurement: Measurement
    now: Taken
    then: Taken | None = None

    @cached_property
    def options(self) -> Options:
        """How it was measured."""
        return self.now.asked.options(self.now.surveyed.scene, self.now.district.time_zone)

    @cached_property
    def ground(self) -> Measured:
        """What the bands start from."""
        return ground_of(self.now.surveyed.scene, self.options)

    @cached_property
    def shares(self) -> dict[str, float]:
        """The shares of the district that the measurement found."""
        return {key: one.share for key, one in whole(self.measurement).items() if one.whole}

    def before(self, since: date) -> Taken:
        """The earlier day. Raises ``NoHomesError``."""
        if self.then is None or self.then.surveyed.day != since:
            self.then = then_of(self.now, since)
        return self.then


# One at most: a district takes much room.
_held: dict[tuple[int, str], Setting] = {}


def then_of(now: Taken, since: date) -> Taken:
    """A district as it stood on the day ``since``, for the change. Raises ``NoHomesError``."""
    noon = datetime.combine(since, _NOON, ZoneInfo(now.district.time_zone))
    return take(now.district, replace(now.asked, view=False, runs=0), noon)


def want_bands(measurement: Measurement) -> None:
    """Have the bands worked out that were asked for, where neither they are there nor somebody is at them."""
    if asked_of(measurement).runs and not measurement.bands:
        _want(measurement, "bands", [])


def want_change(measurement: Measurement, since: date, *, actor: str) -> None:
    """Have the change since a day worked out; one of the same day that was begun goes on."""
    begun = measurement.unfinished.get("change")
    if begun is None or begun["since"] != since.isoformat():
        _want(measurement, "change", {"since": since.isoformat(), "actor": actor}, anew=True)


def finish(measurement: Measurement) -> None:
    """Work out all that is left, at once."""
    while go_on(measurement.pk):
        pass
    measurement.refresh_from_db()


def go_on(pk: int) -> bool:
    """Work out one part of what measurement ``pk`` lacks, and keep it. Whether something is left."""
    held = Measurement.objects.filter(pk=pk).select_related("district").first()
    if held is None or not held.unfinished:
        _held.clear()
        return False
    setting = _setting(held)
    left = None if setting is None else _next(setting, held.unfinished)
    return _kept(held, left)


def _setting(held: Measurement) -> Setting | None:
    """The city as it was measured; nothing where it is not that any more."""
    if latest(held.district) != held:
        return None
    key = (held.pk, held.digest)
    if key not in _held:
        try:
            now = take(held.district, asked_of(held), held.made_at)
        except NoHomesError:
            return None
        if now.digest != held.digest:
            return None
        _held.clear()
        _held[key] = Setting(held, now)
    return _held[key]


def _next(setting: Setting, unfinished: Unfinished) -> "Left":
    for key, work in (("bands", _bands), ("change", _change)):
        if key in unfinished:
            return work(setting, unfinished)
    return Left({})


@dataclass(frozen=True)
class Left:
    """What is unfinished after a part; columns of the measurement that are now whole; what else is to be kept."""

    unfinished: Unfinished
    whole: dict[str, Any] | None = None
    also: Callable[[], None] | None = None


def _bands(setting: Setting, unfinished: Unfinished) -> Left:
    now, done = setting.now, list(unfinished["bands"])
    runs, seed = now.asked.runs, now.seed
    done.append(part(setting.ground, setting.options, runs, seed, len(done)))
    if len(done) < parts(runs):
        return Left({**unfinished, "bands": done})
    rest = {key: state for key, state in unfinished.items() if key != "bands"}
    del setting.ground
    return Left(rest, {"bands": bands_of(setting.shares, done, seed).said()})


def _change(setting: Setting, unfinished: Unfinished) -> Left:
    state = dict(unfinished["change"])
    since, rest = date.fromisoformat(state["since"]), {k: v for k, v in unfinished.items() if k != "change"}
    try:
        before = setting.before(since)
    except NoHomesError:
        return Left(rest)
    district, actor = setting.now.district, state["actor"]
    if not state.get("kept") and not Measurement.objects.filter(district=district, data_on=since).exists():
        # The earlier day is kept for the history.
        then = measured_of(before)
        return Left({**rest, "change": {**state, "kept": True}}, also=lambda: keep(then, before, actor))
    if "then" not in state:
        state |= {"then": before_all(before.surveyed, setting.options), "steps": []}
        return Left({**rest, "change": state})
    done = [Step(**step) for step in state["steps"]]
    done += next_steps(before.surveyed, setting.now.surveyed, setting.options, state["then"], done)
    if len(done) < len(ORDER):
        return Left({**rest, "change": {**state, "steps": [asdict(step) for step in done]}})
    start, steps = ending_at(state["then"], done, setting.shares)
    told = {"since": state["since"], "then": start, "steps": [asdict(step) for step in steps]}
    return Left(rest, {"change": told}, lambda: _tell(setting.measurement, actor, state["since"], steps))


def _tell(measurement: Measurement, actor: str, since: str, steps: list[Step]) -> None:
    events.record(
        chain=f"greenery:{measurement.district.code}", verb="greenery.explained", actor=actor,
        subject=f"greenery.measurement:{measurement.pk}",
        after={"since": since, "steps": {step.key: step.count for step in steps}},
    )  # fmt: skip


def _kept(held: Measurement, left: Left | None) -> bool:
    """Keep what came out of a part that began where ``held`` stands; not where somebody else was faster."""
    with transaction.atomic():
        events.lock(f"greenery:{held.district.code}")
        now = Measurement.objects.filter(pk=held.pk).first()
        if now is None or now.unfinished != held.unfinished:
            return now is not None and bool(now.unfinished)
        columns = {"unfinished": left.unfinished if left else {}, **((left.whole if left else None) or {})}
        Measurement.objects.filter(pk=held.pk).update(**columns)
        if left and left.also:
            left.also()
    if not columns["unfinished"]:
        _held.clear()
    return bool(columns["unfinished"])


def _want(measurement: Measurement, key: str, state: Any, *, anew: bool = False) -> None:
    with transaction.atomic():
        events.lock(f"greenery:{measurement.district.code}")
        held = Measurement.objects.filter(pk=measurement.pk).first()
        if held and (anew or key not in held.unfinished):
            Measurement.objects.filter(pk=held.pk).update(unfinished={**held.unfinished, key: state})
    measurement.refresh_from_db()
