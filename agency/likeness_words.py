"""What a text is about and where, for comparing texts: common complaint nouns and names behind a place word.

One line of `THINGS` holds the words people use for one thing, as officers know them; a word that is
missing costs a suggestion, never a case. Places are not listed: a name is what follows a place word.
"""

from __future__ import annotations

import re

THINGS = (
    "ไฟทาง ไฟถนน ไฟส่องสว่าง หลอดไฟ เสาไฟ โคมไฟ ไฟริมทาง ไฟดับ มืด",
    "หลุม ขรุขระ",
    "ทรุด ยุบตัว ดินสไลด์ ดินถล่ม",
    "ทางเท้า ฟุตบาท ฟุตปาท บาทวิถี",
    "น้ำท่วม น้ำขัง น้ำเข้าบ้าน ระบายไม่ทัน จมน้ำ",
    "ท่อระบาย ฝาท่อ ลอกท่อ ท่อตัน รางระบายน้ำ",
    "ประปา ท่อแตก น้ำไม่ไหล ค่าน้ำ มิเตอร์น้ำ",
    "ขยะ",
    "น้ำเสีย น้ำเน่า บำบัด",
    "กลิ่น เหม็น",
    "ควัน เผา",
    "ฝุ่น",
    "เสียงดัง หนวกหู เครื่องเสียง คาราโอเกะ เพลง ลำโพง",
    "หมา สุนัข",
    "ต้นไม้ กิ่ง โค่น",
    "สะพาน",
    "จอดรถ จอดขวาง ที่จอด จอดซ้อน",
    "ทางม้าลาย ทางข้าม",
    "สัญญาณไฟ ไฟแดง ไฟจราจร",
    "รถบรรทุก สิบล้อ",
    "แผงลอย หาบเร่ แม่ค้า ร้านค้า วางของขาย",
    "ก่อสร้าง ตอกเสาเข็ม ต่อเติม",
    "ใบอนุญาต ขออนุญาต",
    "บัตรประชาชน",
    "ทะเบียนบ้าน แจ้งย้าย",
    "โฉนด รังวัด",
    "หนังสือเดินทาง พาสปอร์ต",
    "ใบขับขี่",
    "ภาษีรถ ต่อทะเบียนรถ",
    "ภาษีที่ดิน",
    "เบี้ยผู้สูงอายุ เบี้ยยังชีพ คนชรา",
    "คนพิการ ความพิการ",
    "อุดหนุนบุตร เด็กแรกเกิด",
    "คิว รอนาน ช่องบริการ",
    "พูดจา ไม่สุภาพ ตะคอก มารยาท กิริยา",
    "ใบเสร็จ ค่าธรรมเนียม",
    "เว็บ แอป ระบบ ออนไลน์",
    "ห้องน้ำ ส้วม",
    "ลิฟต์ ลิฟท์",
    "ทางลาด วีลแชร์ รถเข็น",
    "ยาเสพติด",
    "การพนัน",
    "สุรา เหล้า มั่วสุม",
    "เยียวยา ชดเชย",
    "เรียกรับ สินบน ใต้โต๊ะ",
    "สายไฟ สายสื่อสาร",
    "ผักตบ วัชพืช",
    "รถเมล์ รถโดยสาร",
    "ยุง",
    "ซากรถ",
    "ใบสั่ง",
    "ว่างงาน ประกันสังคม",
)
THING_OF = {word: at for at, line in enumerate(THINGS) for word in line.split()}
THING = re.compile("|".join(sorted(THING_OF, key=len, reverse=True)))
PLACE_WORD = re.compile(
    r"(?:ซอย|ถนน|หมู่บ้าน|ตำบล|ตลาด|โรงเรียน|โรงพยาบาล|สะพาน|คลอง|หนอง|สวน|ชุมชน|แยก|(?<!ห)วัด|(?<!หมู่)บ้าน)"
    r"\s?(?P<name>[\u0e01-\u0e4e0-9]{3,})"
)
NAME = 6  # letters of a name that are compared


def things(words: str) -> frozenset[int]:
    """Return the things a normalised text speaks of, by their line."""
    return frozenset(THING_OF[found] for found in THING.findall(words))


def places(words: str) -> frozenset[str]:
    """Return the beginnings of the names that follow a place word."""
    return frozenset(found["name"][:NAME] for found in PLACE_WORD.finditer(words))
