"""The admin: who may enter, every list, every form, and what saving does besides."""

import re
from datetime import UTC, date, datetime, time

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agency import calendars, persons
from agency.models import (
    AuditEntry,
    Calendar,
    CalendarVersion,
    Channel,
    Holiday,
    Role,
    Segment,
    Service,
    ServiceMonth,
    Staff,
    Unit,
)
from tests.factories import agency as factories

NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)
SOMSRI = "1234567890121"

REFERENCE = [
    factories.UnitFactory,
    factories.ServiceFactory,
    factories.SegmentFactory,
    factories.ChannelFactory,
    factories.CalendarFactory,
    factories.HolidayFactory,
]
LOOKED_AT = [
    factories.PersonFactory,
    factories.NoticeFactory,
    factories.LetterFactory,
    factories.MailFactory,
    factories.EventFactory,
    factories.JobFactory,
    factories.TaskHealthFactory,
    factories.CalendarVersionFactory,
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    """An administrator of the root unit."""
    return factories.AdminFactory(username="admin")


@pytest.fixture
def desk(client, boss):
    """The administrator's browser."""
    client.force_login(boss)
    return client


def name_of(factory):
    return factory._meta.model._meta.model_name


def page(model_name, what, *args):
    return reverse(f"admin:agency_{model_name}_{what}", args=args)


def heading(response):
    return re.search(r"<h1>(.*?)</h1>", response.content.decode(), re.DOTALL)[1].strip()


def rows_of(form):
    """Return what an untouched inline would send."""
    return {
        f"{form}-TOTAL_FORMS": "0",
        f"{form}-INITIAL_FORMS": "0",
        f"{form}-MIN_NUM_FORMS": "0",
        f"{form}-MAX_NUM_FORMS": "1000",
    }


def problems(response):
    return response.context["adminform"].form.errors


# The door


def test_every_model_of_the_floor_is_registered_but_for_three():
    models = {model.__name__ for model in admin.site._registry if model._meta.app_label == "agency"}

    assert models == {
        "AuditEntry",
        "Calendar",
        "CalendarVersion",
        "Channel",
        "Event",
        "Holiday",
        "Job",
        "Letter",
        "Mail",
        "Notice",
        "PartnerAgency",
        "Person",
        "Segment",
        "Service",
        "Staff",
        "TaskHealth",
        "Unit",
    }


def test_the_index_is_in_thai(desk):
    response = desk.get(reverse("admin:index"))

    assert heading(response) == "ต้องการดูแลข้อมูลใด"
    assert "/auth/group/" not in response.content.decode()
    assert response.context["site_header"] == "ข้อมูลอ้างอิงและการตั้งค่า"


@pytest.mark.parametrize(
    "factory",
    [
        factories.StaffFactory,
        factories.SupervisorFactory,
        factories.ExecutiveFactory,
        factories.AuditorFactory,
    ],
)
def test_other_roles_stay_outside(client, factory):
    client.force_login(factory(is_staff=True))

    pages = [reverse("admin:index"), page("unit", "changelist"), reverse("admin:login")]

    assert [client.get(address, follow=True).status_code for address in pages] == [403, 403, 403]


def test_visitors_come_to_the_log_in_of_the_portal(client):
    response = client.get(page("unit", "changelist"), follow=True)

    assert response.redirect_chain[-1] == (
        f"{reverse('agency:login')}?next={page('unit', 'changelist')}",
        302,
    )


def test_the_log_in_of_the_admin_is_that_of_the_portal(client):
    response = client.get(reverse("admin:login"))

    assert response.url == f"{reverse('agency:login')}?next={reverse('admin:index')}"


# Lists


@pytest.mark.parametrize("factory", REFERENCE + LOOKED_AT, ids=name_of)
def test_lists_ask_as_many_questions_for_three_rows_as_for_one(desk, factory):
    address = page(name_of(factory), "changelist")
    factory()
    desk.get(address)

    with CaptureQueriesContext(connection) as for_one:
        desk.get(address)
    factory.create_batch(2)
    with CaptureQueriesContext(connection) as for_three:
        response = desk.get(address)

    assert set(response.context["cl"].result_list) == set(factory._meta.model.objects.all())
    assert (len(for_three), len(for_one) <= 8) == (len(for_one), True)


@pytest.mark.parametrize("factory", REFERENCE + LOOKED_AT, ids=name_of)
def test_every_row_opens(desk, factory):
    row = factory()

    response = desk.get(page(name_of(factory), "change", row.pk))

    assert response.context["original"] == row


@pytest.mark.parametrize("factory", REFERENCE, ids=name_of)
def test_reference_data_can_be_added_and_never_deleted(desk, factory):
    row = factory()

    added = desk.get(page(name_of(factory), "add"))

    assert added.context["has_add_permission"] is True
    assert added.context["adminform"].form.errors == {}
    assert desk.get(page(name_of(factory), "delete", row.pk)).status_code == 403


@pytest.mark.parametrize("factory", LOOKED_AT, ids=name_of)
def test_what_the_portal_writes_can_only_be_looked_at(desk, factory):
    row = factory()
    before = type(row).objects.filter(pk=row.pk).values().get()
    change = page(name_of(factory), "change", row.pk)

    answers = [
        desk.get(page(name_of(factory), "add")).status_code,
        desk.post(change, {"message": "x"}).status_code,
        desk.get(page(name_of(factory), "delete", row.pk)).status_code,
    ]

    assert answers == [403, 403, 403]
    assert type(row).objects.filter(pk=row.pk).values().get() == before


def test_audit_entries_are_listed_and_opened(desk):
    entry = factories.AuditEntryFactory(at=NOW, reason="ตามคำขอ", verb="attached")

    listed = desk.get(page("auditentry", "changelist"), {"q": entry.object_id})
    opened = desk.get(page("auditentry", "change", entry.pk))

    assert list(listed.context["cl"].result_list) == [entry]
    assert "แนบไฟล์" in listed.content.decode()
    assert opened.context["title"] == "ดู บันทึกการตรวจสอบ"
    assert "10 เม.ย. 2569 10.00 น." in opened.content.decode()


def test_counts_are_capped(desk, monkeypatch):
    monkeypatch.setattr("agency.admin.base.COUNT_CAP", 2)
    factories.SegmentFactory.create_batch(3)

    assert desk.get(page("segment", "changelist")).context["cl"].result_count == 2


# Units


def unit_fields(**kwargs):
    return {
        "code": "DIV",
        "name_th": "กองหนึ่ง",
        "name_en": "",
        "parent": "",
        "province": "10",
        "calendar": "",
        "email": "",
        "phone": "",
        "is_active": "on",
        **kwargs,
    }


def test_a_new_unit_gets_its_place_in_the_tree(desk, boss):
    response = desk.post(page("unit", "add"), unit_fields(parent=boss.unit.pk))

    unit = Unit.objects.get(code="DIV")
    assert response.status_code == 302
    assert unit.path == f"{boss.unit.path}{unit.pk}/"
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.by, entry.subject_of) == ("added", boss, unit)
    assert entry.data == {"fields": ["code", "name_th", "parent", "province"]}


