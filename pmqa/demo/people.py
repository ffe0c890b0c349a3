"""Persons of the demo: every name, number and national ID is made up.

The IDs carry a right check digit, but begin with 8-98: no district has that code, so that they
belong to nobody. Telephone numbers lie in 02-000-xxxx and 080-000-xxxx.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stdnum.th import pin

from agency import persons
from agency.models import Person
from agency.persons import PersonData

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

FIRST_NAMES = [
    "สมชาย",
    "สมหญิง",
    "วิชัย",
    "มานะ",
    "มานี",
    "ปิติ",
    "ชูใจ",
    "วีระ",
    "กานดา",
    "นภา",
    "อรุณ",
    "อรทัย",
    "ประเสริฐ",
    "ประภา",
    "สุรชัย",
    "สุรีย์",
    "กมล",
    "กมลา",
    "ธนา",
    "ธิดา",
    "พิชัย",
    "พิมพา",
    "วรรณา",
    "วสันต์",
    "ชลธี",
    "ชลธิชา",
    "ณรงค์",
    "นงลักษณ์",
    "บุญมี",
    "บุญเรือน",
    "ศักดิ์",
    "ศรีนวล",
    "อนันต์",
    "อัมพร",
    "เกียรติ",
    "แก้วตา",
    "เจริญ",
    "จันทร์เพ็ญ",
    "ไพโรจน์",
    "ไพลิน",
    "รัชนี",
    "ราตรี",
    "ลัดดา",
    "ละม่อม",
    "สายฝน",
    "สายชล",
]
LAST_NAMES = [
    "สมมุติวงศ์",
    "สาธิตพันธุ์",
    "ตัวอย่างดี",
    "ทดลองชัย",
    "ใจสมมุติ",
    "ไทยสาธิต",
    "แบบอย่าง",
    "นามสมมุติ",
    "รักสาธิต",
    "ศรีตัวอย่าง",
    "บุญสมมุติ",
    "แก้วสาธิต",
    "ทองตัวอย่าง",
    "สุขสมมุติ",
    "มั่นสาธิต",
    "เจริญตัวอย่าง",
    "วงศ์สาธิต",
    "พูนสมมุติ",
    "คงตัวอย่าง",
    "ชูสาธิต",
]
STREETS = ("ถนนสาธิตพัฒนา", "ถนนตัวอย่างใต้", "ซอยทดลองร่วมใจ", "ถนนสมมุติราษฎร์", "ซอยสาธิตสุข 3")
TITLE = "คุณ"
NEEDS = ("ใช้รถเข็น", "ต้องการเอกสารตัวอักษรขนาดใหญ่", "ต้องการล่ามภาษามือ")
WITH_ID = 0.3


def national_id(chance: Random) -> str:
    """Return a number with a right check digit that was given to nobody."""
    digits = f"898{chance.randrange(10**9):09}"
    return f"{digits}{pin.calc_check_digit(digits)}"


def person_data(chance: Random, *, has_id: bool) -> PersonData:
    """Return what a person of the demo tells of herself."""
    name = f"{TITLE}{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"
    email = f"citizen{chance.randrange(10_000):04}@example.com" if chance.random() < 0.5 else ""
    ways = ["page", "email"] if email else ["page", "phone", "phone", "post"]
    return PersonData(
        name=name,
        phone=f"080-000-{chance.randrange(10_000):04}",
        email=email,
        address=f"{chance.randint(1, 299)}/{chance.randint(1, 40)} {chance.choice(STREETS)}",
        national_id=national_id(chance) if has_id else "",
        preferred_channel=chance.choice(ways),
        accessibility_needs=chance.choice(NEEDS) if chance.random() < 0.04 else "",
    )


def make_people(count: int, *, chance: Random, at: datetime) -> list[Person]:
    """Record the persons who will complain; about a third left a national ID."""
    return [
        persons.record(person_data(chance, has_id=chance.random() < WITH_ID), at=at)
        for _number in range(count)
    ]
