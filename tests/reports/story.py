"""A month with something of everything, and its report."""

from datetime import date

from complaints import lifecycle as cases
from complaints.models import Kind
from pmqa.reports import lifecycle
from pmqa.reports.models import Report
from tests.indicators.story import SOMSRI, Office, at

OCTOBER = date(2026, 10, 1)
CUTOFF = at(2, 5, month=11)


def busy_october(office: Office) -> None:
    """Fill October: closed in time and late, open, overdue, waiting, restricted, repeated, extended."""
    for day in (2, 5, 6, 7, 8, 9):
        office.settle(at(1), at(day), cause="ขั้นตอน", learning="ปรับขั้นตอน")
    office.settle(at(1), at(28), outcome="not_upheld", unit=office.south, channel=office.desk)
    office.settle(at(1, month=9), at(3, month=9), person=SOMSRI)
    office.receive(at(5), person=SOMSRI)
    office.receive(at(12), kind=Kind.CORRUPTION, category=office.water)
    waiting = office.work(office.receive(at(6)), at(6))
    cases.ask(waiting, body="ขอเอกสารเพิ่ม", by=office.officer, at=at(7))
    office.receive(at(29), unit=office.south)


def october_of(office: Office, **facts) -> Report:
    """Build October's report of the root by its cut-off."""
    told = {"unit": office.root, "month": OCTOBER, "cutoff": CUTOFF, "by": None, "at": CUTOFF}
    return lifecycle.build(**{**told, **facts})
