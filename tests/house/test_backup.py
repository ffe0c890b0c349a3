"""A backup is only as good as its restore."""

import json
from pathlib import Path

import psycopg
import pytest

from pmqa.launch import LaunchError, backup
from pmqa.launch.engines import shared

TABLE = "CREATE TABLE letters AS SELECT unnest(ARRAY['ก', 'ข', 'ค']) AS letter"


@pytest.fixture
def portal(var: Path):
    """Engines of their own with a table and an attachment; yields the address of the database."""
    with shared(var, careless=True) as addresses:
        with psycopg.connect(addresses["DATABASE_URL"]) as connection:
            connection.execute(TABLE)
        (var / "attachments").mkdir()
        (var / "attachments" / "หนังสือ.pdf").write_bytes(b"%PDF")
        yield addresses["DATABASE_URL"]


def databases(address: str) -> list[str]:
    """Return the names of all databases."""
    with psycopg.connect(address) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1"
        )
        return [name for (name,) in rows]


def test_drill_restores_beside_the_portal_and_leaves_nothing(
    portal: str, var: Path, tmp_path: Path, capsys
):
    backup.take(tmp_path / "monday", var=var, database=portal)

    backup.drill(tmp_path / "monday", var=var, database=portal)

    manifest = json.loads((tmp_path / "monday" / "manifest.json").read_text())
    assert manifest["rows"] == {"letters": 3}
    assert "is good: 3 rows, 1 attachments." in capsys.readouterr().out
    assert databases(portal) == ["portal", "postgres"]


def test_restore_brings_rows_and_attachments_back(portal: str, var: Path, tmp_path: Path):
    backup.take(tmp_path / "monday", var=var, database=portal)
    with psycopg.connect(portal) as connection:
        connection.execute("DROP TABLE letters")

    backup.restore(tmp_path / "monday", var=tmp_path, database=portal)

    with psycopg.connect(portal) as connection:
        assert connection.execute("SELECT string_agg(letter, '') FROM letters").fetchall() == [
            ("กขค",)
        ]
    assert (tmp_path / "attachments" / "หนังสือ.pdf").read_bytes() == b"%PDF"


def test_restore_refuses_a_portal_with_data(portal: str, var: Path, tmp_path: Path):
    backup.take(tmp_path / "monday", var=var, database=portal)

    with pytest.raises(LaunchError, match="This portal has data"):
        backup.restore(tmp_path / "monday", var=tmp_path, database=portal)


def test_changed_or_unfinished_backup_is_refused(portal: str, var: Path, tmp_path: Path):
    backup.take(tmp_path / "monday", var=var, database=portal)
    with (tmp_path / "monday" / "portal.dump").open("ab") as dump:
        dump.write(b"x")
    (tmp_path / "half").mkdir()

    with pytest.raises(LaunchError, match=r"portal\.dump is missing or was changed"):
        backup.drill(tmp_path / "monday", var=var, database=portal)
    with pytest.raises(LaunchError, match="holds no finished backup"):
        backup.drill(tmp_path / "half", var=var, database=portal)


def test_restore_that_lacks_a_row_is_refused():
    with pytest.raises(LaunchError, match="letters 3 → 2"):
        backup.compare({"letters": 2}, {"letters": 3})


def test_backup_never_writes_into_an_older_one(tmp_path: Path):
    with pytest.raises(LaunchError, match="Name a new folder"):
        backup.take(tmp_path, var=tmp_path, database="")
