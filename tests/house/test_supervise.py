"""`make run` as a whole: starts, second starts, killed parts, kill -9 of everything, stop."""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from pmqa.launch import process
from pmqa.launch.healthy import health_of
from pmqa.launch.supervise import Program, Sieve
from tests.fixtures.engines import eventually, kill_all, processes_on
from tests.fixtures.smtp import free_port
from tests.house.conftest import Child

SUPERVISE = [sys.executable, "-m", "pmqa.launch.supervise"]


class Portal:
    """A portal under a supervisor of its own."""

    def __init__(self, start_child: Callable[..., Child], var: Path) -> None:
        self.var, self.port = var, free_port()
        self.variables = {
            "VAR": str(var),
            "PORT": str(self.port),
            "PORTAL_DEMO": "0",
            "HOST": "127.0.0.1",
        }
        self.start_child = start_child

    def start(self) -> Child:
        """Start it; another start_child of the same portal finds it running."""
        return self.start_child(SUPERVISE, **self.variables)

    def status(self) -> int:
        """Return what the health page answers; 0 when nobody does."""
        return health_of("127.0.0.1", self.port)

    def ask(self, statement: str) -> list[tuple]:
        """Run a statement in its database."""
        url = json.loads((self.var / "engines.json").read_text())["DATABASE_URL"]
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


def children_of(pid: int) -> list[int]:
    """Return the processes that a process started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def family_of(pid: int) -> list[int]:
    """Return a process with all that came from it."""
    return [pid, *(member for child in children_of(pid) for member in family_of(child))]


def child_with(pid: int, words: str) -> int:
    """Return the direct child with these words in its command line."""
    [found] = [
        child
        for child in children_of(pid)
        if words in Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    ]
    return found


def exists(pid: int) -> bool:
    """Tell whether a process still runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except OSError:
        return False


def test_portal_from_first_start_to_last_stop(var: Path, start_child: Callable[..., Child]):
    portal = Portal(start_child, var)

    first = portal.start()
    first.wait_for("ready:")
    assert [line for line in first.lines if "ready:" in line] == [
        f"ready: http://127.0.0.1:{portal.port}/"
    ]
    assert portal.status() == 200
    portal.ask("CREATE TABLE kept AS SELECT 1 AS number")

    second = portal.start()
    assert second.end() == 0
    assert second.lines == [
        f"The portal already runs at http://127.0.0.1:{portal.port}/ (process {first.process.pid}). "
        "Stop it with `make stop`; a second one needs a VAR and a PORT of its own."
    ]

    everything = family_of(first.process.pid)
    assert len(everything) > 10
    kill_all(everything)
    first.process.wait()
    eventually(lambda: portal.status() == 0)

    third = portal.start()
    third.wait_for("ready:")
    assert portal.status() == 200
    assert portal.ask("SELECT number FROM kept") == [(1,)]

    for name, words in (
        ("web", "granian"),
        ("worker", " worker "),
        ("Valkey", "valkey"),
        ("PostgreSQL", "-D "),
    ):
        os.kill(child_with(third.process.pid, words), signal.SIGKILL)
        third.wait_for(f"{name}: ended")
        eventually(lambda: portal.status() == 200)

    everything = family_of(third.process.pid)
    third.process.terminate()
    assert third.end() == 0
    assert third.lines[-1] == "Stopped."
    assert [pid for pid in everything if exists(pid)] == []
    assert processes_on(var) == []


def test_taken_port_is_said_before_anything_is_made(var: Path, start_child: Callable[..., Child]):
    import socket

    portal = Portal(start_child, var)
    with socket.socket() as other:
        other.bind(("127.0.0.1", portal.port))
        other.listen()

        started = portal.start()

        assert started.end() == 1
    assert started.lines == [
        f"Port {portal.port} is taken by another program. "
        f"Choose another one: PORT={portal.port + 1} make run"
    ]
    assert not (var / "pg").exists()


def test_stop_while_the_database_is_made_leaves_nothing_running(
    var: Path, start_child: Callable[..., Child]
):
    started = Portal(start_child, var).start()
    started.wait_for("Database")

    started.process.send_signal(signal.SIGINT)

    assert started.end() == 0
    assert started.lines[-1] == "Stopped."
    assert processes_on(var) == []


def test_program_that_keeps_ending_is_started_ever_later(tmp_path: Path):
    program = Program("brief", [sys.executable, "-c", ""], grace=1, log=tmp_path / "brief.log")
    pauses = []

    for _ in range(7):
        program.keep_up(now=program.not_before)
        assert program.running is not None
        program.running.wait()
        ended = program.not_before + 1
        program.keep_up(now=ended)
        pauses.append(program.not_before - ended)

    assert pauses == [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0]


def test_sieve_shows_alarms_and_the_end_of_a_traceback_once():
    sieve = Sieve()
    lines = [
        "[INFO] Started worker-1",
        "[2026-11-22 12:00:00: WARNING/MainProcess] slow",
        "Traceback (most recent call last):",
        '  File "x.py", line 1, in <module>',
        "    raise ValueError",
        "ValueError: no such unit",
        "plain words",
        "[2026-11-22 12:00:00: WARNING/MainProcess] slow",
    ]

    assert [line for line in lines if sieve.lets_pass(line, now=0.0)] == [lines[1], lines[5]]
    assert sieve.lets_pass(lines[1], now=61.0)


def test_long_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(process, "LONG_LOG", 3)
    log = tmp_path / "redis.log"

    for text in ("one", "four", "seven"):
        process.rotate(log).write_text(text)

    assert (log.read_text(), (tmp_path / "redis.log.1").read_text()) == ("seven", "four")
