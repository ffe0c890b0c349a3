"""Data folders and processes for the tests of the launcher."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pmqa.launch.places import PROJECT

OWN_ADDRESSES = (
    "DATABASE_URL",
    "REDIS_URL",
    "DJANGO_SETTINGS_MODULE",
    "PORTAL_DEMO",
    "PORTAL_URL",
    "PORT",
)
HOLDER = """
import json, os, sys
from pathlib import Path
from pmqa.launch.engines import shared
with shared(Path(os.environ["VAR"])) as addresses:
    print(json.dumps(addresses), flush=True)
    sys.stdin.read()
"""


class Child:
    """A process whose lines can be awaited."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.lines: list[str] = []
        self.finished = False
        self.spoken = threading.Condition()
        self.process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self.listen, daemon=True)
        self.reader.start()

    def listen(self) -> None:
        """Keep every line."""
        for line in self.process.stdout or ():
            with self.spoken:
                self.lines.append(line.rstrip())
                self.spoken.notify_all()
        with self.spoken:
            self.finished = True
            self.spoken.notify_all()

    def wait_for(self, words: str, *, timeout: float = 240) -> str:
        """Return the first line with these words."""

        def found() -> str | None:
            return next((line for line in self.lines if words in line), None)

        with self.spoken:
            self.spoken.wait_for(lambda: found() is not None or self.finished, timeout)
            if found() is None:
                raise AssertionError(f"no {words!r} in:\n" + "\n".join(self.lines))
            return str(found())

    def let_go(self) -> None:
        """Close its stdin, which the holder of engines waits for."""
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()

    def end(self, *, timeout: float = 60) -> int:
        """Wait for its end; returns the exit code."""
        self.let_go()
        code = self.process.wait(timeout)
        self.reader.join()
        return code

    def kill(self) -> None:
        """End it with SIGKILL."""
        with suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that names no engines: those of the test run are not ours here."""
    for name in OWN_ADDRESSES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def var(open_folder: Path, bare_environment: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder that does not exist yet."""
    folder = open_folder / "var"
    monkeypatch.setenv("VAR", str(folder))
    return folder


@pytest.fixture
def start_child() -> Iterator[Callable[..., Child]]:
    """Starts processes: `start_child(command, NAME="value")`; none survives the test."""
    started: list[Child] = []

    def start(command: list[str], **variables: str) -> Child:
        child = Child(command, os.environ | variables)
        started.append(child)
        return child

    yield start
    for child in started:
        child.let_go()
        if child.process.poll() is None:
            child.kill()
        child.reader.join()
        if child.process.stdout:
            child.process.stdout.close()


@pytest.fixture
def holder(start_child: Callable[..., Child]) -> Callable[[Path], Child]:
    """Starts a command that uses engines until told to let go."""

    def start(var: Path) -> Child:
        return start_child([sys.executable, "-c", HOLDER], VAR=str(var))

    return start