def test_moving_a_unit_moves_what_is_below(desk, boss):
    old = factories.UnitFactory(code="OLD", parent=boss.unit)
    unit = factories.UnitFactory(code="DIV", parent=old)
    section = factories.UnitFactory(code="SEC", parent=unit)

    desk.post(page("unit", "change", unit.pk), unit_fields(parent=boss.unit.pk, name_th="ใหม่"))

    unit.refresh_from_db()
    section.refresh_from_db()
    assert (unit.parent, unit.name_th) == (boss.unit, "ใหม่")
    assert section.path == f"{boss.unit.path}{unit.pk}/{section.pk}/"
    assert set(AuditEntry.objects.values_list("verb", flat=True)) == {"moved", "edited"}


def test_renaming_a_unit_moves_nothing(desk, boss):
    unit = factories.UnitFactory(code="DIV", parent=boss.unit)

    desk.post(page("unit", "change", unit.pk), unit_fields(parent=boss.unit.pk, name_th="ใหม่"))

    before = unit.path
    unit.refresh_from_db()
    assert (unit.name_th, unit.path) == ("ใหม่", before)
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["edited"]


def test_a_unit_cannot_be_moved_below_itself(desk, boss):
    unit = factories.UnitFactory(code="DIV", parent=boss.unit)
    section = factories.UnitFactory(code="SEC", parent=unit)

    response = desk.post(page("unit", "change", unit.pk), unit_fields(parent=section.pk))

    assert problems(response) == {
        "parent": ["หน่วยงานจะสังกัดตนเองหรือหน่วยงานในสังกัดของตนไม่ได้ โปรดเลือกหน่วยงานอื่น"]
    }
    unit.refresh_from_db()
    assert unit.parent == boss.unit


