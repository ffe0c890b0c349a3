"""Official papers as DOCX, written part by part: an office goes on writing in its own font, TH Sarabun New.

Word takes the font of Thai letters from the complex-script settings (w:cs, w:szCs, w:bCs), and breaks
Thai lines by the language th-TH; without them it falls back to another font in another size.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from agency.papers.official import OfficialPaper, thai_numbered

PARTS = Path(__file__).with_name("word")
STAMP = (2020, 1, 1, 0, 0, 0)  # of the archive's members: the same paper gives the same bytes
TWIPS = 567  # a centimetre
HALF = int(7.4 * TWIPS)
INDENT = int(2.5 * TWIPS)
WIDTH = 16 * TWIPS
DRAFT = "ร่าง"
PICTURE_PLACE = 3 * TWIPS


def docx_of(paper: OfficialPaper) -> bytes:
    """Return a paper as a DOCX file."""
    parts = parts_of(PARTS)
    written: dict[str, str | bytes] = {
        "[Content_Types].xml": parts["types.xml"],
        "_rels/.rels": parts["package.xml"],
        "word/_rels/document.xml.rels": parts["links.xml"],
        "word/styles.xml": parts["styles.xml"],
        "word/document.xml": parts["document.xml"].replace("<!--body-->", body_of(paper)),
        "docProps/core.xml": parts["core.xml"].replace("<!--title-->", escape(paper.subject)),
    }
    return packed(written)


def parts_of(folder: Path) -> dict[str, str]:
    """Return the parts of a document that are the same in each, by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def packed(written: Mapping[str, str | bytes]) -> bytes:
    """Return the parts as one file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in written.items():
            archive.writestr(zipfile.ZipInfo(name, STAMP), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def body_of(paper: OfficialPaper) -> str:
    """Return the paragraphs of a paper."""
    marks = [paragraph(paper.secrecy, style="Mark", align="center")] if paper.secrecy else []
    if paper.is_draft:
        marks.append(paragraph(DRAFT, style="Mark", align="right"))
    head = memo_head(paper) if paper.is_memo else letter_head(paper)
    named = [named_line("เรียน", [paper.to])]
    for label, lines in (("อ้างถึง", paper.references), ("สิ่งที่ส่งมาด้วย", paper.enclosures)):
        named += [named_line(label, numbered(paper, lines))] if lines else []
    body = [
        paragraph(words, align="thaiDistribute", first_line=INDENT, before=120)
        for words in paper.paragraphs
    ]
    return "".join([*marks, *head, *named, *body, *signature(paper), *foot(paper)])


def letter_head(paper: OfficialPaper) -> list[str]:
    """Return the head of a letter: place of the garuda, number and office, date, subject."""
    office = "\n".join(part for part in (paper.office, paper.address) if part)
    return [
        paragraph(paper.speed, style="Mark", after=PICTURE_PLACE),
        beside(f"ที่  {paper.number}", office),
        paragraph(paper.day, left=HALF, before=120),
        named_line("เรื่อง", [paper.subject]),
    ]


def memo_head(paper: OfficialPaper) -> list[str]:
    """Return the head of a memo."""
    office = paper.office.replace("\n", " ") + (f"  โทร. {paper.phone}" if paper.phone else "")
    speed = [paragraph(paper.speed, style="Mark")] if paper.speed else []
    return [
        *speed,
        paragraph("บันทึกข้อความ", style="MemoTitle", align="center"),
        named_line("ส่วนราชการ", [office], is_bold=True),
        beside_named(("ที่", paper.number), ("วันที่", paper.day)),
        named_line("เรื่อง", [paper.subject], is_bold=True, is_ruled=True),
    ]


def signature(paper: OfficialPaper) -> list[str]:
    """Return closing, room for the signature, name and position."""
    lines = [paper.closing, "", "", f"({paper.signer})" if paper.signer else ""]
    lines += paper.position.splitlines()
    left = HALF - int(1.2 * TWIPS)
    return [
        paragraph(words, align="center", left=left, before=240 * (place == 0), is_kept=True)
        for place, words in enumerate(lines)
    ]


def foot(paper: OfficialPaper) -> list[str]:
    """Return whose matter it is and how to reach them; on a memo the head says it."""
    if paper.is_memo:
        return []
    lines = [*paper.owner.splitlines()]
    lines += [f"โทร. {paper.phone}"] if paper.phone else []
    lines += [f"ไปรษณีย์อิเล็กทรอนิกส์ {paper.email}"] if paper.email else []
    return [paragraph(words, before=480 * (place == 0)) for place, words in enumerate(lines)]


# Pieces


def run(words: str, *, is_bold: bool = False) -> str:
    """Return words as a run; Thai is bold only by the complex-script mark."""
    bold = "<w:rPr><w:b/><w:bCs/></w:rPr>" if is_bold else ""
    text = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in words.split("\n")
    )
    return f"<w:r>{bold}{text}</w:r>"


def paragraph(
    words: str,
    *,
    style: str = "",
    align: str = "",
    left: int = 0,
    first_line: int = 0,
    before: int = 0,
    after: int = 0,
    is_kept: bool = False,
) -> str:
    """Return a paragraph; the order of its properties is the one the format demands."""
    marks = [
        f'<w:pStyle w:val="{style}"/>' if style else "",
        "<w:keepNext/><w:keepLines/>" if is_kept else "",
        f'<w:spacing w:before="{before}" w:after="{after}"/>' if before or after else "",
        f'<w:ind w:left="{left}" w:firstLine="{first_line}"/>' if left or first_line else "",
        f'<w:jc w:val="{align}"/>' if align else "",
    ]
    return f"<w:p><w:pPr>{''.join(marks)}</w:pPr>{run(words) if words else ''}</w:p>"


def numbered(paper: OfficialPaper, lines: tuple[str, ...]) -> list[str]:
    """Number several lines; a single one needs no number."""
    if len(lines) == 1:
        return list(lines)
    told = [f"{number}. {line}" for number, line in enumerate(lines, start=1)]
    return [thai_numbered(line) for line in told] if paper.has_thai_numerals else told


def named_line(
    label: str, lines: Iterable[str], *, is_bold: bool = False, is_ruled: bool = False
) -> str:
    """Return a label with what it names; several lines stand under each other."""
    content = "\n".join(lines)
    rule = '<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="4" w:color="auto"/></w:pBdr>'
    width = int(len(label) * 0.17 * TWIPS) + TWIPS // 3
    marks = (
        f"{rule if is_ruled else ''}"
        f'<w:tabs><w:tab w:val="left" w:pos="{width}"/></w:tabs>'
        f'<w:spacing w:before="120"/><w:ind w:left="{width}" w:hanging="{width}"/>'
    )
    named = f"{run(label, is_bold=is_bold)}<w:r><w:tab/></w:r>{run(content)}"
    return f"<w:p><w:pPr>{marks}</w:pPr>{named}</w:p>"


def cell(content: str, *, width: int) -> str:
    """Return a cell of a table without lines."""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{content}</w:tc>'


def table(*cells: tuple[str, int]) -> str:
    """Return one row of cells with their widths."""
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for _content, width in cells)
    row = "".join(cell(content, width=width) for content, width in cells)
    marks = f'<w:tblW w:w="{WIDTH}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
    return (
        f"<w:tbl><w:tblPr>{marks}</w:tblPr>"
        f"<w:tblGrid>{columns}</w:tblGrid><w:tr>{row}</w:tr></w:tbl>"
    )


def beside(left: str, right: str) -> str:
    """Return two texts side by side."""
    width = int(9.2 * TWIPS)
    return table((paragraph(left), width), (paragraph(right), WIDTH - width))


def beside_named(left: tuple[str, str], right: tuple[str, str]) -> str:
    """Return two labels with what they name, side by side."""
    return table(
        (named_line(left[0], [left[1]], is_bold=True), WIDTH // 2),
        (named_line(right[0], [right[1]], is_bold=True), WIDTH - WIDTH // 2),
    )
