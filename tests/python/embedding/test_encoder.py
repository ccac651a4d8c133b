"""Sentence-BERT: same vectors as the library, in fewer steps; wrong languages are refused."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from python_udfs.embedding import encoder
from python_udfs.embedding.encoder import SentenceBert, check_language
from python_udfs.errors import EmbeddingError


class FakeModel:
    """A vector per text that shows its batch; tokens are words."""

    max_seq_length = 128

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def get_embedding_dimension(self) -> int:
        return 2

    def tokenizer(self, texts: list[str], **_: Any) -> dict[str, list[list[int]]]:
        return {"input_ids": [[0] * len(text.split()) for text in texts]}

    def encode(self, texts: list[str], **_: Any) -> Any:
        self.batches.append(texts)
        return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)


def with_model(model: Any, batch_size: int) -> SentenceBert:
    """Return an encoder that has loaded `model`."""
    sbert = SentenceBert(batch_size=batch_size)
    sbert.__dict__["_model"] = model
    return sbert


def test_texts_of_equal_length_share_a_batch_and_keep_their_rows() -> None:
    model = FakeModel()
    texts = ["a b c", "extraordinarily", "a b", "x", "c d", "one two three"] * 16
    rows = with_model(model, batch_size=16).encode(texts)
    assert [{len(text.split()) for text in batch} for batch in model.batches] == (
        [{1}] * 2 + [{2}] * 2 + [{3}] * 2
    )
    assert rows[:, 0].tolist() == [len(text) for text in texts]
    assert rows.dtype == np.float32


@pytest.mark.parametrize(
    ("n_words", "n_texts", "n_encoded"), [(1, 1, 16), (8, 3, 4), (17, 1, 2), (30, 5, 5)]
)
def test_a_batch_is_filled_up_to_whole_blocks_of_tokens(
    n_words: int, n_texts: int, n_encoded: int
) -> None:
    model = FakeModel()
    texts = [f"{n} " * n_words for n in range(n_texts)]
    rows = with_model(model, batch_size=256).encode(texts)
    assert [len(batch) for batch in model.batches] == [n_encoded]
    assert rows[:, 0].tolist() == [len(text) for text in texts]


def test_no_texts_give_no_rows() -> None:
    assert with_model(FakeModel(), batch_size=2).encode([]).shape == (0, 2)


def test_damaged_packaged_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "PACKAGED_SHA256", "00")
    with pytest.raises(EmbeddingError, match="expected 00"):
        _ = SentenceBert().model_id


def test_a_model_that_cannot_be_loaded_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="var sbert_model"):
        SentenceBert(str(tmp_path)).encode(["a"])


def test_the_id_of_a_folder_follows_its_weights(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    ids = []
    for content in (b"a", b"b", b"a"):
        (folder / "model.safetensors").write_bytes(content)
        ids.append(SentenceBert(str(folder)).model_id)
    assert ids[0] == ids[2] != ids[1]
    assert ids[0].startswith("own@")


@pytest.mark.parametrize("language", ["English", "english ", "en"])
@pytest.mark.parametrize("model", ["", "sentence-transformers/all-mpnet-base-v2"])
def test_english_tags_suit_every_model(language: str, model: str) -> None:
    check_language(language, model)


@pytest.mark.parametrize(
    "model", ["", "sentence-transformers/all-MiniLM-L6-v2", "/m/all-mpnet-base-v2/"]
)
def test_korean_tags_need_another_model_than_an_english_one(model: str) -> None:
    with pytest.raises(EmbeddingError, match="var sbert_model"):
        check_language("Korean", model)


def test_korean_tags_suit_a_multilingual_model() -> None:
    check_language("Korean", "paraphrase-multilingual-MiniLM-L12-v2")


@pytest.mark.model
def test_vectors_equal_those_of_the_library() -> None:
    words = ["war", "small town", "coming of age", "father son relationship", "noir", "time loop"]
    texts = [f"{a} {b}" for a, b in itertools.product(words, words)]
    sbert = SentenceBert(batch_size=8)
    rows = sbert.encode(texts)
    expected = sbert._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    assert np.abs(rows @ rows.T - expected @ expected.T).max() < 1e-5
    assert np.array_equal(rows, sbert.encode(texts))
    assert sbert.model_id == "all-MiniLM-L6-v2@53aa51172d14"


@pytest.mark.model
def test_a_vector_does_not_depend_on_what_else_is_encoded() -> None:
    import torch  # not before the encoder has said how products are rounded

    words = ["war", "small town", "coming of age", "neighbourhood", "noir", "time loop", "halls"]
    texts = [" ".join(words[:n] * (1 + n // 3)) for n in range(1, 8)]
    texts += [f"{a} {b}" for a, b in itertools.permutations(words, 2)]
    together = SentenceBert().encode(texts)
    others = SentenceBert(batch_size=3)
    assert np.array_equal(together, np.concatenate([others.encode([text]) for text in texts]))
    assert np.array_equal(together[::-1], others.encode(texts[::-1]))
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        assert np.array_equal(together, SentenceBert().encode(texts))
    finally:
        torch.set_num_threads(n_threads)
