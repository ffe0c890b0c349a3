"""Official papers set by Typst: A4, in Sarabun, tagged for screen readers (PDF/UA-1)."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import typst

from agency.papers.official import OfficialPaper
from agency.thai import thai_digits
from agency.typesetting import fonts, set_pages

TEMPLATE = Path(__file__).with_name("official.typ")
SCREEN_PPI = 110.0
PRINTER: Any = typst.compile  # the stub knows no list of paths
ARABIC = [str(number) for number in range(1, 41)]
THAI = [thai_digits(number) for number in ARABIC]


def pdf_of(paper: OfficialPaper) -> bytes:
    """Set a paper as one PDF; the template reads nothing but the fonts and the data."""
    return set_pages(TEMPLATE, told(paper))


def pages_of(paper: OfficialPaper, *, ppi: float = SCREEN_PPI) -> list[bytes]:
    """Set a paper as pictures, a PNG for each page, for looking at it before it is issued."""
    made: object = PRINTER(
        TEMPLATE,
        format="png",
        ppi=ppi,
        font_paths=[fonts()],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(told(paper), ensure_ascii=False)},
    )
    return [made] if isinstance(made, bytes) else cast("list[bytes]", made)


def told(paper: OfficialPaper) -> dict[str, Any]:
    """Return what the template is told: the paper, and the digits that number its lists."""
    return asdict(paper) | {"digits": THAI if paper.has_thai_numerals else ARABIC}
