"""Cases of October 2569 with known ends, worked through the lifecycle verbs."""

from dataclasses import dataclass
from datetime import datetime

from agency.models import Channel, Staff, Unit
from agency.persons import PersonData
from agency.thai import BANGKOK
from complaints import lifecycle
from complaints.models import Category, Complaint
from tests.factories.agency import ChannelFactory, StaffFactory, SupervisorFactory, UnitFactory
from tests.factories.complaints import CategoryFactory, filing, ready

SOMSRI = PersonData(name="สมศรี ตัวอย่าง", phone="0810000000", national_id="1101700203450")


def at(day: int, hour: int = 10, *, month: int = 10, year: int = 2026) -> datetime:
    """Return a Bangkok hour of October 2026 (or of the month given)."""
    return datetime(year, month, day, hour, tzinfo=BANGKOK)


@dataclass
class Office:
    """A root with two units, their people and a topic."""

    root: Unit
    north: Unit
    south: Unit
    officer: Staff
    reviewer: Staff
    supervisor: Staff
    web: Channel
    desk: Channel
    roads: Category
    water: Category

    def receive(self, when: datetime, **facts) -> Complaint:
        """Receive a case of the north about roads by the web, unless told otherwise."""
        told = {"unit": self.north, "category": self.roads, "channel": self.web, **facts}
        return lifecycle.receive(filing(**told), by=None, at=when).complaint

    def work(self, complaint: Complaint, when: datetime) -> Complaint:
        """Assign and accept; stage 2 is another person's."""
        officer = self.reviewer if complaint.stage == 2 else self.officer
        complaint = lifecycle.assign(complaint, to=officer, by=self.supervisor, at=when)
        return lifecycle.accept(complaint, by=officer, at=when)

    def answer(self, complaint: Complaint, when: datetime) -> Complaint:
        """Give the full answer."""
        return lifecycle.answer(complaint, body="ได้แก้ไขแล้ว", by=complaint.officer, at=when)

    def close(
        self, complaint: Complaint, when: datetime, *, outcome: str = "upheld", **facts
    ) -> Complaint:
        """Close."""
        return lifecycle.close(complaint, outcome=outcome, by=complaint.officer, at=when, **facts)

    def settle(
        self,
        received: datetime,
        answered: datetime,
        *,
        outcome: str = "upheld",
        cause: str = "",
        learning: str = "",
        **facts,
    ) -> Complaint:
        """Take a case from receipt to closing, answered and closed at one instant."""
        complaint = self.work(self.receive(received, **facts), received)
        complaint = self.answer(complaint, answered)
        return self.close(complaint, answered, outcome=outcome, cause=cause, learning=learning)


def open_office() -> Office:
    """Make the office; the standard answers within 15 working days, acknowledges within one."""
    ready()
    root = UnitFactory.create(code="ROOT")
    north = UnitFactory.create(code="NORTH", parent=root)
    south = UnitFactory.create(code="SOUTH", parent=root)
    return Office(
        root=root,
        north=north,
        south=south,
        officer=StaffFactory.create(unit=root),
        reviewer=StaffFactory.create(unit=root),
        supervisor=SupervisorFactory.create(unit=root),
        web=ChannelFactory.create(code="web", is_digital=True),
        desk=ChannelFactory.create(code="desk"),
        roads=CategoryFactory.create(code="roads"),
        water=CategoryFactory.create(code="water"),
    )
