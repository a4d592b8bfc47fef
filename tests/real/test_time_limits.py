"""The example set of time limits: every row of a category that its code set knows is taken."""

import csv

import pytest

from xiuhua.casework.actions.standards import load_standards
from xiuhua.casework.models import Standard
from xiuhua.city.actions.codes import load_codes

pytestmark = pytest.mark.real


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_example_set_loads(db, shared_data):
    folder = shared_data.parent / "reference/codes"
    sets = []
    for name, kind in (("components", "component"), ("events", "event")):
        every = rows_of(folder / f"{name}.csv")  # several lists in one file; the limits speak of the first
        rows = [{**row, "class_zh": row["class"]} for row in every if row["code_set"] == every[0]["code_set"]]
        code_set, refused = load_codes(name, "1", kind=kind, name_zh=name, rows=rows, actor="t")
        assert not refused
        sets.append(code_set)
    rows = rows_of(folder / "time_limits.csv")
    report = load_standards(sets, rows, actor="t")
    assert report.rejected == []
    assert report.inserted == len(rows) > 500
    cover = Standard.objects.get(category__code="0101", category__code_set=sets[0], number=1)
    assert (cover.limit, cover.unit) == (2, "urgent_hour")
    assert load_standards(sets, rows, actor="t").unchanged == report.inserted
