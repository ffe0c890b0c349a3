"""Long documents as DOCX: headings, contents, tables and pictures, in the office's own font.

Word finds the chapters by the styles “heading 1” and “heading 2”, and sets Thai by the complex-script
settings of `booklet/styles.xml` (see `agency.papers.word`).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from agency.papers.word import TWIPS, packed, paragraph, parts_of, run

PARTS = Path(__file__).with_name("booklet")
WIDTH = int(16.5 * TWIPS)
EMU = 360_000  # a centimetre in the unit of drawings
PICTURE_WIDTH = int(16.5 * EMU)
FIRST_PICTURE = 100  # of the relations' numbers
GRID = '<w:tblStyle w:val="TableGrid"/>'
HEAD_FILL = '<w:shd w:val="clear" w:color="auto" w:fill="E8EEF0"/>'


@dataclass
class Booklet:
    """A document being written, block by block."""

    title: str
    head: str  # stands above every page but the first
    blocks: list[str] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)

    def write(self, words: str, *, style: str = "") -> None:
        """Write a paragraph."""
        self.blocks.append(paragraph(words, style=style))

    def heading(self, words: str, *, level: int = 1) -> None:
        """Begin a chapter or a part of one."""
        self.write(words, style=f"Heading{level}")

    def contents(self, title: str, chapters: Sequence[str]) -> None:
        """List the chapters; Word puts the page numbers in when the field is brought up to date."""
        self.write(title, style="Caption")
        lines = [paragraph(words, style="TOC1") for words in chapters]
        begin = (
            '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
            '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-1" \\h \\z </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        )
        end = '<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        first = lines[0].replace("</w:pPr>", f"</w:pPr>{begin}", 1) if lines else ""
        self.blocks.extend([first, *lines[1:], end] if lines else [])

    def table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths: Sequence[float],
        numeric: Sequence[bool],
    ) -> None:
        """Write a table; its head comes again on every page, and no row breaks."""
        whole = sum(widths)
        columns = [int(WIDTH * width / whole) for width in widths]
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in columns)
        lines = [row_of(head, columns, numeric=numeric, is_head=True)]
        lines += [row_of(row, columns, numeric=numeric) for row in rows]
        marks = f'{GRID}<w:tblW w:w="{WIDTH}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        self.blocks.append(
            f"<w:tbl><w:tblPr>{marks}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
        )
        self.blocks.append(paragraph("", style="SmallText"))

    def picture(self, png: bytes, *, told: str) -> None:
        """Place a picture over the width of the text; `told` says it to who does not see it."""
        wide, high = struct.unpack(">II", png[16:24])
        self.pictures.append(png)
        number = len(self.pictures)
        self.blocks.append(
            drawing(number, told=told, size=(PICTURE_WIDTH, PICTURE_WIDTH * high // wide))
        )

    def content(self) -> bytes:
        """Return the DOCX file."""
        parts = parts_of(PARTS)
        links = "".join(
            f'<Relationship Id="rId{FIRST_PICTURE + number}" Type="http://schemas.openxmlformats.org/'
            f'officeDocument/2006/relationships/image" Target="media/{number}.png"/>'
            for number in range(1, len(self.pictures) + 1)
        )
        written: dict[str, str | bytes] = {
            "[Content_Types].xml": parts["types.xml"],
            "_rels/.rels": parts["package.xml"],
            "word/_rels/document.xml.rels": parts["links.xml"].replace("<!--pictures-->", links),
            **{f"word/{name}.xml": parts[f"{name}.xml"] for name in ("styles", "numbering")},
            "word/header.xml": parts["header.xml"].replace("<!--head-->", escape(self.head)),
            "word/footer.xml": parts["footer.xml"],
            "word/document.xml": parts["document.xml"].replace("<!--body-->", "".join(self.blocks)),
            "docProps/core.xml": parts["core.xml"].replace("<!--title-->", escape(self.title)),
        }
        written |= {
            f"word/media/{number}.png": png for number, png in enumerate(self.pictures, start=1)
        }
        return packed(written)


def row_of(
    cells: Sequence[str], columns: Sequence[int], *, numeric: Sequence[bool], is_head: bool = False
) -> str:
    """Return a row of a table; numbers stand at the right."""
    marks = "<w:cantSplit/>" + ("<w:tblHeader/>" if is_head else "")
    made = "".join(
        cell_of(words, width=width, is_number=number, is_head=is_head)
        for words, width, number in zip(cells, columns, numeric, strict=True)
    )
    return f"<w:tr><w:trPr>{marks}</w:trPr>{made}</w:tr>"


def cell_of(words: str, *, width: int, is_number: bool, is_head: bool) -> str:
    """Return a cell of a table."""
    fill = HEAD_FILL if is_head else ""
    align = '<w:jc w:val="right"/>' if is_number else ""
    text = f'<w:p><w:pPr><w:pStyle w:val="TableText"/>{align}</w:pPr>{run(words, is_bold=is_head)}</w:p>'
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{fill}</w:tcPr>{text}</w:tc>'


def drawing(number: int, *, told: str, size: tuple[int, int]) -> str:
    """Return a paragraph with a picture."""
    extent = f'cx="{size[0]}" cy="{size[1]}"'
    name = f'id="{number}" name="{number}.png" descr={quoteattr(told)}'
    return (
        "<w:p><w:r><w:drawing><wp:inline>"
        f"<wp:extent {extent}/><wp:docPr {name}/>"
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr {name}/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rId{FIRST_PICTURE + number}"/>'
        "<a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
