"""One process of the surveys bench: `python -m pmqa.bench.snapshot WAVE`.

Prints the seconds that the snapshot took, wall and processor seconds of thirty questions by five
groups out of it, and the most kilobytes.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from datetime import datetime


def main() -> None:
    """Build the snapshot anew and estimate out of it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmqa.settings")
    django.setup()
    from django.apps import apps  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    connection.settings_dict["NAME"] = os.environ["BENCH_DATABASE"]
    wave = apps.get_model("surveys.Wave").objects.get(pk=int(sys.argv[1]))
    wave.snapshots.all().delete()
    building, wall, processor = spent_on(wave, at=wave.closed_at)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(f"{building} {wall} {processor} {most}\n")


def spent_on(wave: Any, *, at: datetime) -> tuple[float, float, float]:
    """Return the seconds of the snapshot, and wall and processor seconds of the figures."""
    from pmqa.bench.wave import QUESTIONS  # noqa: PLC0415
    from surveys.lifecycle import snapshots  # noqa: PLC0415
    from surveys.selectors import analysis  # noqa: PLC0415
    from surveys.selectors.results import results_of  # noqa: PLC0415

    started = time.perf_counter()
    snapshots.build(wave, at=at)
    building = time.perf_counter() - started
    results = results_of(wave)
    if results is None:
        raise RuntimeError("the wave has no answers")
    started, before = time.perf_counter(), time.process_time()
    for number in range(1, QUESTIONS + 1):
        analysis.by_group(results.sampling, f"q{number}", by="who")
    return building, time.perf_counter() - started, time.process_time() - before


if __name__ == "__main__":
    main()