def test_a_unit_cannot_work_by_a_calendar_that_is_not_published(desk):
    calendar = factories.CalendarFactory()

    response = desk.post(page("unit", "add"), unit_fields(calendar=calendar.pk))

    assert problems(response) == {"calendar": ["ปฏิทินนี้ยังไม่ได้ประกาศใช้ โปรดประกาศใช้ก่อน"]}


# Staff


def staff_fields(staff, **kwargs):
    return {
        "username": staff.username,
        "first_name": staff.first_name,
        "last_name": staff.last_name,
        "position": "",
        "email": staff.email,
        "phone": "",
        "unit": staff.unit_id,
        "roles": staff.roles,
        "leave_from": "",
        "leave_until": "",
        "deputy": "",
        "language": "th",
        "is_active": "on",
        **kwargs,
    }


def test_staff_of_the_own_unit_and_below_are_listed(desk, boss):
    below = factories.StaffFactory(unit=factories.UnitFactory(parent=boss.unit))
    elsewhere = factories.StaffFactory()

    response = desk.get(page("staff", "changelist"))

    assert set(response.context["cl"].result_list) == {boss, below}
    assert desk.get(page("staff", "change", elsewhere.pk)).status_code == 302


def test_a_new_member_of_staff_can_log_in(desk, boss, client):
    response = desk.post(
        page("staff", "add"),
        {
            "username": "malee",
            "usable_password": "true",
            "password1": "ดอกไม้สีม่วง 9 ดอก",
            "password2": "ดอกไม้สีม่วง 9 ดอก",
            "first_name": "มาลี",
            "last_name": "บุญมา",
            "unit": boss.unit_id,
        },
    )

    malee = Staff.objects.get(username="malee")
    assert response.url == page("staff", "change", malee.pk)
    assert (malee.get_full_name(), malee.unit, malee.roles) == ("มาลี บุญมา", boss.unit, [])
    assert client.login(username="malee", password="ดอกไม้สีม่วง 9 ดอก") is True


def test_roles_are_ticked_and_the_flag_of_django_follows(desk, boss):
    staff = factories.StaffFactory(unit=boss.unit)

    desk.post(
        page("staff", "change", staff.pk),
        staff_fields(staff, roles=[Role.SUPERVISOR, Role.ADMIN]),
    )

    staff.refresh_from_db()
    assert (staff.roles, staff.is_staff) == (["supervisor", "admin"], True)
    assert AuditEntry.objects.get().data == {"fields": ["roles", "is_notified_by_email"]}


def test_leave_is_typed_in_the_buddhist_era(desk, boss):
    staff = factories.StaffFactory(unit=boss.unit)
    deputy = factories.StaffFactory(unit=boss.unit)

    desk.post(
        page("staff", "change", staff.pk),
        staff_fields(staff, leave_from="10/4/2569", leave_until="๑๗ เม.ย. ๒๕๖๙", deputy=deputy.pk),
    )

    staff.refresh_from_db()
    assert (staff.leave_from, staff.leave_until, staff.deputy) == (
        date(2026, 4, 10),
        date(2026, 4, 17),
        deputy,
    )


def test_leave_that_ends_before_it_begins_is_refused(desk, boss):
    staff = factories.StaffFactory(unit=boss.unit)

    response = desk.post(
        page("staff", "change", staff.pk),
        staff_fields(staff, leave_from="10/4/2569", leave_until="9/4/2569"),
    )

    assert problems(response) == {
        "__all__": ["การลาต้องระบุทั้งวันเริ่มต้นและวันสิ้นสุด และวันสิ้นสุดต้องไม่ก่อนวันเริ่มต้น"]
    }


