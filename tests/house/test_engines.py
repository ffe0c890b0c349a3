"""The embedded engines: started, shared, killed and mended."""

import json
import os
import pwd
import stat
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psycopg
import pytest
import redis

from pmqa.launch import LaunchError, places, postgres
from pmqa.launch.engines import engines_in_environment, needs_engines, shared
from tests.fixtures.engines import eventually, kill_all, processes_on
from tests.house.conftest import HOLDER, Child

AS_ACCOUNT = "import os, sys; os.setgid(int(sys.argv[2])); os.setuid(int(sys.argv[1]))"

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change accounts")


up = partial(shared, careless=True)  # nobody pulls the plug of this machine meanwhile


def ask(addresses: dict[str, str], statement: str) -> list[tuple]:
    """Run one statement in the embedded PostgreSQL."""
    with psycopg.connect(addresses["DATABASE_URL"], autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def queue(addresses: dict[str, str]) -> redis.Redis:
    """Open the embedded Valkey."""
    return redis.Redis.from_url(addresses["REDIS_URL"])


def remember(addresses: dict[str, str]) -> None:
    """Leave something in both engines."""
    ask(addresses, "CREATE TABLE kept AS SELECT 'ก'::text AS letter")
    with queue(addresses) as client:
        client.set("kept", "ข")


def assert_remembered(addresses: dict[str, str]) -> None:
    """Find it again."""
    assert ask(addresses, "SELECT letter FROM kept") == [("ก",)]
    with queue(addresses) as client:
        assert client.get("kept") == "ข".encode()


def assert_first_and_second_start(var: Path) -> None:
    """Start twice; the second start finds what the first one kept."""
    with up(var) as addresses:
        remember(addresses)
    assert not (var / "engines.json").exists()
    assert processes_on(var) == []
    with up(var) as addresses:
        assert_remembered(addresses)


def test_second_start_keeps_the_data(var: Path):
    assert_first_and_second_start(var)


def test_path_with_spaces_and_thai_letters(open_folder: Path, bare_environment: None):
    assert_first_and_second_start(open_folder / "ระบบ รับฟัง" / "data folder")


def test_path_longer_than_a_socket_address(open_folder: Path, bare_environment: None):
    assert_first_and_second_start(open_folder / ("long" * 30) / ("longer" * 20))


def test_database_speaks_thai_and_knows_bangkok(var: Path):
    with up(var) as addresses:
        assert ask(addresses, "SELECT upper('a'), 'ก' ~ '[[:alnum:]]', current_database()") == [
            ("A", True, "portal")
        ]
        assert (
            ask(addresses, "SELECT '2026-11-22 00:00+00'::timestamptz AT TIME ZONE 'Asia/Bangkok'")[
                0
            ][0].hour
            == 7
        )


def test_second_command_uses_the_engines_of_the_first(var: Path, holder: Callable[[Path], Child]):
    first = holder(var)
    owned = json.loads(first.wait_for("DATABASE_URL"))
    [(server,)] = ask(owned, "SELECT pg_postmaster_start_time()")

    with up(var) as addresses:
        assert addresses == owned
        first.let_go()
        first.wait_for("waiting for it")
        assert ask(addresses, "SELECT pg_postmaster_start_time()") == [(server,)]

    assert first.end() == 0
    assert processes_on(var) == []


def test_commands_that_start_at_once_share_one_server(var: Path, holder: Callable[[Path], Child]):
    commands = [holder(var) for _ in range(3)]

    addresses = [json.loads(command.wait_for("DATABASE_URL")) for command in commands]

    assert addresses[0] == addresses[1] == addresses[2]
    eventually(lambda: servers_on(var) == 1)
    for command in commands:
        command.let_go()
    assert [command.end() for command in commands] == [0, 0, 0]


def servers_on(var: Path) -> int:
    """Count the PostgreSQL servers; a connection's process looks like one until it has its title."""
    return sum(program_of(pid).endswith(b"postgres") for pid in processes_on(var))


def program_of(pid: int) -> bytes:
    """Return what a process runs; nothing if it ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]
    except OSError:
        return b""


def test_engines_end_when_their_command_is_killed(var: Path, holder: Callable[[Path], Child]):
    command = holder(var)
    remember(json.loads(command.wait_for("DATABASE_URL")))

    command.kill()

    eventually(lambda: processes_on(var) == [])
    with up(var) as addresses:
        assert_remembered(addresses)


def test_nothing_is_lost_when_everything_is_killed(var: Path, holder: Callable[[Path], Child]):
    command = holder(var)
    remember(json.loads(command.wait_for("DATABASE_URL")))

    kill_all([command.process.pid, *processes_on(var)])
    command.process.wait()

    with up(var) as addresses:
        assert_remembered(addresses)


def test_lock_file_of_an_unrelated_process_is_not_believed(var: Path):
    with up(var) as addresses:
        remember(addresses)
    (var / "run").mkdir(mode=0o700)
    for path in (var / "pg" / "postmaster.pid", var / "run" / ".s.PGSQL.5432.lock"):
        path.write_text(f"{os.getppid()}\n{var / 'pg'}\n0\n5432\n{var / 'run'}\n\n")
        os.chown(path, (var / "pg").stat().st_uid, (var / "pg").stat().st_gid)

    with up(var) as addresses:
        assert_remembered(addresses)


def test_half_made_cluster_is_made_anew(var: Path):
    scratch = var / "pg.initdb"
    scratch.mkdir(parents=True)
    (scratch / "PG_VERSION").write_text("18\n")

    with up(var) as addresses:
        assert ask(addresses, "SELECT 1") == [(1,)]
    assert not scratch.exists()


def test_given_addresses_replace_both_engines(var: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/portal")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere:6379/0")

    with engines_in_environment(var):
        assert os.environ["DATABASE_URL"] == "postgresql://elsewhere/portal"

    assert not var.exists()


def test_given_database_leaves_only_the_queue_to_us(var: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/portal")

    with up(var) as addresses:
        assert addresses["DATABASE_URL"] == "postgresql://elsewhere/portal"
        with queue(addresses) as client:
            assert client.ping()

    assert not (var / "pg").exists()


def test_command_that_asks_nothing_starts_nothing(var: Path, monkeypatch: pytest.MonkeyPatch):
    for name in (
        "DATABASE_URL",
        "REDIS_URL",
        "DJANGO_SECRET_KEY",
        "PERSON_KEYS",
        "PERSON_INDEX_KEY",
    ):
        monkeypatch.setenv(name, "")

    with engines_in_environment(var, wanted=False):
        assert processes_on(var) == []
        assert os.environ["DATABASE_URL"] == "postgresql://portal@/portal?host=/nowhere"
        assert len(os.environ["DJANGO_SECRET_KEY"]) > 50


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        (["migrate"], True),
        (["makemigrations", "--check"], True),
        (["check", "--database", "default"], True),
        (["check", "--deploy"], False),
        (["messages", "--check"], False),
        (["migrate", "--help"], False),
        (["help"], False),
        ([], False),
    ],
)
def test_needs_engines(words: list[str], needed: bool):
    assert needs_engines(["manage.py", *words]) is needed


def test_broken_cluster_is_a_sentence_with_the_reason(var: Path):
    with up(var):
        pass
    (var / "pg" / "postgresql.conf").write_text("no such setting = 1\n")

    with (
        pytest.raises(
            LaunchError, match=r"(?s)PostgreSQL does not start.*postgresql\.conf"
        ) as caught,
        up(var),
    ):
        pass

    assert "syntax error" in str(caught.value)
    assert processes_on(var) == []


def test_var_that_cannot_be_made_is_a_sentence(open_folder: Path, bare_environment: None):
    (open_folder / "file").write_text("")

    with pytest.raises(LaunchError, match="cannot be made"):
        places.make_var(open_folder / "file" / "var")


@as_root
def test_root_leaves_the_data_of_another_user_alone(open_folder: Path, bare_environment: None):
    var = open_folder / "var"
    var.mkdir()
    os.chown(var, places.nobody().uid, places.nobody().gid)

    with pytest.raises(LaunchError, match="belongs to another user"):
        places.make_var(var)


def test_user_without_a_name_is_a_sentence(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "getuid", lambda: 4_000_321)

    with pytest.raises(LaunchError, match="4000321 has no name"):
        places.require_name_of_user()


def test_socket_folder_of_a_stranger_is_refused(open_folder: Path):
    (open_folder / "run").symlink_to(open_folder)

    with pytest.raises(LaunchError, match="belongs to another user"):
        places.private_folder(open_folder / "run", None)


@as_root
def test_root_gives_the_cluster_to_nobody(var: Path):
    nobody = pwd.getpwnam("nobody").pw_uid

    with up(var) as addresses:
        with psycopg.connect(addresses["DATABASE_URL"]) as connection:
            assert Path(f"/proc/{connection.info.backend_pid}").stat().st_uid == nobody
        assert stat.S_IMODE((var / "run").stat().st_mode) == 0o700

    assert (var / "pg").stat().st_uid == nobody


@as_root
def test_root_in_a_private_home(
    open_folder: Path, bare_environment: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    outside = open_folder / "shared"
    monkeypatch.setattr(places, "SHARED", outside)
    tmp_path.chmod(0o700)
    var = tmp_path / "บ้าน ส่วนตัว" / "var"

    assert_first_and_second_start(var)

    assert (var / "pg").readlink().is_relative_to(outside)
    assert stat.S_IMODE((var / "pg").stat().st_mode) == 0o700


@as_root
def test_copy_of_the_programs_for_an_account_that_cannot_read_ours(
    open_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(places, "SHARED", open_folder / "shared")

    binaries = places.readable_copy(places.packaged_binaries())

    assert places.reachable(binaries / "postgres", places.nobody())
    assert places.readable_copy(places.packaged_binaries()) == binaries
    assert [path.name for path in (open_folder / "shared").iterdir()] == [binaries.parents[2].name]


def python_for_everybody() -> str | None:
    """Return an interpreter of our version that an ordinary user may run."""
    named = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (getattr(sys, "_base_executable", sys.executable), named):
        path = Path(candidate).resolve()
        if path.exists() and places.reachable(path, places.nobody()):
            return str(path)
    return None


@as_root
@pytest.mark.skipif(
    os.geteuid() == 0 and python_for_everybody() is None,
    reason="no Python here that `nobody` may run",
)
def test_ordinary_user(
    open_folder: Path, bare_environment: None, start_child: Callable[..., Child]
):
    nobody = places.nobody()
    var = open_folder / "var"
    var.mkdir()
    os.chown(var, nobody.uid, nobody.gid)
    # redis-py imports this one on Python < 3.11.3, where our environment may not have it.
    (open_folder / "async_timeout.py").write_text("timeout = None\n")

    child = start_child(
        [str(python_for_everybody()), "-c", AS_ACCOUNT + HOLDER, str(nobody.uid), str(nobody.gid)],
        VAR=str(var),
        PYTHONPATH=f"{places.PROJECT}:{Path(psycopg.__file__).parents[1]}:{open_folder}",
        PYTHONDONTWRITEBYTECODE="1",
        HOME="/nonexistent",
    )

    addresses = json.loads(child.wait_for("DATABASE_URL"))
    assert ask(addresses, "SELECT current_user") == [("portal",)]
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in processes_on(var)} == {nobody.uid}
    assert child.end() == 0


def test_orphan_server_is_stopped_first(var: Path):
    with up(var):
        pass
    prepared = places.prepare(var)
    orphan = postgres.launch(prepared, careless=False)
    assert postgres.wait_until_ready(orphan, prepared)

    with up(var) as addresses:
        assert ask(addresses, "SELECT 1") == [(1,)]

    assert orphan.wait(10) == 0
