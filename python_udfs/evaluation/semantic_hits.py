"""Semantic hits of a list: each true tag is used once, by the best assignment.

The tags of a list and the true tags of its item are the two sides of a graph; an edge joins two
with the same meaning. The maximum number of hits is the size of a maximum matching (Hopcroft and
Karp, 1973). One call solves all lists, as blocks of one large graph.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse
from scipy.sparse.csgraph import maximum_bipartite_matching

__all__ = ["SEMANTIC_HITS", "semantic_hits"]

SEMANTIC_HITS = pa.schema(
    [
        ("system", pa.string()),
        ("truth", pa.string()),
        ("item_id", pa.string()),
        ("k", pa.int32()),
        ("hits", pa.int32()),
        ("first_rank", pa.int32()),
    ]
)

_LIST_COLUMNS = ("system", "truth", "item_id")

_Ints = npt.NDArray[np.int64]


def semantic_hits(matches: pa.Table, ks: Sequence[int]) -> pa.Table:
    """Return hits and first rank of every list (system, truth, item) that has a hit within k.

    `matches`: columns system, truth, item_id, rank (of the list's tag, from 1), true_position (of
    the true tag within truth and item, from 1), one row for each edge. Returns rows of
    SEMANTIC_HITS, in the order of ks, then of the lists.

    first_rank is the lowest rank with an edge. It is the first hit of some best assignment: if a
    best assignment omits that tag, a later one has its true tag (else the assignment could grow),
    and giving it to the earlier one keeps the number of hits. No earlier tag has an edge, so no
    assignment has an earlier hit.
    """
    lists, first_rows = _lists(matches)
    ranks = matches["rank"].to_numpy().astype(np.int64)
    positions = matches["true_position"].to_numpy().astype(np.int64)
    rows, columns = _dense(lists, ranks), _dense(lists, positions)
    first_ranks = np.full(len(first_rows), np.iinfo(np.int64).max)
    np.minimum.at(first_ranks, lists, ranks)
    names = matches.select(_LIST_COLUMNS).take(pa.array(first_rows))
    found = [
        _at(k, _hits(lists, rows, columns, ranks <= k, len(first_rows)), first_ranks, names)
        for k in ks
    ]
    return pa.concat_tables([SEMANTIC_HITS.empty_table(), *found])


def _hits(
    lists: _Ints, rows: _Ints, columns: _Ints, is_within: npt.NDArray[np.bool_], n_lists: int
) -> _Ints:
    """Number of matched rows of each list, int64 (n_lists,), by the edges within k."""
    if not is_within.any():
        return np.zeros(n_lists, np.int64)
    graph = sparse.csr_matrix(
        (np.ones(int(is_within.sum()), np.int8), (rows[is_within], columns[is_within])),
        shape=(rows.max() + 1, columns.max() + 1),
    )
    is_matched = maximum_bipartite_matching(graph, perm_type="column") >= 0
    list_of_row = np.zeros(len(is_matched), np.int64)
    list_of_row[rows] = lists
    return np.bincount(list_of_row[is_matched], minlength=n_lists)


def _at(k: int, hits: _Ints, first_ranks: _Ints, names: pa.Table) -> pa.Table:
    has_hit = np.flatnonzero(hits)
    columns = [
        *names.take(pa.array(has_hit)).columns,
        pa.array(np.full(len(has_hit), k, np.int32)),
        pa.array(hits[has_hit].astype(np.int32)),
        pa.array(first_ranks[has_hit].astype(np.int32)),
    ]
    return pa.table(columns, schema=SEMANTIC_HITS)


def _lists(matches: pa.Table) -> tuple[_Ints, _Ints]:
    """List number of each edge, and first edge of each list, in sorted order of names."""
    code = np.zeros(len(matches), np.int64)
    for name in _LIST_COLUMNS:
        # Numbers in sorted order, so that the result does not depend on the order of the rows.
        encoded = matches[name].combine_chunks().dictionary_encode()
        values = encoded.dictionary.to_numpy(zero_copy_only=False)
        place = np.empty(len(values), np.int64)
        place[np.argsort(values)] = np.arange(len(values))
        code = code * max(len(values), 1) + place[np.asarray(encoded.indices)]
    _, first_rows, numbers = np.unique(code, return_index=True, return_inverse=True)
    return numbers, first_rows


def _dense(lists: _Ints, places: _Ints) -> _Ints:
    """Number the pairs of list and position without gaps, int64 (n_edges,)."""
    width = int(places.max(initial=0)) + 1
    numbers: _Ints = np.unique(lists * width + places, return_inverse=True)[1]
    return numbers
