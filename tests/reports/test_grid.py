"""The grid of the self-assessment in a report: as it stood at the cut-off, outside the sealed figures."""

from datetime import UTC, date, datetime, timedelta

import pytest

from agency.models import Role
from pmqa.assessment import lifecycle as assessments
from pmqa.assessment.selectors import GridExhibit
from pmqa.reports import lifecycle
from pmqa.reports.grid import evidence_of, grid_chapter
from tests.factories.agency import StaffFactory
from tests.factories.assessment import an_assessment, answered_item

CUTOFF = datetime(2026, 11, 5, 3, 0, tzinfo=UTC)


def cells(chapter):
    """The table's first row as text."""
    return [cell.text for cell in chapter.tables[0].rows[0]][1:4]


def test_the_grid_stands_as_of_the_cut_off_and_leaves_the_seal_alone(office):
    head = StaffFactory.create(unit=office.root, roles=[Role.SUPERVISOR])
    report = lifecycle.build(
        unit=office.root, month=date(2026, 10, 1), cutoff=CUTOFF, by=None, at=CUTOFF
    )
    empty = grid_chapter(report)
    made = an_assessment(head, at=CUTOFF - timedelta(days=2))
    item = made.criteria.items.first()
    answered_item(made, item, by=head, at=CUTOFF - timedelta(days=1))
    before = grid_chapter(report)

    answered_item(made, made.criteria.items.last(), by=head, at=CUTOFF + timedelta(days=1))
    assessments.submit(made, by=head, at=CUTOFF + timedelta(days=2))

    assert empty.tables == []
    assert cells(before)[0] == "300"
    assert cells(before)[2] == "–"
    assert grid_chapter(report) == before
    assert lifecycle.hash_of(report.figures) == report.sha256


@pytest.mark.parametrize(("count", "named"), [(0, 0), (5, 5), (7, 5)])
def test_a_cell_names_five_pieces_of_evidence(count, named):
    exhibits = [
        GridExhibit(kind="evidence", words=f"ฉบับที่ {number}", count=None, page_count=1)
        for number in range(count)
    ]

    said = evidence_of(exhibits)

    assert said.count("ฉบับที่") == named
    assert (" 2 " in said) == (count == 7)
