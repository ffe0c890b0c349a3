"""Brings the embedded engines up, shares them between commands, and takes them down.

One process owns the engines of a data folder: it holds `owner.lock` for as long as they run and
writes their addresses to `engines.json`. Others that come meanwhile hold `users.lock` shared; the
owner takes that lock alone before it stops anything. Locks belong to the kernel, so a kill frees
them and the next start simply owns.
"""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import parse_qs, urlsplit

from pmqa.launch import LaunchError, keys, places, postgres, valkey
from pmqa.launch.terminal import say

JOIN_LIMIT = 120.0
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WITHOUT_ENGINES = {
    "check",
    "collectstatic",
    "diffsettings",
    "findstatic",
    "help",
    "messages",
    "version",
    "--help",
    "--version",
    "-h",
}


@dataclass
class Engines:
    """The engines that this process started; either is None where an address was given."""

    places: places.Places
    careless: bool = False
    database: subprocess.Popen[bytes] | None = field(default=None, init=False)
    queue: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start what no address in the environment replaces."""
        if not os.environ.get("DATABASE_URL"):
            self.database = postgres.start(self.places, careless=self.careless)
        if not os.environ.get("REDIS_URL"):
            self.queue = valkey.start(self.places)

    def revive(self) -> list[str]:
        """Start again what ended; returns the names."""
        revived = []
        if self.database and self.database.poll() is not None:
            self.database = postgres.start(self.places, careless=self.careless)
            revived.append("PostgreSQL")
        if self.queue and self.queue.poll() is not None:
            self.queue = valkey.start(self.places)
            revived.append("Valkey")
        return revived

    def stop(self) -> None:
        """Stop the queue, then the database."""
        if self.queue:
            valkey.stop(self.queue)
        if self.database:
            postgres.stop(self.database)

    def addresses(self) -> dict[str, str]:
        """Return the addresses that are in use, given or embedded."""
        return {
            "DATABASE_URL": os.environ.get("DATABASE_URL") or self.places.database_url,
            "REDIS_URL": os.environ.get("REDIS_URL") or self.places.redis_url,
        }


@contextmanager
def engines_for_command(arguments: Sequence[str] | None = None) -> Iterator[None]:
    """Give a management command its engines and secrets: running ones, or its own while it lasts."""
    try:
        with engines_in_environment(
            places.var_folder(), wanted=needs_engines(arguments or sys.argv)
        ):
            yield
    except LaunchError as error:
        raise SystemExit(str(error)) from None


@contextmanager
def engines_in_environment(
    var: Path, *, wanted: bool = True, careless: bool = False
) -> Iterator[None]:
    """Put the addresses and secrets of `var` in the environment, with live engines if `wanted`."""
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        if (var / "secrets.json").exists():
            keys.provide(var)
        yield
        return
    places.make_var(var)
    keys.provide(var)
    with ExitStack() as stack:
        addresses = stack.enter_context(shared(var, careless=careless)) if wanted else unused(var)
        for name, address in addresses.items():
            os.environ[name] = os.environ.get(name) or address
        yield


def needs_engines(arguments: Sequence[str]) -> bool:
    """Tell whether a command asks the database or the queue anything."""
    words = set(arguments[1:])
    if "--help" in words or "-h" in words or not words:
        return False
    return arguments[1] not in WITHOUT_ENGINES or "--database" in words


def unused(var: Path) -> dict[str, str]:
    """Return addresses for settings that are read but never asked."""
    return recorded(var) or {
        "DATABASE_URL": "postgresql://portal@/portal?host=/nowhere",
        "REDIS_URL": "unix:///nowhere/redis.sock?db=0",
    }


@contextmanager
def shared(var: Path, *, careless: bool = False) -> Iterator[dict[str, str]]:
    """Yield the addresses of running engines, as their owner or as one of their users."""
    places.make_var(var)
    with ExitStack() as stack:
        owner_lock = stack.enter_context(lock_file(var, "owner.lock"))
        users_lock = stack.enter_context(lock_file(var, "users.lock"))
        if take(owner_lock, fcntl.LOCK_EX):
            engines = stack.enter_context(owned(var, careless=careless))
            stack.callback(wait_for_users, users_lock)
            yield engines.addresses()
        else:
            yield joined(var, owner_lock, users_lock, stack, careless=careless)


@contextmanager
def engines_for_portal(var: Path) -> Iterator[Engines]:
    """Own the engines for as long as the portal runs; a command that has them is waited for."""
    places.make_var(var)
    with lock_file(var, "owner.lock") as owner_lock:
        if not take(owner_lock, fcntl.LOCK_EX):
            say("  A management command uses the engines; waiting for it to end …")
            fcntl.flock(owner_lock, fcntl.LOCK_EX)
        with owned(var) as engines:
            os.environ.update(engines.addresses())
            yield engines


def joined(
    var: Path, owner_lock: IO[str], users_lock: IO[str], stack: ExitStack, *, careless: bool
) -> dict[str, str]:
    """Wait until the other process's engines answer, or own them if it ends meanwhile."""
    deadline = time.monotonic() + JOIN_LIMIT
    while time.monotonic() < deadline:
        if take(users_lock, fcntl.LOCK_SH):
            addresses = recorded(var)
            if addresses and all(listens(address) for address in addresses.values()):
                return addresses
            fcntl.flock(users_lock, fcntl.LOCK_UN)
        if take(owner_lock, fcntl.LOCK_EX):
            engines = stack.enter_context(owned(var, careless=careless))
            stack.callback(wait_for_users, users_lock)
            return engines.addresses()
        time.sleep(0.05)
    raise LaunchError(
        f"Another process holds the engines in {var}, but they do not answer. End it, or name another VAR."
    )


