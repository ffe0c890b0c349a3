"""The annexes: holidays by which days were counted, and the dictionary of every indicator."""

import pytest

from agency.models import CalendarVersion
from pmqa.indicators.registry import INDICATORS
from pmqa.reports.chapters import chapters_of
from pmqa.reports.lifecycle import canonical
from pmqa.reports.models import Report
from tests.indicators.story import at
from tests.reports.story import busy_october, october_of

pytestmark = pytest.mark.django_db

LATER = at(20, month=12)


def chapter_of(report, name):
    """Return a chapter."""
    return next(each for each in chapters_of(report) if each.name == name)


def test_the_holidays_are_those_of_the_version_that_counted(office):
    busy_october(office)
    version = CalendarVersion.objects.latest("number")
    CalendarVersion.objects.create(
        calendar=version.calendar,
        number=version.number + 1,
        facts={
            **version.facts,
            "holidays": {"2026-09-30": "ก่อน", "2026-10-13": "วันนวมินทรมหาราช", "2026-11-01": "หลัง"},
        },
        reason="ประกาศ",
        made_at=at(1),
    )
    report = october_of(office)
    block = canonical(report.figures)
    chapter = chapter_of(report, "holidays")
    Report.objects.filter(pk=report.pk).delete()
    CalendarVersion.objects.create(
        calendar=version.calendar,
        number=version.number + 2,
        facts=version.facts,
        reason="ยกเลิก",
        made_at=at(10, month=11),
    )

    assert [[cell.text for cell in row] for row in chapter.tables[0].rows] == [
        ["วันอังคารที่ 13 ต.ค. 2569", "วันนวมินทรมหาราช"]
    ]
    assert canonical(october_of(office, at=LATER).figures) == block


def test_a_month_without_a_holiday_and_an_old_version_say_so(office):
    facts = CalendarVersion.objects.latest("number").facts
    CalendarVersion.objects.update(facts={**facts, "holidays": {}})
    report = october_of(office)

    none = chapter_of(report, "holidays")
    del report.figures["holidays"]
    old = chapter_of(report, "holidays")

    assert (none.tables, old.tables) == ([], [])
    assert none.sentences != old.sentences


def test_the_dictionary_defines_every_indicator_once(office):
    (table,) = chapter_of(october_of(office), "dictionary").tables

    assert [row[0].text.split()[0] for row in table.rows] == [one.id for one in INDICATORS]
    assert all(cell.text.strip() for row in table.rows for cell in row)
