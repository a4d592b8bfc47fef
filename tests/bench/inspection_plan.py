"""The plan of a month: 5,000 frames, 30 inspectors, 6,600 checks asked for, drawn and routed, against 30 s.

The baseline routes the same visits by going to the nearest stop that can still be made; the ratio is time over time,
and beside it stand the visits that each leaves out.
"""

import time

import numpy as np

FRAMES, INSPECTORS, TOWNS, CHECKS, DAYS = 5_000, 30, 7, 6_600, 22
LIMIT_S = 30.0


def _inputs():
    from xiuhua.inspection.dealing import Team
    from xiuhua.inspection.drawing import Frames
    from xiuhua.inspection.month import Inputs

    random = np.random.default_rng(1)
    seats = random.random((TOWNS, 2)) * [0.2, 0.16] + [120.2, 31.6]
    town = random.integers(0, TOWNS, FRAMES)
    kind = np.array(["road_section"] * 3_000 + ["bank_reach"] * 1_000 + ["green_plot"] * 1_000)
    frames = Frames(
        np.array([f"F{at:05}" for at in range(FRAMES)]), kind, np.array([f"t{at}" for at in town]),
        np.where(kind == "road_section", random.integers(1, 4, FRAMES), 0), random.uniform(150, 450, FRAMES),
        np.full(FRAMES, 360), np.full(FRAMES, 1320), seats[town, 0] + random.normal(0, 0.02, FRAMES),
        seats[town, 1] + random.normal(0, 0.018, FRAMES),
    )  # fmt: skip
    last = np.zeros((INSPECTORS, TOWNS), dtype=bool)
    last[np.arange(INSPECTORS), random.integers(0, TOWNS, INSPECTORS)] = True
    starts = seats[random.integers(0, TOWNS, INSPECTORS)]
    return Inputs(
        frames, tuple(f"2026-03-{day:02}" for day in range(1, DAYS + 1)), ((480, 720), (840, 1080)),
        tuple(f"i{at}" for at in range(INSPECTORS)), tuple((float(lon), float(lat)) for lon, lat in starts),
        Team(np.ones((INSPECTORS, FRAMES), dtype=bool), last), (random.random(FRAMES) < 0.1) * 1.0,
        np.zeros(0, dtype=np.int64), {},
    )  # fmt: skip


def main() -> None:
    """Draw and route the month, the baseline first."""
    from xiuhua.inspection.design import read
    from xiuhua.inspection.month import draw_month, route_month

    shares = {"road_section": 0.6, "bank_reach": 0.2, "green_plot": 0.2}
    kinds = [{"kind": kind, "standard": f"{kind}@1", "checks": round(CHECKS * part)} for kind, part in shares.items()]
    design, wrong = read({"kinds": kinds})
    assert design is not None, wrong
    inputs = _inputs()
    began = time.perf_counter()
    month = draw_month(inputs, design, "seed")
    drawn = time.perf_counter()
    plain = route_month(inputs, design, month, plain=True)
    nearest = time.perf_counter()
    routed = route_month(inputs, design, month)
    ended = time.perf_counter()
    whole = drawn - began + ended - nearest
    out = [sum(bool(reason) for reason in each.reason) for each in (plain, routed)]
    print(f"{len(month):,} visits drawn in {drawn - began:.2f} s")
    print(f"nearest first: {nearest - drawn:.2f} s, {plain.metres / 1000:,.0f} km, {out[0]:,} left out")
    print(f"routed:        {ended - nearest:.2f} s, {routed.metres / 1000:,.0f} km, {out[1]:,} left out, "
          f"ratio {(ended - nearest) / (nearest - drawn):.1f}")  # fmt: skip
    print(f"the month: {whole:.1f} s of {LIMIT_S:.0f} s: {'kept' if whole <= LIMIT_S else 'MISSED'}")
    if whole > LIMIT_S:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
