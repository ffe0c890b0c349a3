"""One process of the report bench: `python -m pmqa.bench.monthly 2026-10` prints seconds and most kilobytes."""

from __future__ import annotations

import io
import os
import resource
import sys
import time

import django


def main() -> None:
    """Build a month's report with all its files in a process of its own, whose memory is known."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmqa.settings")
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    connection.settings_dict["NAME"] = os.environ["BENCH_DATABASE"]
    started = time.perf_counter()
    call_command("build_report", sys.argv[1], stdout=io.StringIO(), stderr=io.StringIO())
    spent = time.perf_counter() - started
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(f"{spent} {most}\n")


if __name__ == "__main__":
    main()
