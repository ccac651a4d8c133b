"""Imports torch whole, for modules that use scipy.stats or scikit-learn, which rests on it.

scipy asks `sys.modules` for torch and its Tensor, on import and in calls. dbt runs models in
threads: while one of them is half-way through importing torch, scipy in another fails ("partially
initialized module 'torch' has no attribute 'Tensor'"). After this import there is no half-way.
"""

import torch  # noqa: F401

__all__: list[str] = []