@contextmanager
def owned(var: Path, *, careless: bool = False) -> Iterator[Engines]:
    """Start the engines and record their addresses; the caller holds the owner's lock."""
    (var / "engines.json").unlink(missing_ok=True)
    engines = Engines(places.prepare(var), careless=careless)
    try:
        engines.start()
        record(var, engines.addresses())
        yield engines
    finally:
        (var / "engines.json").unlink(missing_ok=True)
        stop_surely(engines)
        with suppress(OSError):
            engines.places.sockets.rmdir()


def stop_surely(engines: Engines) -> None:
    """Stop the engines even when a second Ctrl-C comes; they have their own grace periods."""
    if threading.current_thread() is not threading.main_thread():
        engines.stop()
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in STOPPING}
    try:
        engines.stop()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def lock_file(var: Path, name: str) -> Iterator[IO[str]]:
    """Open a lock file; closing it frees the lock."""
    path = var / name
    try:
        with path.open("a+") as file:
            yield file
    except PermissionError as error:
        if error.filename != str(path):
            raise
        raise LaunchError(
            f"The data folder {var} belongs to another user. {places.elsewhere()}"
        ) from error


def take(file: IO[str], kind: int) -> bool:
    """Take a lock at once, or return False."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def wait_for_users(users_lock: IO[str]) -> None:
    """Let other commands finish before the engines stop; Ctrl-C stops them anyway."""
    if take(users_lock, fcntl.LOCK_EX):
        return
    sys.stderr.write(
        "Another command still uses the engines; waiting for it (Ctrl-C stops them now).\n"
    )
    with suppress(KeyboardInterrupt):
        fcntl.flock(users_lock, fcntl.LOCK_EX)


def record(var: Path, addresses: dict[str, str]) -> None:
    """Write the addresses for others; private, since a given address may hold a password."""
    scratch = var / f".engines-{os.getpid()}"
    scratch.touch(mode=0o600)
    scratch.write_text(json.dumps(addresses))
    scratch.rename(var / "engines.json")


def recorded(var: Path) -> dict[str, str] | None:
    """Return the addresses that the owner wrote."""
    try:
        addresses: dict[str, str] = json.loads((var / "engines.json").read_text())
    except (OSError, ValueError):
        return None
    return addresses


def listens(address: str) -> bool:
    """Tell whether an engine takes connections at a socket; other addresses are taken on trust."""
    path = socket_of(address)
    if path is None:
        return True
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(5)
        try:
            probe.connect(path)
        except OSError:
            return False
    return True


def socket_of(address: str) -> str | None:
    """Return the path of the socket that an address of ours names."""
    parts = urlsplit(address)
    if parts.scheme == "unix":
        return parts.path
    folder = parse_qs(parts.query).get("host", [""])[0]
    return f"{folder}/.s.PGSQL.5432" if folder.startswith("/") else None
