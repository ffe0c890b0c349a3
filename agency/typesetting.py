"""PDF pages with Thai that prints, searches and copies right: set by Typst, then made legible for machines.

Typst tells a reader's program the text of a cluster (ActualText) but not of its single glyphs, which most
programs ask for; and a space that stands alone after a cluster is lost to Chrome's. Both are mended here,
in the finished file; what is seen does not change (docs/adr/0011-text-out-of-pdf.md).
"""

from __future__ import annotations

import io
import json
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import pikepdf
import typst
from django.conf import settings
from fontTools import agl
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

STANDARD: Literal["ua-1"] = "ua-1"
BLOCK = 100  # most lines of a block in a character map (PDF 32000-1, 9.10.3)
CODE = 2  # bytes of a glyph's code

Shape = tuple[float, str]
Step = list[Any]


def fonts() -> str:
    """Return the folder of the fonts that set-up made for PDFs."""
    return str(Path(settings.BASE_DIR) / "static" / "vendor" / "pdf")


def set_pages(template: Path, document: dict[str, Any]) -> bytes:
    """Set a document; the template reads nothing but the fonts and the data. Tagged as PDF/UA-1."""
    made: object = typst.compile(  # type: ignore[misc]  # the stub's paths
        template,
        font_paths=[fonts()],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(document, ensure_ascii=False)},
        pdf_standards=[STANDARD],
    )
    if not isinstance(made, bytes):
        raise TypeError("Typst answered with pages instead of one document.")
    return legible(made)


def set_pictures(template: Path, document: dict[str, Any], *, ppi: float = 180) -> list[bytes]:
    """Draw each page of a template as a PNG, for documents that cannot hold vectors."""
    made: object = typst.compile(  # type: ignore[call-overload]  # the stub's paths
        template,
        font_paths=[fonts()],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(document, ensure_ascii=False)},
        format="png",
        ppi=ppi,
    )
    if isinstance(made, bytes):
        return [made]
    return list(cast("list[bytes]", made))


def legible(content: bytes) -> bytes:
    """Return the PDF with the characters of every glyph named and no space lost."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Subtype") == "/Type0":
                name_characters(thing)
        for page in pdf.pages:
            page.Contents = pdf.make_stream(with_spaces_kept(page))
        buffer = io.BytesIO()
        pdf.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def name_characters(font: Any) -> None:
    """Write the map from glyphs to characters anew, glyph by glyph."""
    mapped = old_characters(font)
    embedded = embedded_font(font)
    shapes = characters_by_shape(str(font.BaseFont).rpartition("+")[2].removeprefix("/"))
    drawn = embedded.getGlyphSet()
    for code, name in enumerate(embedded.getGlyphOrder()):
        known = shapes.get(shape_of(drawn, name))
        if known:
            mapped[code] = known
    font.ToUnicode.write(character_map(mapped))


def embedded_font(font: Any) -> TTFont:
    """Open the part of the font that the PDF carries."""
    return TTFont(io.BytesIO(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()))


def old_characters(font: Any) -> dict[int, str]:
    """Return what Typst says of each glyph; of a whole cluster, its first character."""
    found = {}
    for line in font.ToUnicode.read_bytes().decode("ascii").splitlines():
        code, _, text = line.partition("> <")
        if text and code[1:].isalnum() and text.endswith(">"):
            decoded = bytes.fromhex(text[:-1]).decode("utf-16-be")
            found[int(code[1:], 16)] = decoded[0] if is_thai(decoded) else decoded
    found.pop(0, None)
    return found


def is_thai(text: str) -> bool:
    """Whether a text begins with a Thai character."""
    return "\u0e00" <= text[0] <= "\u0e7f"


@cache
def characters_by_shape(font_name: str) -> dict[Shape, str]:
    """Return the characters that each outline of a font stands for."""
    font = TTFont(Path(fonts()) / f"{font_name}.ttf")
    drawn = font.getGlyphSet()
    mapped = font["cmap"].buildReversed()
    found: dict[Shape, str] = {}
    for name in font.getGlyphOrder():
        text = plain(chr(min(mapped[name])) if name in mapped else agl.toUnicode(name))
        shape = shape_of(drawn, name)
        if text and shape[1] != "[]":
            found.setdefault(shape, text)
    return found


def plain(text: str) -> str:
    """Write a Latin ligature as its letters."""
    return unicodedata.normalize("NFKC", text) if "\ufb00" <= text <= "\ufb06" else text


def shape_of(drawn: Any, name: str) -> Shape:
    """Return width and outline of a glyph."""
    pen = DecomposingRecordingPen(drawn)
    drawn[name].draw(pen)
    return drawn[name].width, repr(pen.value)


def character_map(mapped: dict[int, str]) -> bytes:
    """Write a ToUnicode map (PDF 32000-1, 9.10.3)."""
    lines = [
        f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>"
        for code, text in sorted(mapped.items())
    ]
    blocks = [lines[start : start + BLOCK] for start in range(0, len(lines), BLOCK)]
    body = "".join(
        f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{body}endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode()


def with_spaces_kept(page: pikepdf.Page) -> bytes:
    """Return a page's drawing with each space that follows a cluster moved into the cluster's text."""
    spaces = {name: space_of(font) for name, font in fonts_of(page).items()}
    steps: list[Step] = [
        [list(one.operands), str(one.operator)] for one in pikepdf.parse_content_stream(page)
    ]
    kept = Spaces(spaces)
    for number, step in enumerate(steps):
        kept.look_at(steps, number, step)
    return pikepdf.unparse_content_stream(
        [(operands, pikepdf.Operator(name)) for operands, name in steps if name]
    )


def fonts_of(page: pikepdf.Page) -> dict[str, Any]:
    """Return the fonts that a page names."""
    resources = page.get("/Resources", pikepdf.Dictionary())
    return dict(resources.get("/Font", pikepdf.Dictionary()).items())


def space_of(font: Any) -> tuple[bytes, float]:
    """Return the code of a font's space and its width in thousandths of the size; no code if it has none."""
    embedded = embedded_font(font)
    for code, text in old_characters(font).items():
        if text == " ":
            width = embedded["hmtx"][embedded.getGlyphOrder()[code]][0]
            return code.to_bytes(CODE, "big"), width * 1000 / embedded["head"].unitsPerEm
    return b"", 0.0


