"""The fictional agency of the demo: units, staff and their log-ins, services, segments, figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password

from agency import units
from agency.models import Channel, Role, SavedFilter, Segment, Service, ServiceMonth, Staff, Unit
from pmqa.demo.people import FIRST_NAMES, LAST_NAMES

if TYPE_CHECKING:
    from random import Random

ROOT = "DPS"

# code, Thai name, English name, above, province
UNITS = (
    (ROOT, "กรมบริการประชาชน (สาธิต)", "Department of Public Services (demo)", "", ""),
    ("OSM", "สำนักงานเลขานุการกรม", "Office of the Secretary", ROOT, "10"),
    ("RTP", "กองรับเรื่องและคุ้มครองสิทธิ", "Complaints and Rights Division", ROOT, "10"),
    ("SVC", "กองบริการและใบอนุญาต", "Services and Licences Division", ROOT, "10"),
    ("WEL", "กองสวัสดิการประชาชน", "Welfare Division", ROOT, "10"),
    ("DIG", "กองเทคโนโลยีดิจิทัล", "Digital Division", ROOT, "10"),
    ("ETH", "กลุ่มคุ้มครองจริยธรรม", "Ethics Group", ROOT, "10"),
    ("REG", "สำนักงานบริการประชาชนภูมิภาค", "Regional Services Office", ROOT, ""),
    ("SVC-LIC", "กลุ่มงานใบอนุญาต", "Licences Group", "SVC", "10"),
    ("SVC-REG", "กลุ่มงานทะเบียนและเอกสาร", "Registration Group", "SVC", "10"),
    ("WEL-AID", "กลุ่มงานเงินช่วยเหลือ", "Aid Group", "WEL", "10"),
    ("P-CNX", "สำนักงานบริการประชาชนจังหวัดเชียงใหม่", "Chiang Mai Provincial Office", "REG", "50"),
    ("P-KKN", "สำนักงานบริการประชาชนจังหวัดขอนแก่น", "Khon Kaen Provincial Office", "REG", "40"),
    ("P-SKA", "สำนักงานบริการประชาชนจังหวัดสงขลา", "Songkhla Provincial Office", "REG", "90"),
    ("P-CBI", "สำนักงานบริการประชาชนจังหวัดชลบุรี", "Chon Buri Provincial Office", "REG", "20"),
)
OFFICERS = {"SVC-LIC": 3, "SVC-REG": 2, "RTP": 2, "DIG": 2, "ETH": 1, "OSM": 1}
WITHOUT_OFFICERS = {ROOT, "SVC", "WEL", "REG"}


OFFICE_HOURS = "วันทำการ 08.30–16.30 น."
ALL_HOURS = "ตลอด 24 ชั่วโมง"
REACHED = {  # channel: address or number, opening hours
    "walk_in": ("ศูนย์บริการประชาชน ชั้น 1 อาคารสาธิต", OFFICE_HOURS),
    "letter": ("99 ถนนตัวอย่าง แขวงสาธิต กรุงเทพมหานคร 10000", ""),
    "po_box": ("ตู้ ปณ. 999 ปณจ. สาธิต 10000", ""),
    "phone": ("02-000-0000", OFFICE_HOURS),
    "fax": ("02-000-0001", ""),
    "email": ("service@agency.example", ALL_HOURS),
    "website": ("www.agency.example", ALL_HOURS),
    "line": ("@agency-example", OFFICE_HOURS),
    "mobile_unit": ("ตามประกาศของแต่ละจังหวัด", "สัปดาห์แรกของเดือน"),
    "box": ("หน้าศูนย์บริการประชาชนทุกแห่ง", "เปิดกล่องทุกวันทำการ 16.00 น."),
}


@dataclass(frozen=True)
class LogIn:
    """A log-in of the demo; its password stands here because everybody may know it."""

    role: str
    username: str
    unit: str
    first_name: str
    position: str

    @property
    def password(self) -> str:
        """The password, the same on every demo."""
        return f"demo-{self.username}-2570"


LOG_INS = (
    LogIn(Role.OFFICER, "officer", "SVC-LIC", "กานดา", "เจ้าหน้าที่รับเรื่องร้องเรียน"),
    LogIn(Role.SUPERVISOR, "supervisor", "SVC", "วิชัย", "ผู้อำนวยการกองบริการและใบอนุญาต"),
    LogIn(Role.EXECUTIVE, "executive", ROOT, "ประภา", "อธิบดี"),
    LogIn(Role.AUDITOR, "auditor", ROOT, "ณรงค์", "ผู้ตรวจสอบภายใน"),
    LogIn(Role.ADMIN, "admin", ROOT, "ชลธิชา", "ผู้ดูแลระบบ"),
)

# code, Thai name, English name, unit, standard minutes, transactions a month, segments
SERVICES = (
    ("license", "ขอใบอนุญาตประกอบกิจการ", "Business licence", "SVC-LIC", 90, 5200, ("business",)),
    (
        "registration",
        "จดทะเบียนและแก้ไขข้อมูล",
        "Registration",
        "SVC-REG",
        40,
        8400,
        ("public", "business"),
    ),
    ("certificate", "ออกหนังสือรับรอง", "Certificates", "SVC-REG", 20, 6100, ("public",)),
    (
        "aid",
        "เงินช่วยเหลือผู้ประสบความเดือดร้อน",
        "Hardship aid",
        "WEL-AID",
        120,
        2300,
        ("elderly_disabled",),
    ),
    ("online", "บริการยื่นคำขอออนไลน์", "Online filing", "DIG", 10, 15400, ("public", "business")),
    (
        "counter",
        "เคาน์เตอร์บริการจังหวัด",
        "Provincial counters",
        "REG",
        30,
        11800,
        ("public", "community"),
    ),
)

NEEDS = {
    "public": ("บริการที่รวดเร็ว ติดตามสถานะได้เอง", "ใช้เวลาน้อยลงและไม่ต้องเดินทางหลายรอบ"),
    "business": ("ระยะเวลาอนุญาตที่แน่นอน คาดการณ์ได้", "ยื่นครั้งเดียวใช้ได้ทุกหน่วยงาน"),
    "elderly_disabled": ("สถานที่และแบบฟอร์มที่เข้าถึงได้ มีผู้ช่วยเหลือ", "ได้รับบริการถึงบ้านเมื่อจำเป็น"),
    "agency": ("การเชื่อมโยงข้อมูลที่ถูกต้องและทันเวลา", "ใช้มาตรฐานข้อมูลเดียวกัน"),
    "community": ("การมีส่วนร่วมตั้งแต่เริ่มโครงการ", "ได้รับคำตอบทุกข้อเสนอ"),
}
MONTHS_OF_FIGURES = 39


def build(*, chance: Random, today: date) -> dict[str, Unit]:
    """Make the agency, its people and its services; returns the units by code."""
    tree = make_units()
    make_log_ins(tree)
    make_staff(tree, chance=chance, today=today)
    tree["ETH"].restricted_readers.set(
        Staff.objects.filter(unit=tree["ETH"]).exclude(roles__contains=[Role.ADMIN])
    )
    make_services(tree, chance=chance, today=today)
    describe_segments()
    describe_channels()
    save_views()
    return tree


def make_units() -> dict[str, Unit]:
    """Make the tree; the root that every installation has becomes the demo's."""
    tree: dict[str, Unit] = {}
    for code, name_th, name_en, above, province in UNITS:
        root = Unit.objects.filter(parent=None).first() if not above else None
        unit = root or Unit(parent=tree.get(above))
        unit.code, unit.name_th, unit.name_en, unit.province = code, name_th, name_en, province
        unit.phone, unit.email = "02-000-0000", f"{code.lower()}@agency.example"
        unit.save()
        tree[code] = units.plant(unit)
    return tree


