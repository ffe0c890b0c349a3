"""Times what people wait for, through every middleware, and what runs in the background."""

from __future__ import annotations

import csv
import gzip
import os
import re
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path
from statistics import median, quantiles
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agency.models import Staff
from agency.thai import local_day
from complaints import lifecycle
from complaints.lifecycle import importing
from complaints.selectors import figures_kept, tally
from pmqa.bench import estimating, seeding, wave
from pmqa.launch.places import PROJECT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

OLDER = re.compile(r'href="([^"]*cursor=[^"]*)"')
WARM_UP, RUNS = 3, 20
DEEP_PAGES = 40
INTAKE_SECONDS = 6
INTAKE_PROCESSES = 4  # more than cores: while one waits for the disk, another works


@dataclass(frozen=True)
class Row:
    """One line of the table; times in milliseconds, or a rate."""

    work: str
    median_ms: float | None = None
    p95_ms: float | None = None
    cpu_ms: float | None = (
        None  # of this process and of the database; a loaded machine inflates it less
    )
    queries: int | None = None
    per_second: float | None = None
    note: str = ""

    def as_json(self) -> dict[str, object]:
        """Return it for the file."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}


def pages(count: int, *, at: datetime) -> Iterator[Row]:
    """Time the pages."""
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(Staff.objects.get(username="deputy-director"))
    queue = reverse("complaints:queue")
    unit = Staff.objects.get(username="officer").unit_id
    yield timed(client, "queue", queue)
    yield timed(
        client, "queue, filtered", f"{queue}?{urlencode({'status': 'in_progress', 'unit': unit})}"
    )
    yield timed(client, "queue, page 40", deep(client, queue))
    for name, text in (
        ("common word", seeding.COMMON_WORD),
        ("rare word", seeding.RARE_WORD),
        ("inside a word", seeding.INNER_WORD),
        ("number", number_of(count // 2)),
    ):
        yield timed(client, f"search, {name}", f"{queue}?{urlencode({'q': text, 'scope': 'all'})}")
    archive = {"scope": "archived"}
    yield timed(client, "queue, archive", f"{queue}?{urlencode(archive)}")
    yield timed(client, "similar cases", reverse("complaints:similar", args=[count - 1]))
    yield timed(client, "sub-tasks", reverse("complaints:subtasks"))
    yield timed(client, "escalation review", reverse("complaints:escalations"))
    yield timed(client, "surveys", reverse("surveys:list"))
    yield timed(client, "case, 3 events", reverse("complaints:detail", args=[count - 1]))
    yield timed(client, "case, 50 events", reverse("complaints:detail", args=[count]))
    yield counting(at)
    yield timed(client, "home", reverse("home:home"))
    yield timed(client, "figures with the map", reverse("complaints:figures"))
    yield timed(client, "prevention board", reverse("complaints:prevention"))
    client.force_login(Staff.objects.get(username="supervisor"))
    yield timed(client, "home, supervisor", reverse("home:home"))
    client.force_login(Staff.objects.get(username="officer"))
    yield timed(client, "home, officer", reverse("home:home"))
    yield timed(Client(), "public flow chart", reverse("complaints:procedure"))
    yield counting_times(at)


def counting(at: datetime) -> Row:
    """Count the agency's cases as the scheduled tasks do; home, figures and prevention of a large one show that."""
    started = time.perf_counter()
    tally.refresh(at=at)
    figures_kept.refresh(at=at)
    return Row("counting for pages", median_ms=round((time.perf_counter() - started) * 1000))


def counting_times(at: datetime) -> Row:
    """Count the times of the procedure as the nightly task does."""
    started = time.perf_counter()
    lifecycle.refresh_past_times(at=at)
    return Row("counting past times", median_ms=round((time.perf_counter() - started) * 1000))


