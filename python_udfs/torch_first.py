"""Imports torch completely, with shape-independent products; import this before its users.

MKL sums a row of a product in another order if the matrix is larger, so the last bits of a vector
would depend on its batch. It reads MKL_CBWR once, at its first product. STRICT guarantees the same
bits for any shape and alignment (MKL's "conditional numerical reproducibility"), and AVX2 is the
widest branch that every processor of the last ten years has. A user's own value is kept.

scipy asks `sys.modules` for torch and its Tensor, on import and in calls. dbt runs models in
threads: while one of them is half-way through importing torch, scipy in another fails ("partially
initialized module 'torch' has no attribute 'Tensor'"). This import prevents that.
"""

import os

os.environ.setdefault("MKL_CBWR", "AVX2,STRICT")

import torch  # noqa: F401

__all__: list[str] = []
