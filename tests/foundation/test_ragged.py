import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from xiuhua.foundation.ragged import spread, totals


@settings(deadline=None)
@given(st.lists(st.integers(0, 5), max_size=20))
def test_rows_places_and_totals_are_those_of_nested_lists(counts):
    row, place = spread(np.array(counts, dtype=np.int64))
    assert row.tolist() == [r for r, n in enumerate(counts) for _ in range(n)]
    assert place.tolist() == [p for n in counts for p in range(n)]
    values = np.arange(1, row.size + 1)
    assert totals(values, np.array(counts, dtype=np.int64)).tolist() == [
        int(values[row == r].sum()) for r in range(len(counts))
    ]