def test_nobody_deputises_for_themselves(desk, boss):
    staff = factories.StaffFactory(unit=boss.unit)

    response = desk.post(page("staff", "change", staff.pk), staff_fields(staff, deputy=staff.pk))

    assert problems(response) == {"deputy": ["ไม่สามารถปฏิบัติหน้าที่แทนตนเองได้ โปรดเลือกบุคคลอื่น"]}


# Persons


def test_a_person_is_masked_and_found_by_national_id(desk):
    factories.PersonFactory()
    person = persons.record(
        persons.PersonData(name="นางสมศรี มีสุข", phone="0812345678", national_id=SOMSRI), at=NOW
    )

    listed = desk.get(page("person", "changelist"), {"q": "1-2345-67890-12-1"})
    opened = desk.get(page("person", "change", person.pk)).content.decode()

    assert list(listed.context["cl"].result_list) == [person]
    shown = re.findall(r'<div class="readonly">(.*?)</div>', opened)
    assert shown[:5] == ["นาง ส***", "xxxxxxxx78", "–", "–", "1-xxxx-xxxxx-xx-1"]
    assert [word for word in ("สมศรี", "0812345678", SOMSRI) if word in opened] == []


def test_a_person_is_found_by_the_number_of_the_record(desk):
    person, _other = factories.PersonFactory.create_batch(2)

    listed = desk.get(page("person", "changelist"), {"q": str(person.pk)})

    assert list(listed.context["cl"].result_list) == [person]


def do(desk, person, **fields):
    return desk.post(page("person", "data", person.pk), fields, follow=True)


def test_a_person_is_held_erasure_refused_released_and_erased(desk, boss):
    person = factories.PersonFactory()

    held = do(desk, person, step="hold", reason="อยู่ระหว่างการสอบสวน")
    refused = do(desk, person, step="erase", reason="เจ้าของข้อมูลร้องขอ")
    released = do(desk, person, step="release", reason="การสอบสวนสิ้นสุดแล้ว")
    erased = do(desk, person, step="erase", reason="เจ้าของข้อมูลร้องขอ")

    said = [str(next(iter(page.context["messages"]))) for page in (held, released, erased)]
    assert said == [
        "ระงับการลบข้อมูลตามกฎหมายแล้ว",
        "ยกเลิกการระงับการลบแล้ว",
        "ลบข้อมูลส่วนบุคคลแล้ว",
    ]
    assert refused.context["form"].non_field_errors() == [
        "ข้อมูลนี้ต้องเก็บไว้ตามกฎหมายจึงลบไม่ได้ โปรดยกเลิกการระงับการลบก่อน"
    ]
    assert list(AuditEntry.objects.values_list("verb", "by")) == [
        ("erased", boss.pk),
        ("released", boss.pk),
        ("held", boss.pk),
    ]
    person.refresh_from_db()
    assert (person.name, person.is_on_legal_hold) == ("", False)


def test_the_page_names_what_erasing_does(desk):
    person = factories.PersonFactory()

    response = desk.get(page("person", "data", person.pk))

    assert heading(response) == "ระงับหรือลบข้อมูล"
    assert [label for _step, label in response.context["form"].fields["step"].choices] == [
        "ระงับการลบตามกฎหมาย ข้อมูลจะไม่ถูกลบจนกว่าจะยกเลิก",
        "ยกเลิกการระงับการลบ",
        "ลบทันที ได้แก่ ชื่อ ข้อมูลติดต่อ และเลขประจำตัวประชาชน ลบแล้วเรียกคืนไม่ได้ ส่วนเรื่องและสถิติยังคงอยู่",
    ]


def test_erasing_a_person_needs_a_reason(desk):
    person = factories.PersonFactory()

    response = do(desk, person, step="erase", reason="ลบ")

    assert response.context["form"].non_field_errors() == [
        "โปรดระบุเหตุผลอย่างน้อย 10 ตัวอักษร ระบบจะบันทึกเหตุผลนี้ไว้"
    ]
    person.refresh_from_db()
    assert person.erased_at is None


# Services, segments, channels


