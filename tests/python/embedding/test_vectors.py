"""Vectors on a grid: rounding removes the last bits, in which processors differ."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from python_udfs.embedding.vectors import GRID, on_grid

_VALUES = st.floats(-1, 1, width=32)
_NOISE = 3e-7


@given(arrays(np.float32, 24, elements=_VALUES), arrays(np.float64, 24, elements=st.floats(-1, 1)))
def test_a_value_on_the_grid_comes_back_to_it(
    values: npt.NDArray[np.float32], noise: npt.NDArray[np.float64]
) -> None:
    kept = on_grid(values)
    assert kept.dtype == np.float32
    assert np.abs(kept - values).max() <= GRID / 2
    assert on_grid(kept + _NOISE * noise).tobytes() == kept.tobytes()


@given(arrays(np.float32, 384, elements=_VALUES), st.permutations(range(384)))
def test_a_scalar_product_is_the_same_in_any_order(
    values: npt.NDArray[np.float32], order: list[int]
) -> None:
    one = on_grid(values).astype(np.float64)
    other = on_grid(values[::-1]).astype(np.float64)
    exact = sum(int(a) * int(b) for a, b in zip(one / GRID, other / GRID, strict=True))
    assert one @ other == one[order] @ other[order] == exact * float(GRID) ** 2


def test_zero_has_no_sign() -> None:
    assert not np.signbit(on_grid(np.array([-0.0, -1e-7], dtype=np.float32))).any()
