"""Imports torch whole, with products that do not depend on their shape; imported before its users.

MKL sums a row of a product in another order in a larger matrix, so a vector would depend in its
last bits on its batch. It reads MKL_CBWR once, when it first multiplies. STRICT promises the same
bits for any shape and alignment (MKL's "conditional numerical reproducibility"), and AVX2 is the
widest branch that every processor of the last ten years has. A user's own value holds.

scipy asks `sys.modules` for torch and its Tensor, on import and in calls. dbt runs models in
threads: while one of them is half-way through importing torch, scipy in another fails ("partially
initialized module 'torch' has no attribute 'Tensor'"). After this import there is no half-way.
"""

import os

os.environ.setdefault("MKL_CBWR", "AVX2,STRICT")

import torch  # noqa: F401

__all__: list[str] = []