def test_a_service_is_added_with_its_figures(desk, boss):
    segment = factories.SegmentFactory()
    figures = rows_of("months") | {
        "months-TOTAL_FORMS": "1",
        "months-0-unit": boss.unit_id,
        "months-0-month_on": "15/3/2569",
        "months-0-transactions": "120",
        "months-0-mean_minutes": "12.5",
        "months-0-source": "ระบบคิว",
    }

    desk.post(
        page("service", "add"),
        {
            "code": "permit",
            "name_th": "ขออนุญาต",
            "name_en": "Permit",
            "unit": boss.unit_id,
            "segments": [segment.pk],
            "standard_minutes": "30",
            "is_active": "on",
            **figures,
        },
    )

    service = Service.objects.get()
    assert (service.name_th, service.standard_minutes, list(service.segments.all())) == (
        "ขออนุญาต",
        30,
        [segment],
    )
    month = ServiceMonth.objects.get()
    assert (month.service, month.month_on, month.transactions) == (service, date(2026, 3, 1), 120)


def test_a_segment_is_changed(desk, boss):
    segment = factories.SegmentFactory(code="public")

    desk.post(
        page("segment", "change", segment.pk),
        {
            "code": "public",
            "name_th": "ประชาชน",
            "name_en": "",
            "kind": "stakeholder",
            "needs": "รวดเร็ว",
            "expectations": "",
        },
    )

    assert Segment.objects.values_list("name_th", "kind", "needs", "is_active").get() == (
        "ประชาชน",
        "stakeholder",
        "รวดเร็ว",
        False,
    )
    assert AuditEntry.objects.get().data["fields"] == ["name_th", "kind", "needs", "is_active"]


def test_a_channel_is_added(desk, boss):
    desk.post(
        page("channel", "add"),
        {
            "code": "hotline",
            "name_th": "สายด่วน",
            "name_en": "Hotline",
            "mode": "reactive",
            "opening_hours": "24 ชั่วโมง",
            "address": "1111",
            "owner": boss.unit_id,
            "position": "1",
            "is_active": "on",
        },
    )

    channel = Channel.objects.get()
    assert (channel.name_th, channel.owner, channel.is_digital) == ("สายด่วน", boss.unit, False)


# Calendars


@pytest.fixture
def calendar():
    """A published calendar: Mondays, Songkran off."""
    calendar = factories.CalendarFactory(code="OFFICE", name="ปฏิทินสำนักงาน")
    factories.WorkingIntervalFactory(calendar=calendar)
    factories.HolidayFactory(calendar=calendar, day_on=date(2026, 4, 13), name="วันสงกรานต์")
    calendars.publish(calendar, by=None, at=NOW, reason="ตั้งต้น")
    return calendar


def calendar_fields(calendar, **kwargs):
    interval = calendar.intervals.get()
    return {
        "code": calendar.code,
        "name": calendar.name,
        "parent": "",
        **rows_of("intervals"),
        "intervals-TOTAL_FORMS": "1",
        "intervals-INITIAL_FORMS": "1",
        "intervals-0-id": interval.pk,
        "intervals-0-calendar": calendar.pk,
        "intervals-0-weekday": "1",
        "intervals-0-starts": "08:30",
        "intervals-0-ends": "16:30",
        **rows_of("holidays"),
        **kwargs,
    }


def test_saving_a_calendar_leads_to_what_would_change_and_changes_nothing_yet(desk, calendar):
    new_day = {
        "holidays-TOTAL_FORMS": "1",
        "holidays-0-calendar": calendar.pk,
        "holidays-0-day_on": "1/6/2599",
        "holidays-0-name": "วันหยุดพิเศษ",
        "holidays-0-kind": "bridge",
        "holidays-0-source": "มติ ครม.",
        "holidays-0-is_confirmed": "on",
        "holidays-0-is_active": "on",
    }

    response = desk.post(
        page("calendar", "change", calendar.pk), calendar_fields(calendar, **new_day)
    )

    assert response.url == page("calendar", "publish", calendar.pk)
    preview = desk.get(response.url).context["preview"]
    assert preview.days_added == [(date(2056, 6, 1), "วันหยุดพิเศษ")]
    assert (preview.days_removed, preview.are_hours_changed, preview.also) == ([], False, [])
    assert CalendarVersion.objects.count() == 1


