"""What every installation needs on the ground floor; running it again changes nothing that was edited."""

from __future__ import annotations

from datetime import datetime, time

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from agency import calendars, units
from agency.models import (
    Calendar,
    CalendarVersion,
    Channel,
    Holiday,
    PartnerAgency,
    Segment,
    Unit,
    WorkingInterval,
)
from agency.official_days import official_days
from agency.thai import local_day

YEARS = range(2023, 2028)  # B.E. 2566–2570
OPENS, CLOSES = time(8, 30), time(16, 30)
WEEKDAYS = range(1, 6)

# code, Thai name, English name, who begins, digital
CHANNELS = [
    ("walk_in", "มาติดต่อด้วยตนเอง", "In person", Channel.Mode.REACTIVE, False),
    ("letter", "หนังสือ/จดหมาย", "Letter", Channel.Mode.REACTIVE, False),
    ("po_box", "ตู้ ปณ.", "P.O. box", Channel.Mode.REACTIVE, False),
    ("phone", "โทรศัพท์/สายด่วน", "Phone or hotline", Channel.Mode.REACTIVE, False),
    ("fax", "โทรสาร", "Fax", Channel.Mode.REACTIVE, False),
    ("email", "อีเมล", "E-mail", Channel.Mode.REACTIVE, True),
    ("website", "เว็บไซต์", "Website", Channel.Mode.REACTIVE, True),
    ("app", "แอปพลิเคชัน", "Mobile app", Channel.Mode.REACTIVE, True),
    ("line", "LINE", "LINE", Channel.Mode.REACTIVE, True),
    ("facebook", "Facebook", "Facebook", Channel.Mode.REACTIVE, True),
    ("mobile_unit", "หน่วยเคลื่อนที่/ลงพื้นที่", "Mobile unit", Channel.Mode.PROACTIVE, False),
    ("box", "กล่องรับเรื่องร้องเรียน", "Complaint box", Channel.Mode.REACTIVE, False),
    ("referral", "หน่วยงานอื่นส่งต่อ", "Referred by another agency", Channel.Mode.REACTIVE, False),
]

# code, Thai name, English name, kind
SEGMENTS = [
    ("public", "ประชาชนทั่วไป", "General public", Segment.Kind.RECIPIENT),
    ("business", "ภาคธุรกิจและผู้ประกอบการ", "Businesses", Segment.Kind.RECIPIENT),
    ("elderly_disabled", "ผู้สูงอายุและคนพิการ", "Older and disabled persons", Segment.Kind.RECIPIENT),
    ("agency", "หน่วยงานของรัฐ", "Government agencies", Segment.Kind.STAKEHOLDER),
    ("community", "ชุมชนและภาคประชาสังคม", "Communities and civil society", Segment.Kind.STAKEHOLDER),
]


# code, Thai name, English name, contact
PARTNERS = [
    (
        "1111",
        "ศูนย์บริการประชาชน สำนักงานปลัดสำนักนายกรัฐมนตรี",
        "Public Service Centre, Office of the Prime Minister",
        "โทร. 1111",
    ),
    (
        "1567",
        "ศูนย์ดำรงธรรม กระทรวงมหาดไทย",
        "Damrongdhama Centre, Ministry of Interior",
        "โทร. 1567",
    ),
    ("ombudsman", "สำนักงานผู้ตรวจการแผ่นดิน", "Office of the Ombudsman", "โทร. 1676"),
    ("nacc", "สำนักงาน ป.ป.ช.", "National Anti-Corruption Commission", "โทร. 1205"),
]


@transaction.atomic
def seed(at: datetime) -> dict[str, int]:
    """Add what is missing; returns how many rows of each kind were added."""
    return {
        "units": seed_root_unit(),
        "holidays": seed_calendar(at=at),
        "channels": seed_channels(),
        "segments": seed_segments(),
        "partners": seed_partners(),
    }


def seed_root_unit() -> int:
    """Make the unit at the top, to be renamed in the admin, where there is none."""
    if Unit.objects.filter(parent=None).exists():
        return 0
    units.plant(Unit.objects.create(code="ROOT", name_th="หน่วยงานของเรา", name_en="Our agency"))
    return 1


def seed_calendar(*, at: datetime) -> int:
    """Add the national calendar and the official days it lacks; what an admin edited stays."""
    calendar, is_new = Calendar.objects.get_or_create(
        code=calendars.NATIONAL, defaults={"name": "ปฏิทินวันทำการราชการ"}
    )
    if is_new:
        seed_intervals(calendar)
    count = seed_holidays(calendar, announced_until=local_day(at).year)
    if count or not CalendarVersion.objects.filter(calendar=calendar).exists():
        with override("th"):
            calendars.publish(calendar, by=None, at=at, reason=_("Official days added"))
    return count


def seed_intervals(calendar: Calendar) -> None:
    """Open Monday to Friday, 08:30 to 16:30."""
    WorkingInterval.objects.bulk_create(
        WorkingInterval(calendar=calendar, weekday=weekday, starts=OPENS, ends=CLOSES)
        for weekday in WEEKDAYS
    )


def seed_holidays(calendar: Calendar, *, announced_until: int) -> int:
    """Add official days that have no row yet."""
    known = set(calendar.holidays.values_list("day_on", flat=True))
    missing = [
        Holiday(calendar=calendar, **vars(day))
        for day in official_days(YEARS, announced_until=announced_until)
        if day.day_on not in known
    ]
    return len(Holiday.objects.bulk_create(missing))


def seed_channels() -> int:
    """Add the usual channels."""
    known = set(Channel.objects.values_list("code", flat=True))
    return len(
        Channel.objects.bulk_create(
            Channel(
                code=code,
                name_th=name_th,
                name_en=name_en,
                mode=mode,
                is_digital=is_digital,
                position=position,
            )
            for position, (code, name_th, name_en, mode, is_digital) in enumerate(CHANNELS, start=1)
            if code not in known
        )
    )


def seed_segments() -> int:
    """Add a few groups that every agency serves."""
    known = set(Segment.objects.values_list("code", flat=True))
    return len(
        Segment.objects.bulk_create(
            Segment(code=code, name_th=name_th, name_en=name_en, kind=kind)
            for code, name_th, name_en, kind in SEGMENTS
            if code not in known
        )
    )


def seed_partners() -> int:
    """Add the agencies that most matters are referred to."""
    known = set(PartnerAgency.objects.values_list("code", flat=True))
    return len(
        PartnerAgency.objects.bulk_create(
            PartnerAgency(code=code, name_th=name_th, name_en=name_en, contact=contact)
            for code, name_th, name_en, contact in PARTNERS
            if code not in known
        )
    )
