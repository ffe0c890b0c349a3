"""Rows of the ground floor for tests: one factory per model, each the plainest row that may exist."""

from datetime import UTC, date, datetime, time

import factory
from django.contrib.contenttypes.models import ContentType
from factory.django import DjangoModelFactory

from agency import units
from agency.models import (
    Attachment,
    AuditEntry,
    Calendar,
    CalendarVersion,
    Channel,
    Event,
    Holiday,
    Job,
    Letter,
    Mail,
    Notice,
    PartnerAgency,
    Person,
    Role,
    SavedFilter,
    Segment,
    Service,
    ServiceMonth,
    Staff,
    TaskHealth,
    Unit,
    WorkingInterval,
)

MADE_AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)  # Monday 5 January 2569, 09:00 in Bangkok
WEEK = [[weekday, "08:30", "16:30"] for weekday in range(1, 6)]


class UnitFactory(DjangoModelFactory):
    """A unit with its place in the tree; without `parent` a root."""

    class Meta:
        model = Unit
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"U{n}")
    name_th = factory.Sequence(lambda n: f"หน่วยงาน {n}")
    name_en = factory.Sequence(lambda n: f"Unit {n}")

    @factory.post_generation
    def planted(self, create, extracted, **kwargs):
        """Give it its path."""
        if create:
            units.plant(self)


class StaffFactory(DjangoModelFactory):
    """An officer who may log in with the password "secret"."""

    class Meta:
        model = Staff
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"staff{n}")
    first_name = "สมชาย"
    last_name = factory.Sequence(lambda n: f"ใจดี {n}")
    email = factory.LazyAttribute(lambda staff: f"{staff.username}@agency.example")
    password = factory.django.Password("secret")
    unit = factory.SubFactory(UnitFactory)
    roles = [Role.OFFICER]


class SupervisorFactory(StaffFactory):
    """A supervisor."""

    roles = [Role.SUPERVISOR]


class ExecutiveFactory(StaffFactory):
    """An executive."""

    roles = [Role.EXECUTIVE]


class AuditorFactory(StaffFactory):
    """An auditor."""

    roles = [Role.AUDITOR]


class AdminFactory(StaffFactory):
    """An administrator."""

    roles = [Role.ADMIN]
    is_staff = True


class CalendarFactory(DjangoModelFactory):
    """A calendar without intervals, holidays or versions."""

    class Meta:
        model = Calendar

    code = factory.Sequence(lambda n: f"C{n}")
    name = factory.Sequence(lambda n: f"ปฏิทิน {n}")


class WorkingIntervalFactory(DjangoModelFactory):
    """Monday, 08:30 to 16:30."""

    class Meta:
        model = WorkingInterval

    calendar = factory.SubFactory(CalendarFactory)
    weekday = 1
    starts = time(8, 30)
    ends = time(16, 30)


class HolidayFactory(DjangoModelFactory):
    """A day off."""

    class Meta:
        model = Holiday

    calendar = factory.SubFactory(CalendarFactory)
    day_on = factory.Sequence(lambda n: date.fromordinal(date(2026, 1, 1).toordinal() + n))
    name = factory.Sequence(lambda n: f"วันหยุด {n}")


class CalendarVersionFactory(DjangoModelFactory):
    """A version with Monday to Friday, 08:30 to 16:30, and no holidays."""

    class Meta:
        model = CalendarVersion

    calendar = factory.SubFactory(CalendarFactory)
    number = factory.Sequence(lambda n: n + 1)
    facts = factory.LazyFunction(lambda: {"intervals": WEEK, "holidays": {}})
    reason = "ตั้งต้น"
    made_at = MADE_AT


class ThaiCalendarFactory(CalendarFactory):
    """The calendar every unit falls back on, with one version and no holidays."""

    class Meta:
        django_get_or_create = ["code"]
        skip_postgeneration_save = True

    code = "TH"
    name = "ปฏิทินราชการ"
    versions = factory.RelatedFactory(
        CalendarVersionFactory, factory_related_name="calendar", number=1
    )


class PersonFactory(DjangoModelFactory):
    """A person outside the agency who gave name and e-mail."""

    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"นางสมศรี มีสุข {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.com")
    phone = "0812345678"
    created_at = MADE_AT


class SegmentFactory(DjangoModelFactory):
    """A group of recipients."""

    class Meta:
        model = Segment

    code = factory.Sequence(lambda n: f"segment-{n}")
    name_th = factory.Sequence(lambda n: f"กลุ่มผู้รับบริการ {n}")


