"""Make, commit, reveal and drop a plan of checks. The seed is secret from commit to reveal; its digest is public."""

import secrets
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.casework.refusals import Refused
from xiuhua.city.area_index import local_day
from xiuhua.city.models import District
from xiuhua.foundation.events import lock, record
from xiuhua.foundation.placed.faults import Fault
from xiuhua.inspection.actions.allowed import allow
from xiuhua.inspection.design import Design, Wrong, read, written
from xiuhua.inspection.drawing import digest_of_frames, digest_of_seed
from xiuhua.inspection.models import DrawnFrom, Frame, Plan, Standard, Visit
from xiuhua.inspection.planning_faults import FaultsFound
from xiuhua.inspection.planning_inputs import Gathered, gather, standard_of, working
from xiuhua.people.actors import Actor, name_of
from xiuhua.people.models import User

PERMISSION = "inspection.plan"
REASON_LENGTH = 200
# Why a visit is in no route, or was not made: kept as a key, said in the language of the page.
NOT_MADE = "not_made"


def design_of(plan: Plan) -> Design:
    """The design of a plan; it was checked when the plan was made."""
    design, wrong = read(plan.design)
    if design is None:
        raise ValueError(f"plan {plan.pk} holds a design that cannot be read: {wrong}")
    return design


def chain(district: District) -> str:
    """The event chain of the plans of a district."""
    return f"inspection:{district.code}:plans"


def subject(plan: Plan) -> str:
    """How events name a plan."""
    return f"inspection.plan:{plan.district.code}:{plan.pk}"


@transaction.atomic
def make_plan(
    district: District, month: date, design: Mapping[str, Any], *, user: Actor, name_zh: str = "", name_en: str = "",
    at: datetime | None = None,
) -> Plan:  # fmt: skip
    """A draft for ``month`` (any day of it). Raises ``FaultsFound`` with everything that is wrong, ``Forbidden``."""
    allow(user, PERMISSION, district)
    first = month.replace(day=1)
    checked = checked_design(district, first, design)
    plan = Plan(
        district=district, month=first, design=written(checked),
        name_zh=(name_zh.strip() or f"{first.year}年{first.month}月检查计划")[:200],
        name_en=(name_en.strip() or f"Inspection plan {first:%Y-%m}")[:200],
        made_by=user if isinstance(user, User) else None,
    )  # fmt: skip
    plan.save()
    _tell(plan, "plan.made", user, {"month": first, "design": plan.design}, at)
    return plan


def checked_design(district: District, month: date, data: Mapping[str, Any]) -> Design:
    """The design, held against the standards, frames and calendar of the district. Raises ``FaultsFound``."""
    design, wrong = read(data)
    faults = [_said(each) for each in wrong]
    if design is not None:
        faults += _kind_faults(district, design)
        days, periods = working(district, month)
        if not days:
            faults.append(Fault(
                "", "month", f"{month:%Y-%m}", _("The month has no working day."), _("Choose another month.")
            ))  # fmt: skip
        idle = [
            band for band in design.bands
            if not any(min(band.ends, ends) > max(band.begins, begins) for begins, ends in design.shift(periods))
        ]  # fmt: skip
        if idle:
            faults.append(Fault(
                "", "bands", idle[0].key, _("Nobody works in this band."),
                _("Give hours that reach into every band, or leave the band out."),
            ))  # fmt: skip
    if faults or design is None:
        raise FaultsFound(_("The plan cannot be made so."), _("Mend what is listed, then try again."), faults)
    return design


