"""The embedded PostgreSQL: makes the cluster, starts it, stops it, and mends what a kill left."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from pmqa.launch import LaunchError, process
from pmqa.launch.places import Places

START_LIMIT = 60.0
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": "5432",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",  # the index of trigrams fills a gigabyte in minutes of intake
    "checkpoint_timeout": "15min",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "random_page_cost": "1.1",
}
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}  # tests only
LEFT_BY_A_KILL = ("still in use", "lock file")


def start(places: Places, *, careless: bool = False) -> subprocess.Popen[bytes]:
    """Start the server of this portal and return when it takes connections."""
    if not (places.cluster / "PG_VERSION").exists():
        make_cluster(places, careless=careless)
    began = time.monotonic()
    while True:
        clear_stale_locks(places)
        server = launch(places, careless=careless)
        try:
            if wait_until_ready(server, places):
                make_database(places)
                return server
        except BaseException:
            stop(server)
            raise
        reason = end_of_log(places)
        if time.monotonic() - began > START_LIMIT or not any(
            words in reason for words in LEFT_BY_A_KILL
        ):
            raise LaunchError(
                f"PostgreSQL does not start. The end of {log_file(places)} says:\n{reason}"
            )
        time.sleep(0.5)


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop fast (SIGINT) and cleanly; the next start has nothing to recover."""
    process.stop(server, by=(signal.SIGINT, signal.SIGQUIT), patience=20)


def make_cluster(places: Places, *, careless: bool) -> None:
    """Run initdb in a scratch folder and rename it: a kill never leaves half a cluster."""
    scratch = places.cluster.with_name(f"{places.cluster.name}.initdb")
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    if places.account:
        os.chown(scratch, places.account.uid, places.account.gid)
    initdb = process.start(
        [
            *(places.binaries / "initdb", "-D", scratch, "-U", "portal"),
            *("--auth-local=trust", "--auth-host=reject", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C"),
            *(["--no-sync"] if careless else []),
        ],
        dies_by=signal.SIGKILL,
        environment=clean_environment(),
        account=places.account,
        output=subprocess.PIPE,
    )
    try:
        told, _ = initdb.communicate()
    except BaseException:
        process.kill_session(initdb)
        raise
    if initdb.returncode:
        raise LaunchError(f"PostgreSQL's initdb failed:\n{told.decode(errors='replace')[-800:]}")
    if places.cluster.exists():
        places.cluster.rmdir()
    scratch.rename(places.cluster)


def launch(places: Places, *, careless: bool) -> subprocess.Popen[bytes]:
    """Start the server process; Linux stops it fast when its launcher dies."""
    settings = (
        SETTINGS | {"unix_socket_directories": str(places.sockets)} | (CARELESS if careless else {})
    )
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with process.rotate(log_file(places)).open("ab") as log:
        return process.start(
            [places.binaries / "postgres", "-D", places.cluster, *options],
            dies_by=signal.SIGINT,
            environment=clean_environment(),
            account=places.account,
            output=log,
        )


def clean_environment() -> dict[str, str]:
    """Return an environment without PGDATA and its kin, and without a locale the server lacks."""
    return {"PATH": os.defpath, "HOME": "/", "LC_ALL": "C"}


def wait_until_ready(server: subprocess.Popen[bytes], places: Places) -> bool:
    """Return True when the server answers, False when it ended."""
    deadline = time.monotonic() + START_LIMIT
    while server.poll() is None:
        if answers(places):
            return True
        if time.monotonic() > deadline:
            raise LaunchError(
                f"PostgreSQL was not ready after {START_LIMIT:.0f} s. See {log_file(places)}"
            )
        time.sleep(0.03)
    return False


def answers(places: Places) -> bool:
    """Tell whether the server takes connections."""
    try:
        connect(places, "postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def connect(places: Places, database: str) -> psycopg.Connection:
    """Open a connection by the socket."""
    return psycopg.connect(
        host=str(places.sockets),
        port=5432,
        user="portal",
        dbname=database,
        connect_timeout=10,
        autocommit=True,
    )


def make_database(places: Places) -> None:
    """Make the portal's database unless it is there."""
    with connect(places, "postgres") as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'portal'").fetchone():
            connection.execute("CREATE DATABASE portal")


def log_file(places: Places) -> Path:
    """Return the server's log."""
    return places.log / "postgres.log"


def end_of_log(places: Places) -> str:
    """Return the last words of the server."""
    return log_file(places).read_bytes()[-800:].decode(errors="replace")


def clear_stale_locks(places: Places) -> None:
    """Stop a server that outlived its launcher, then remove lock files that name no server of ours."""
    for path in (places.cluster / "postmaster.pid", places.sockets / ".s.PGSQL.5432.lock"):
        pid = named_process(path)
        if pid is not None and is_our_server(pid, places):
            stop_orphan(pid, places)
        path.unlink(missing_ok=True)


def named_process(path: Path) -> int | None:
    """Return the process that a lock file names."""
    try:
        return int(path.read_text().split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None


def is_our_server(pid: int, places: Places) -> bool:
    """Tell whether the process is a PostgreSQL on our cluster (a zombie has no command line)."""
    proc = Path("/proc")
    if proc.joinpath("self").exists():
        try:
            words = proc.joinpath(str(pid), "cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return words[0].endswith(b"postgres") and os.fsencode(places.cluster) in words
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def stop_orphan(pid: int, places: Places) -> None:
    """Stop a server fast and wait until it is gone; one that was just killed is soon gone, too."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + 30
    while is_our_server(pid, places):
        if time.monotonic() > deadline:
            raise LaunchError(
                f"An older PostgreSQL (process {pid}) of this portal does not stop. End it and start again."
            )
        time.sleep(0.1)
