"""`make run`: engines, web server, worker and beat under one supervisor.

Order up: engines, database, worker, beat, web. Order down: web, beat, worker, engines. What ends
on its own is started again, at once the first time, then after 1, 2, 4 … 30 seconds. All of it ends
with this process, whatever kills it.
"""

import fcntl
import json
import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn
from urllib.parse import urlsplit

from pmqa.launch import LaunchError, keys, process
from pmqa.launch.address import (
    Address,
    already_running,
    asked_address,
    require_free,
    running_portal,
)
from pmqa.launch.engines import STOPPING, Engines, engines_for_portal
from pmqa.launch.healthy import health_of
from pmqa.launch.places import PROJECT, make_var, var_folder
from pmqa.launch.terminal import say

READY_LIMIT = 120.0
STEADY = 30.0  # seconds after which an earlier failure is forgotten
LONGEST_PAUSE = 30.0
LOG_BYTES = 10 * 1024 * 1024
ALARMING = re.compile(r"\b(WARNING|ERROR|CRITICAL)\b")
ONCE_IN = 60.0  # seconds in which the same line is shown once
STARTS_TO_GIVE_UP_AFTER = 3


class Stop(BaseException):
    """Somebody asked the portal to stop."""


@dataclass
class Sieve:
    """Chooses the log lines for the terminal: alarms, and what a traceback ends with; each once a minute."""

    in_traceback: bool = False
    shown: dict[str, float] = field(default_factory=dict)

    def lets_pass(self, line: str, *, now: float) -> bool:
        """Tell whether the person at the terminal should see the line."""
        ends_traceback = self.in_traceback and bool(line) and not line[0].isspace()
        begins_traceback = line.startswith("Traceback ")
        self.in_traceback = begins_traceback or (self.in_traceback and not ends_traceback)
        if begins_traceback or not (ends_traceback or ALARMING.search(line)):
            return False
        if now - self.shown.get(line, -ONCE_IN) < ONCE_IN:
            return False
        self.shown[line] = now
        return True


@dataclass
class Program:
    """One long-running process, started again when it ends."""

    name: str
    command: list[str]
    grace: float
    log: Path
    running: subprocess.Popen[bytes] | None = field(default=None, init=False)
    failures: int = field(default=0, init=False)
    began: float = field(default=0.0, init=False)
    not_before: float = field(default=0.0, init=False)

    def keep_up(self, now: float) -> None:
        """Start the program if it does not run and its pause is over."""
        if self.running is None:
            if now >= self.not_before:
                self.start(now)
        elif self.running.poll() is not None:
            self.mourn(now)

    def start(self, now: float) -> None:
        """Start the program and a thread that writes its log."""
        self.began = now
        self.running = process.start(
            self.command, dies_by=signal.SIGTERM, output=subprocess.PIPE, folder=PROJECT
        )
        if self.running.stdout:
            threading.Thread(
                target=self.write_log, args=(self.running.stdout,), daemon=True
            ).start()

    def mourn(self, now: float) -> None:
        """Clear away what an ended program left, and plan its next start."""
        if self.running is None:
            return
        self.failures = 1 if now - self.began > STEADY else self.failures + 1
        pause = 0.0 if self.failures == 1 else min(LONGEST_PAUSE, 2.0 ** (self.failures - 2))
        again = "at once" if not pause else f"in {pause:.0f} s"
        say(
            f"{self.name}: ended (code {self.running.returncode}), starts again {again}; see {self.log}"
        )
        process.kill_session(self.running)
        self.running, self.not_before = None, now + pause

    def write_log(self, lines: IO[bytes]) -> None:
        """Write every line to the log, what matters to the terminal too."""
        handler = RotatingFileHandler(self.log, maxBytes=LOG_BYTES, backupCount=3, encoding="utf-8")
        sieve = Sieve()
        with lines, closing(handler):
            for raw in lines:
                line = raw.decode(errors="replace").rstrip()
                handler.emit(logging.makeLogRecord({"msg": line}))
                if sieve.lets_pass(line, now=time.monotonic()):
                    say(f"{self.name}: {line}")

    def ask_to_stop(self) -> None:
        """Begin a graceful stop."""
        if self.running and self.running.poll() is None:
            self.running.terminate()

    def see_stopped(self) -> None:
        """Wait out the grace period, then end it with all it started."""
        if self.running:
            process.stop(self.running, by=(signal.SIGTERM,), patience=self.grace)
            self.running = None

    def kill(self) -> None:
        """End it now."""
        if self.running:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)


def main() -> None:
    """Run the portal, or `--stop` the one that runs."""
    try:
        if "--stop" in sys.argv:
            stop_running(var_folder())
        else:
            run()
    except LaunchError as error:
        raise SystemExit(str(error)) from None
    except Stop:
        say("Stopped.")


def run() -> None:
    """Bring everything up, watch it, and take it down in order."""
    var, address = var_folder(), asked_address()
    make_var(var)
    with portal_lock(var, address):
        require_free(address)
        set_environment(var, address)
        programs = portal_programs(var, address)
        listen_for_stop(programs)
        with engines_for_portal(var) as engines:
            prepare()
            with stopped_in_order(programs):
                wait_until_ready(programs, engines, address)
                say(f"ready: {address.url}")
                watch(programs, engines)


