"""The student: a small linear model that learns which base tags an item has, from known examples.

It takes the place of a language model where people, or the pipeline, have tagged enough items: the
distillation that Lee et al. (KDD '25) leave to future work.
"""
