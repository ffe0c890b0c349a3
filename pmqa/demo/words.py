"""Makes texts out of the pieces of a topic: natural, different from one another, always the same for a seed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from agency.thai import MONTHS, buddhist_year

if TYPE_CHECKING:
    from random import Random

    from pmqa.demo.topics import Topic

OPENINGS = (
    "",
    "",
    "เรียน ผู้เกี่ยวข้อง\n",
    "เรียน ท่านอธิบดี\n\n",
    "สวัสดีครับ ",
    "สวัสดีค่ะ ",
    "ขออนุญาตร้องเรียนดังนี้\n",
    "ข้าพเจ้าขอร้องเรียนเรื่องต่อไปนี้ ",
)
EFFECTS = (
    "ทำให้เสียเวลาทำงานไปหลายวันและขาดรายได้",
    "ส่งผลให้ต้องเลื่อนการเปิดร้านออกไปอีก ทั้งที่จ่ายค่าเช่าไว้แล้ว",
    "ต้องลางานมาหลายครั้งจนหัวหน้างานตักเตือน",
    "เกรงว่าจะยื่นเรื่องกับธนาคารไม่ทันกำหนด",
    "ครอบครัวเดือดร้อนมาก เพราะต้องใช้เอกสารนี้สมัครเรียนให้บุตร",
    "รู้สึกว่าไม่ได้รับความใส่ใจเท่าที่ควร",
    "ข้าพเจ้าเป็นผู้สูงอายุ เดินทางลำบากและต้องพึ่งลูกหลานพามา",
)
FEELINGS = (
    "รู้สึกว่าไม่ได้รับความใส่ใจเท่าที่ควร",
    "คนอื่น ๆ ก็พบปัญหาเดียวกัน แต่ไม่มีใครกล้าร้องเรียน",
    "ไม่ต้องการให้ใครถูกลงโทษ เพียงอยากให้ดีขึ้นสำหรับทุกคน",
    "เคยแจ้งด้วยวาจาไปแล้วครั้งหนึ่ง แต่ยังไม่เห็นความเปลี่ยนแปลง",
    "ไม่ทราบว่าจะต้องติดต่อที่ใดอีกจึงขอร้องเรียนผ่านช่องทางนี้",
)
CLOSINGS = (
    "",
    "",
    "ขอบคุณครับ",
    "ขอบคุณค่ะ",
    "จึงเรียนมาเพื่อโปรดพิจารณา",
    "หวังเป็นอย่างยิ่งว่าจะได้รับการแก้ไข",
    "รบกวนติดต่อกลับในเวลาราชการ 🙏",
)
QUESTIONS = (
    "เพื่อประกอบการพิจารณา ขอความกรุณาแจ้งเลขที่รับคำขอหรือส่งภาพใบรับคำขอเพิ่มเติม",
    "ขอทราบวันและเวลาที่ท่านมาติดต่อ รวมถึงหมายเลขช่องบริการ เพื่อให้ตรวจสอบภาพจากกล้องวงจรปิดได้ตรงจุด",
    "ขอเอกสารประกอบเพิ่มเติม ได้แก่ สำเนาหนังสือแจ้งผล และหลักฐานการชำระเงิน (ถ้ามี)",
    "ขอรายละเอียดสถานที่เกิดเหตุเพิ่มเติม เช่น จุดสังเกตหรือพิกัด เพื่อให้เจ้าหน้าที่ลงพื้นที่ได้ถูกต้อง",
)
REPLIES = (
    "ส่งเลขที่รับคำขอมาตามนี้ครับ 2-{q}/{n} ยื่นไว้วันที่ {day}",
    "วันที่ไปติดต่อคือวันที่ {day} ช่วงประมาณ {t} น. ช่องที่ {c} ค่ะ",
    "แนบภาพถ่ายใบเสร็จและหนังสือให้แล้ว รบกวนตรวจสอบด้วยนะคะ",
    "อยู่ตรงข้ามตลาดสด เลยปั๊มน้ำมันไปประมาณ {q} เมตรครับ",
)
PROGRESS = (
    "เรื่องของท่านอยู่ระหว่างการตรวจสอบข้อเท็จจริงกับหน่วยงานที่เกี่ยวข้อง คาดว่าจะแจ้งผลได้ภายใน {d} วันทำการ",
    "ได้ลงพื้นที่ตรวจสอบแล้ว ขณะนี้อยู่ระหว่างจัดทำรายงานเสนอผู้บริหารพิจารณา",
    "ได้ประสานหน่วยงานเจ้าของข้อมูลและรอหนังสือตอบกลับ จะรายงานความคืบหน้าให้ทราบเป็นระยะ",
)
NOTES = (
    "โทรศัพท์ถึงผู้ร้องแล้ว ไม่รับสาย จะลองใหม่ช่วงบ่าย",
    "ขอภาพจากกล้องวงจรปิดจากฝ่ายอาคารแล้ว รอไฟล์",
    "หารือกับนิติกรแล้ว เห็นว่าเข้าหลักเกณฑ์ที่จะทบทวนได้",
    "ประสานธนาคารแล้ว ยืนยันยอดชำระซ้ำจริง",
)
REASONS_FOR_TIME = (
    "ต้องรอผลตรวจสอบจากหน่วยงานภายนอกซึ่งแจ้งว่าจะส่งภายในสัปดาห์หน้า",
    "ผู้เกี่ยวข้องหลายฝ่าย ต้องสอบข้อเท็จจริงเพิ่มเติมอีกสองราย",
    "ต้องลงพื้นที่ร่วมกับท้องถิ่น ซึ่งนัดหมายได้เร็วที่สุดสัปดาห์ถัดไป",
)
REASONS_FOR_STAGE2 = (
    "คำตอบยังไม่ตรงกับประเด็นที่ร้องเรียน ขอให้ผู้อื่นพิจารณาอีกครั้ง",
    "ไม่เห็นด้วยกับข้อเท็จจริงที่หน่วยงานสรุป",
)
REASONS_FOR_REOPENING = (
    "ผู้ร้องส่งหลักฐานใหม่ซึ่งเปลี่ยนข้อเท็จจริงสำคัญ",
    "ปัญหาเดิมเกิดขึ้นซ้ำหลังจากแจ้งผลไปแล้ว",
)
INSTRUCTIONS = (
    "ขอให้โทรศัพท์แจ้งผู้ร้องภายในวันนี้ และเสนอร่างคำตอบก่อนเที่ยงวันพรุ่งนี้",
    "ให้ประสานกองเทคโนโลยีดิจิทัลโดยตรง หากติดขัดให้แจ้งผมทันที",
)
OWN_ACKNOWLEDGEMENT = (
    "หน่วยงานได้รับเรื่องของท่านไว้แล้ว และมอบหมายเจ้าหน้าที่ตรวจสอบข้อเท็จจริง หากมีความคืบหน้าจะแจ้งให้ทราบโดยเร็ว"
)


def spoken_day(day: date) -> str:
    """Write a day as people do in a letter."""
    return f"{day.day} {MONTHS[day.month - 1]} {buddhist_year(day.year)}"


def filled(template: str, *, chance: Random, on: date, office: str, service: str) -> str:
    """Fill the gaps of a piece."""
    return template.format(
        service=service,
        office=office,
        day=spoken_day(on - timedelta(days=chance.randint(1, 40))),
        t=f"{chance.randint(8, 15):02}.{chance.choice(('00', '15', '20', '30', '40', '45'))}",
        n=chance.choice((20, 25, 30, 45, 50, 60, 75, 90)),
        d=chance.choice((3, 5, 7, 10, 15)),
        k=chance.randint(2, 5),
        h=chance.randint(2, 5),
        q=chance.randint(18, 240),
        c=chance.randint(1, 8),
        km=chance.choice((20, 35, 40, 60, 80, 120)),
        age=chance.randint(66, 88),
        baht=f"{chance.choice((300, 500, 750, 1200, 2500, 5000, 12000)):,}",
    )


def body_of(
    topic: Topic, *, theme: int, chance: Random, on: date, office: str, service: str
) -> str:
    """Return the text of a complaint: a greeting, what happened, what it did to the person, a closing.

    `theme` chooses the subject and the fact that belong together.
    """
    facts = [topic.facts[theme % len(topic.facts)]]
    if topic.is_mixed and chance.random() < 0.5:
        facts += [fact for fact in chance.sample(topic.facts, 2) if fact not in facts]
    parts = [filled(fact, chance=chance, on=on, office=office, service=service) for fact in facts]
    if topic.kind == "service" and chance.random() < 0.7:
        is_about_papers = topic.category.startswith(("service", "rights"))
        parts.append(chance.choice(EFFECTS if is_about_papers else FEELINGS))
    joint = "\n" if chance.random() < 0.25 else " "
    closing = chance.choice(CLOSINGS)
    return f"{chance.choice(OPENINGS)}{joint.join(parts)}{' ' if closing else ''}{closing}".strip()


# What some complainants write with their rating, by rating.
COMMENTS = {
    5: ("เจ้าหน้าที่อธิบายชัดเจน", ""),
    4: ("", "ดำเนินการเร็วกว่าที่คิด"),
    3: ("ควรแจ้งความคืบหน้าบ่อยกว่านี้", ""),
    2: ("", "ต้องโทรตามหลายครั้ง"),
    1: ("ได้คำตอบแต่ปัญหายังอยู่", ""),
}