class ServiceFactory(DjangoModelFactory):
    """A service of a unit."""

    class Meta:
        model = Service

    code = factory.Sequence(lambda n: f"service-{n}")
    name_th = factory.Sequence(lambda n: f"บริการ {n}")
    unit = factory.SubFactory(UnitFactory)


class ServiceMonthFactory(DjangoModelFactory):
    """January 2569 of a service."""

    class Meta:
        model = ServiceMonth

    service = factory.SubFactory(ServiceFactory)
    unit = factory.SelfAttribute("service.unit")
    month_on = date(2026, 1, 1)
    transactions = 100


class ChannelFactory(DjangoModelFactory):
    """A channel by which people reach the agency."""

    class Meta:
        model = Channel

    code = factory.Sequence(lambda n: f"channel-{n}")
    name_th = factory.Sequence(lambda n: f"ช่องทาง {n}")


class AboutFactory(DjangoModelFactory):
    """A row about another one: give `subject_of`; without it, about a unit."""

    class Meta:
        abstract = True
        exclude = ["subject_of"]

    subject_of = factory.SubFactory(UnitFactory)
    content_type = factory.LazyAttribute(
        lambda row: ContentType.objects.get_for_model(row.subject_of)
    )
    object_id = factory.SelfAttribute("subject_of.pk")


class AttachmentFactory(AboutFactory):
    """A small text file."""

    class Meta:
        model = Attachment
        exclude = ["subject_of"]

    name = "หลักฐาน.txt"
    file = factory.django.FileField(filename="evidence.txt", data=b"evidence")
    media_type = "text/plain"
    size = 8
    sha256 = "0" * 64
    added_at = MADE_AT


class AuditEntryFactory(AboutFactory):
    """A line of the audit trail."""

    class Meta:
        model = AuditEntry
        exclude = ["subject_of"]

    verb = "looked_at"
    at = MADE_AT


class EventFactory(AboutFactory):
    """An event that nobody has consumed."""

    class Meta:
        model = Event
        exclude = ["subject_of"]

    kind = "something_happened"
    at = MADE_AT


class OutgoingFactory(AboutFactory):
    """A waiting row of the outbox."""

    class Meta:
        abstract = True
        exclude = ["subject_of"]

    key = factory.Sequence(lambda n: f"key-{n}")
    kind = "test"
    created_at = MADE_AT
    not_before = MADE_AT


class NoticeFactory(OutgoingFactory):
    """A waiting notice to a member of staff."""

    class Meta:
        model = Notice
        exclude = ["subject_of"]

    recipient = factory.SubFactory(StaffFactory)


class LetterFactory(OutgoingFactory):
    """A waiting letter to a person."""

    class Meta:
        model = Letter
        exclude = ["subject_of"]

    person = factory.SubFactory(PersonFactory)


class MailFactory(DjangoModelFactory):
    """A mail in the demo mailbox."""

    class Meta:
        model = Mail

    message_id = factory.Sequence(lambda n: f"<{n}@agency.example>")
    to = "staff@agency.example"
    subject = "แจ้งเตือน"
    body = "ข้อความ"
    at = MADE_AT


class JobFactory(DjangoModelFactory):
    """A job that waits."""

    class Meta:
        model = Job

    kind = "test"
    title = "งานทดสอบ"
    by = factory.SubFactory(StaffFactory)
    created_at = MADE_AT


class SavedFilterFactory(DjangoModelFactory):
    """A saved view of one's own."""

    class Meta:
        model = SavedFilter

    owner = factory.SubFactory(StaffFactory)
    page = "complaints:queue"
    name = factory.Sequence(lambda n: f"มุมมอง {n}")
    query = "status=received"


class TaskHealthFactory(DjangoModelFactory):
    """A scheduled task that ran."""

    class Meta:
        model = TaskHealth

    task = factory.Sequence(lambda n: f"agency.task_{n}")
    started_at = MADE_AT
    succeeded_at = MADE_AT


class PartnerAgencyFactory(DjangoModelFactory):
    """Another agency, which answers within fifteen working days."""

    class Meta:
        model = PartnerAgency

    code = factory.Sequence(lambda n: f"partner-{n}")
    name_th = factory.Sequence(lambda n: f"หน่วยงานภาคี {n}")
    contact = "โทร. 0 2000 0000"
