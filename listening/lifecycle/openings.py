"""Counting how often the notice of a hearing is opened: one number a day, nothing about who (3.1-08)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F

from listening.models import Hearing, HearingOpening


@transaction.atomic
def count_opening(hearing: Hearing, *, on: date) -> None:
    """Count that somebody opened the notice (นับการเปิดอ่านประกาศ) on a day."""
    counted = HearingOpening.objects.filter(hearing=hearing, on=on)
    if not counted.update(count=F("count") + 1):
        HearingOpening.objects.bulk_create(
            [HearingOpening(hearing=hearing, on=on)], ignore_conflicts=True
        )
        counted.update(count=F("count") + 1)
