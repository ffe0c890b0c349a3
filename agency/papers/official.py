"""What stands on an official paper; texts as they are printed, whoever sets them."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import Any

from agency.thai import thai_digits

ADDRESSES = re.compile(r"\S*(?:@|https?://|www\.)\S*")


@dataclass(frozen=True, kw_only=True)
class OfficialPaper:
    """A letter to the outside (หนังสือภายนอก) or a memo (บันทึกข้อความ), ready to be set.

    The order and the words follow the Regulation of the Prime Minister's Office on Records,
    B.E. 2526 (1983), models 1 and 2. The garuda's place stays free: an office prints on its own paper.
    """

    is_memo: bool
    number: str
    office: str  # ส่วนราชการ of a memo, of a letter the lines above the address
    address: str
    day: str
    subject: str
    to: str
    references: tuple[str, ...]
    enclosures: tuple[str, ...]
    paragraphs: tuple[str, ...]
    closing: str
    signer: str
    position: str
    owner: str
    phone: str
    email: str
    speed: str
    secrecy: str
    is_draft: bool
    has_thai_numerals: bool = False


def formal_digits(paper: OfficialPaper) -> OfficialPaper:
    """Return the paper in Thai numerals; addresses of mail and web stay as they must be typed."""
    changed: dict[str, Any] = {"has_thai_numerals": True}
    for field in fields(paper):
        value = getattr(paper, field.name)
        if isinstance(value, str):
            changed[field.name] = thai_numbered(value)
        elif isinstance(value, tuple):
            changed[field.name] = tuple(thai_numbered(line) for line in value)
    return replace(paper, **changed)


def thai_numbered(text: str) -> str:
    """Write a text's digits as ๐-๙, but for those in addresses of mail and web."""
    parts = []
    end = 0
    for found in ADDRESSES.finditer(text):
        parts += [thai_digits(text[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*parts, thai_digits(text[end:])])


def paragraphs_of(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a typed text: every line that says something."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return tuple(line for line in lines if line)