def _kind_faults(district: District, design: Design) -> list[Fault]:
    found = []
    for each in design.kinds:
        standard = standard_of(each.standard)
        if standard is None or standard.kind != each.kind:
            found.append(Fault(
                "", "standard", each.standard, _("There is no such standard for %(kind)s.") % {"kind": each.kind},
                _("Choose one of the standards in force."),
            ))  # fmt: skip
        elif standard.state != Standard.State.IN_FORCE:
            found.append(Fault(
                "", "standard", each.standard, _("The standard is not in force."),
                _("Put it in force, or choose another."),
            ))  # fmt: skip
        if not Frame.objects.filter(district=district, kind=each.kind, valid_to=None).exists():
            found.append(Fault(
                "", "kind", each.kind, _("The district has no frame of this kind."),
                _("Build the frames from the city first, or leave the kind out."),
            ))  # fmt: skip
    return found


def _said(wrong: Wrong) -> Fault:
    return Fault("", wrong.field, wrong.value, _(wrong.rule), _(wrong.remedy))


@transaction.atomic
def commit_plan(plan: Plan, *, user: Actor, seed: str = "", at: datetime | None = None) -> Plan:
    """Draw the month of a draft and publish the digests of its seed and of what it was drawn from.

    ``seed`` is given only where everything must come out the same, as in the demonstration and in tests; otherwise it
    comes from the machine's secure source. Raises ``Refused`` where the month is over, nobody can check, or another
    plan of the month stands; ``Forbidden``.
    """
    row = _held(plan, user, Plan.State.DRAFT, _("Only a draft is committed."))
    now = at or timezone.now()
    lock(chain(row.district))
    standing = Plan.objects.filter(
        district=row.district, month=row.month, state__in=(Plan.State.COMMITTED, Plan.State.REVEALED)
    ).first()
    if standing is not None:
        raise Refused(
            _("The month has a plan already: “%(plan)s”.") % {"plan": standing},
            _("Drop that plan with a reason first."),
        )
    design = design_of(row)
    gathered = gather(row, design, now)
    _possible(row, gathered)
    row.seed = seed or secrets.token_hex(32)
    row.seed_sha256, row.frames_sha256 = digest_of_seed(row.seed), digest_of_frames(gathered.inputs.frames)
    row.state, row.committed_at = Plan.State.COMMITTED, now
    made = _draw(row, design, gathered)
    row.save()
    after = {"seed_sha256": row.seed_sha256, "frames_sha256": row.frames_sha256, "visits": dict(sorted(made.items()))}
    _tell(row, "plan.committed", user, after, now)
    return row


def _possible(plan: Plan, gathered: Gathered) -> None:
    inputs = gathered.inputs
    if not inputs.days:
        raise Refused(
            _("No working day of the month is left: visits begin on the day after the plan is committed."),
            _("Make a plan for a later month."),
        )
    if not inputs.inspectors:
        raise Refused(
            _("Nobody in the district checks in the field."), _("Give the role of an inspector to somebody first.")
        )
    if not inputs.team.may.any():
        raise Refused(
            _("No inspector may check any of these frames: they lie outside of the assignments or in the own duty."),
            _("Give inspectors an area that holds the frames, and an organisation that does not answer for them."),
        )
    if not len(inputs.frames):
        raise Refused(_("The district has no frame of this kind."), _("Build the frames from the city first."))


