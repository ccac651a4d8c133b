"""Misspelled base tags against the plain definition."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from python_udfs.matching import SPELLINGS, misspelled_base_tags


def found(
    tags: Sequence[str],
    names: Sequence[tuple[str, str]],
    threshold: float = 0.92,
    min_length: int = 6,
) -> dict[str, tuple[str, str, int]]:
    table = misspelled_base_tags(tags, names, threshold, min_length).read_all()
    assert table.schema == SPELLINGS
    return {row["tag"]: (row["base_tag"], row["name"], row["n_edits"]) for row in table.to_pylist()}


def distance(one: str, other: str) -> int:
    """Optimal string alignment by its definition."""
    rows = [
        [i + j if i * j == 0 else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)
    ]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            rows[i][j] = min(
                rows[i - 1][j] + 1,
                rows[i][j - 1] + 1,
                rows[i - 1][j - 1] + (one[i - 1] != other[j - 1]),
            )
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@pytest.mark.parametrize(
    ("tag", "name", "is_found"),
    [
        ("coming of agee", "coming of age", True),  # 1 edit of 14
        ("coming fo age", "coming of age", True),  # neighbours transposed, 1 edit of 13
        ("supernaturl", "supernatural", False),  # 1 edit of 12 is 0.9167
        ("abcdefghijklmnopqrstuvwXX", "abcdefghijklmnopqrstuvwxy", True),  # 2 of 25 is 0.92
        ("abcdefghijklmnopqrstuvXX", "abcdefghijklmnopqrstuvwx", False),  # 2 of 24 is below
        ("the second world war 1", "the second world war 2", False),  # digits
        ("the second world war x", "the second world war 2", False),
        ("첫사랑의 추억과 그리움의 노래", "첫사랑의 추억과 그리움의 노레", True),
    ],
)
def test_one_pair(tag: str, name: str, is_found: bool) -> None:
    assert bool(found([tag], [(name, name)])) == is_found


def test_short_strings_are_left_out_on_both_sides() -> None:
    assert found(["abcdeX"], [("abcdef", "abcdef")], threshold=0.5, min_length=6)
    assert not found(["abcdeX"], [("abcdef", "abcdef")], threshold=0.5, min_length=7)
    assert not found(["abcdef"], [("abcde", "abcde")], threshold=0.5, min_length=6)


def test_an_alias_leads_to_its_base_tag_and_the_first_base_tag_wins() -> None:
    names = [("organised crimes", "mafia"), ("organized crime", "crime"), ("sea", "sea")]

    assert found(["organised crime"], names) == {"organised crime": ("crime", "organized crime", 1)}


def test_a_tag_that_is_a_name_itself_misspells_nothing() -> None:
    names = [("organised crime", "mafia"), ("organized crime", "crime")]

    assert found(["organised crime"], names) == {}


def test_no_names_or_no_tags_give_no_rows() -> None:
    assert found([], [("organised crime", "crime")]) == {}
    assert found(["organised crime"], []) == {}


WORDS = st.text(alphabet="ab1", min_size=1, max_size=12)


@given(
    st.lists(WORDS, max_size=12, unique=True),
    st.lists(WORDS, max_size=8, unique=True),
    st.sampled_from([0.6, 0.75, 0.8, 0.92, 1.0]),
    st.integers(1, 6),
)
def test_lengths_lose_no_pair(
    tags: list[str], names: list[str], threshold: float, min_length: int
) -> None:
    def reaches(tag: str, name: str) -> bool:
        longer = max(len(tag), len(name))
        return (
            min(len(tag), len(name)) >= min_length
            and "1" not in tag + name
            and longer - distance(tag, name) >= threshold * longer - 1e-9
        )

    expected = {
        tag: min(name for name in names if reaches(tag, name))
        for tag in tags
        if tag not in names and any(reaches(tag, name) for name in names)
    }

    result = found(tags, [(name, name) for name in names], threshold, min_length)

    assert {tag: base for tag, (base, _, _) in result.items()} == expected