def make_log_ins(tree: dict[str, Unit]) -> None:
    """Make the people one can be in the demo."""
    for each in LOG_INS:
        is_admin = each.role == Role.ADMIN
        Staff.objects.create(
            username=each.username,
            password=make_password(each.password),
            first_name=each.first_name,
            last_name="สาธิต",
            email=f"{each.username}@agency.example",
            unit=tree[each.unit],
            position=each.position,
            roles=[each.role],
            is_staff=is_admin,
            is_superuser=is_admin,
        )


def make_staff(tree: dict[str, Unit], *, chance: Random, today: date) -> None:
    """Make the colleagues: a head for each unit, officers where cases are worked on."""
    taken = {each.unit for each in LOG_INS if each.role == Role.SUPERVISOR}
    for code, unit in tree.items():
        if code == ROOT:
            colleague("deputy-director", unit, Role.EXECUTIVE, "รองอธิบดี", chance=chance)
        elif code not in taken:
            head = colleague(
                f"head-{code.lower()}", unit, Role.SUPERVISOR, "หัวหน้าหน่วยงาน", chance=chance
            )
            if code == "WEL":
                head.leave_from = head.leave_until = today
                head.deputy = Staff.objects.get(username="supervisor")
                head.save(update_fields=["leave_from", "leave_until", "deputy"])
        for number in range(0 if code in WITHOUT_OFFICERS else OFFICERS.get(code, 2)):
            name = f"{code.lower()}-{number + 1}"
            colleague(name, unit, Role.OFFICER, "นักวิชาการรับเรื่องร้องเรียน", chance=chance)


