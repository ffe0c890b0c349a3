"""Text that other programs take out of our PDFs, and the look of it."""

import io
import json
import re

import pikepdf
import pypdfium2
import pytest
import typst
from PIL import ImageChops

from agency import typesetting
from pmqa.launch.assets import package

WORDS = (
    "ทั้งสิ้น ที่นี่ น้ำ กุ้ง ปั๊ม ฟ้า ปู่ ญี่ปุ่น ฐานันดร ก่อน ป่า ปี่ ฝั่ง ฟื้น น้ำกุ้ง อำนวย ป้ำ ปฏิกูล "
    "สิทธิ์ ศักดิ์ พันธุ์ ปิ๊ง ก๋วยเตี๋ยว เก๊ ทฤษฎี ฤๅ เป็น เห็น ก็ ปู๊น หมู่ อยู่ ผู้ ฏุ ฐุ ญู กตัญญู วิญญูชน ผู้ร้อง "
    "ครั้ง นั้น ตั้ง ชั้น ยั่งยืน นิ่ง สิ่ง ยิ่ง ชี้แจง เรื่อง เพื่อ เนื้อ ขึ้น ซึ่ง หนึ่ง คลื่น ฝึก ฟื้นฟู จำนำ ค่ำ ย้ำ ร่ำ"
)
SENTENCE = "เรื่องทั้งสิ้น 1,234 เรื่อง (ร้อยละ 12.5) ผู้ร้อง “ยืนยัน” ครั้งที่ ๒ – officer’s file 3/2570 "
TEMPLATE = """
#set document(title: "Words")
#set text(font: "Sarabun", lang: "th", size: 14pt)
#set page(width: 20cm, height: auto, margin: 1cm)
#let data = json(bytes(sys.inputs.data))
#for line in data.lines [
  #text(line)

  #text(weight: "semibold", line)

]
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A template that sets lines, each in two weights."""
    path = tmp_path_factory.mktemp("set") / "words.typ"
    path.write_text(TEMPLATE)
    return path


@pytest.fixture(scope="module")
def lines():
    """Words by the line, so that none is broken."""
    words = WORDS.split()
    return [" ".join(words[start : start + 6]) for start in range(0, len(words), 6)] + [
        SENTENCE.strip()
    ]


@pytest.fixture(scope="module")
def content(template, lines):
    """The lines as a PDF."""
    return typesetting.set_pages(template, {"lines": lines})


def test_text_taken_out_is_the_text_put_in(content, lines):
    pages = pypdfium2.PdfDocument(content)

    text = "\n".join(page.get_textpage().get_text_range() for page in pages)

    assert text.split() == " ".join(line for line in lines for _weight in range(2)).split()


def test_a_program_that_asks_only_for_glyphs_meets_every_character_once(content, lines):
    with pikepdf.open(io.BytesIO(content)) as pdf:
        text = "".join(glyphs_of(page) for page in pdf.pages)

    put_in = "".join(line for line in lines for _weight in range(2))
    assert in_order_of_drawing(text) == in_order_of_drawing(put_in)


def test_pairs_of_marks_look_as_the_font_draws_them(template, lines):
    given = package("fontpkg_sarabun") / "files"

    ours, original = (
        drawn(template, lines, folder) for folder in (typesetting.fonts(), str(given))
    )

    difference = ImageChops.difference(ours, original)
    assert ours.size == original.size
    assert ours.getextrema()[0] < 50
    assert difference.getextrema()[1] < 80  # a glyph is put on whole dots, so edges differ a shade


def glyphs_of(page):
    """Read a page glyph by glyph with the fonts' maps alone, as readers do that know no ActualText."""
    maps = {name: map_of(font.ToUnicode.read_bytes()) for name, font in page.Resources.Font.items()}
    text, chosen = [], {}
    for step in pikepdf.parse_content_stream(page):
        if str(step.operator) == "Tf":
            chosen = maps[str(step.operands[0])]
        elif str(step.operator) in {"Tj", "TJ"}:
            pieces = step.operands[0] if str(step.operator) == "TJ" else [step.operands[0]]
            for piece in pieces:
                if isinstance(piece, pikepdf.String):
                    raw = bytes(piece)
                    text += [chosen[raw[at : at + 2].hex()] for at in range(0, len(raw), 2)]
    return "".join(text)


def map_of(content):
    """Read a character map."""
    return {
        code.lower(): bytes.fromhex(text).decode("utf-16-be")
        for code, text in re.findall(r"<([0-9A-F]{4})> <([0-9A-F]+)>", content.decode())
    }


def in_order_of_drawing(text):
    """Write sara am as its two marks; leave blanks and the order of marks of one letter out."""
    return sorted(text.replace("ำ", "ํา").replace(" ", ""))


def drawn(template, lines, folder):
    """Return a picture of the lines in the fonts of a folder."""
    content = typst.compile(
        template,
        font_paths=[folder],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps({"lines": lines})},
    )
    return pypdfium2.PdfDocument(content)[0].render(scale=8).to_pil().convert("L").reduce(4)
