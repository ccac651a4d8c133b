"""Local search: BM25 passages that hold all words of a tag."""

from __future__ import annotations

from python_udfs.search.evidence import Query
from python_udfs.search.local import CorpusText, LocalSearch

CORPUS = [
    CorpusText("document:1", "Critic", None, "The ghosts of a lighthouse. Ghosts everywhere."),
    CorpusText("document:2", "Festival", "a", "A ghost in the lighthouse, said the jury."),
    CorpusText("item:a", "Night Ferry", "a", "A ghost haunts the lighthouse."),
    CorpusText("item:b", "Snow", "b", "A bear in the snow. No ghost at all."),
]


def query(tag: str, item_id: str = "a") -> Query:
    return Query("key", item_id, "Night Ferry", tag)


def found(tag: str, item_id: str = "a", n_words: int = 40, n_passages: int = 5) -> list[str]:
    search = LocalSearch(CORPUS, n_words, n_passages)
    return [passage.passage_id for passage in search.find(query(tag, item_id))]


def test_passages_about_the_item_come_first_its_unsent_text_too() -> None:
    assert found("ghost") == ["item:a#0", "document:2#0", "document:1#0", "item:b#0"]
    assert found("ghost", item_id="b")[0] == "item:b#0"


def test_a_general_text_comes_before_one_about_another_item() -> None:
    general = CorpusText("document:9", "Zoo", None, "One bear among many words of no weight here.")
    other = CorpusText("item:b", "Snow", "b", "Bear, bear, bear.")
    found = LocalSearch([other, general], 40, 2).find(query("bear"))
    assert [passage.passage_id for passage in found] == ["document:9#0", "item:b#0"]


def test_a_passage_holds_every_word_of_the_tag() -> None:
    assert set(found("lighthouse ghosts")) == {"document:1#0", "document:2#0", "item:a#0"}
    assert found("lighthouse bear") == []


def test_a_plural_finds_its_singular_and_case_does_not_matter() -> None:
    assert found("BEARS", item_id="a") == ["item:b#0"]
    assert found("glass") == []


def test_no_more_passages_than_asked_for() -> None:
    assert found("ghost", n_passages=1) == ["item:a#0"]


def test_a_long_text_is_cut_into_passages_of_so_many_words() -> None:
    text = " ".join(f"word{n}" for n in range(95)) + " lantern"
    search = LocalSearch([CorpusText("document:9", "Long", None, text)], 40, 2)
    (passage,) = search.find(query("lantern"))
    assert passage.passage_id == "document:9#80"
    assert passage.source == "Long"
    assert len(passage.text.split()) == 16


def test_words_without_meaning_find_nothing() -> None:
    assert found("of the") == []
    assert found("...") == []
    assert found("") == []


def test_an_unknown_word_and_an_empty_corpus_find_nothing() -> None:
    assert found("zeppelin") == []
    assert found("ghost zeppelin") == []
    assert LocalSearch([], 40, 2).find(query("ghost")) == []
    assert LocalSearch([CorpusText("d", "s", None, "...")], 40, 2).find(query("ghost")) == []


def test_other_scripts_are_found() -> None:
    corpus = [
        CorpusText(
            "d", "s", None, "\ud55c\uad6d \uc601\ud654\uc758 \uac00\uc871 \uc774\uc57c\uae30"
        )
    ]
    search = LocalSearch(corpus, 40, 2)
    assert [p.passage_id for p in search.find(query("\uac00\uc871"))] == ["d#0"]


def test_the_order_is_the_same_whatever_the_order_of_the_corpus() -> None:
    backwards = LocalSearch(reversed(CORPUS), 40, 5).find(query("ghost"))
    assert [p.passage_id for p in backwards] == found("ghost")
