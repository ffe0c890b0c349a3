"""`manage.py bench [N]`: fills a database of its own with N cases and times the portal (docs/BENCH.md)."""

from __future__ import annotations

import json
import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from pmqa.bench import measuring, seeding
from pmqa.bench.measuring import Row

IMPORTED = 100_000


class Command(BaseCommand):
    """Prints a table and writes the same as JSON into the data folder."""

    help = "Measure pages and background work with N complaints in a database of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say how many, and what to leave out."""
        parser.add_argument("count", nargs="?", type=int, default=100_000)
        parser.add_argument("--n", type=int, dest="named", help="the same as the number itself")
        parser.add_argument("--rows", type=int, default=IMPORTED, help="most rows to import")
        parser.add_argument(
            "--only",
            default=",".join(measuring.PARTS),
            help="parts to measure, of %(default)s; pages alone change no data",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill the database if it is not there, then measure."""
        names = options["only"].split(",")
        if unknown := set(names) - set(measuring.PARTS):
            raise CommandError(f"No such part: {', '.join(sorted(unknown))}")
        count = options["named"] or options["count"]
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
        seeding.use_database(f"portal_bench_{count}")
        call_command("migrate", verbosity=0)  # the database may be older than the code
        if not seeding.is_complete(count):
            self.stderr.write("Filling the database …")
            seeding.fill(count, at=timezone.now(), say=self.stderr.write)
        smaller = earlier_results(count)
        self.print_head(smaller)
        rows = []
        for row in measuring.parts(names, count=count, imported=options["rows"], at=timezone.now()):
            rows.append(row)
            self.print_row(row, smaller)
        write_results(count, rows)

    def print_head(self, smaller: dict[int, dict[str, dict[str, Any]]]) -> None:
        """Print the names of the columns."""
        growth = "".join(f"{'/ ' + f'{size:,}':>12}" for size in smaller)
        self.stdout.write(
            f"{'work':<26}{'median ms':>10}{'p95 ms':>9}{'cpu ms':>9}{'queries':>9}{'per s':>10}{growth}  note"
        )

    def print_row(self, row: Row, smaller: dict[int, dict[str, dict[str, Any]]]) -> None:
        """Print one line, with how much longer it took than with fewer cases."""
        cells = f"{shown(row.median_ms):>10}{shown(row.p95_ms):>9}{shown(row.cpu_ms):>9}{shown(row.queries):>9}{shown(row.per_second):>10}"
        growth = "".join(f"{growth_of(row, results):>12}" for results in smaller.values())
        self.stdout.write(f"{row.work:<26}{cells}{growth}  {row.note}")


def shown(value: float | None) -> str:
    """Write a number, or nothing."""
    return "" if value is None else f"{value:,}"


def growth_of(row: Row, results: dict[str, dict[str, Any]]) -> str:
    """Return how many times as long a thing took as in a smaller run: by p95, by time or by rate."""
    before = results.get(row.work, {})
    for name in ("p95_ms", "median_ms"):
        now, then = getattr(row, name), before.get(name)
        if now and then:
            return f"× {now / then:.2f}"
    then = before.get("per_second")
    return f"× {then / row.per_second:.2f}" if then and row.per_second else ""


def earlier_results(count: int) -> dict[int, dict[str, dict[str, Any]]]:
    """Return the results of smaller runs by size and work."""
    found = {}
    for path in (settings.VAR / "bench").glob("*.json"):
        data = json.loads(path.read_text())
        if data["complaints"] < count:
            found[data["complaints"]] = {row["work"]: row for row in data["rows"]}
    return dict(sorted(found.items()))


def write_results(count: int, rows: list[Row]) -> None:
    """Write what was measured, on what machine, into the data folder; parts measured before stay."""
    folder = settings.VAR / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{count}.json"
    before = json.loads(path.read_text())["rows"] if path.exists() else []
    found = {row["work"]: row for row in before} | {row.work: row.as_json() for row in rows}
    data = {
        "complaints": count,
        "at": timezone.now().isoformat(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "rows": list(found.values()),
    }
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1))