@contextmanager
def portal_lock(var: Path, address: Address) -> Iterator[None]:
    """Be the only portal on this data folder; a second one says where the first is and leaves."""
    path = var / "run.lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(already_running(running_portal(var) or (0, address.url)))
            raise SystemExit(0) from None
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "url": address.url}))
        file.flush()
        yield


def set_environment(var: Path, address: Address) -> None:
    """Give every child the same settings; what is set already wins."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmqa.settings")
    keys.provide(var)
    os.environ.setdefault("PORTAL_DEMO", "1")
    os.environ.setdefault("PORTAL_URL", address.url.rstrip("/"))
    os.environ["VAR"] = str(var)
    os.environ["PYTHONUNBUFFERED"] = "1"


def portal_programs(var: Path, address: Address) -> list[Program]:
    """Return the processes of the portal in their order of start."""
    log = var / "log"
    celery = [sys.executable, "-m", "celery", "-A", "pmqa"]
    worker = [
        *celery,
        "worker",
        "--concurrency=2",
        "--loglevel=INFO",
        "--without-gossip",
        "--without-mingle",
    ]
    beat = [*celery, "beat", "--loglevel=INFO", f"--schedule={var / 'beat'}", "--pidfile="]
    web = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "pmqa.wsgi:application"),
        *("--host", address.host, "--port", str(address.port)),
        *("--workers", "2", "--blocking-threads", "2", "--respawn-failed-workers"),
        *("--workers-kill-timeout", "15", "--no-access-log"),
    ]
    return [
        Program("worker", worker, grace=20, log=log / "worker.log"),
        Program("beat", beat, grace=10, log=log / "beat.log"),
        Program("web", web, grace=20, log=log / "web.log"),
    ]


def listen_for_stop(programs: list[Program]) -> None:
    """Stop on Ctrl-C, SIGTERM or a closed terminal; the second time without grace."""
    asked = False

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            for program in programs:
                program.kill()
            return
        asked = True
        raise Stop

    for number in STOPPING:
        signal.signal(number, handle)


def prepare() -> None:
    """Bring database, static files and demo data up to date, in a process of its own."""
    demo = ["--demo"] if os.environ["PORTAL_DEMO"].lower() in {"1", "true", "yes", "on"} else []
    child = process.start(
        [sys.executable, "-m", "pmqa.launch.prepare", *demo],
        dies_by=signal.SIGTERM,
        output=None,
        folder=PROJECT,
    )
    try:
        code = child.wait()
    except BaseException:
        process.stop(child, by=(signal.SIGTERM,), patience=10)
        raise
    if code:
        raise LaunchError(
            "The portal was not started: the step above failed. Nothing is lost; mend it and start again."
        )


@contextmanager
def stopped_in_order(programs: list[Program]) -> Iterator[None]:
    """At the end, however it comes, stop the programs: the last started first."""
    try:
        yield
    finally:
        say("Stopping …")
        *queue, web = programs
        web.ask_to_stop()
        web.see_stopped()
        for program in reversed(queue):
            program.ask_to_stop()
        for program in reversed(queue):
            program.see_stopped()


def wait_until_ready(programs: list[Program], engines: Engines, address: Address) -> None:
    """Start the programs and return when the site answers."""
    deadline = time.monotonic() + READY_LIMIT
    keep_all_up(programs, engines)
    while not answers(address):
        web = programs[-1]
        if time.monotonic() > deadline or web.failures >= STARTS_TO_GIVE_UP_AFTER:
            raise LaunchError(f"The site does not start. See {web.log}")
        time.sleep(0.1)
        keep_all_up(programs, engines)


def answers(address: Address) -> bool:
    """Tell whether the site takes requests, even if it sends this one elsewhere."""
    return 0 < health_of(urlsplit(address.url).hostname or "", address.port) < 500


def watch(programs: list[Program], engines: Engines) -> NoReturn:
    """Keep everything up until somebody asks to stop."""
    while True:
        time.sleep(0.5)
        keep_all_up(programs, engines)


def keep_all_up(programs: list[Program], engines: Engines) -> None:
    """Start again what ended: engines first."""
    try:
        for name in engines.revive():
            say(f"{name}: ended, was started again")
    except LaunchError as error:
        say(str(error))
        time.sleep(5)
    for program in programs:
        program.keep_up(time.monotonic())


def stop_running(var: Path) -> None:
    """Ask the portal on this data folder to stop, and wait for it."""
    found = running_portal(var)
    if not found or not found[0]:
        say("The portal does not run.")
        return
    os.kill(found[0], signal.SIGTERM)
    deadline = time.monotonic() + 90
    while running_portal(var):
        if time.monotonic() > deadline:
            raise LaunchError(f"The portal (process {found[0]}) does not stop.")
        time.sleep(0.1)
    say("Stopped.")


if __name__ == "__main__":
    main()