def number_of(pk: int) -> str:
    """Return the number of a case."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM complaints_complaint WHERE id = %s", [max(pk, 1)])
        return str(cursor.fetchone()[0])


def deep(client: Client, url: str) -> str:
    """Return the address of a page far down the list, reached page by page as a reader would."""
    for _page in range(DEEP_PAGES):
        links = OLDER.findall(client.get(url).content.decode())
        if not links:
            break
        url = urljoin(url, unescape(links[-1]))
    return url


def timed(client: Client, work: str, url: str) -> Row:
    """Ask for a page again and again; the count of queries is taken apart, since counting costs time."""
    for _run in range(WARM_UP):
        answer = client.get(url)
    if answer.status_code != 200:
        raise RuntimeError(f"{work}: {url} answered {answer.status_code}")
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
        queries = len(captured)
    times, before = [], cpu_seconds()
    for _run in range(RUNS):
        started = time.perf_counter()
        client.get(url)
        times.append((time.perf_counter() - started) * 1000)
    spent = (cpu_seconds() - before) * 1000 / RUNS
    p95 = round(quantiles(times, n=20)[-1], 1)
    return Row(work, round(median(times), 1), p95, round(spent, 1), queries)


def cpu_seconds() -> float:
    """Return the processor time of this process and, where the system tells, of its database process."""
    spent = time.process_time()
    server = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    if not server.exists():
        return spent
    user, system = server.read_text().rpartition(")")[2].split()[11:13]
    return spent + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


PARTS = ("pages", "sweep", "intake", "import", "report", "surveys")


def parts(names: Collection[str], *, count: int, imported: int, at: datetime) -> Iterator[Row]:
    """Measure the parts that were asked for, in the order in which they disturb each other least."""
    if "pages" in names:
        yield from pages(count, at=at)
    if "sweep" in names:
        yield sweep(at)
    if "intake" in names:
        yield intake()
    if "import" in names:
        yield import_rows(min(count, imported), at=at)
    if "report" in names:
        yield report(at)
    if "surveys" in names:
        yield surveys(count)
        yield from snapshot(count, at=at)


def sweep(at: datetime) -> Row:
    """Let ten thousand clocks tell their milestones; a clock may have more than one."""
    due = seeding.make_due(at)
    started = time.perf_counter()
    while lifecycle.sweep_milestones(at=at):
        pass
    spent = time.perf_counter() - started
    told = seeding.milestones_of(at)
    return Row(
        "sweep, milestones",
        per_second=round(told / spent, 1),
        note=f"{told:,} of {due:,} clocks in {spent:.1f} s",
    )


def rate(work: str, count: int, started: float, note: str = "") -> Row:
    """Return how many were done per second since an instant."""
    spent = time.perf_counter() - started
    return Row(work, per_second=round(count / spent, 1), note=note or f"{spent:.1f} s")


def intake() -> Row:
    """Receive complaints in several processes for some seconds; each is a transaction of its own."""
    command = [sys.executable, "-m", "pmqa.bench.intake", str(INTAKE_SECONDS)]
    environment = os.environ | {"BENCH_DATABASE": str(connection.settings_dict["NAME"])}
    workers = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=PROJECT)  # noqa: S603
        for _number in range(INTAKE_PROCESSES)
    ]
    counts = [int(worker.communicate()[0].split()[-1]) for worker in workers]
    return Row(
        "intake, by the verb",
        per_second=round(sum(counts) / INTAKE_SECONDS, 1),
        note=f"{INTAKE_PROCESSES} processes",
    )


def import_rows(count: int, *, at: datetime) -> Row:
    """Import a table of that many rows."""
    source = f"bench-{time.time():.0f}"
    with NamedTemporaryFile(suffix=".csv.gz") as file:
        write_table(file.name, count, at=at)
        started = time.perf_counter()
        result = importing.import_table(
            file.name,
            source=source,
            spec=importing.guess_by_names(
                ["id", "timestamp", "comment", "type", "state", "timestamp_finished"]
            ),
            by=None,
            at=at,
        )
    if result.created != count:
        raise RuntimeError(f"{result.created} of {count} rows were imported: {result.errors[:3]}")
    return rate(f"import, {count:,} rows", count, started)


def write_table(path: str, count: int, *, at: datetime) -> None:
    """Write a table of cases as another system would give it."""
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as packed:
        out = csv.writer(packed)
        out.writerow(["id", "timestamp", "comment", "type", "state", "timestamp_finished"])
        for number in range(count):
            received = at - timedelta(days=30 + number % 700, minutes=number % 1440)
            ended = received + timedelta(days=number % 9, hours=2)
            out.writerow(
                [
                    f"B{number}",
                    received.isoformat(),
                    f"ถนนชำรุดหน้าตลาดเทศบาล จุดที่ {number} ขอให้เจ้าหน้าที่เร่งแก้ไขก่อนเข้าฤดูฝน",
                    ("ถนน", "น้ำท่วม", "ไฟฟ้า")[number % 3],
                    "closed" if number % 5 else "received",
                    ended.isoformat() if number % 5 else "",
                ]
            )


def surveys(count: int) -> Row:
    """Estimate thirty questions by five groups with design-based errors, out of as many answers as cases."""
    told = estimating.answers(count)
    started, before = time.perf_counter(), time.process_time()
    estimating.estimate(told)
    spent = time.perf_counter() - started
    return Row(
        "30 questions × 5 groups",
        median_ms=round(spent * 1000),
        cpu_ms=round((time.process_time() - before) * 1000),
        note=f"{count:,} answers",
    )


def snapshot(count: int, *, at: datetime) -> Iterator[Row]:
    """Build a wave's snapshot and read the same figures out of it as the results page does, in a process of its own."""
    answered = wave.wave_with(count, by=Staff.objects.get(username="deputy-director"), at=at)
    building, wall, processor, kilobytes = alone("pmqa.bench.snapshot", str(answered))
    note = f"{count:,} answers, at most {int(kilobytes) // 1024} MB"
    yield Row("snapshot of a wave", median_ms=round(building * 1000), note=note)
    yield Row(
        "figures out of a snapshot",
        median_ms=round(wall * 1000),
        cpu_ms=round(processor * 1000),
        note="30 questions × 5 groups, with intervals",
    )


def alone(module: str, argument: str) -> list[float]:
    """Return the numbers that a process of its own prints at its end."""
    environment = os.environ | {"BENCH_DATABASE": str(connection.settings_dict["NAME"])}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", module, argument],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
        check=True,
    )
    return [float(number) for number in done.stdout.splitlines()[-1].split()]


def report(at: datetime) -> Row:
    """Build last month's report with all its files in a process of its own, whose memory is known."""
    month = local_day(at).replace(day=1) - timedelta(days=1)
    spent, kilobytes = alone("pmqa.bench.monthly", f"{month:%Y-%m}")
    return Row(
        "month's report",
        median_ms=round(spent * 1000),
        note=f"all files, at most {int(kilobytes) // 1024} MB",
    )
