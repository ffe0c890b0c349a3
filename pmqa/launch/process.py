"""Starts and stops child processes that end with the launcher."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

TETHER = Path(__file__).with_name("tether.py")
LONG_LOG = 10 * 1024 * 1024


@dataclass(frozen=True)
class Account:
    """Who a process runs as, when root starts it."""

    uid: int
    gid: int

    def __str__(self) -> str:
        return f"{self.uid}:{self.gid}"


def start(
    command: Sequence[str | Path],
    *,
    dies_by: signal.Signals,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    output: IO[bytes] | int | None = subprocess.DEVNULL,
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own (Ctrl-C reaches only the launcher)."""
    tether = [sys.executable, "-I", "-S", str(TETHER), str(int(dies_by)), str(account or "-")]
    return subprocess.Popen(
        [*tether, *command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        env=dict(os.environ if environment is None else environment),
        cwd=folder or "/",
        start_new_session=True,
    )


def stop(
    process: subprocess.Popen[bytes], *, by: Sequence[signal.Signals], patience: float
) -> None:
    """Send the signals one after the other, giving each `patience` seconds, at last a kill."""
    for number in by:
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    kill_session(process)


def kill_session(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with everything it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def rotate(log: Path) -> Path:
    """Put a long log aside, keeping one old one, before its program opens it; returns the log."""
    if log.exists() and log.stat().st_size > LONG_LOG:
        log.replace(log.with_suffix(".log.1"))
    return log