class Spaces:
    """Walks through the steps of a drawing and moves spaces; knows the cluster that was just drawn."""

    def __init__(self, spaces: dict[str, tuple[bytes, float]]) -> None:
        """Start before the first step."""
        self.spaces = spaces
        self.font: tuple[str, float] = ("", 0)
        self.opened: Step | None = None  # the cluster that is being drawn
        self.shown: Step | None = None  # its last glyphs
        self.closed: tuple[Step, Step, tuple[str, float]] | None = None

    def look_at(self, steps: list[Step], number: int, step: Step) -> None:
        """Take note of a step, or mend it."""
        operands, name = step
        if name == "Tf":
            self.font = (str(operands[0]), float(operands[1]))
        elif name == "BDC":
            self.closed, self.shown = None, None
            self.opened = step if is_cluster(step) else None
        elif name == "EMC":
            if self.opened and self.shown:
                self.closed = (self.opened, self.shown, self.font)
            self.opened = None
        elif name in {"Tj", "TJ"}:
            self.show(step)
        elif name in {"ET", "BT"}:
            self.closed = None

    def show(self, step: Step) -> None:
        """Remember glyphs of a cluster; give the space that follows one to it."""
        if self.opened:
            self.shown = step
        elif self.closed:
            opened, shown, font = self.closed
            code, width = self.spaces.get(font[0], (b"", 0.0))
            if code and font == self.font and take_first(step, code, width):
                append(shown, code)
                marked = cast("Any", opened[0][1])
                marked["/ActualText"] = pikepdf.String(f"{marked['/ActualText']} ")
        self.closed = None


def is_cluster(step: Step) -> bool:
    """Whether a step opens a span that says its own text and ends with a mark; a space after another is kept."""
    operands, _name = step
    text = str(operands[1].get("/ActualText", "")) if len(operands) > 1 else ""
    return unicodedata.category(text[-1]) == "Mn" if text else False


def pieces_of(step: Step) -> list[Any]:
    """Return strings and distances of a step that shows glyphs."""
    operands, name = step
    return list(operands[0]) if name == "TJ" else [operands[0]]


def take_first(step: Step, code: bytes, width: float) -> bool:
    """Take a space away from the beginning of a step; the rest keeps its place."""
    pieces = pieces_of(step)
    if not pieces or not isinstance(pieces[0], pikepdf.String):
        return False
    text = bytes(pieces[0])
    if not text.startswith(code):
        return False
    rest = [pikepdf.String(text[CODE:])] if text[CODE:] else []
    pieces = [*rest, *pieces[1:]]
    if any(isinstance(piece, pikepdf.String) for piece in pieces):
        step[:] = [[pikepdf.Array([round(-width, 3), *pieces])], "TJ"]
    else:
        step[:] = [[], ""]
    return True


def append(step: Step, code: bytes) -> None:
    """Add a space at the end of a step."""
    step[:] = [[pikepdf.Array([*pieces_of(step), pikepdf.String(code)])], "TJ"]