def _draw(plan: Plan, design: Design, gathered: Gathered) -> Counter[str]:
    """Draw and keep the visits; how many of each part, and how many are in no route."""
    from xiuhua.inspection.month import draw_month, packed, route_month

    inputs = gathered.inputs
    month = draw_month(inputs, design, plan.seed)
    routed = route_month(inputs, design, month)
    DrawnFrom.objects.create(plan=plan, inputs=packed(inputs))
    standards = {each.kind: standard_of(each.standard) for each in design.kinds}
    bands = design.bands_in(inputs.periods)
    days = [date.fromisoformat(day) for day in inputs.days]
    visits = [
        Visit(
            plan=plan, frame_id=gathered.frame_ids[frame], standard=standards[str(inputs.frames.kind[frame])],
            part=month.part[at], stratum=month.stratum[at], expected_draws=float(month.expected[at]),
            day=days[month.day[at]], begins=_time(bands[month.band[at]].begins), ends=_time(bands[month.band[at]].ends),
            inspector_id=gathered.inspector_ids[month.inspector[at]] if month.inspector[at] >= 0 else None,
            order=int(routed.order[at]) if routed.order[at] >= 0 else None,
            planned_at=_time(int(routed.begins[at]) // 60) if routed.begins[at] >= 0 else None,
            state=Visit.State.MISSED if routed.reason[at] else Visit.State.PLANNED, reason=routed.reason[at],
        )
        for at, frame in enumerate(month.frame.tolist())
    ]  # fmt: skip
    first = [visit for visit, again in zip(visits, month.repeats, strict=True) if again < 0]
    Visit.objects.bulk_create(first, batch_size=500)
    later = [(visit, int(again)) for visit, again in zip(visits, month.repeats, strict=True) if again >= 0]
    for visit, again in later:
        visit.repeats = visits[again]
    Visit.objects.bulk_create([visit for visit, _again in later], batch_size=500)
    return Counter(month.part) + Counter(f"left_out.{reason}" for reason in routed.reason if reason)


@transaction.atomic
def reveal_plan(plan: Plan, *, user: Actor, at: datetime | None = None) -> Plan:
    """Publish the seed of a month that has ended; what was not visited by then was missed. Raises ``Refused``."""
    row = _held(plan, user, Plan.State.COMMITTED, _("Only a committed plan is revealed."))
    now = at or timezone.now()
    last = (row.month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    if local_day(row.district, now) <= last:
        raise Refused(
            _("The month has not ended: whoever knew the seed would know where nobody comes."),
            _("Reveal it after %(day)s.") % {"day": last},
        )
    row.state, row.revealed_at = Plan.State.REVEALED, now
    row.save(update_fields=["state", "revealed_at"])
    missed = row.visits.filter(state=Visit.State.PLANNED).update(state=Visit.State.MISSED, reason=NOT_MADE)
    _tell(row, "plan.revealed", user, {"seed": row.seed, "missed": missed}, now)
    return row


@transaction.atomic
def drop_plan(plan: Plan, *, reason: str, user: Actor, at: datetime | None = None) -> Plan:
    """Give a draft or a committed plan up, for a reason; the checks that were made stay. Raises ``Refused``."""
    row = Plan.objects.select_for_update(of=("self",)).select_related("district").get(pk=plan.pk)
    allow(user, PERMISSION, row.district)
    if row.state not in {Plan.State.DRAFT, Plan.State.COMMITTED}:
        raise Refused(_("The plan is revealed or dropped already."), _("Make a new plan for a later month."))
    said = reason.strip()
    if not said or len(said) > REASON_LENGTH:
        raise Refused(
            _("A plan is dropped for a reason of up to %(count)s characters.") % {"count": REASON_LENGTH},
            _("Write why it is dropped."),
        )
    before, row.state = row.state, Plan.State.DROPPED
    row.save(update_fields=["state"])
    _tell(row, "plan.dropped", user, {"reason": said, "was": str(before)}, at or timezone.now())
    return row


def _held(plan: Plan, user: Actor, state: Plan.State, otherwise: str) -> Plan:
    row = Plan.objects.select_for_update(of=("self",)).select_related("district").get(pk=plan.pk)
    allow(user, PERMISSION, row.district)
    if row.state != state:
        raise Refused(otherwise, _("Its state is “%(state)s”.") % {"state": row.get_state_display()})
    return row


def _tell(plan: Plan, verb: str, user: Actor, after: Mapping[str, Any], at: datetime | None) -> None:
    record(
        chain=chain(plan.district), verb=verb, actor=name_of(user), subject=subject(plan), after=dict(after), at=at
    )  # fmt: skip


def _time(minutes: int) -> time:
    return time(min(minutes, 24 * 60 - 1) // 60, min(minutes, 24 * 60 - 1) % 60)
