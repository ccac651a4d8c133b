"""Debian's redis-server, started by the tests on a free port."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path

__all__ = ["free_port", "redis_server"]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def redis_server(port: int, folder: Path, *options: str) -> subprocess.Popen[bytes]:
    """Start a server on the data in `folder`, wait until it answers; it saves when it stops."""
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    process = subprocess.Popen(
        [*command, *(options or ("--save", "3600 1"))], stdout=subprocess.DEVNULL
    )
    for _ in range(1200):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.05)
    process.kill()
    raise AssertionError("redis-server did not start")