def test_publishing_needs_a_reason(desk, boss, calendar):
    factories.HolidayFactory(calendar=calendar, day_on=date(2026, 6, 2))
    address = page("calendar", "publish", calendar.pk)

    refused = desk.post(address, {"reason": " "})
    done = desk.post(address, {"reason": "มติคณะรัฐมนตรี"}, follow=True)

    assert refused.context["form"].errors == {"reason": ["กรุณากรอกช่องนี้"]}
    version = CalendarVersion.objects.get(number=2)
    assert (version.reason, version.made_by) == ("มติคณะรัฐมนตรี", boss)
    assert [str(message) for message in done.context["messages"]] == [
        "ปฏิทิน “ปฏิทินสำนักงาน” รุ่นที่ 2 มีผลใช้แล้ว ระบบกำลังคำนวณวันครบกำหนดที่ยังไม่เสร็จสิ้นใหม่"
    ]


def test_a_calendar_nobody_could_work_by_is_not_published(desk, calendar):
    calendar.intervals.all().delete()

    response = desk.get(page("calendar", "publish", calendar.pk), follow=True)

    assert response.redirect_chain == [(page("calendar", "change", calendar.pk), 302)]
    assert [str(message) for message in response.context["messages"]] == [
        "ปฏิทินต้องมีเวลาทำการอย่างน้อยหนึ่งวันในสัปดาห์ โปรดเพิ่มก่อน"
    ]


def test_a_published_calendar_says_that_nothing_would_change(desk, calendar):
    response = desk.get(page("calendar", "publish", calendar.pk))

    assert response.context["preview"].is_changed is False
    assert "ประกาศใช้ครบถ้วนแล้ว ไม่มีสิ่งใดเปลี่ยนแปลง" in response.content.decode()


def test_the_publish_page_is_for_administrators(client, calendar):
    client.force_login(factories.SupervisorFactory())

    response = client.post(
        page("calendar", "publish", calendar.pk), {"reason": "ลองดู"}, follow=True
    )

    assert response.status_code == 403


def test_days_not_announced_yet_are_pointed_out(desk, calendar):
    factories.HolidayFactory(calendar=calendar, day_on=date(2056, 6, 1), is_confirmed=False)
    factories.HolidayFactory(calendar=calendar, day_on=date(2057, 6, 1), is_confirmed=False)

    response = desk.get(page("calendar", "change", calendar.pk))

    assert [str(message) for message in response.context["messages"]] == [
        "วันหยุดของปี 2599, 2600 ยังไม่ได้ยืนยัน โปรดตรวจสอบกับประกาศ"
    ]


def test_working_time_can_be_removed_and_split(desk, calendar):
    halves = {
        "intervals-TOTAL_FORMS": "2",
        "intervals-0-ends": "12:00",
        "intervals-1-calendar": calendar.pk,
        "intervals-1-weekday": "1",
        "intervals-1-starts": "13:00",
        "intervals-1-ends": "16:30",
    }
    desk.post(page("calendar", "change", calendar.pk), calendar_fields(calendar, **halves))

    assert list(calendar.intervals.values_list("starts", "ends")) == [
        (time(8, 30), time(12)),
        (time(13), time(16, 30)),
    ]


def test_a_holiday_is_edited_and_says_that_it_does_not_count_yet(desk, calendar):
    holiday = Holiday.objects.get()

    response = desk.post(
        page("holiday", "change", holiday.pk),
        {
            "calendar": calendar.pk,
            "day_on": "14/4/2569",
            "name": "วันสงกรานต์",
            "kind": "national",
            "source": "ประกาศสำนักนายกรัฐมนตรี",
            "is_confirmed": "on",
            "is_active": "on",
        },
        follow=True,
    )

    holiday.refresh_from_db()
    assert holiday.day_on == date(2026, 4, 14)
    assert str(next(iter(response.context["messages"]))) == (
        "ข้อมูลนี้จะมีผลเมื่อประกาศใช้ปฏิทินแล้ว "
        f'<a href="{page("calendar", "publish", calendar.pk)}">ดูว่าจะเปลี่ยนแปลงอะไรบ้าง</a>'
    )


def test_a_calendar_can_be_added(desk):
    desk.post(
        page("calendar", "add"),
        {
            "code": "SOUTH",
            "name": "จังหวัดชายแดนภาคใต้",
            "parent": "",
            **rows_of("intervals"),
            **rows_of("holidays"),
        },
    )

    assert Calendar.objects.values_list("code", "name").get() == ("SOUTH", "จังหวัดชายแดนภาคใต้")
