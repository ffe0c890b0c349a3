"""Summaries of several months and the pages of the indicators: what the monthly reports say, added up."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from agency.models import Role
from pmqa.reports.spans import span_of
from tests.factories.agency import AuditorFactory, StaffFactory
from tests.indicators.story import at
from tests.reports.story import CUTOFF, OCTOBER, busy_october, october_of

pytestmark = pytest.mark.django_db

NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def months(office):
    """Reports of October and November, the first half of fiscal year 2570 as far as it is told."""
    busy_october(office)
    october = october_of(office)
    for day in (4, 5, 6):
        office.settle(at(2, month=11), at(day, month=11))
    november = october_of(office, month=NOVEMBER, cutoff=at(1, month=12), at=at(1, month=12))
    return october, november


def test_counts_add_up_stocks_are_the_last_and_shares_are_made_anew(office, months):
    span = span_of(office.root, [OCTOBER, NOVEMBER, date(2026, 12, 1)])
    cells = {
        which: span.figure(*which)
        for which in (
            ("3.4-01", "received"),
            ("3.4-01", "open"),
            ("3.4-03", "share"),
            ("3.4-05", "median"),
            ("3.4-14", "change_count"),
            ("3.4-14", "change"),
        )
    }

    received, opened, stage1, median, fall, unknown = cells.values()
    assert (received.value, opened.value) == (11 + 3, 4)
    assert (stage1.numerator, stage1.denominator, stage1.value) == (6 + 3, 7 + 3, 90.0)
    assert stage1.low < 90 < stage1.high
    assert median.n == 10
    assert (fall.value, unknown.value) == (None, None)  # nothing a year before
    assert span.missing == [date(2026, 12, 1)]
    assert span.figure("3.4-01", "received", dimension="unit", key="SOUTH").value == 2


def test_a_published_version_counts_before_a_newer_draft(office):
    office.receive(at(5))
    from tests.reports.test_post import published

    first, _executive = published(office)
    office.receive(at(6))
    october_of(office, cutoff=at(5, month=11), at=at(20, month=12))

    assert span_of(office.root, [OCTOBER]).reports == {OCTOBER: first}


def test_the_summary_is_a_page_and_files(client, office, months, time_machine):
    time_machine.move_to(CUTOFF)
    client.force_login(AuditorFactory.create(unit=office.root))
    asked = {"unit": office.root.pk, "year": "2570", "part": "h1"}

    page = client.get(reverse("reports:summary"), asked)
    book = client.get(reverse("reports:summary"), {**asked, "file": "xlsx"}).content
    pdf = client.get(reverse("reports:summary"), {**asked, "file": "pdf"}).content
    docx = client.get(reverse("reports:summary"), {**asked, "file": "docx", "part": "year"}).content
    empty = client.get(reverse("reports:summary"), {**asked, "year": "2568"})

    table = page.context["chapters"][0].tables[0]
    received = next(row for row in table.rows if row[0].text.endswith("เรื่องที่ได้รับ"))
    assert [cell.text for cell in received[1:8]] == ["11", "3", "–", "–", "–", "–", "14"]
    sheet = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
    row = next(row for row in sheet.iter_rows(values_only=True) if row[0] == received[0].text)
    assert row[1:3] == (11, 3)
    assert (pdf[:5], docx[:2]) == (b"%PDF-", b"PK")
    assert [chapter.name for chapter in empty.context["chapters"]] == ["sources"]
    assert client.get(reverse("reports:summary"), {**asked, "file": "exe"}).status_code == 404
    wrong = client.get(reverse("reports:summary"), {**asked, "part": "decade"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (200, ["part"])


def test_an_indicator_has_its_definition_its_values_and_opens_the_month(
    client, office, months, time_machine
):
    time_machine.move_to(CUTOFF)
    client.force_login(AuditorFactory.create(unit=office.root))

    listed = client.get(reverse("reports:indicators"))
    page = client.get(reverse("reports:indicator", args=["3.4-03"]), {"part": "q1"})

    assert len(listed.context["rows"]) > 20
    assert [told["name"] for _code, _language, told in page.context["definitions"]][
        1
    ] == "Stage 1 answered in time"
    point = page.context["charts"][0].lines[0].points[0]
    assert (point.words, point.url) == (
        "85.7%",
        reverse("reports:figure", args=[months[0].pk, "3.4-03", "share"]),
    )
    assert client.get(reverse("reports:indicator", args=["9.9-99"])).status_code == 404


def test_who_has_no_role_or_another_unit_is_offered_nothing_of_it(client, office, months):
    client.force_login(StaffFactory.create(unit=office.south, roles=[Role.OFFICER]))
    asked = {"unit": office.root.pk, "part": "h1"}

    page = client.get(reverse("reports:summary"), asked)

    assert page.context["summary"] is None
    assert list(page.context["form"].errors) == ["unit"]
