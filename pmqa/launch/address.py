"""Where the portal answers, and whether it may: standard library only, asked before all else."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from pmqa.launch import LaunchError


@dataclass(frozen=True)
class Address:
    """HOST and PORT out of the environment."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address to open in a browser."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return f"http://{f'[{host}]' if ':' in host and '[' not in host else host}:{self.port}/"


def asked_address() -> Address:
    """Return the address that HOST and PORT ask for."""
    port = os.environ.get("PORT") or "8000"
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise LaunchError(
            f"PORT={port} is not a port. Give a number from 1 to 65535: PORT=8001 make run"
        )
    return Address(os.environ.get("HOST") or "127.0.0.1", int(port))


def require_free(address: Address) -> None:
    """Refuse with a sentence when the port cannot be opened."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except OSError:
        raise LaunchError(f"HOST={address.host} is not an address of this machine.") from None
    family, kind, protocol, _, place = found[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError as error:
            raise LaunchError(why_not(address, error.errno)) from None


def why_not(address: Address, number: int | None) -> str:
    """Say why the port cannot be opened, and what to type instead."""
    other = (
        f"Choose another one: PORT={address.port + 1 if address.port < 65535 else 8000} make run"
    )
    if number == errno.EADDRINUSE:
        return f"Port {address.port} is taken by another program. {other}"
    if number in {errno.EACCES, errno.EPERM}:
        return f"Port {address.port} may be opened by root only. Choose another one: PORT=8000 make run"
    if number == errno.EADDRNOTAVAIL:
        return f"HOST={address.host} is not an address of this machine."
    return f"Port {address.port} at {address.host} cannot be opened ({os.strerror(number or 0)}). {other}"


def running_portal(var: Path) -> tuple[int, str] | None:
    """Return process and address of the portal that runs on this data folder."""
    path = var / "run.lock"
    try:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise LaunchError(f"The data folder {var} belongs to another user.") from error
    except BlockingIOError:
        return described(path)
    return None


def described(path: Path) -> tuple[int, str]:
    """Read what the running portal wrote of itself; it may be about to write."""
    try:
        entry = json.loads(path.read_text())
    except ValueError:
        return 0, "an address it has not told yet"
    return int(entry["pid"]), str(entry["url"])


def already_running(found: tuple[int, str]) -> str:
    """Say that a second start is not needed."""
    pid, url = found
    return (
        f"The portal already runs at {url} (process {pid}). Stop it with `make stop`; "
        "a second one needs a VAR and a PORT of its own."
    )
