"""Personal data in free text (ข้อมูลส่วนบุคคล): found by form, named by kind, masked before analysis.

Forms only, no name tagger: national IDs with their check digit, telephones, e-mails, LINE ids, bank
accounts, number plates, and names after a title or rank. A position in the result is a position in
the text given. How much of each is found: docs/MODELS.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
GAP = "[ \t\u00a0._\u2010-\u2014-]{0,2}"
ID = re.compile(rf"(?<![\d/])(?<!\d[.-])\d(?:{GAP}\d){{12}}(?!\d)")
ID_WORDS = re.compile(r"(?:บัตร|ปชช|ประชาชน|ประจำตัว|13\s*หลัก|\bID\b)[^\d\n]{0,25}$", re.IGNORECASE)
BORDER = r"(?:(?<![\d/])(?<!\d[.,-])|(?<=\d{9}/))"  # 0810000000/0820000000 are two
PHONE = re.compile(
    rf"{BORDER}(?:\(?(?:\+|00)66\)?{GAP}(?:\(0\){GAP})?(?:[689]\d(?:{GAP}\d){{7}}|[2-7](?:{GAP}\d){{7}})"
    rf"|\(?0{GAP}[689](?:{GAP}\d)\)?(?:{GAP}\d){{7}}"
    rf"|\(?0{GAP}[2-7](?:{GAP}\d)?\)?(?:{GAP}\d){{6}}(?:{GAP}\d)?)(?:-\d{{1,2}}|,\s?\d{{3}})?(?!\d|/(?!0\d))"
)
HOURS = re.compile(r"\d\d[.:]\d\d ?- ?\d\d[.:]\d\d")  # from seven to five, no telephone
BARE_PHONE = re.compile(r"(?:โทร\.?|เบอร์|มือถือ)[^\d\n]{0,12}([689]\d(?:[ -]?\d){7})(?!\d)")
EMAIL = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._%+-]*(?:\s?(?:\[at\]|\(at\))\s?|@\s?|\s@\s?(?=[A-Za-z0-9.-]+\.(?:com|net|org|th)\b))"
    r"[A-Za-z0-9-]+(?:(?:\.|\[dot\]|\(dot\))[A-Za-z0-9-]+)+",
    re.IGNORECASE,
)
LINE_WORD = r"(?:\bline|ไลน์|ไลน)"
NO_LINE_ID = (
    "https?|www|official|notify|group|today|openchat|chat|shopping|login|connect|ads|app|pay|man|oa"
)
LINE_ID = re.compile(
    rf"(?:{LINE_WORD}\s*(?:id|ไอดี)\s*(?:คือ|[:=])?|{LINE_WORD}\s*(?:คือ|[:=])"
    rf"|(?:\bid|ไอดี)\s*{LINE_WORD}\s*(?:คือ|[:=])?"
    rf"|{LINE_WORD}(?=\s*@?[\w.-]*[@\d_]))\s*"
    rf"(?!(?:{NO_LINE_ID})\b)(@?(?=[\w.-]*[A-Za-z])[A-Za-z0-9][A-Za-z0-9._-]{{3,19}})",
    re.IGNORECASE | re.ASCII,
)
ACCOUNT = re.compile(
    rf"(?:บัญชี|บช\.?|บ/ช)(?:(?!โทร|เบอร์|พร้อมเพย์)[^\d\n]){{0,20}}(\d(?:{GAP}\d){{9,14}})(?!\d)"
    r"|(?<![\d-])(\d{3}-\d-\d{5}-\d)(?![\d-])"
)
NO_PLATE = "งบ|คน|รถ|พศ|กม|ชม|ซม|มม|ตร|ลบ|รร|สส|สว|ทล|มท|นร|ลด|จอ|มค|กพ|พค|กค|สค|กย|ตค|พย|ธค"

PLATE = re.compile(
    r"ทะเบียน(?:รถ)?\s*(?:คือ|เลขที่|:)?\s*((?:\d?[ก-ฮ]{1,3}|\d{2})\s?-?\s?\d{1,4})(?!\d)"
    r"|รถ(?:บรรทุก|ตู้|โดยสาร|บัส|พ่วง|สิบล้อ)\s*(\d{2}-\d{4})(?![\d.:/,-])"
    rf"|(?<![ก-๛\d.])(\d(?!{NO_PLATE})[ก-ฮ]{{2}}(?:[ -]\d{{1,4}}|\d{{3,4}})|(?!{NO_PLATE})[ก-ฮ]{{2}}[ -]\d{{3,4}})"
    r"(?![\d.:/,]|\s?(?:บาท|฿|คน|วัน|น\.))"
)
TITLES = (
    r"นางสาว|นาง|นาย|น\.\s?ส\.|ด\.\s?ช\.|ด\.\s?ญ\.|เด็กชาย|เด็กหญิง|ดร\.|"
    r"พล\.\s?[ตร]\.\s?[อทต]\.|พ\.\s?[ตอท]\.\s?(?:[อทต]\.)?|ร\.\s?[ตอท]\.\s?(?:[อทต]\.)?|ด\.\s?ต\.|[จส]\.\s?[สต]\.\s?[อทต]\.|"
    r"Mrs\.?|Mr\.?|Miss|Ms\.?|Dr\.?"
)
BEFORE = "คือ ชื่อ ของ โดย กับ และ ว่า พบ ที่ ให้ แจ้ง ร้องเรียน ชมเชย ขอบคุณ ชม ฝาก เป็น ถึง"
AFTER_WORD = "|".join([r"(?<![ก-๛A-Za-z\d.])", *(f"(?<={word})" for word in BEFORE.split())])
STOP = r"(?=และ|กับ|ซึ่ง|ที่|ได้|ไม่|เป็น|แจ้ง|ร้อง|ว่า|มา(?=[สแที่รจต])|[^ก-๎]|$)"
NAME = re.compile(
    rf"(?:{AFTER_WORD})({TITLES})\s{{0,2}}"
    rf"((?:[ก-ฮเ-ไ][ก-๎]{{1,24}}?{STOP}|[A-Z][A-Za-z'-]+)(?:\s[ก-ฮเ-ไ][ก-๎]{{2,24}}?{STOP}|\s[A-Z][A-Za-z'-]+)?)"
)
YOU = (  # what follows คุณ where it is no name: a pronoun, a noun, kin or a calling
    "ไม่|จะ|ต้อง|ได้|มี|เป็น|ทำ|คือ|ก็|ควร|เคย|กำลัง|อยู่|ไป|มา|ให้|ช่วย|เอา|รู้|คิด|ว่า|คน|กับ|และ|หรือ|ที่|นี่|นั่น|"
    "แม่|พ่อ|ตา|ยาย|ปู่|ย่า|ลุง|ป้า|น้า|อา|พี่|น้อง|ลูก|หมอ|ครู|พยาบาล|ตำรวจ|หนู|ผู้|ท่าน|หญิง|ชาย|นาย|เจ้า|"
    "ใ|ไ|แล้ว|สะดวก|ห่วง|โดย|จาก|ตอน|ต่อ|เล่น|ถ้า|เพราะ|ค๊ะ|คร|เน|ทุก|ลด|จอง|สนใจ|พร้อม|ตาม|เพิ่ม|เคย|เพียง|แค่|"
    "ภาพ|สมบัติ|ค่า|ธรรม|ประโยชน์|ลักษณะ|วุฒิ|งาม|ความ|นั้น|เอง|ขอ|ใช้|ซื้อ|กิน|ดู|เห็น|ชอบ|รัก|เลือก|สามารถ|เข้า|ออก|อยาก|ไหน|ใด|ล่ะ|ละ|นะ|ครับ|ค่ะ|คะ|จ้า"
)
CALLED = re.compile(
    rf"(?:{AFTER_WORD})(?<!ขอบ)คุณ(?!\s?(?:{YOU}|ด้วย))\s?([ก-ฮเ-ไ][ก-๎]{{1,11}}(?![ก-๎])(?:\s[ก-ฮเ-ไ][ก-๎]{{2,14}}(?![ก-๎]))?)"
)
NOBODY = re.compile(  # what follows a title where nobody is named: offices, callings, places, talk
    r"(?:ก(?:รัฐมนตรี|เทศมนตรี|เทศ|สมาคม|อบต|อบจ|ฯ|\s)?$|กรัฐ|กเทศ|กสมาคม|กอ|กฯ|กสภา|อำเภอ|ทะเบียน|ทหาร|ตำรวจ|จ้าง|หน้า|สถานี|ช่าง|แพทย์|ตรวจ|แบบ|ท่า|ฟ้า|งาม|พยาบาล|เอก|ประกัน|ด่าน|ทุน"
    r"|เลิ้ง|ลิ้นจี่|ไม่|เป็น|ซึ่ง|รู้สึก|ร้าย|คือ|จน|เอง|ใน|พา|ทำ|แล้ว|ก็|จะ|ได้|อยู่|เลย|คน|กำลัง|ต้อง|ให้|ไป|ว่า|ขอ|ด้วย|นี่|ค่ะ|คะ|โดย|เคย|และ|มาจัด|มาก|มาแล้ว)"
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
    "account": "[เลขบัญชี]",
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
    yield from (Found("email", *match.span()) for match in EMAIL.finditer(text))
    for match in ID.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if has_check_digit(digits) or ID_WORDS.search(text[: match.start()]):
            yield Found("national_id", *match.span())
    yield from (Found("line", *match.span(1)) for match in LINE_ID.finditer(text))
    yield from parts("account", ACCOUNT, text)
    yield from telephones(text)
    yield from parts("plate", PLATE, text)
    yield from names(text)


def parts(kind: str, pattern: re.Pattern[str], text: str) -> Iterator[Found]:
    """Give the part that stands for the person, not the words that led to it."""
    for match in pattern.finditer(text):
        yield Found(kind, *match.span(match.lastindex or 0))


def telephones(text: str) -> Iterator[Found]:
    """Give telephones; opening hours look like one."""
    for match in PHONE.finditer(text):
        if not HOURS.fullmatch(match[0]):
            yield Found("phone", *match.span())
    yield from parts("phone", BARE_PHONE, text)


def names(text: str) -> Iterator[Found]:
    """Give names after a title, a rank or คุณ."""
    for match in NAME.finditer(text):
        if not NOBODY.match(match[2]):
            yield Found("name", *match.span(2))
    yield from parts("name", CALLED, text)


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
