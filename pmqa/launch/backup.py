"""Backup, restore and the drill that proves a backup.

`python -m pmqa.launch.backup take FOLDER`     dump, attachments and a manifest into a new folder
`python -m pmqa.launch.backup drill FOLDER`    restore it beside the portal, compare, remove it again
`python -m pmqa.launch.backup restore FOLDER`  restore it into an empty portal

The secrets are not in a backup: keep VAR/secrets.json (or the environment's) in another place.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pmqa.launch import LaunchError, places
from pmqa.launch.engines import engines_in_environment
from pmqa.launch.terminal import say, step

DUMP, ATTACHMENTS, MANIFEST = "portal.dump", "attachments.tar", "manifest.json"
DRILL_DATABASE = "portal_drill"
LIBPQ_NAMES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
}


def main() -> None:
    """Do what the first word says with the folder that the second names."""
    verbs = {"take": take, "drill": drill, "restore": restore}
    if len(sys.argv) != 3 or sys.argv[1] not in verbs:
        raise SystemExit(__doc__)
    var, folder = places.var_folder(), Path(sys.argv[2]).absolute()
    try:
        with engines_in_environment(var):
            verbs[sys.argv[1]](folder, var=var, database=os.environ["DATABASE_URL"])
    except LaunchError as error:
        raise SystemExit(str(error)) from None


def take(folder: Path, *, var: Path, database: str) -> None:
    """Write a backup while the portal runs; the manifest is written last, so a half one has none."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        raise LaunchError(
            f"{folder} is there already. Name a new folder for each backup."
        ) from None
    with step("Database"), snapshot(database) as (name, counts):
        run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            f"--snapshot={name}",
            f"--file={folder / DUMP}",
            database=database,
        )
    with step("Attachments"):
        pack(var / "attachments", folder / ATTACHMENTS)
    manifest = {
        "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": counts,
        "sha256": {name: digest(folder / name) for name in (DUMP, ATTACHMENTS)},
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1))
    say(f"{sum(counts.values())} rows of {len(counts)} tables in {folder}")


def drill(folder: Path, *, var: Path, database: str) -> None:
    """Restore the backup into a database of its own, compare every table, and drop it."""
    manifest = checked_manifest(folder)
    with step("Restore beside the portal"), scratch_database(database) as scratch:
        load(folder, database=scratch)
        with psycopg.connect(scratch) as connection:
            compare(count_rows(connection), manifest["rows"])
    with step("Attachments"), tarfile.open(folder / ATTACHMENTS) as archive:
        files = sum(member.isfile() for member in archive)
    say(
        f"The backup of {manifest['taken_at']} is good: {sum(manifest['rows'].values())} rows, {files} attachments."
    )


def restore(folder: Path, *, var: Path, database: str) -> None:
    """Restore the backup into this portal, which must be empty."""
    manifest = checked_manifest(folder)
    with psycopg.connect(database) as connection:
        if count_rows(connection):
            raise LaunchError(
                "This portal has data. Restore into a new VAR, or into an empty database."
            )
    if (var / "attachments").exists():
        raise LaunchError(f"{var / 'attachments'} is there already. Restore into a new VAR.")
    with step("Database"):
        load(folder, database=database)
    with step("Attachments"), tarfile.open(folder / ATTACHMENTS) as archive:
        archive.extractall(var, filter="data")
    with psycopg.connect(database) as connection:
        compare(count_rows(connection), manifest["rows"])
    say(
        f"Restored: {sum(manifest['rows'].values())} rows. Put the secrets of that portal in place before you start."
    )


@contextmanager
def snapshot(database: str) -> Iterator[tuple[str, dict[str, int]]]:
    """Yield a name for this very state of the database, and how many rows each table has in it."""
    with psycopg.connect(database) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield str(row[0] if row else ""), count_rows(connection)


def count_rows(connection: psycopg.Connection) -> dict[str, int]:
    """Return the number of rows of every table."""
    tables = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    ).fetchall()
    counts = {}
    for (table,) in tables:
        row = connection.execute(
            sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        ).fetchone()
        counts[table] = int(row[0]) if row else 0
    return counts


def compare(found: dict[str, int], wanted: dict[str, int]) -> None:
    """Refuse a restore that is not what the backup was taken of."""
    wrong = sorted(
        name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name)
    )
    if wrong:
        told = ", ".join(f"{name} {wanted.get(name)} → {found.get(name)}" for name in wrong[:10])
        raise LaunchError(f"The restore differs from the backup: {told}")


def checked_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a whole and unchanged backup."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError):
        raise LaunchError(
            f"{folder} holds no finished backup: {MANIFEST} is missing or damaged."
        ) from None
    for name, wanted in manifest["sha256"].items():
        if not (folder / name).exists() or digest(folder / name) != wanted:
            raise LaunchError(f"{folder / name} is missing or was changed. Take another backup.")
    return manifest


@contextmanager
def scratch_database(database: str) -> Iterator[str]:
    """Make an empty database beside the portal's and drop it at the end."""
    name = sql.Identifier(DRILL_DATABASE)
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
        try:
            yield make_conninfo(database, dbname=DRILL_DATABASE)
        finally:
            connection.execute(drop)


def load(folder: Path, *, database: str) -> None:
    """Restore the dump, stopping at the first fault."""
    run(
        "pg_restore",
        "--exit-on-error",
        "--no-owner",
        "--dbname",
        name_of(database),
        str(folder / DUMP),
        database=database,
    )


def name_of(database: str) -> str:
    """Return the name of the database in an address."""
    return str(conninfo_to_dict(database)["dbname"])


def run(program: str, *arguments: str, database: str) -> None:
    """Run one of PostgreSQL's programs; the address goes by the environment, where `ps` does not look."""
    parts = conninfo_to_dict(database)
    address = {
        LIBPQ_NAMES[name]: str(value) for name, value in parts.items() if name in LIBPQ_NAMES
    }
    done = subprocess.run(
        [tool(program), *arguments],
        env=os.environ | address,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LaunchError(f"{program} failed:\n{done.stderr[-800:]}")


def tool(program: str) -> str:
    """Return a program out of our wheel (it knows older servers too), or the machine's."""
    packaged = places.packaged_binaries() / program
    return str(packaged) if packaged.exists() else shutil.which(program) or program


def pack(source: Path, archive: Path) -> None:
    """Put a folder into an archive; nothing is compressed, as pictures and PDF are already."""
    with tarfile.open(archive, "w") as tar:
        if source.exists():
            tar.add(source, arcname=source.name)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main()
