"""Processes of their own, to be killed."""

import signal
import subprocess
import sys

import pytest

from pmqa.launch.places import PROJECT
from tests.fixtures.celery_process import child_environment

SENDER = """
import sys
from datetime import datetime, timedelta
import django
django.setup()
from agency import notices
print("ready", flush=True)
sys.stdin.readline()
at = datetime.fromisoformat(sys.argv[1])
print(notices.send_pending(at=at, stale_after=timedelta(0), limit=100000), flush=True)
"""


class Program:
    """A Python program of its own that hears and says lines."""

    def __init__(self, text, *arguments, environment):
        self.process = subprocess.Popen(
            [sys.executable, "-c", text, *map(str, arguments)],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def hear(self):
        """Return its next line, empty when it ended."""
        return self.process.stdout.readline().strip()

    def say(self, line=""):
        """Give it a line."""
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def kill(self):
        """End it with SIGKILL."""
        self.process.send_signal(signal.SIGKILL)

    def wait(self):
        """Return the last that it said, or None when it was killed."""
        said, _errors = self.process.communicate(timeout=60)
        return said.strip() if self.process.returncode == 0 else None


@pytest.fixture
def program(transactional_db):
    """Starts programs on this test's database: `program(TEXT, argument, …)`."""
    started = []

    def start(text, *arguments, **variables):
        started.append(Program(text, *arguments, environment=child_environment() | variables))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.communicate()


@pytest.fixture
def sender(program, smtp_environment):
    """Starts senders that wait for a word: `sender(at=NOW).say()`."""

    def start(*, at):
        process = program(SENDER, at.isoformat(), **smtp_environment)
        assert process.hear() == "ready"
        return process

    return start
