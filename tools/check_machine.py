"""Reports in one sentence what this machine lacks for `make`, before the slow installation.

Runs on Python 3.6 or later, with nothing installed. Exit 1 if something is missing.
"""

import importlib.util
import platform
import shutil
import sys
from pathlib import Path

# From `requires-python` of pyproject.toml up to the newest version with wheels of all packages.
OLDEST, NEWEST = (3, 11), (3, 13)
LEAST_FREE_GB = 6


def problems(folder: Path) -> "list[str]":
    """Missing requirements, each as a sentence with its remedy."""
    found = []
    major, minor = sys.version_info[:2]
    if not OLDEST <= (major, minor) <= NEWEST:
        found.append(
            f"Python {major}.{minor} is not supported: install 3.11, 3.12 or 3.13 and name it, as "
            "in make PYTHON=python3.11 build"
        )
    elif not (importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv")):
        found.append(
            "this Python cannot make virtual environments: install its package, on Debian and "
            f"Ubuntu apt-get install python{major}.{minor}-venv"
        )
    system, processor = platform.system(), platform.machine()
    if (system, processor) != ("Linux", "x86_64"):
        found.append(f"{system} on {processor}: the pinned packages are for Linux on x86-64")
    free_gb = shutil.disk_usage(str(folder)).free / 1e9
    if free_gb < LEAST_FREE_GB:
        found.append(
            f"only {free_gb:.1f} GB are free in {folder}: packages and model need {LEAST_FREE_GB}"
        )
    return found


def main() -> int:
    """Print missing requirements."""
    found = problems(Path.cwd())
    for problem in found:
        sys.stderr.write(f"tagsmith cannot be installed here. {problem}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