def colleague(username: str, unit: Unit, role: str, position: str, *, chance: Random) -> Staff:
    """Make a member of staff who cannot log in."""
    made: Staff = Staff.objects.create(
        username=username,
        password=make_password(None),
        first_name=chance.choice(FIRST_NAMES),
        last_name=chance.choice(LAST_NAMES),
        email=f"{username}@agency.example",
        unit=unit,
        position=position,
        roles=[role],
    )
    return made


def make_services(tree: dict[str, Unit], *, chance: Random, today: date) -> None:
    """Make the catalogue with three years of monthly figures, slowly getting faster."""
    known = {segment.code: segment for segment in Segment.objects.all()}
    rows: list[ServiceMonth] = []
    for code, name_th, name_en, unit, minutes, usual, segments in SERVICES:
        service = Service.objects.create(
            code=code, name_th=name_th, name_en=name_en, unit=tree[unit], standard_minutes=minutes
        )
        service.segments.set(known[name] for name in segments if name in known)
        rows += months_of(service, usual, minutes, chance=chance, today=today)
    ServiceMonth.objects.bulk_create(rows)


def months_of(
    service: Service, usual: int, minutes: int, *, chance: Random, today: date
) -> list[ServiceMonth]:
    """Return the figures of a service up to last month."""
    rows = []
    for back in range(MONTHS_OF_FIGURES, 0, -1):
        number = today.year * 12 + today.month - 1 - back
        month = date(number // 12, number % 12 + 1, 1)
        growth = 1.25 - back / 180
        season = 1.15 if month.month in {10, 11, 1} else 0.85 if month.month == 4 else 1
        rows.append(
            ServiceMonth(
                service=service,
                unit=service.unit,
                month_on=month,
                transactions=int(usual * growth * season * chance.uniform(0.93, 1.07)),
                mean_minutes=Decimal(
                    f"{minutes * (0.8 + back / 120) * chance.uniform(0.95, 1.05):.1f}"
                ),
                source="ข้อมูลสาธิต",
            )
        )
    return rows


def describe_segments() -> None:
    """Write needs and expectations of the groups."""
    for code, (needs, expectations) in NEEDS.items():
        Segment.objects.filter(code=code).update(needs=needs, expectations=expectations)


def describe_channels() -> None:
    """Write where and when the channels can be reached; fictional numbers and addresses."""
    for code, (address, hours) in REACHED.items():
        Channel.objects.filter(code=code).update(address=address, opening_hours=hours)


def save_views() -> None:
    """Save a few views of the queue."""
    supervisor = Staff.objects.get(username="supervisor")
    officer = Staff.objects.get(username="officer")
    SavedFilter.objects.bulk_create(
        SavedFilter(owner=owner, page="complaints:queue", name=name, query=query, is_shared=shared)
        for owner, name, query, shared in (
            (supervisor, "ใบอนุญาตล่าช้า", "q=ใบอนุญาต", True),
            (supervisor, "ขั้นที่ 2", "stage=2", False),
            (officer, "มาทางเว็บไซต์", "q=เว็บไซต์", False),
        )
    )
