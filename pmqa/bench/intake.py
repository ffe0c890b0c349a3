"""One process of the intake bench: `python -m pmqa.bench.intake SECONDS` prints how many it received."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime

import django


def main() -> None:
    """Receive complaints through the verb until the time is over."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pmqa.settings")
    django.setup()
    from django.db import connection  # noqa: PLC0415

    from agency.models import Channel, Unit  # noqa: PLC0415
    from complaints import lifecycle  # noqa: PLC0415
    from complaints.lifecycle import Filing  # noqa: PLC0415

    connection.settings_dict["NAME"] = os.environ["BENCH_DATABASE"]
    filing = Filing(
        kind="service",
        subject="รอคิวนานเกินสองชั่วโมง",
        body="ไปติดต่อขอใบอนุญาตตั้งแต่เช้า รอจนเที่ยงยังไม่ได้รับบริการ ขอให้ปรับปรุงการจัดคิว",
        channel=Channel.objects.get(code="website"),
        unit=Unit.objects.get(code="SVC-LIC"),
    )
    lifecycle.receive(filing, by=None, at=datetime.now(UTC))
    count, until = 0, time.perf_counter() + float(sys.argv[1])
    while time.perf_counter() < until:
        lifecycle.receive(filing, by=None, at=datetime.now(UTC))
        count += 1
    sys.stdout.write(f"{count}\n")


if __name__ == "__main__":
    main()
