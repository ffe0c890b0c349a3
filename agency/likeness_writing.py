"""Text written out for comparing: abbreviations, shorthand of places, and numbers told in words."""

from __future__ import annotations

import re

from agency.search import normalise

ABBREVIATIONS = (
    ("ร.ร.", "โรงเรียน"),
    ("รร.", "โรงเรียน"),
    ("ร.พ.", "โรงพยาบาล"),
    ("โรงพยาบาลส่งเสริมสุขภาพตำบล", "อนามัย"),
    ("รพ.สต.", "อนามัย"),
    ("รพ.สต", "อนามัย"),
    ("รพสต", "อนามัย"),
    ("สถานีอนามัย", "อนามัย"),
    ("รพ.", "โรงพยาบาล"),
    ("จนท.", "เจ้าหน้าที่"),
    ("พนักงาน", "เจ้าหน้าที่"),
    ("สนง.", "สำนักงาน"),
    ("บขส.", "สถานีขนส่ง"),
    ("กม.", "กม "),
    ("กิโลเมตรที่", "กม "),
    ("กิโลเมตร", "กม "),
    ("หลัก กม", "กม"),
    ("อบต.", "อบต"),
    ("อ.บ.ต.", "อบต"),
    ("สภ.", "สถานีตำรวจ"),
    ("โรงพัก", "สถานีตำรวจ"),
    ("ปั๊มน้ำมัน", "ปั๊ม"),
    ("หมู่ที่", "หมู่"),
    ("บ้านเลขที่", "เลขที่"),
    ("เคาน์เตอร์", "ช่อง"),
    ("ช่องบริการ", "ช่อง"),
    ("หมายเลข", " "),
    ("อาคาร", "ตึก"),
    ("ประปาหมู่บ้าน", "ประปา"),
    ("สุนัข", "หมา"),
    ("soi", "ซอย"),
)
SHORTHAND = (
    (re.compile(r"(?<![ก-๙])ม\.\s?(?=\d|หนึ่ง|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า|สิบ)"), "หมู่ "),
    (re.compile(r"(?<![ก-๙])ซ\.\s?"), "ซอย"),
    (re.compile(r"(?<![ก-๙])ถ\.\s?"), "ถนน"),
    (re.compile(r"(?<![ก-๙])ต\.\s?(?=[ก-๙]{3})"), "ตำบล"),
    (re.compile(r"(?<![ก-๙])อ\.\s?(?=[ก-๙]{3})"), "อำเภอ"),
    (re.compile(r"(?<=\d),(?=\d{3})"), ""),
    (re.compile(r"(?<=[a-z])-(?=\d)"), ""),
)
POWERS = {"สิบ": 10, "ร้อย": 100, "พัน": 1000, "หมื่น": 10000, "แสน": 100000}
SPOKEN = re.compile(
    r"(?:(?:หนึ่ง|สอง|ยี่|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า)(?:แสน|หมื่น|พัน|ร้อย|สิบ))+(?:หนึ่ง|เอ็ด|สอง|สาม|สี่|ห้า|หก|เจ็ด|แปด|เก้า)?(?!ๆ|กว่า)"
)
DIGITS = {
    "หนึ่ง": "1",
    "สอง": "2",
    "สาม": "3",
    "สี่": "4",
    "ห้า": "5",
    "หก": "6",
    "เจ็ด": "7",
    "แปด": "8",
    "เก้า": "9",
    "สิบ": "10",
}
WORDY = re.compile(
    rf"(?P<head>ซอย|หมู่|ช่อง|เฟส|ห้อง|ประตู|ตึก|สาย|โค้ง|ชั้น|ศูนย์|วันที่|เลขที่|[ก-๙]{{4}})(?P<word>{'|'.join(DIGITS)})"
    r"(?=[\s,.)/]|$|ด้วย|ที่|มี|เป็น|ค่ะ|ครับ|จะ|ไม่|ดับ)"
)
ONE_BLANK = re.compile(
    r"(?P<head>ซอย|หมู่|ช่อง|เฟส|ห้อง|ประตู|ตึก|สาย|โค้ง|ชั้น|วันที่|เลขที่|เลข)\s?(?:ที่)?\s?(?=\d)"
)


def written_out(text: str) -> str:
    """Return a text normalised, abbreviations and numbers in words written out."""
    words = normalise(text)
    for short, full in ABBREVIATIONS:
        words = words.replace(short, full)
    for pattern, full in SHORTHAND:
        words = pattern.sub(full, words)
    words = SPOKEN.sub(lambda found: f" {spoken(found[0])} ", words)
    words = WORDY.sub(lambda found: found["head"] + DIGITS[found["word"]], words)
    return ONE_BLANK.sub(lambda found: found["head"] + " ", words)


def spoken(words: str) -> int:
    """Return a number told in words, as "สองพันห้าร้อย"; a last digit alone counts as it stands."""
    total = digit = 0
    for part in re.findall("|".join([*DIGITS, "ยี่", "เอ็ด", *POWERS]), words):
        if part in POWERS:
            total += max(digit, 1) * POWERS[part]
            digit = 0
        else:
            digit = {"ยี่": 2, "เอ็ด": 1}.get(part) or int(DIGITS[part])
    return total + digit
