"""Rows of public hearings for tests: the plainest row that may exist, and hearings brought to a point."""

from datetime import datetime, timedelta
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory

from agency.models import CalendarVersion
from agency.persons import PersonData
from listening.lifecycle import hearings, speaking, testimonies
from listening.models import AgendaItem, Hearing, RuleSet
from tests.factories.agency import StaffFactory, ThaiCalendarFactory
from tests.factories.listening import NOW

DAY = timedelta(days=1)
STARTS = NOW + 20 * DAY
ENDS = STARTS + timedelta(hours=3)
CITIZEN = PersonData(name="นาง ก", email="citizen@example.org")


class RuleSetFactory(DjangoModelFactory):
    """Rules without a part of the notice."""

    class Meta:
        model = RuleSet

    code = factory.Sequence(lambda n: f"rules-{n}")
    kind = RuleSet.Kind.OTHER
    name_th = "เรื่องอื่น"
    name_en = "Other"
    notice_days = 7
    material_days = 3
    summary_days = 15
    file_types = factory.List([".pdf", ".txt"])


class HearingFactory(DjangoModelFactory):
    """A hearing in preparation whose notice is whole."""

    class Meta:
        model = Hearing
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"hearing-{n}")
    rules = factory.SubFactory(RuleSetFactory)
    owner = factory.SubFactory(StaffFactory)
    unit = factory.SelfAttribute("owner.unit")
    title_th = "ร่างระเบียบค่าธรรมเนียม"
    title_en = "Draft fees"
    summary_th = "จะปรับค่าธรรมเนียมรายปี"
    affected = "ผู้ประกอบการรายย่อย"
    place = "ห้องประชุม 1"
    starts_at = STARTS
    ends_at = ENDS
    closes_at = factory.LazyAttribute(lambda row: (row.ends_at or STARTS) + 3 * DAY)
    made_at = NOW
    item = factory.RelatedFactory("tests.factories.hearings.AgendaItemFactory", "hearing")


class AgendaItemFactory(DjangoModelFactory):
    """An issue."""

    class Meta:
        model = AgendaItem

    hearing = factory.SubFactory(HearingFactory, item=None)
    position = 1
    title_th = "อัตราค่าธรรมเนียม"
    title_en = "The rate"


def written_hearing(**facts) -> Hearing:
    """Return an announced hearing without a session."""
    return announced(**{"mode": "written", "starts_at": None, "ends_at": None, **facts})


def announced(**facts) -> Hearing:
    """Return a hearing that was announced now."""
    hearing = HearingFactory.create(**facts)
    if not CalendarVersion.objects.filter(calendar__code="TH").exists():
        ThaiCalendarFactory.create()
    return hearings.announce(hearing, by=hearing.owner, at=NOW)


def view(**facts) -> testimonies.View:
    """Return what somebody thinks."""
    told = {"uid": uuid4(), "stance": "support", "body": "เห็นด้วยกับอัตราใหม่", **facts}
    return testimonies.View(**told)


def sent(hearing: Hearing, *, at: datetime = NOW, **facts):
    """Return a view that a citizen sent."""
    return testimonies.submit(hearing, view(**facts), at=at).testimony


def speaker(**facts) -> speaking.Speaker:
    """Return who wants to speak."""
    return speaking.Speaker(**{"uid": uuid4(), "shown_name": "นาง ก", "way": "site", **facts})


def signed_up(hearing: Hearing, *, at: datetime = NOW, **facts):
    """Return a place in the queue."""
    return speaking.sign_up(hearing, speaker(**facts), at=at).signup
