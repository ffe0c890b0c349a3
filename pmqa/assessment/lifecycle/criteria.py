"""The criteria of a year: the default set, and each new year's as a copy of the one before."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from agency import audit
from agency.models import Staff
from agency.thai import fiscal_year, local_day
from pmqa.assessment.models import Box, CriteriaSet, Item, Level
from pmqa.assessment.seeds import ITEMS, SOURCE, TITLE


@transaction.atomic
def criteria_of(year: int, *, by: Staff | None, at: datetime) -> CriteriaSet:
    """Return the criteria of a fiscal year; a year without any gets a copy of the last ones before it."""
    criteria, is_new = CriteriaSet.objects.get_or_create(
        fiscal_year=year,
        defaults={"title_th": TITLE[0], "title_en": TITLE[1], "source": SOURCE},
    )
    if not is_new:
        return criteria
    before = CriteriaSet.objects.filter(fiscal_year__lt=year).order_by("-fiscal_year").first()
    if before is None:
        lay_out(criteria)
        return criteria
    copy_items(before, criteria)
    criteria.title_th, criteria.title_en = before.title_th, before.title_en
    criteria.source = before.source
    criteria.save(update_fields=["title_th", "title_en", "source"])
    audit.record(criteria, "criteria_copied", by=by, at=at, year=before.fiscal_year)
    return criteria


def lay_out(criteria: CriteriaSet) -> None:
    """Write the default items and boxes."""
    for place, seed_item in enumerate(ITEMS, start=1):
        item = Item.objects.create(
            criteria=criteria,
            code=seed_item.code,
            position=place,
            title_th=seed_item.title[0],
            title_en=seed_item.title[1],
            sources=list(seed_item.sources),
        )
        Box.objects.bulk_create(
            Box(item=item, level=level, position=number, text_th=thai, text_en=english)
            for level, texts in zip(Level, seed_item.boxes, strict=True)
            for number, (thai, english) in enumerate(texts, start=1)
        )


def copy_items(old: CriteriaSet, new: CriteriaSet) -> None:
    """Copy items and boxes as they are worded now."""
    for item in old.items.prefetch_related("boxes"):
        made = Item.objects.create(
            criteria=new,
            code=item.code,
            position=item.position,
            title_th=item.title_th,
            title_en=item.title_en,
            sources=item.sources,
        )
        Box.objects.bulk_create(
            Box(
                item=made,
                level=box.level,
                position=box.position,
                text_th=box.text_th,
                text_en=box.text_en,
            )
            for box in item.boxes.all()
        )


def seed(at: datetime) -> CriteriaSet:
    """Let the running fiscal year have criteria; run again it changes nothing."""
    return criteria_of(fiscal_year(local_day(at)), by=None, at=at)
