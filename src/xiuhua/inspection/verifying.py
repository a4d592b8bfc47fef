"""Draw a revealed month again and compare: anybody can see that the places were not chosen by hand."""

from dataclasses import dataclass

from xiuhua.inspection.design import read
from xiuhua.inspection.drawing import digest_of_frames, digest_of_seed
from xiuhua.inspection.models import Plan
from xiuhua.inspection.month import Month, draw_month, unpacked

SHOWN = 20


@dataclass(frozen=True)
class Verified:
    """What was compared: digests of seed and frames, and the visits that one side has and the other has not."""

    seed: bool
    frames: bool
    visits: int
    missing: list[str]
    surplus: list[str]

    @property
    def sound(self) -> bool:
        """Whether everything is as it was published."""
        return self.seed and self.frames and not self.missing and not self.surplus


def verify(plan: Plan) -> Verified:
    """Compare the kept visits of a committed plan with those that its seed draws.

    Whoever shows the result of a plan that is not revealed must not show ``missing`` and ``surplus``.
    """
    design, _wrong = read(plan.design)
    inputs = unpacked(plan.drawn_from.inputs)
    kept = sorted(_kept(plan))
    drawn: list[str] = []
    if design is not None:
        month = draw_month(inputs, design, plan.seed)
        codes, days, names = inputs.frames.code, inputs.days, inputs.inspectors
        drawn = sorted(_line(month, at, codes.tolist(), days, names) for at in range(len(month)))
    missing, surplus = _apart(drawn, kept)
    return Verified(
        digest_of_seed(plan.seed) == plan.seed_sha256, digest_of_frames(inputs.frames) == plan.frames_sha256, len(kept),
        missing[:SHOWN], surplus[:SHOWN],
    )  # fmt: skip


def _line(month: Month, at: int, codes: list[str], days: tuple[str, ...], names: tuple[str, ...]) -> str:
    who = names[month.inspector[at]] if month.inspector[at] >= 0 else "-"
    return f"{days[month.day[at]]} {month.stratum[at]} {codes[month.frame[at]]} {month.part[at]} {who}"


def _kept(plan: Plan) -> list[str]:
    rows = plan.visits.order_by().values_list("day", "stratum", "frame__code", "part", "inspector__username")
    return [f"{day.isoformat()} {stratum} {code} {part} {who or '-'}" for day, stratum, code, part, who in rows]


def _apart(drawn: list[str], kept: list[str]) -> tuple[list[str], list[str]]:
    """What only the first has, and what only the second; equal lines count as often as they stand."""
    missing, surplus, at, other = [], [], 0, 0
    while at < len(drawn) or other < len(kept):
        if other >= len(kept) or (at < len(drawn) and drawn[at] < kept[other]):
            missing.append(drawn[at])
            at += 1
        elif at >= len(drawn) or kept[other] < drawn[at]:
            surplus.append(kept[other])
            other += 1
        else:
            at, other = at + 1, other + 1
    return missing, surplus
