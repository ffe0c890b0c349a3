"""Numbers, days and places in a text, each with what it counts, so that two texts can agree or differ in it.

"ซอยสุขใจ 5" and "ซอยสุขใจ 7" differ however alike the rest is; "เลขรับ 556/70" in both speaks for one
matter though all other words differ. A number is known by the letters before it: soi, house, counter
or the name it follows. Quantities ("สามดวง", "2 สัปดาห์") are told differently each time and count little.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from agency.likeness_words import things, troubles

MONTHS = (
    "มกรา ม.ค. มค. jan",
    "กุมภา ก.พ. กพ feb",
    "มีนา มี.ค. mar",
    "เมษา เม.ย. เมย. apr",
    "พฤษภา พ.ค. พค. may",
    "มิถุนา มิ.ย. มิย. jun",
    "กรกฎา ก.ค. กค. jul",
    "สิงหา ส.ค. สค. aug",
    "กันยา ก.ย. กย. sep",
    "ตุลา ต.ค. ตค. oct",
    "พฤศจิกา พ.ย. nov",
    "ธันวา ธ.ค. ธค. dec",
)
MONTH_OF = {word: at for at, line in enumerate(MONTHS, start=1) for word in line.split()}
MONTH = "|".join(re.escape(word) for word in sorted(MONTH_OF, key=len, reverse=True))
DAY_OF_MONTH = re.compile(rf"(?P<day>\d{{1,2}})\s?(?P<month>{MONTH})")
DAY = re.compile(r"(?:วันที่|เมื่อ|งวด)\s?(?P<day>\d{1,2})(?![\d/:.-]*\d)")
MONTH_ALONE = re.compile(rf"(?:เดือน|ตั้งแต่|ต้น|ปลาย)\s?(?P<month>{MONTH})")
NUMBER = re.compile(r"[a-z]{0,4}\d[\d/-]*\d|[a-z]{0,4}\d")
BEFORE = re.compile(r"[\u0e01-\u0e4e]{1,12}\s?$")
AFTER = re.compile(r"\s?[\u0e01-\u0e4e%]{0,8}")
REACH = 13  # letters before a number that tell what it counts
YEAR = re.compile("25[5-9][0-9]")
UNITS = re.compile(
    r"\s?(?:วัน|คืน|ปี|เดือน|สัปดาห์|อาทิตย์|ชั่วโมง|ชม|นาที|ดวง|ต้น|คน|ตัว|หลัง|เมตร|บาท|ราย|ครั้ง|รอบ|เข็ม|เท่า|ไร่|แห่ง|จุด|เครื่อง"
    r"|แผ่น|กอง|เสา|คัน|เที่ยว|ใบ|ชุด|ฉบับ|โมง|ทุ่ม|น\.|ล้อ|เปอร์|%|วินาที|ขวบ|ถุง|กระสอบ|ครัว|สาย|ช่อง|กิโล|กม)"
)
PLACES = {
    "ซอย": "ซอย",
    "ถนน": "ถนน",
    "หมู่บ้าน": "บ้าน",
    "บ้าน": "บ้าน",
    "ชุมชน": "ชุมชน",
    "ตำบล": "ตำบล",
    "อำเภอ": "อำเภอ",
    "เทศบาล": "เทศบาล",
    "อบต": "อบต",
    "ตลาด": "ตลาด",
    "โรงเรียน": "โรงเรียน",
    "อนุบาล": "โรงเรียน",
    "วิทยาลัย": "โรงเรียน",
    "โรงพยาบาล": "โรงพยาบาล",
    "อนามัย": "อนามัย",
    "วัด": "วัด",
    "ห้าง": "ห้าง",
    "ปั๊ม": "ปั๊ม",
    "ร้าน": "ร้าน",
    "สะพาน": "สะพาน",
    "คลอง": "น้ำ",
    "แม่น้ำ": "น้ำ",
    "ห้วย": "น้ำ",
    "หนอง": "น้ำ",
    "บึง": "น้ำ",
    "เขื่อน": "น้ำ",
    "แยก": "แยก",
    "สวน": "สวน",
    "คอนโด": "อาคาร",
    "หอพัก": "อาคาร",
    "แฟลต": "อาคาร",
    "โครงการ": "อาคาร",
    "สาขา": "สำนักงาน",
    "สำนักงาน": "สำนักงาน",
    "ด่าน": "ด่าน",
    "สนาม": "สนาม",
    "สถานีตำรวจ": "ตำรวจ",
    "ศาล": "ศาล",
    "นาย": "คน",
    "นาง": "คน",
    "ฟาร์ม": "ฟาร์ม",
    "ธนาคาร": "ธนาคาร",
}
PLACE = re.compile(
    r"(?<!ผู้ใหญ่)(?<!จังห)(?P<kind>"
    + "|".join(sorted(PLACES, key=len, reverse=True))
    + r")(?=\s?(?P<name>[ก-ฮเ-ไa-z][\u0e01-\u0e4ea-z]{2,}))"
)
PLACE_NAME = re.compile(
    r"(?:ซอย|ถนน|หมู่บ้าน|(?<!ใหญ่)บ้าน|ชุมชน|ตำบล|อำเภอ|วัด|คลอง|ห้วย|หนอง|บึง|สำนักงาน|สาขา)\s?(?P<name>[ก-ฮเ-ไ][\u0e01-\u0e4e]{3,5})"
)
SHOWN = re.compile(
    r"(?P<place>(?P<kind>ซอย|ถนน|หมู่บ้าน|(?<!ใหญ่)บ้าน|ชุมชน|ตำบล|ตลาด|โรงเรียน|โรงพยาบาล|วัด|สะพาน|คลอง|หนอง|สาขา|สำนักงาน|ห้าง)\s?"
    r"(?P<name>[ก-ฮเ-ไ][\u0e01-\u0e4e]{2,18})(?:\s?\d{1,3}(?![\d/]))?)"
)
NO_NAMES = (
    "ใน หน้า หลัง ข้าง เป็น มี ไม่ ที่ ของ และ ขอ ช่วย แถว ตรง ตอน เพื่อ ผม ฉัน เรา คน อยู่ ได้ ให้ ถูก จะ แล้ว ทุก ทั้ง เลข พัง ชำรุด"
    " ทรุด เดือด ใกล้ ช่อง ค้า ขาย หลาย นี้ นั้น ดับ สอง สาม ปิด เปิด จัดสรร เช่า เรือน อาหาร เหล้า รอบ ริม กลาง ต้อง พัก สาธารณะ"
    " ซึ่ง กำลัง ไป มา ส่ง วาง ลูก รถ เพื่อน ตลอด ทาง ตัวเอง ใหม่ เก่า แห่ง ส่วน ชน ยุบ ขึ้น ลอย บอก ว่า ยัง เต็ม เพราะ สั่น เริ่ม ติด"
    " หาย เสีย แตก น้ำ คิด ออก ล้น ระบาย จ่าย เสียค่ ประชา ทำ เมื่อ เดิน ผ่าน ช่วง สมัย ยื่น ทบทวน เกือบ หยุด ฝน แม่ พ่อ ยาย ตา แถม ลง"
    " จริง ผู้ ป่วย เก็บ เอา กับ จาก จน ถึง ละ โดย อย่าง อีก หมด ตาม ร้อง อื่น ข้าม สนาม ส่งเสริม ด้วย ก่อน ต่อ อย่า รัฐ เอกชน จังหวัด ประจำ"
)
NO_NAME = tuple(NO_NAMES.split())
ENDS = re.compile(
    "(?:ไม่|มี|เป็น|ดับ|เสีย|ทุก|ตั้งแต่|ขอ|ช่วง|หน้า|หลัง|ข้าง|และ|กับ|ที่|ใน|เปิด|ปิด|ทำ|เก็บ|พัง|ชำรุด|หมู่|ซอย|ถนน|ตำบล|อำเภอ"
    "|รถ|น้ำ|คน|ไป|มา|จะ|ได้|ให้|ถูก|แล้ว|เมื่อ|วัน|ตอน|ตรง|แถว|เจ้าหน้าที่|พูด|เก็บ|เรียก|ต้อง|ยัง|อีก|จ่าย|ปล่อย|เลี้ยง|ส่ง|ทิ้ง|เผา)"
)
SPOT = re.compile(
    r"(?:ตรงข้าม|หน้า|หลัง|ข้างๆ|ข้าง|ใกล้ๆ|ใกล้|ปาก|ท้าย|ริม|ติด|เชิง|ใต้|แถว|ตรง|บริเวณ|แยก)(?:กับ|ทาง|ที่)?\s?"
    r"(?P<head>โรงเรียน|วิทยาลัย|โรงพยาบาล|วัด|ตลาด|ร้าน|ห้าง|ธนาคาร|สำนักงาน|อนามัย|สถานี|หมู่บ้าน|ชุมชน|คลอง|ซอย)?\s?(?P<name>[ก-ฮเ-ไ][\u0e01-\u0e4e]{3,})"
)
NO_SPOTS = "บ้าน ขาว มืด กัน ต่าง เว็บ จอ ตัว งาน เดียว ดิน ห้อง นา ไฟ"
NO_SPOT = (*NO_NAME, *NO_SPOTS.split())
NAME = 6  # letters of a name that are compared
FEWEST = 3
LONG_NUMBER = 4  # digits


def is_name(words: str) -> bool:
    """Whether what follows a place word can be its name: no other word begins there."""
    return not (words.startswith(NO_NAME) or things.begins(words) or troubles.begins(words))


def is_reference(number: str, after: str) -> bool:
    """Whether a number names one paper, house or vehicle: of several parts, with letters, or long."""
    is_long = sum(map(str.isdigit, number)) >= LONG_NUMBER and not UNITS.match(after)
    return "/" in number or is_long or not number[0].isdigit()


@dataclass(frozen=True)
class Slots:
    """What a normalised text counts and names."""

    words: str

    @cached_property
    def days(self) -> frozenset[tuple[int, int]]:
        """The days in it, with the month or 0."""
        full = {
            (int(found["day"]), MONTH_OF[found["month"]])
            for found in DAY_OF_MONTH.finditer(self.words)
        }
        known = {day for day, _month in full}
        bare = {int(found["day"]) for found in DAY.finditer(self.words)}
        return frozenset(full | {(day, 0) for day in bare - known})

    @cached_property
    def months(self) -> frozenset[int]:
        """The months in it."""
        alone = {MONTH_OF[found["month"]] for found in MONTH_ALONE.finditer(self.words)}
        return frozenset(alone | {month for _day, month in self.days if month})

    @cached_property
    def numbers(self) -> list[tuple[str, str, str]]:
        """Each number with the letters before it and what follows, days left out."""
        text = DAY.sub(" ", DAY_OF_MONTH.sub(" ", self.words))
        found = []
        for match in NUMBER.finditer(text):
            before = BEFORE.search(text[max(match.start() - REACH, 0) : match.start()])
            after = AFTER.match(text, match.end())
            found.append((before[0].strip() if before else "", match[0], after[0] if after else ""))
        return found

    @cached_property
    def references(self) -> frozenset[str]:
        """Numbers that name one paper, house or vehicle: long, or of several parts; no money, no year."""
        return frozenset(
            number
            for _before, number, after in self.numbers
            if not YEAR.fullmatch(number) and is_reference(number, after)
        )

    @cached_property
    def plain(self) -> frozenset[str]:
        """All numbers that are not of a unit: whatever they count."""
        return frozenset(
            number for _before, number, after in self.numbers if not UNITS.match(after)
        )

    @cached_property
    def amounts(self) -> frozenset[str]:
        """Sums of money."""
        return frozenset(n for _b, n, after in self.numbers if "บาท" in after and len(n) > 1)

    @cached_property
    def quantities(self) -> frozenset[str]:
        """How many of what: two different ones in common are hardly chance."""
        return frozenset(
            f"{number} {unit[0].strip()}"
            for _before, number, after in self.numbers
            if (unit := UNITS.match(after))
        )

    @cached_property
    def counted(self) -> dict[str, set[str]]:
        """Short numbers by the letters before them: soi, counter, room, the name that they follow."""
        found: dict[str, set[str]] = {}
        for before, number, after in self.numbers:
            head = before[-3:]
            if len(head) > 1 and number not in self.references and not UNITS.match(after):
                found.setdefault(head, set()).add(number)
        return found

    @cached_property
    def places(self) -> frozenset[tuple[str, str]]:
        """The names that follow a place word, with the kind of place."""
        found = set()
        for match in PLACE.finditer(self.words):
            name = match["name"].removeprefix("บ้าน")
            if len(name) < FEWEST or not is_name(name):
                continue
            end = ENDS.search(name, 4)
            name = name[: end.start()] if end else name
            found.add((PLACES[match["kind"]], name[:NAME]))
        return frozenset(found)

    @cached_property
    def nameless(self) -> str:
        """The text without the names of places, so that a name does not pass for a thing."""
        return PLACE_NAME.sub(lambda found: " " if is_name(found["name"]) else found[0], self.words)

    @cached_property
    def spots(self) -> frozenset[tuple[str, str]]:
        """What stands where the matter is: before, behind, beside, opposite of it."""
        return frozenset(
            (found["head"] or "", "" if found["name"].startswith(NO_SPOT) else found["name"][:NAME])
            for found in SPOT.finditer(self.words)
            if found["head"] or not found["name"].startswith(NO_SPOT)
        )


@dataclass(frozen=True)
class Held:
    """How the slots of two texts agree and differ."""

    other_numbers: float
    number: float
    other_number: float
    reference: float
    other_reference: float
    day: float
    other_day: float
    amount: float
    place: float
    places: float
    other_place: float
    quantity: float
    spot: float
    other_spot: float


def held(first: Slots, second: Slots) -> Held:
    """Hold the slots of two texts against each other."""
    heads = first.counted.keys() & second.counted.keys()
    agree = {head for head in heads if first.counted[head] & second.counted[head]}
    both = bool(first.references and second.references)
    shared = first.references & second.references
    same_day = is_same_day(first, second)
    names = names_in(first, second.words) | names_in(second, first.words)
    spot = is_at_spot(first, second) or is_at_spot(second, first)
    return Held(
        other_numbers=float(bool(first.plain and second.plain) and not first.plain & second.plain),
        quantity=float(bool(first.quantities & second.quantities)),
        spot=float(spot),
        other_spot=float(bool(first.spots and second.spots) and not spot),
        number=float(bool(agree)),
        other_number=float(bool(heads - agree)),
        reference=float(bool(shared)),
        other_reference=float(both and not shared),
        day=float(same_day),
        other_day=float(not same_day and is_other_day(first, second)),
        amount=float(bool(first.amounts & second.amounts)),
        place=float(bool(names)),
        places=float(len(names) > 1),
        other_place=float(is_other_place(first, second)),
    )


def is_same_day(first: Slots, second: Slots) -> bool:
    """Whether both tell of one day; a day without a month is the same in any."""
    return any(
        day == other and (month == elsewhere or not (month and elsewhere))
        for day, month in first.days
        for other, elsewhere in second.days
    )


def is_other_day(first: Slots, second: Slots) -> bool:
    """Whether both tell a day, or a month, and no day or month of both is one."""
    if first.days and second.days:
        return True
    return bool(first.months and second.months) and not first.months & second.months


def is_at_spot(first: Slots, second: Slots) -> bool:
    """Whether what stands near the one is named by the other, and not as a temple here and a school there."""
    heads = {head for head, _name in second.spots if head}
    return any(
        (name or head) in second.words and not (head and heads and head not in heads)
        for head, name in first.spots
    )


def names_in(slots: Slots, words: str) -> set[str]:
    """Return the names of one text that stand in another."""
    return {name for _kind, name in slots.places if name in words}


def is_other_place(first: Slots, second: Slots) -> bool:
    """Whether both name a place of one kind, and not the same: this school and that one."""
    kinds = {kind for kind, _name in first.places} & {kind for kind, _name in second.places}
    return any(
        not any(name in second.words for of, name in first.places if of == kind)
        and not any(name in first.words for of, name in second.places if of == kind)
        for kind in kinds
    )


def shared_names(first: Slots, second: Slots, *, most: int) -> tuple[str, ...]:
    """Return the places that both texts name, with the word before them and the number behind, for showing."""
    found: list[str] = []
    for match in SHOWN.finditer(first.words):
        place = match["place"]
        if not is_name(match["name"]):
            continue
        while len(place) > len(match["kind"]) + 2 and place not in second.words:
            place = place[:-1]
        shown = place.strip()
        end = ENDS.search(shown, len(match["kind"]) + 3)
        shown = shown[: end.start()] if end else shown
        if len(shown) >= len(match["kind"]) + 3 and not any(shown in each for each in found):
            found.append(shown)
    return tuple(found[:most])
