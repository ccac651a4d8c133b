"""The best columns of a row, as from a full stable sort."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from python_udfs.evaluation.top_places import MILLION, top_places

ROWS = st.lists(
    st.lists(st.sampled_from([-0.5, 0.0, 0.25, 0.2500001, 0.5, 1.0, 1.5]), min_size=7, max_size=7),
    min_size=1,
    max_size=4,
)


@given(rows=ROWS, count=st.integers(0, 9))
def test_it_is_a_stable_sort_of_clipped_and_rounded_scores(
    rows: list[list[float]], count: int
) -> None:
    scores = np.array(rows)
    millionths = np.rint(np.clip(scores, 0, 1) * MILLION).astype(int)
    expected = np.argsort(-millionths, axis=1, kind="stable")[:, :count]
    places, found = top_places(scores, count)
    assert places.tolist() == expected.tolist()
    assert found.tolist() == np.take_along_axis(millionths, expected, axis=1).tolist()


def test_the_last_bits_of_a_score_decide_nothing() -> None:
    scores = np.array([[0.3, np.nextafter(np.float32(0.3), np.float32(1))]], dtype=np.float32)
    places, _ = top_places(scores, 2)
    assert places.tolist() == [[0, 1]]
