"""Sending processes of their own, to be killed."""

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
sent = notices.send_pending(at=datetime.fromisoformat(sys.argv[1]), stale_after=timedelta(0), limit=100000)
print(sent, flush=True)
"""


class Sender:
    """A process that sends what is due, taking over every claim whose holder is gone."""

    def __init__(self, environment, *, at):
        self.process = subprocess.Popen(
            [sys.executable, "-c", SENDER, at.isoformat()],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def wait_until_ready(self):
        """Return when it could begin."""
        assert self.process.stdout.readline() == "ready\n"

    def go(self):
        """Let it begin."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def kill(self):
        """End it with SIGKILL."""
        self.process.send_signal(signal.SIGKILL)

    def wait(self):
        """Return what it sent, or None when it was killed."""
        said, _errors = self.process.communicate(timeout=60)
        return int(said) if self.process.returncode == 0 else None


@pytest.fixture
def sender(transactional_db, smtp_environment):
    """Starts senders: `sender(at=NOW)`."""
    started = []

    def start(*, at):
        process = Sender(child_environment() | smtp_environment, at=at)
        started.append(process)
        process.wait_until_ready()
        return process

    yield start
    for each in started:
        each.process.kill()
        each.process.communicate()
