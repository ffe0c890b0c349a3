"""Personal data in free text (ข้อมูลส่วนบุคคล): found by form, named by kind, masked before analysis.

Forms only, no name tagger: national IDs with their check digit, telephones, e-mails, LINE ids,
number plates, and names after a title. A position in the result is a position in the text given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
GAP = "[ \t\u00a0.\u2010-\u2014-]{0,2}"
ID = re.compile(rf"(?<!\d)\d(?:{GAP}\d){{12}}(?!\d)")
ID_WORDS = re.compile(r"(?:บัตร|ปชช|ประชาชน|ประจำตัว|13\s*หลัก|\bID\b)[^\d\n]{0,25}$", re.IGNORECASE)
BORDER = r"(?<![\d/])(?<!\d[.,-])"
PHONE = re.compile(
    rf"{BORDER}(?:\(?(?:\+|00)66\)?{GAP}(?:\(0\){GAP})?(?:[689]\d(?:{GAP}\d){{7}}|[2-7](?:{GAP}\d){{7}})"
    rf"|\(?0{GAP}[689](?:{GAP}\d)\)?(?:{GAP}\d){{7}}"
    rf"|\(?0{GAP}[2-7](?:{GAP}\d)?\)?(?:{GAP}\d){{6}}(?:{GAP}\d)?)(?![\d/])"
)
BARE_PHONE = re.compile(r"(?:โทร\.?|เบอร์|มือถือ)[^\d\n]{0,12}([689]\d(?:[ -]?\d){7})(?!\d)")
EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]*\s?(?:@|\[at\]|\(at\))\s?[A-Za-z0-9-]+(?:(?:\.|\[dot\]|\(dot\))[A-Za-z0-9-]+)+",
    re.IGNORECASE,
)
LINE_ID = re.compile(
    r"(?:(?:\bline|ไลน์|ไลน)\s*(?:id|ไอดี)?\s*(?:คือ|[:=])?\s*|(?:\bid|ไอดี)\s*(?:line|ไลน์|ไลน)\s*(?:คือ|[:=])?\s*)"
    r"(@?(?=[\w.-]*[A-Za-z])[A-Za-z0-9][A-Za-z0-9._-]{3,19})",
    re.IGNORECASE,
)
PLATE = re.compile(
    r"(?:ทะเบียน(?:รถ)?\s*(?:คือ|เลขที่|:)?\s*((?:\d?[ก-ฮ]{1,3}|\d{2})\s?-?\s?\d{1,4})(?!\d)|(?<![ก-๛\d])(\d[ก-ฮ]{2}[ -]\d{1,4}|(?!งบ|คน|รถ|พศ|กม|ตร|รร|สส|ทล)[ก-ฮ]{2}[ -]\d{3,4})(?![\d.:/,]|\s?(?:บาท|คน|วัน|น\.)))"
)
TITLES = r"นางสาว|นาง|นาย|น\.\s?ส\.|ด\.\s?ช\.|ด\.\s?ญ\.|เด็กชาย|เด็กหญิง|Mrs\.?|Mr\.?|Miss|Ms\.?"
NAME = re.compile(
    rf"(?<![ก-๛A-Za-z])(?:(?:คือ|ชื่อ|ของ|โดย|กับ|และ|ว่า|พบ|ที่|ให้|แจ้ง)?)({TITLES})\s{{0,2}}"
    r"((?:[ก-ฮเ-ไ][ก-๎]{1,24}|[A-Z][A-Za-z'-]+)(?:\s[ก-ฮเ-ไ][ก-๎]{2,24}|\s[A-Z][A-Za-z'-]+)?)"
)
OFFICES = re.compile(
    r"(?:ก(?:รัฐมนตรี|เทศมนตรี|เทศ|สมาคม|อบต|อบจ|ฯ|\s)?$|กรัฐ|กเทศ|กสมาคม|กอ|กฯ|กสภา|อำเภอ|ทะเบียน|ทหาร|ตำรวจ|จ้าง|หน้า|สถานี|ช่าง|แพทย์|ตรวจ|แบบ|ท่า|ฟ้า|งาม|พยาบาล|เอก|ประกัน|ด่าน|ทุน)"
)


@dataclass(frozen=True)
class Found:
    """One piece of personal data: its kind and where it stands."""

    kind: str
    start: int
    end: int


MASKS = {
    "national_id": "[เลขประจำตัว]",
    "phone": "[โทรศัพท์]",
    "email": "[อีเมล]",
    "line": "[ไลน์]",
    "plate": "[ทะเบียนรถ]",
    "name": "[ชื่อ]",
}


def personal_data(text: str) -> list[Found]:
    """Return what is personal in a text, in its order; where two overlap, the surer kind stays."""
    read = text.translate(DIGITS)
    kept: list[Found] = []
    for one in candidates(read):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def candidates(text: str) -> Iterator[Found]:
    """Give all matches, the surest kind first."""
    for match in EMAIL.finditer(text):
        yield Found("email", *match.span())
    for match in ID.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if has_check_digit(digits) or ID_WORDS.search(text[: match.start()]):
            yield Found("national_id", *match.span())
    for match in LINE_ID.finditer(text):
        yield Found("line", *match.span(1))
    for match in PHONE.finditer(text):
        yield Found("phone", *match.span())
    for match in BARE_PHONE.finditer(text):
        yield Found("phone", *match.span(1))
    for match in PLATE.finditer(text):
        yield Found("plate", *match.span(1 if match[1] else 2))
    for match in NAME.finditer(text):
        if not OFFICES.match(match[2]):
            yield Found("name", *match.span(2))


def has_check_digit(digits: str) -> bool:
    """Tell whether thirteen digits are a Thai national ID (the last one is modulo 11)."""
    total = sum(int(digit) * (13 - at) for at, digit in enumerate(digits[:12]))
    return digits[0] != "0" and (11 - total % 11) % 10 == int(digits[12])


def masked(text: str) -> str:
    """Return the text with every piece of personal data replaced by its kind."""
    parts: list[str] = []
    at = 0
    for one in personal_data(text):
        parts += [text[at : one.start], MASKS[one.kind]]
        at = one.end
    return "".join([*parts, text[at:]])
